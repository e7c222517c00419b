//! `set -x`.

use crate::builtins::quoting::{escaped, single};
use crate::state::{SetOption, Shell};
use crate::syntax::{Arithmetic, Assignment, AssignmentValue, Word};

impl Shell {
    pub(crate) fn traces(&self) -> bool {
        self.options.has(SetOption::XTRACE)
    }

    /// Shows a line after `PS4`.
    async fn trace(&mut self, line: &str) {
        let prompt = self.trace_prompt().await;
        self.say(&format!("{prompt}{line}\n"));
    }

    /// `PS4`, its first character as often as there are levels.
    async fn trace_prompt(&mut self) -> String {
        let prompt =
            match self.variables.get("PS4").map(|variable| variable.scalar().unwrap_or("").to_owned()) {
                Some(prompt) => self.expand_prompt(&prompt).await,
                None => "+ ".to_owned(),
            };
        let mut characters = prompt.chars();
        match characters.next() {
            Some(first) => {
                let mut whole: String = std::iter::repeat_n(first, self.trace_level + 1).collect();
                whole.push_str(characters.as_str());
                whole
            }
            None => prompt,
        }
    }

    pub(crate) async fn trace_prompt_if_tracing(&mut self) -> Option<String> {
        match self.traces() {
            true => Some(Box::pin(self.trace_prompt()).await),
            false => None,
        }
    }

    pub(crate) async fn trace_command(&mut self, args: &[String]) {
        let line = args.iter().map(|arg| traced(arg)).collect::<Vec<_>>().join(" ");
        self.trace(&line).await;
    }

    pub(crate) fn trace_assignment(&mut self, prompt: &str, assignment: &Assignment) {
        let line = match (&assignment.value, &assignment.subscript) {
            (AssignmentValue::Scalar(_), None) => {
                let value = self.variables.get(&assignment.name).and_then(|variable| variable.scalar());
                let value = value.filter(|value| !value.is_empty()).map(traced).unwrap_or_default();
                format!("{}{}={value}", assignment.name, if assignment.append { "+" } else { "" })
            }
            _ => assignment.to_string(),
        };
        self.say(&format!("{prompt}{line}\n"));
    }

    pub(crate) async fn trace_for(&mut self, name: &str, words: Option<&[Word]>) {
        let words = match words {
            Some(words) => words.iter().map(|word| &*word.source).collect::<Vec<_>>().join(" "),
            None => "\"$@\"".to_owned(),
        };
        self.trace(&format!("for {name} in {words}")).await;
    }

    pub(crate) async fn trace_case(&mut self, word: &Word) {
        self.trace(&format!("case {} in", word.source)).await;
    }

    pub(crate) async fn trace_arithmetic(&mut self, expression: &Arithmetic) {
        self.trace(&format!("(( {} ))", expression.text.source)).await;
    }

    pub(crate) async fn trace_test(&mut self, text: &str) {
        self.trace(&format!("[[ {text} ]]")).await;
    }
}

/// A word as `set -x` shows it: quoted where the shell would not read it back as it is.
pub(crate) fn traced(word: &str) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    if word.chars().any(|character| character.is_control() || crate::text::carried(character).is_some()) {
        return escaped(word, true);
    }
    let is_plain = |character: char| !" \t\n'\"|&;()<>!{}*[]?^$`\\".contains(character);
    if word.chars().all(is_plain)
        && !word.starts_with(['#', '~'])
        && !word.contains("=~")
        && !word.contains(":~")
    {
        return word.to_owned();
    }
    single(word)
}
