//! The sequences of our terminals: those of `xterm-256color`.

pub(in crate::programs) const CLEAR: &str = "\x1b[H\x1b[2J";
pub(in crate::programs) const HOME: &str = "\x1b[H";
pub(in crate::programs) const ALTERNATE_SCREEN: &str = "\x1b[?1049h\x1b[22;0;0t";
pub(in crate::programs) const MAIN_SCREEN: &str = "\x1b[?1049l\x1b[23;0;0t";
pub(in crate::programs) const REVERSE: &str = "\x1b[7m";
pub(in crate::programs) const PLAIN: &str = "\x1b(B\x1b[m";

/// A capability that takes no arguments.
pub(super) fn fixed(name: &str) -> Option<&'static str> {
    Some(match name {
        "bel" => "\x07",
        "blink" => "\x1b[5m",
        "bold" => "\x1b[1m",
        "civis" => "\x1b[?25l",
        "clear" => CLEAR,
        "cnorm" => "\x1b[?12l\x1b[?25h",
        "cr" => "\r",
        "cub1" => "\x08",
        "cud1" => "\n",
        "cuf1" => "\x1b[C",
        "cuu1" => "\x1b[A",
        "cvvis" => "\x1b[?12;25h",
        "dch1" => "\x1b[P",
        "dim" => "\x1b[2m",
        "dl1" => "\x1b[M",
        "ed" => "\x1b[J",
        "el" => "\x1b[K",
        "el1" => "\x1b[1K",
        "home" => HOME,
        "ich1" => "\x1b[@",
        "il1" => "\x1b[L",
        "ind" => "\n",
        "invis" => "\x1b[8m",
        "kbs" => "\x7f",
        "kcub1" => "\x1bOD",
        "kcud1" => "\x1bOB",
        "kcuf1" => "\x1bOC",
        "kcuu1" => "\x1bOA",
        "kdch1" => "\x1b[3~",
        "kend" => "\x1bOF",
        "khome" => "\x1bOH",
        "knp" => "\x1b[6~",
        "kpp" => "\x1b[5~",
        "op" => "\x1b[39;49m",
        "rc" => "\x1b8",
        "rev" | "smso" => REVERSE,
        "ri" => "\x1bM",
        "ritm" => "\x1b[23m",
        "rmcup" => MAIN_SCREEN,
        "rmkx" => "\x1b[?1l\x1b>",
        "rmso" => "\x1b[27m",
        "rmul" => "\x1b[24m",
        "sc" => "\x1b7",
        "sgr0" => PLAIN,
        "sitm" => "\x1b[3m",
        "smcup" => ALTERNATE_SCREEN,
        "smkx" => "\x1b[?1h\x1b=",
        "smul" => "\x1b[4m",
        _ => return None,
    })
}

/// A capability that takes numbers.
pub(super) fn with_numbers(name: &str, first: u32, second: u32) -> Option<String> {
    Some(match name {
        "cub" => format!("\x1b[{first}D"),
        "cud" => format!("\x1b[{first}B"),
        "cuf" => format!("\x1b[{first}C"),
        "cup" => format!("\x1b[{};{}H", first.saturating_add(1), second.saturating_add(1)),
        "cuu" => format!("\x1b[{first}A"),
        "dch" => format!("\x1b[{first}P"),
        "dl" => format!("\x1b[{first}M"),
        "ech" => format!("\x1b[{first}X"),
        "hpa" => format!("\x1b[{}G", first.saturating_add(1)),
        "ich" => format!("\x1b[{first}@"),
        "il" => format!("\x1b[{first}L"),
        "setab" => colour(first, 40, 100, 48),
        "setaf" => colour(first, 30, 90, 38),
        "vpa" => format!("\x1b[{}d", first.saturating_add(1)),
        _ => return None,
    })
}

fn colour(number: u32, dark: u32, bright: u32, any: u32) -> String {
    match number {
        0..8 => format!("\x1b[{}m", dark + number),
        8..16 => format!("\x1b[{}m", bright + number - 8),
        number => format!("\x1b[{any};5;{number}m"),
    }
}
