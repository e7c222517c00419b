//! The columns of `ps`: what they are called, how wide they are, what they show.

use super::super::date::{Zone, formatted};
use super::super::listing::Row;

/// One column.
pub(super) struct Column {
    pub(super) header: String,
    width: usize,
    right: bool,
    is_command: bool,
    cell: fn(&Row, &Now) -> String,
}

/// The moment that a listing shows.
pub(super) struct Now(pub(super) i64);

type Kind = (&'static str, &'static str, usize, bool, fn(&Row, &Now) -> String);

const KINDS: &[Kind] = &[
    ("pid", "PID", 7, true, |row, _| row.pid.to_string()),
    ("tgid", "TGID", 7, true, |row, _| row.pid.to_string()),
    ("lwp", "LWP", 7, true, |row, _| row.pid.to_string()),
    ("ppid", "PPID", 7, true, |row, _| row.parent.to_string()),
    ("pgid", "PGID", 7, true, |row, _| row.group.to_string()),
    ("pgrp", "PGRP", 7, true, |row, _| row.group.to_string()),
    ("sid", "SID", 7, true, |row, _| row.session.to_string()),
    ("sess", "SESS", 7, true, |row, _| row.session.to_string()),
    ("tpgid", "TPGID", 7, true, |_, _| "-1".to_owned()),
    ("user", "USER", 8, false, |row, _| row.user.clone()),
    ("euser", "EUSER", 8, false, |row, _| row.user.clone()),
    ("ruser", "RUSER", 8, false, |row, _| row.user.clone()),
    ("uname", "USER", 8, false, |row, _| row.user.clone()),
    ("uid_hack", "UID", 8, false, |row, _| row.user.clone()),
    ("uid", "UID", 5, true, |row, _| row.uid.to_string()),
    ("euid", "EUID", 5, true, |row, _| row.uid.to_string()),
    ("ruid", "RUID", 5, true, |row, _| row.uid.to_string()),
    ("pcpu", "%CPU", 4, true, |_, _| "0.0".to_owned()),
    ("%cpu", "%CPU", 4, true, |_, _| "0.0".to_owned()),
    ("pmem", "%MEM", 4, true, |_, _| "0.0".to_owned()),
    ("%mem", "%MEM", 4, true, |_, _| "0.0".to_owned()),
    ("vsz", "VSZ", 6, true, |_, _| "0".to_owned()),
    ("vsize", "VSZ", 6, true, |_, _| "0".to_owned()),
    ("rss", "RSS", 5, true, |_, _| "0".to_owned()),
    ("rssize", "RSS", 5, true, |_, _| "0".to_owned()),
    ("sz", "SZ", 5, true, |_, _| "0".to_owned()),
    ("tname", "TTY", 8, false, |_, _| "?".to_owned()),
    ("tty", "TT", 8, false, |_, _| "?".to_owned()),
    ("tt", "TT", 8, false, |_, _| "?".to_owned()),
    ("stat", "STAT", 4, false, |row, _| row.stat()),
    ("state", "S", 1, false, |row, _| row.state().to_string()),
    ("s", "S", 1, false, |row, _| row.state().to_string()),
    ("f", "F", 1, true, |_, _| "4".to_owned()),
    ("flag", "F", 1, true, |_, _| "4".to_owned()),
    ("c", "C", 2, true, |_, _| "0".to_owned()),
    ("pri", "PRI", 3, true, |_, _| "19".to_owned()),
    ("opri", "PRI", 3, true, |_, _| "80".to_owned()),
    ("ni", "NI", 3, true, |_, _| "0".to_owned()),
    ("nice", "NI", 3, true, |_, _| "0".to_owned()),
    ("psr", "PSR", 3, true, |_, _| "0".to_owned()),
    ("nlwp", "NLWP", 4, true, |_, _| "1".to_owned()),
    ("thcount", "THCNT", 5, true, |_, _| "1".to_owned()),
    ("addr", "ADDR", 1, false, |_, _| "-".to_owned()),
    ("wchan", "WCHAN", 6, false, |_, _| "-".to_owned()),
    ("start", "STARTED", 8, true, start),
    ("start_time", "START", 5, false, short_start),
    ("bsdstart", "START", 6, true, short_start),
    ("stime", "STIME", 5, false, short_start),
    ("lstart", "STARTED", 24, true, |row, _| long_start(row)),
    ("etime", "ELAPSED", 11, true, |row, _| elapsed(row.seconds)),
    ("etimes", "ELAPSED", 7, true, |row, _| row.seconds.to_string()),
    ("time", "TIME", 8, true, |_, _| "00:00:00".to_owned()),
    ("cputime", "TIME", 8, true, |_, _| "00:00:00".to_owned()),
    ("bsdtime", "TIME", 6, true, |_, _| "0:00".to_owned()),
    ("comm", "COMMAND", 15, false, |row, _| row.name()),
    ("ucmd", "CMD", 15, false, |row, _| row.name()),
    ("ucomm", "COMMAND", 15, false, |row, _| row.name()),
    ("args", "COMMAND", 27, false, |row, _| row.command()),
    ("command", "COMMAND", 27, false, |row, _| row.command()),
    ("cmd", "CMD", 27, false, |row, _| row.command()),
];

/// The columns that a list names: `pid,user:20,comm=NAME`.
pub(super) fn parse(list: &str) -> Result<Vec<Column>, String> {
    let words = list.split([',', ' ']).filter(|word| !word.is_empty());
    let columns: Vec<Column> = words.map(column).collect::<Result<_, _>>()?;
    if columns.is_empty() { Err("empty format list".to_owned()) } else { Ok(columns) }
}

fn column(word: &str) -> Result<Column, String> {
    let (name, header) = word.split_once('=').map_or((word, None), |(name, header)| (name, Some(header)));
    let (name, asked) = name.split_once(':').map_or((name, None), |(name, width)| (name, Some(width)));
    let unknown = || format!("unknown user-defined format specifier \"{word}\"");
    let (_, known, width, right, cell) = KINDS.iter().find(|(kind, ..)| *kind == name).ok_or_else(unknown)?;
    let header = header.unwrap_or(known).to_owned();
    let width = match asked {
        Some(digits) => {
            digits.parse::<usize>().ok().filter(|width| (1..1000).contains(width)).ok_or_else(unknown)?
        }
        None => (*width).max(header.len()),
    };
    let is_command = matches!(name, "comm" | "ucmd" | "ucomm" | "args" | "command" | "cmd");
    Ok(Column { header, width, right: *right, is_command, cell: *cell })
}

impl Column {
    /// What it shows of a process.
    pub(super) fn show(&self, row: &Row, now: &Now) -> String {
        (self.cell)(row, now)
    }

    /// Whether it shows a command, which a tree is drawn before.
    pub(super) fn is_command(&self) -> bool {
        self.is_command
    }
}

/// A line of cells. The last one is not filled up.
pub(super) fn line<'a>(columns: &[Column], cells: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (at, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let width = column.width;
        match (column.right, at + 1 == columns.len()) {
            (true, _) => out.push_str(&format!("{cell:>width$}")),
            (false, true) => out.push_str(cell),
            (false, false) => out.push_str(&format!("{cell:<width$}")),
        }
    }
    out.push('\n');
    out
}

/// How long it has been running, as `[[dd-]hh:]mm:ss`.
fn elapsed(seconds: u64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let rest = format!("{:02}:{:02}", seconds / 60 % 60, seconds % 60);
    match (days, hours) {
        (0, 0) => rest,
        (0, hours) => format!("{hours:02}:{rest}"),
        (days, hours) => format!("{days}-{hours:02}:{rest}"),
    }
}

const DAY: i64 = 86_400;

fn short_start(row: &Row, now: &Now) -> String {
    let format = if now.0 - row.started.as_secs() < DAY { "%H:%M" } else { "%b%d" };
    formatted(format, row.started, &Zone::utc())
}

fn start(row: &Row, now: &Now) -> String {
    let format = if now.0 - row.started.as_secs() < DAY { "%H:%M:%S" } else { "  %b %d" };
    formatted(format, row.started, &Zone::utc())
}

fn long_start(row: &Row) -> String {
    formatted("%a %b %e %H:%M:%S %Y", row.started, &Zone::utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_columns_are_read() {
        let headers = |list: &str| {
            parse(list).map(|columns| columns.into_iter().map(|column| column.header).collect::<Vec<_>>())
        };
        assert_eq!(headers("pid,comm"), Ok(vec!["PID".to_owned(), "COMMAND".to_owned()]));
        assert_eq!(headers("pid="), Ok(vec![String::new()]));
        assert_eq!(headers("pid=N,uid:3"), Ok(vec!["N".to_owned(), "UID".to_owned()]));
        assert_eq!(headers("nope"), Err("unknown user-defined format specifier \"nope\"".to_owned()));
    }

    #[test]
    fn times_are_told() {
        assert_eq!([59, 3600, 90_061].map(elapsed), ["00:59", "01:00:00", "1-01:01:01"]);
    }
}
