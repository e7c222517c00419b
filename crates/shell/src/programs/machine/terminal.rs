//! `tty`, `clear`, `tput`: there is no terminal, and what one of the usual kinds would understand.

use super::super::getopt::{Given, Known};
use super::super::live::say;
use super::super::text::tool::{End, Io, Worked};
use super::answer;

pub(super) const TTY: Known = Known { letters: "s", long: &[("silent", 's'), ("quiet", 's')] };
pub(super) const CLEAR: Known = Known { letters: "T:Vx", long: &[] };
pub(super) const TPUT: Known = Known { letters: "+ST:Vx", long: &[] };

const NCURSES: &str = "ncurses 6.4.20221231";

pub(super) async fn tty(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    if !given.has('s') {
        answer(io, "not a tty")?;
    }
    Ok(1)
}

/// A kind of terminal.
struct Terminal {
    colors: u32,
    /// Whether it does nothing but print.
    dumb: bool,
}

impl Terminal {
    fn named(name: &str) -> Option<Self> {
        let family = name.split('-').next().unwrap_or_default();
        let colors = match name {
            "dumb" | "vt100" | "vt102" | "vt220" => 0,
            _ if name.ends_with("-256color") => 256,
            _ => 8,
        };
        matches!(
            family,
            "xterm" | "linux" | "screen" | "tmux" | "vt100" | "vt102" | "vt220" | "ansi" | "rxvt" | "dumb"
        )
        .then_some(Self { colors, dumb: name == "dumb" })
    }

    /// A capability that is a number.
    fn number(&self, name: &str) -> Option<u32> {
        match name {
            "cols" => Some(80),
            "lines" => Some(24),
            "colors" if self.colors > 0 => Some(self.colors),
            "it" => Some(8),
            _ => None,
        }
    }

    /// A capability that is text to send, with its parameters put in.
    fn text(&self, name: &str, parameters: &[u32]) -> Option<String> {
        let parameter = |at: usize| parameters.get(at).copied().unwrap_or(0);
        let color = |base: u32, bright: u32, letters: &str| match parameter(0) {
            color @ 0..=7 => format!("\x1b[{}m", base + color),
            color @ 8..=15 if self.colors > 8 => format!("\x1b[{}m", bright + color - 8),
            color => format!("\x1b[{letters};5;{color}m"),
        };
        if self.dumb {
            return match name {
                "bel" => Some("\x07".to_owned()),
                "cr" => Some("\r".to_owned()),
                _ => None,
            };
        }
        Some(match name {
            "clear" => "\x1b[H\x1b[2J\x1b[3J".to_owned(),
            "reset" | "init" | "rs1" => "\x1bc".to_owned(),
            "bold" => "\x1b[1m".to_owned(),
            "dim" => "\x1b[2m".to_owned(),
            "sitm" => "\x1b[3m".to_owned(),
            "ritm" => "\x1b[23m".to_owned(),
            "smul" => "\x1b[4m".to_owned(),
            "rmul" => "\x1b[24m".to_owned(),
            "blink" => "\x1b[5m".to_owned(),
            "rev" | "smso" => "\x1b[7m".to_owned(),
            "rmso" => "\x1b[27m".to_owned(),
            "invis" => "\x1b[8m".to_owned(),
            "sgr0" => "\x1b(B\x1b[m".to_owned(),
            "op" => "\x1b[39;49m".to_owned(),
            "setaf" => color(30, 90, "38"),
            "setab" => color(40, 100, "48"),
            "cup" => format!("\x1b[{};{}H", parameter(0) + 1, parameter(1) + 1),
            "home" => "\x1b[H".to_owned(),
            "el" => "\x1b[K".to_owned(),
            "el1" => "\x1b[1K".to_owned(),
            "ed" => "\x1b[J".to_owned(),
            "civis" => "\x1b[?25l".to_owned(),
            "cnorm" => "\x1b[?12l\x1b[?25h".to_owned(),
            "smcup" => "\x1b[?1049h\x1b[22;0;0t".to_owned(),
            "rmcup" => "\x1b[?1049l\x1b[23;0;0t".to_owned(),
            "sc" => "\x1b7".to_owned(),
            "rc" => "\x1b8".to_owned(),
            "cuu1" => "\x1b[A".to_owned(),
            "cud1" => "\n".to_owned(),
            "cub1" => "\x08".to_owned(),
            "cuf1" => "\x1b[C".to_owned(),
            "cuu" => format!("\x1b[{}A", parameter(0)),
            "cud" => format!("\x1b[{}B", parameter(0)),
            "cuf" => format!("\x1b[{}C", parameter(0)),
            "cub" => format!("\x1b[{}D", parameter(0)),
            "bel" => "\x07".to_owned(),
            "cr" => "\r".to_owned(),
            _ => return None,
        })
    }
}

/// The name of the terminal, which an option or the environment has.
fn name(io: &Io<'_>, given: &Given) -> Option<String> {
    given
        .value('T')
        .map(str::to_owned)
        .or_else(|| io.ctx.env.get("TERM").cloned())
        .filter(|name| !name.is_empty())
}

pub(super) async fn clear(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        return answer(io, NCURSES);
    }
    let Some(name) = name(io, &given) else {
        return Err(said(io, "TERM environment variable not set.\n", 1).await);
    };
    let Some(terminal) = Terminal::named(&name) else {
        return Err(said(io, &format!("'{name}': unknown terminal type.\n"), 1).await);
    };
    let text = terminal.text("clear", &[]).unwrap_or_default();
    let kept = if given.has('x') { text.trim_end_matches("\x1b[3J") } else { &text };
    io.out.extend_from_slice(kept.as_bytes());
    Ok(i32::from(text.is_empty()))
}

/// The end of a program that says something without its name.
async fn said(io: &mut Io<'_>, text: &str, code: i32) -> End {
    say(&io.ctx.stderr, text.to_owned()).await;
    End::Code(code)
}

pub(super) async fn tput(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        return answer(io, NCURSES);
    }
    let Some(name) = name(io, &given) else {
        return Err(said(io, "tput: No value for $TERM and no -T specified\n", 2).await);
    };
    let Some(terminal) = Terminal::named(&name) else {
        return Err(said(io, &format!("tput: unknown terminal \"{name}\"\n"), 3).await);
    };
    if !given.has('S') {
        if given.operands.is_empty() {
            return Err(said(io, USAGE, 2).await);
        }
        return capability(io, &terminal, &given.operands).await;
    }
    let commands = match io.open("-").await? {
        Ok(mut input) => input.rest(io).await?,
        Err(reason) => return Err(io.fatal(reason).await),
    };
    let mut code = 0;
    for line in String::from_utf8_lossy(&commands).lines() {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            code = code.max(capability(io, &terminal, &words).await?);
        }
    }
    Ok(code)
}

async fn capability(io: &mut Io<'_>, terminal: &Terminal, words: &[String]) -> Worked {
    let name = words[0].as_str();
    if let Some(number) = terminal.number(name) {
        return answer(io, &number.to_string());
    }
    // Those that a terminal has or has not.
    if matches!(name, "am" | "km" | "mir" | "msgr" | "xenl" | "bce") {
        return Ok(i32::from(terminal.dumb && name != "am"));
    }
    let parameters: Vec<u32> = words[1..].iter().map(|word| word.parse().unwrap_or(0)).collect();
    match terminal.text(name, &parameters) {
        Some(text) => {
            io.out.extend_from_slice(text.as_bytes());
            Ok(0)
        }
        None if name == "colors" => answer(io, "-1"),
        None if Terminal { colors: 8, dumb: false }.text(name, &[]).is_some() => Ok(1),
        None => Err(said(io, &format!("tput: unknown terminfo capability '{name}'\n"), 4).await),
    }
}

const USAGE: &str = "\
Usage: tput [options] [command]

Options:
  -S <<       read commands from standard input
  -T TERM     use this instead of $TERM
  -V          print curses-version
  -x          do not try to clear scrollback

Commands:
  clear       clear the screen
  init        initialize the terminal
  reset       reinitialize the terminal
  capname     unlike clear/init/reset, print value for capability \"capname\"
";
