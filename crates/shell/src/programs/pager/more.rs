//! `more` on a terminal.

use std::sync::Arc;

use sandbox_bash::keys::Key;
use sandbox_fs::Kind;
use sandbox_kernel::Terminal;

use super::super::getopt::Given;
use super::super::live::{Stop, say};
use super::super::terminal::{Keyboard, PLAIN, Pressed, REVERSE};
use super::super::text::tool::{Io, Worked};
use super::pages::Pages;

/// What the user wants next.
enum Wish {
    Rows(usize),
    Back,
    NextFile,
    Quit,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given, terminal: Arc<Terminal>) -> Worked {
    let mut operands: Vec<String> =
        given.operands.into_iter().filter(|word| word.len() < 2 || !word.starts_with(['-', '+'])).collect();
    if operands.is_empty() {
        if io.ctx.stdin.description().is_some_and(|stdin| stdin.as_terminal().is_some()) {
            say(&io.ctx.stderr, "more: bad usage\nTry 'more --help' for more information.\n".to_owned())
                .await;
            return Ok(1);
        }
        operands.push("-".to_owned());
    }
    let mut keyboard = Keyboard::of(&terminal, &io.run.process);
    let titled = operands.len() > 1;
    for operand in &operands {
        let path = io.run.process.absolute(operand);
        if operand != "-" && io.run.files.stat(&path).is_ok_and(|stat| stat.kind == Kind::Directory) {
            keyboard.show(&format!("\n*** {operand}: directory ***\n\n"));
            continue;
        }
        match io.open(operand).await? {
            Ok(input) => {
                if titled {
                    keyboard.show(&format!("::::::::::::::\n{operand}\n::::::::::::::\n"));
                }
                let size = input.left();
                let pages = Pages::of(vec![input], keyboard.size().0);
                if !page(io, &mut keyboard, pages, size).await? {
                    return Ok(0);
                }
            }
            Err(reason) => say(&io.ctx.stderr, format!("more: cannot open {operand}: {reason}\n")).await,
        }
    }
    Ok(0)
}

/// Shows one file; false where one wants no more.
async fn page(
    io: &mut Io<'_>,
    keyboard: &mut Keyboard,
    mut pages: Pages,
    size: Option<u64>,
) -> Result<bool, Stop> {
    let mut line = 0;
    let mut room = keyboard.size().1 - 1;
    loop {
        while room > 0 && pages.reach(line, io).await? {
            for row in pages.rows(line, &[]) {
                keyboard.show(&format!("{row}\n"));
                room = room.saturating_sub(1);
            }
            line += 1;
        }
        if !pages.reach(line, io).await? {
            return Ok(true);
        }
        let shown: usize = pages.lines[..line].iter().map(|line| line.len() + 1).sum();
        let share = match size.filter(|size| *size > 0) {
            Some(size) => format!("({}%)", (shown as u64 * 100 / size).min(99)),
            None => String::new(),
        };
        keyboard.show(&format!("{REVERSE}--More--{share}{PLAIN}"));
        let wish = ask(keyboard).await;
        keyboard.show("\r\x1b[K");
        match wish {
            Wish::Rows(rows) => room = rows,
            Wish::Back => {
                let rows = keyboard.size().1 - 1;
                line = line.saturating_sub(2 * rows);
                room = rows;
            }
            Wish::NextFile => return Ok(true),
            Wish::Quit => return Ok(false),
        }
        pages.columns = keyboard.size().0;
    }
}

async fn ask(keyboard: &mut Keyboard) -> Wish {
    loop {
        let rows = keyboard.size().1 - 1;
        match keyboard.next().await {
            Pressed::Key(Key::Char(' ' | 'f' | 'z') | Key::PageDown | Key::Ctrl('f')) => {
                return Wish::Rows(rows);
            }
            Pressed::Key(Key::Enter | Key::Down | Key::Char('j')) => return Wish::Rows(1),
            Pressed::Key(Key::Char('d') | Key::Ctrl('d')) => return Wish::Rows(rows.div_ceil(2)),
            Pressed::Key(Key::Char('b') | Key::Ctrl('b') | Key::PageUp) => return Wish::Back,
            Pressed::Key(Key::Char('n')) => return Wish::NextFile,
            Pressed::Key(Key::Char('q' | 'Q') | Key::Ctrl('c')) | Pressed::Gone => return Wish::Quit,
            Pressed::Key(Key::Ctrl('z')) => keyboard.stop().await,
            _ => {}
        }
    }
}
