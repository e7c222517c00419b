//! `tput`, `clear` and `reset`: the terminal's sequences.

use super::super::getopt::Given;
use super::super::live::say;
use super::super::text::tool::{End, Io, Worked};
use super::capabilities::{CLEAR, fixed, with_numbers};

/// What `clear` sends: the rows above are gone too.
const CLEAR_ALL: &str = "\x1b[H\x1b[2J\x1b[3J";

/// What `reset` sends.
const RESET: &str = "\x1bc\x1b]104\x07\x1b[!p\x1b[?3;4l\x1b[4l\x1b>";

pub(in crate::programs) async fn clear(io: &mut Io<'_>, given: Given) -> Worked {
    if !given.operands.iter().any(|word| word.starts_with("-T")) && !has_type(io) {
        say(&io.ctx.stderr, "TERM environment variable not set.\n".to_owned()).await;
        return Ok(1);
    }
    let keeps = given.operands.iter().any(|word| word == "-x");
    io.out.extend_from_slice(if keeps { CLEAR } else { CLEAR_ALL }.as_bytes());
    Ok(0)
}

pub(in crate::programs) async fn reset(io: &mut Io<'_>, _: Given) -> Worked {
    if let Some(terminal) = super::typed_into(io) {
        terminal.set_modes(sandbox_kernel::Modes::default());
    }
    io.out.extend_from_slice(RESET.as_bytes());
    Ok(0)
}

fn has_type(io: &Io<'_>) -> bool {
    io.ctx.env.get("TERM").is_some_and(|name| !name.is_empty())
}

pub(in crate::programs) async fn tput(io: &mut Io<'_>, given: Given) -> Worked {
    let mut words = given.operands.into_iter().peekable();
    let mut named = false;
    while let Some(word) = words.peek() {
        match word.as_str() {
            "-V" => {
                io.out.extend_from_slice(b"ncurses 6.4.20221231\n");
                return Ok(0);
            }
            "-T" => {
                words.next();
                named = true;
            }
            word if word.starts_with("-T") => named = true,
            "-x" => {}
            "-S" => return lines(io).await,
            _ => break,
        }
        words.next();
    }
    if !named && !has_type(io) {
        say(&io.ctx.stderr, "tput: No value for $TERM and no -T specified\n".to_owned()).await;
        return Ok(2);
    }
    let words: Vec<String> = words.collect();
    capability(io, &words).await
}

/// `tput -S`: one capability a line.
async fn lines(io: &mut Io<'_>) -> Worked {
    let Ok(mut input) = io.open("-").await? else { return Ok(1) };
    let mut line = Vec::new();
    let mut code = 0;
    while input.line(io, b'\n', &mut line).await? {
        let words: Vec<String> =
            String::from_utf8_lossy(&line).split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            code = capability(io, &words).await?;
        }
    }
    Ok(code)
}

async fn capability(io: &mut Io<'_>, words: &[String]) -> Worked {
    let Some((name, arguments)) = words.split_first() else {
        say(&io.ctx.stderr, "usage: tput [-V] [-S] [-T term] capname\n".to_owned()).await;
        return Err(End::Code(2));
    };
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(0);
    let text = match name.as_str() {
        "cols" | "lines" => {
            let (columns, rows) = size(io);
            format!("{}\n", if name == "cols" { columns } else { rows })
        }
        "colors" => "256\n".to_owned(),
        "pairs" => "65536\n".to_owned(),
        "it" => "8\n".to_owned(),
        "longname" => "xterm with 256 colors".to_owned(),
        "am" | "bce" | "km" | "mir" | "msgr" | "npc" | "xenl" => return Ok(0),
        "init" | "reset" => RESET.to_owned(),
        "clear" => CLEAR_ALL.to_owned(),
        name => match fixed(name).map(str::to_owned).or_else(|| with_numbers(name, number(0), number(1))) {
            Some(text) => text,
            None => {
                let problem = format!("tput: unknown terminfo capability '{name}'\n");
                say(&io.ctx.stderr, problem).await;
                return Err(End::Code(4));
            }
        },
    };
    io.out.extend(text.bytes());
    Ok(0)
}

/// Columns and rows: of the terminal, else as the environment says, else as usual.
fn size(io: &Io<'_>) -> (u16, u16) {
    let descriptions = [io.ctx.stdout.description(), io.ctx.stderr.description(), io.ctx.stdin.description()];
    let terminal = descriptions.into_iter().flatten().find_map(|description| description.as_terminal());
    if let Some(terminal) = terminal {
        return terminal.size();
    }
    let value = |name: &str| io.ctx.env.get(name).and_then(|value| value.parse().ok());
    (value("COLUMNS").unwrap_or(80), value("LINES").unwrap_or(24))
}
