//! `watch`: a command's output, again and again.

use std::time::Duration;

use futures_util::FutureExt;
use sandbox_bash::keys::Key;
use sandbox_bash::width;

use super::super::child::Child;
use super::super::getopt::{Given, Known};
use super::super::live::say;
use super::super::text::tool::{Io, Worked};
use super::{ALTERNATE_SCREEN, CLEAR, Keyboard, MAIN_SCREEN, Pressed};

pub(in crate::programs) const WATCH: Known = Known {
    letters: "+bcd::egn:pq:rtwx",
    long: &[
        ("beep", 'b'),
        ("chgexit", 'g'),
        ("color", 'c'),
        ("differences", 'd'),
        ("equexit", 'q'),
        ("errexit", 'e'),
        ("exec", 'x'),
        ("interval", 'n'),
        ("no-rerun", 'r'),
        ("no-title", 't'),
        ("no-wrap", 'w'),
        ("precise", 'p'),
    ],
};

pub(in crate::programs) async fn watch(io: &mut Io<'_>, given: Given) -> Worked {
    if given.operands.is_empty() {
        let text = "\nUsage:\n watch [options] command\n\nFor more details see watch(1).\n".to_owned();
        say(&io.ctx.stderr, text).await;
        return Ok(1);
    }
    let (Some(terminal), Some(_)) = (super::typed_into(io), super::shown_on(io)) else {
        let kind = io.ctx.env.get("TERM").filter(|name| !name.is_empty());
        let kind = kind.map_or("unknown", String::as_str);
        say(&io.ctx.stderr, format!("Error opening terminal: {kind}.\n")).await;
        return Ok(1);
    };
    let seconds = given.value('n').and_then(|seconds| seconds.parse().ok()).unwrap_or(2.0f64);
    let seconds = if seconds.is_finite() { seconds.clamp(0.1, 86_400.0) } else { 2.0 };
    let command = given.operands.join(" ");
    let mut keyboard = Keyboard::of(&terminal, &io.run.process);
    keyboard.show(ALTERNATE_SCREEN);
    let ended = 'watching: loop {
        let child = match given.has('x') {
            true => Child::of(&io.run, given.operands.clone()),
            false => Child::script(&io.run, format!("{{ {command}\n}} 2>&1")),
        };
        let shown = match child.reading_nothing().output(&io.run).await {
            Ok((output, status)) if given.has('e') && status.code() != 0 => {
                break Err((output, status.code()));
            }
            Ok((output, _)) => output,
            Err(missing) => break Ok(missing.code()),
        };
        let title = format!("Every {seconds:.1}s: {command}");
        draw(&keyboard, if given.has('t') { None } else { Some(&title) }, &shown);
        let waits = io.run.sleep(Duration::from_secs_f64(seconds)).fuse();
        let mut waits = std::pin::pin!(waits);
        loop {
            let pressed = futures_util::select_biased! {
                pressed = keyboard.next().fuse() => pressed,
                () = waits => continue 'watching,
            };
            match pressed {
                Pressed::Key(Key::Char('q') | Key::Ctrl('c')) => break 'watching Ok(0),
                Pressed::Gone => break 'watching Ok(129),
                Pressed::Key(Key::Char(' ')) | Pressed::Redraw => continue 'watching,
                Pressed::Key(_) => {}
            }
        }
    };
    keyboard.show(MAIN_SCREEN);
    match ended {
        Ok(code) => Ok(code),
        Err((output, code)) => {
            io.out.extend_from_slice(&output);
            Ok(code)
        }
    }
}

fn draw(keyboard: &Keyboard, title: Option<&str>, output: &[u8]) {
    let (columns, rows) = keyboard.size();
    let text = sandbox_bash::text::decode(output);
    let mut shown = String::from(CLEAR);
    let head = title.map_or(0, |title| {
        shown.push_str(&cut(title, columns));
        2
    });
    for (row, line) in text.lines().take(rows.saturating_sub(head)).enumerate() {
        shown.push_str(&format!("\x1b[{};1H{}", row + head + 1, cut(line, columns)));
    }
    keyboard.show(&shown);
}

/// As much of a line as fits.
fn cut(line: &str, columns: usize) -> String {
    let mut used = 0;
    line.chars()
        .map(|character| if character < ' ' { ' ' } else { character })
        .take_while(|character| {
            used += width::of_char(*character);
            used <= columns
        })
        .collect()
}
