//! `ps`: the sandbox's processes.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};

use super::listing::{Row, rows};
use super::{no_surroundings, surroundings};

pub(super) struct Ps;

/// What a line shows.
enum Layout {
    /// `ps`: pid, terminal, time, command name.
    Short,
    /// `ps aux`.
    User,
    /// `ps -ef`.
    Full,
    /// `ps -o a,b`: the columns with their headers.
    Columns(Vec<(String, String)>),
}

struct Wish {
    layout: Layout,
    pids: Option<Vec<u32>>,
}

#[async_trait]
impl Builtin for Ps {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(ExecResult::err(format!("error: {problem}\n"), 1)),
        };
        let asked = |row: &&Row| wish.pids.as_ref().is_none_or(|pids| pids.contains(&row.pid));
        let all = rows(&run, &format!("ps {}", ctx.args.join(" ")));
        let shown: Vec<&Row> = all.iter().filter(asked).collect();
        let code = i32::from(shown.is_empty());
        Ok(ExecResult::with_code(render(&wish.layout, &shown), code))
    }
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let mut wish = Wish { layout: Layout::Short, pids: None };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (dashed, letters) = match arg.strip_prefix('-') {
            Some(letters) => (true, letters),
            None => (false, arg.as_str()),
        };
        match letters {
            "p" | "q" | "-pid" => {
                let value = args.next().ok_or("list of process IDs must follow -p")?;
                let pids = value.split([',', ' ']).map(str::parse).collect::<std::result::Result<_, _>>();
                wish.pids = Some(pids.map_err(|_| "process ID list syntax error")?);
            }
            "o" | "eo" | "Ao" | "-format" => {
                let value = args.next().ok_or("format specification must follow -o")?;
                wish.layout = Layout::Columns(columns(value)?);
            }
            _ if letters.chars().all(|letter| "aAdefhjluwxFH".contains(letter)) && !letters.is_empty() => {
                if letters.contains('f') && dashed || letters.contains('F') {
                    wish.layout = Layout::Full;
                } else if letters.contains('u') && !dashed {
                    wish.layout = Layout::User;
                }
            }
            _ => return Err("unsupported option (BSD syntax)".to_owned()),
        }
    }
    Ok(wish)
}

fn columns(list: &str) -> std::result::Result<Vec<(String, String)>, String> {
    list.split(',')
        .map(|column| {
            let (name, header) = match column.split_once('=') {
                Some((name, header)) => (name, header.to_owned()),
                None => (
                    column,
                    header(column)
                        .ok_or_else(|| format!("unknown user-defined format specifier \"{column}\""))?
                        .to_owned(),
                ),
            };
            Ok((name.to_owned(), header))
        })
        .collect()
}

fn header(column: &str) -> Option<&'static str> {
    Some(match column {
        "pid" => "PID",
        "ppid" => "PPID",
        "user" | "ruser" | "euser" => "USER",
        "uid" => "UID",
        "comm" | "cmd" | "args" | "command" => {
            if column == "cmd" {
                "CMD"
            } else {
                "COMMAND"
            }
        }
        "stat" | "state" => "STAT",
        "etime" => "ELAPSED",
        "etimes" => "ELAPSED",
        "time" => "TIME",
        "tty" | "tt" => "TT",
        "pcpu" | "%cpu" => "%CPU",
        "pmem" | "%mem" => "%MEM",
        "rss" => "RSS",
        "vsz" => "VSZ",
        "lstart" | "start" => "STARTED",
        _ => return None,
    })
}

fn cell(row: &Row, column: &str) -> String {
    match column {
        "pid" => row.pid.to_string(),
        "ppid" => row.parent.to_string(),
        "uid" | "rss" | "vsz" => "0".to_owned(),
        "comm" => row.name().to_owned(),
        "cmd" | "args" | "command" => row.command.clone(),
        "stat" | "state" => row.state().to_owned(),
        "etime" => row.elapsed(),
        "etimes" => row.seconds.to_string(),
        "time" => "00:00:00".to_owned(),
        "tty" | "tt" => "?".to_owned(),
        "pcpu" | "%cpu" | "pmem" | "%mem" => "0.0".to_owned(),
        "lstart" | "start" => row.clock.clone(),
        _ => "root".to_owned(),
    }
}

fn render(layout: &Layout, rows: &[&Row]) -> String {
    let mut out = String::new();
    match layout {
        Layout::Short => {
            out.push_str("    PID TTY          TIME CMD\n");
            for row in rows {
                out.push_str(&format!("{:>7} ?        00:00:00 {}\n", row.pid, row.name()));
            }
        }
        Layout::User => {
            out.push_str("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
            for row in rows {
                out.push_str(&format!(
                    "root     {:>7}  0.0  0.0      0     0 ?        {:<4} {}   0:00 {}\n",
                    row.pid,
                    row.state(),
                    row.clock,
                    row.command
                ));
            }
        }
        Layout::Full => {
            out.push_str("UID          PID    PPID  C STIME TTY          TIME CMD\n");
            for row in rows {
                out.push_str(&format!(
                    "root     {:>7} {:>7}  0 {} ?        00:00:00 {}\n",
                    row.pid, row.parent, row.clock, row.command
                ));
            }
        }
        Layout::Columns(columns) => table(&mut out, columns, rows),
    }
    out
}

fn table(out: &mut String, columns: &[(String, String)], rows: &[&Row]) {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|(name, _)| cell(row, name)).collect()).collect();
    let headers: Vec<String> = columns.iter().map(|(_, header)| header.clone()).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| cells.iter().map(|line| line[at].len()).chain([headers[at].len()]).max().unwrap_or(0))
        .collect();
    let has_header = headers.iter().any(|header| !header.is_empty());
    for line in has_header.then_some(&headers).into_iter().chain(&cells) {
        for (at, text) in line.iter().enumerate() {
            let last = at + 1 == line.len();
            let number =
                matches!(columns[at].0.as_str(), "pid" | "ppid" | "uid" | "etimes" | "etime" | "rss" | "vsz");
            match (number, last) {
                (true, _) => out.push_str(&format!("{text:>width$}", width = widths[at])),
                (false, true) => out.push_str(text),
                (false, false) => out.push_str(&format!("{text:<width$}", width = widths[at])),
            }
            if !last {
                out.push(' ');
            }
        }
        out.push('\n');
    }
}
