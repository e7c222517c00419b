//! `stty`: how a terminal treats what goes through it.

use std::fmt::Write as _;

use sandbox_fs::OpenFlags;
use sandbox_kernel::{Modes, Terminal, open};

use super::super::getopt::Given;
use super::super::quoting;
use super::super::text::tool::{Io, Worked};

/// Settings that our terminals have: name, what it is, how it is set.
type Setting = (&'static str, fn(&Modes) -> bool, fn(&mut Modes, bool));

const SETTINGS: &[Setting] = &[
    ("icrnl", |modes| modes.return_is_newline, |modes, is_on| modes.return_is_newline = is_on),
    ("opost", |modes| modes.newline_returns, |modes, is_on| modes.newline_returns = is_on),
    ("isig", |modes| modes.signals, |modes, is_on| modes.signals = is_on),
    ("icanon", |modes| modes.canonical, |modes, is_on| modes.canonical = is_on),
    ("echo", |modes| modes.echo, |modes, is_on| modes.echo = is_on),
];

/// Settings that are what they are, in the order of `stty -a`; those with a `-` are off.
const LINES: [&str; 5] = [
    "-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts",
    "-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr ICRNL ixon -ixoff",
    "-iuclc -ixany -imaxbel iutf8",
    "OPOST -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0",
    "ISIG ICANON iexten ECHO echoe echok -echonl -noflsh -xcase -tostop -echoprt\nechoctl echoke -flusho -extproc",
];

/// The keys that mean something.
const KEYS: &str = "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;";

/// Those of [`KEYS`] and other words that a value follows, which changes nothing here.
const WITH_VALUE: &[&str] = &[
    "intr", "quit", "erase", "kill", "eof", "eol", "eol2", "swtch", "start", "stop", "susp", "rprnt",
    "werase", "lnext", "discard", "min", "time", "ispeed", "ospeed", "line",
];

pub(in crate::programs) async fn stty(io: &mut Io<'_>, given: Given) -> Worked {
    let mut words = given.operands.into_iter().peekable();
    let mut device = None;
    let (mut all, mut saves) = (false, false);
    while let Some(word) = words.peek() {
        match word.as_str() {
            "-a" | "--all" => all = true,
            "-g" | "--save" => saves = true,
            "-F" | "--file" => {
                words.next();
                device = words.peek().cloned();
            }
            word if word.starts_with("--file=") => device = Some(word["--file=".len()..].to_owned()),
            _ => break,
        }
        words.next();
    }
    let terminal = match &device {
        None => io.ctx.stdin.description().and_then(|stdin| stdin.as_terminal().cloned()),
        Some(path) => match open(&io.run.process, &io.run.descriptors, path, OpenFlags::READ, 0) {
            Ok(opened) => opened.as_terminal().cloned(),
            Err(errno) => return Err(io.fatal(format!("{}: {errno}", quoting::name(path))).await),
        },
    };
    let Some(terminal) = terminal else {
        let shown = device.unwrap_or_else(|| "'standard input'".to_owned());
        return Err(io.fatal(format!("{shown}: Inappropriate ioctl for device")).await);
    };
    let mut modes = terminal.modes();
    let (mut columns, mut rows) = terminal.size();
    if words.peek().is_none() {
        let shown = match (all, saves) {
            (true, _) => everything(&terminal),
            (_, true) => saved(modes),
            _ => differences(modes),
        };
        io.out.extend(shown.bytes());
        return Ok(0);
    }
    while let Some(word) = words.next() {
        match word.as_str() {
            "size" => io.out.extend(format!("{rows} {columns}\n").bytes()),
            "speed" => io.out.extend_from_slice(b"38400\n"),
            "sane" => modes = Modes::default(),
            "raw" | "-cooked" => modes = Modes { echo: modes.echo, newline_returns: false, ..Modes::keys() },
            "cooked" | "-raw" => modes = Modes { echo: modes.echo, ..Modes::default() },
            "cbreak" => modes.canonical = false,
            "-cbreak" => modes.canonical = true,
            "nl" => (modes.return_is_newline, modes.newline_returns) = (false, false),
            "-nl" => (modes.return_is_newline, modes.newline_returns) = (true, true),
            "rows" | "cols" | "columns" => {
                let Some(value) = words.next().and_then(|value| value.parse().ok()) else {
                    return Err(io.misused(format!("missing argument to {}", quoting::name(&word))).await);
                };
                match word.as_str() {
                    "rows" => rows = value,
                    _ => columns = value,
                }
            }
            word if WITH_VALUE.contains(&word) => {
                if words.next().is_none() {
                    return Err(io.misused(format!("missing argument to {}", quoting::name(word))).await);
                }
            }
            word => {
                let (name, is_on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
                if let Some((.., set)) = SETTINGS.iter().find(|(known, ..)| *known == name) {
                    set(&mut modes, is_on);
                } else if name == "onlcr" {
                    modes.newline_returns = is_on;
                } else if let Some(before) = restored(word) {
                    modes = before;
                } else if !is_known(name) && word.parse::<u32>().is_err() {
                    return Err(io.misused(format!("invalid argument {}", quoting::name(word))).await);
                }
            }
        }
    }
    terminal.set_modes(modes);
    terminal.resize(columns, rows);
    Ok(0)
}

fn is_known(name: &str) -> bool {
    LINES.iter().flat_map(|line| line.split_whitespace()).any(|known| known.trim_start_matches('-') == name)
        || matches!(
            name,
            "crterase" | "crtkill" | "ctlecho" | "prterase" | "tabs" | "evenp" | "oddp" | "parity"
        )
}

/// `stty -a`
fn everything(terminal: &Terminal) -> String {
    let (columns, rows) = terminal.size();
    let modes = terminal.modes();
    let mut shown = format!("speed 38400 baud; rows {rows}; columns {columns}; line = 0;\n{KEYS}\n");
    for line in LINES {
        let mut line = line.to_owned();
        for (name, is_on, _) in SETTINGS {
            let sign = if is_on(&modes) { "" } else { "-" };
            line = line.replace(&name.to_ascii_uppercase(), &format!("{sign}{name}"));
        }
        shown.push_str(&line);
        shown.push('\n');
    }
    shown
}

/// What is not as usual.
fn differences(modes: Modes) -> String {
    let usual = Modes::default();
    let mut shown = String::from("speed 38400 baud; line = 0;\n");
    let off: Vec<String> = SETTINGS
        .iter()
        .filter(|(_, is_on, _)| is_on(&modes) != is_on(&usual))
        .map(|(name, ..)| format!("-{name}"))
        .collect();
    if !off.is_empty() {
        let _ = writeln!(shown, "{}", off.join(" "));
    }
    shown
}

/// The bits of `termios` behind our settings.
const ICRNL: u32 = 0x100;
const OPOST: u32 = 1;
const ISIG: u32 = 1;
const ICANON: u32 = 2;
const ECHO: u32 = 8;

/// `stty -g`
fn saved(modes: Modes) -> String {
    let bit = |is_on: bool, bit: u32| if is_on { bit } else { 0 };
    let input = 0x4400 | bit(modes.return_is_newline, ICRNL);
    let output = 4 | bit(modes.newline_returns, OPOST);
    let local = 0x8a30 | bit(modes.signals, ISIG) | bit(modes.canonical, ICANON) | bit(modes.echo, ECHO);
    format!(
        "{input:x}:{output:x}:bf:{local:x}:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0\n"
    )
}

/// What `stty -g` gave.
fn restored(word: &str) -> Option<Modes> {
    let mut numbers = word.split(':').map(|number| u32::from_str_radix(number, 16));
    let mut next = || numbers.next()?.ok();
    let (input, output, _control, local) = (next()?, next()?, next()?, next()?);
    next()?;
    Some(Modes {
        canonical: local & ICANON > 0,
        echo: local & ECHO > 0,
        signals: local & ISIG > 0,
        return_is_newline: input & ICRNL > 0,
        newline_returns: output & OPOST > 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_restored() {
        for modes in [Modes::default(), Modes::keys()] {
            assert_eq!(restored(saved(modes).trim()), Some(modes));
        }
        assert_eq!(restored("echo"), None);
        assert_eq!(differences(Modes::default()), "speed 38400 baud; line = 0;\n");
    }
}
