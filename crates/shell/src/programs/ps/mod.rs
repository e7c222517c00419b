//! `ps`: the sandbox's processes, as that of procps shows them.

mod columns;
mod options;

use async_trait::async_trait;

use super::command::{Builtin, BuiltinContext, ExecResult, Result};
use super::listing::{Row, rows};
use columns::{Column, Now, line, parse};
use options::{Wish, wish};

pub(super) struct Ps;

/// What follows a complaint.
const USAGE: &str = "
Usage:
 ps [options]

 Try 'ps --help <simple|list|output|threads|misc|all>'
  or 'ps --help <s|l|o|t|m|a>'
 for additional help text.

For more details see ps(1).
";

#[async_trait]
impl Builtin for Ps {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        if ctx.args.iter().any(|arg| matches!(arg.as_str(), "--version" | "-V" | "V")) {
            return Ok(ExecResult::ok("ps from procps-ng 4.0.2\n"));
        }
        let complaint = |problem: String| ExecResult::err(format!("error: {problem}\n{USAGE}"), 1);
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(complaint(problem)),
        };
        let parsed: std::result::Result<Vec<_>, _> = wish.columns.iter().map(|list| parse(list)).collect();
        let columns: Vec<Column> = match parsed {
            Ok(lists) => lists.into_iter().flatten().collect(),
            Err(problem) => return Ok(complaint(problem)),
        };
        let mut shown = rows(&ctx.run);
        shown.retain(|row| wish.wants(row));
        if let Err(problem) = sort(&mut shown, wish.sort.as_deref()) {
            return Ok(complaint(problem));
        }
        let code = i32::from(shown.is_empty());
        Ok(ExecResult::with_code(render(&wish, &columns, &shown, &Now(ctx.run.now().as_secs())), code))
    }
}

/// Sorts by keys such as `-pid,comm`.
fn sort(rows: &mut [Row], keys: Option<&str>) -> std::result::Result<(), String> {
    for key in keys.unwrap_or_default().split(',').rev().filter(|key| !key.is_empty()) {
        let (descends, name) = match key.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, key.trim_start_matches('+')),
        };
        let columns = parse(name).map_err(|_| format!("unknown sort specifier: {name}"))?;
        let now = Now(0);
        let key = |row: &Row| {
            let text = columns.first().map(|column| column.show(row, &now)).unwrap_or_default();
            (text.parse::<f64>().unwrap_or_default(), text)
        };
        rows.sort_by(|a, b| {
            let (a, b) = (key(a), key(b));
            let order = a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            if descends { order.reverse() } else { order }
        });
    }
    Ok(())
}

fn render(wish: &Wish, columns: &[Column], rows: &[Row], now: &Now) -> String {
    let mut out = String::new();
    if wish.headers && columns.iter().any(|column| !column.header.is_empty()) {
        out.push_str(&line(columns, columns.iter().map(|column| column.header.as_str())));
    }
    let order = if wish.forest { tree(rows) } else { rows.iter().map(|row| (0, row)).collect() };
    for (depth, row) in order {
        let branch = if depth > 0 { format!("{}\\_ ", " ".repeat(depth * 4 - 3)) } else { String::new() };
        let cells: Vec<String> = columns
            .iter()
            .map(|column| match column.is_command() {
                true => branch.clone() + &column.show(row, now),
                false => column.show(row, now),
            })
            .collect();
        out.push_str(&line(columns, cells.iter().map(String::as_str)));
    }
    out
}

/// Each process after its parent, with how deep it is.
fn tree(rows: &[Row]) -> Vec<(usize, &Row)> {
    let is_root = |row: &Row| !rows.iter().any(|parent| parent.pid == row.parent);
    let mut waiting: Vec<(usize, &Row)> =
        rows.iter().rev().filter(|row| is_root(row)).map(|row| (0, row)).collect();
    let mut order = Vec::new();
    while let Some((depth, row)) = waiting.pop() {
        order.push((depth, row));
        let children = rows.iter().rev().filter(|child| child.parent == row.pid);
        waiting.extend(children.map(|child| (depth + 1, child)));
    }
    order
}
