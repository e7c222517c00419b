//! `select`: a menu.

use std::fmt::Write as _;

use crate::state::{Flow, Shell};
use crate::syntax::{List, Word};

use super::compound::{Turn, in_loop};

/// Columns that a menu fills when nothing else is said.
const COLUMNS: usize = 80;

impl Shell {
    pub(crate) async fn run_select(&mut self, name: &str, words: Option<&[Word]>, body: &List) -> Flow<i32> {
        if !crate::syntax::is_name(name) {
            self.complain(format!("`{name}': not a valid identifier"));
            return Ok(1);
        }
        let choices = match words {
            Some(words) => self.expand_words(words).await?,
            None => self.positional.clone(),
        };
        if choices.is_empty() {
            return Ok(0);
        }
        self.loops += 1;
        let ran = self.turns_of_select(name, &choices, body).await;
        self.loops -= 1;
        ran
    }

    async fn turns_of_select(&mut self, name: &str, choices: &[String], body: &List) -> Flow<i32> {
        let mut shows_menu = true;
        loop {
            if std::mem::take(&mut shows_menu) {
                let menu = self.menu(choices);
                self.say(&menu);
            }
            let prompt = match self.variables.get("PS3").and_then(|variable| variable.scalar()) {
                Some(prompt) => prompt.to_owned(),
                None => "#? ".to_owned(),
            };
            self.say(&prompt);
            let Some(reply) = self.read_reply().await else {
                return self.write_for("select", b"\n".to_vec(), Ok(1)).await;
            };
            if !self.assign_or_complain("REPLY", reply.clone()) {
                return Ok(1);
            }
            if reply.is_empty() {
                shows_menu = true;
                continue;
            }
            let number = reply.trim().parse::<usize>().ok();
            let choice = number.and_then(|number| choices.get(number.wrapping_sub(1))).cloned();
            if !self.assign_or_complain(name, choice.unwrap_or_default()) {
                return Ok(1);
            }
            if let Err(unwind) = self.run_list(body).await {
                let turn = in_loop(unwind)?;
                self.status = 0;
                if turn == Turn::End {
                    return Ok(0);
                }
            }
            // An empty REPLY asks for the menu again.
            shows_menu =
                self.variables.get("REPLY").and_then(|reply| reply.scalar()).unwrap_or("").is_empty();
        }
    }

    /// One line of standard input, without its newline.
    async fn read_reply(&mut self) -> Option<String> {
        let stdin = self.descriptors.get(0).ok()?.clone();
        let kernel = self.process.kernel.clone();
        let mut line = Vec::new();
        loop {
            let byte = stdin.read(&kernel, 1).await.ok()?;
            match byte.first() {
                None if line.is_empty() => return None,
                None | Some(b'\n') => {
                    return Some(crate::text::decode(&line).trim_matches([' ', '\t']).to_owned());
                }
                Some(byte) => line.push(*byte),
            }
        }
    }

    /// The menu, in columns that go down first as bash prints them.
    fn menu(&self, choices: &[String]) -> String {
        let columns = self.variables.get("COLUMNS").and_then(|variable| variable.scalar());
        let width =
            columns.and_then(|columns| columns.parse().ok()).filter(|width| *width > 0).unwrap_or(COLUMNS);
        let digits = choices.len().to_string().len();
        let longest = choices.iter().map(|choice| choice.chars().count()).max().unwrap_or(0);
        let cell = longest + digits + 4;
        let across = (width / cell).max(1);
        let mut rows = choices.len().div_ceil(across);
        if rows.div_ceil(choices.len().max(1)) == 1 && choices.len() <= rows {
            rows = choices.len();
        }
        if rows == 1 {
            rows = choices.len();
        }
        let mut menu = String::new();
        for row in 0..rows {
            let mut at = 0;
            for place in (row..choices.len()).step_by(rows) {
                let text = format!("{:>digits$}) {}", place + 1, choices[place]);
                let len = text.chars().count();
                menu.push_str(&text);
                if place + rows < choices.len() {
                    indent(&mut menu, at + len, at + cell);
                }
                at += cell;
            }
            menu.push('\n');
        }
        menu
    }
}

/// Fills up to a column as bash does, by tabs where they fit.
fn indent(menu: &mut String, mut from: usize, to: usize) {
    while from < to {
        if to / 8 > from / 8 {
            menu.push('\t');
            from += 8 - from % 8;
        } else {
            let _ = write!(menu, "{:width$}", "", width = to - from);
            from = to;
        }
    }
}
