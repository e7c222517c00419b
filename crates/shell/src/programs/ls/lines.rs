//! The lines of `ls`.

use std::fmt::Write as _;

use sandbox_fs::{Kind, Stat, Timestamp};

use super::options::{Format, Marks, Options, Time};
use crate::programs::command::Run;
use crate::programs::date::formatted;
use crate::programs::inode::{Names, kind_letter, letters};

/// One name of a listing.
pub(super) struct Item {
    /// The name as it was given or found.
    pub(super) shown: String,
    /// Its absolute path.
    pub(super) path: String,
    pub(super) stat: Stat,
}

/// Half a year: older files show their year instead of the time of day.
const RECENT: i64 = 31_556_952 / 2;

/// Everything that is written, with the places of the names in it (`--dired`).
#[derive(Default)]
pub(super) struct Text {
    /// What is not yet handed over.
    pub(super) out: String,
    /// How much was handed over.
    pub(super) before: usize,
    pub(super) names: Vec<(usize, usize)>,
    pub(super) titles: Vec<(usize, usize)>,
}

impl Text {
    /// Where the next byte will stand.
    pub(super) fn at(&self) -> usize {
        self.before + self.out.len()
    }
}

/// Writes the lines of `items`, with a total before them for the contents of a directory.
pub(super) fn write(text: &mut Text, run: &Run, options: &Options, items: &[Item], with_total: bool) {
    let is_long = options.format == Format::Long;
    if with_total && (is_long || options.blocks) {
        let blocks: u64 = items.iter().map(Item::blocks).sum();
        let indent = if options.dired { "  " } else { "" };
        let _ = write!(text.out, "{indent}total {}{}", options.block_unit.show(blocks * 512), options.end);
    }
    if items.is_empty() {
        return;
    }
    let names: Vec<String> = written_names(options, items);
    let inode_width = items.iter().map(|item| item.inode().len()).max().unwrap_or(0);
    let shown_blocks = |item: &Item| options.block_unit.show(item.blocks() * 512);
    let block_width = items.iter().map(|item| shown_blocks(item).len()).max().unwrap_or(0);
    let front = |item: &Item| {
        let mut front = String::new();
        let padded = options.format != Format::Commas;
        if options.inode {
            let width = if padded { inode_width } else { 0 };
            let _ = write!(front, "{:>width$} ", item.inode());
        }
        if options.blocks {
            let width = if padded { block_width } else { 0 };
            let _ = write!(front, "{:>width$} ", shown_blocks(item));
        }
        if options.context && !is_long {
            front.push_str("? ");
        }
        front
    };
    if is_long {
        return long_lines(text, run, options, items, &names, front);
    }
    let cells: Vec<String> = items
        .iter()
        .zip(&names)
        .map(|(item, name)| format!("{}{name}{}", front(item), item.mark(options)))
        .collect();
    match options.format {
        Format::Single | Format::Long => {
            for cell in &cells {
                let _ = write!(text.out, "{cell}{}", options.end);
            }
        }
        Format::Commas => joined(&mut text.out, options, &cells, ','),
        Format::Vertical | Format::Horizontal if options.width == 0 => {
            joined(&mut text.out, options, &cells, ' ');
        }
        Format::Vertical | Format::Horizontal => columns(&mut text.out, options, &cells),
    }
}

fn written_names(options: &Options, items: &[Item]) -> Vec<String> {
    let masked = |name: String| -> String {
        if !options.masks {
            return name;
        }
        name.bytes().map(|byte| if matches!(byte, b' '..=b'~') { char::from(byte) } else { '?' }).collect()
    };
    let mut names: Vec<String> = items.iter().map(|item| masked(options.style.write(&item.shown))).collect();
    let in_columns = options.format == Format::Long
        || options.width > 0 && matches!(options.format, Format::Vertical | Format::Horizontal);
    let is_quoted = |item: &Item, name: &str| *name != *item.shown;
    if in_columns
        && options.style.aligns()
        && items.iter().zip(&names).any(|(item, name)| is_quoted(item, name))
    {
        for (item, name) in items.iter().zip(&mut names) {
            if !is_quoted(item, name) {
                name.insert(0, ' ');
            }
        }
    }
    names
}

fn long_lines(
    text: &mut Text,
    run: &Run,
    options: &Options,
    items: &[Item],
    names: &[String],
    front: impl Fn(&Item) -> String,
) {
    let owners = (Names::read(run, "/etc/passwd"), Names::read(run, "/etc/group"));
    let device_width = |at: fn(&(u32, u32)) -> u32| {
        let devices = items.iter().filter(|item| item.stat.kind == Kind::Device);
        devices.map(|item| at(&item.stat.rdev).to_string().len()).max().unwrap_or(0)
    };
    let device_widths = (device_width(|device| device.0), device_width(|device| device.1));
    let rows: Vec<Vec<(String, bool)>> =
        items.iter().map(|item| cells(run, options, item, &owners, device_widths)).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].0.len()).max().unwrap_or(0);
    let widths: Vec<usize> = rows.first().map(|row| (0..row.len()).map(width).collect()).unwrap_or_default();
    for ((item, row), name) in items.iter().zip(&rows).zip(names) {
        if options.dired {
            text.out.push_str("  ");
        }
        text.out.push_str(&front(item));
        for ((cell, is_word), width) in row.iter().zip(&widths) {
            let _ = match is_word {
                true => write!(text.out, "{cell:<width$} "),
                false => write!(text.out, "{cell:>width$} "),
            };
        }
        let begin = text.at();
        text.out.push_str(name);
        let end = text.at();
        text.names.push((begin, end));
        if item.stat.kind == Kind::Symlink
            && let Ok(target) = run.files.read_link(&item.path)
        {
            let _ = write!(text.out, " -> {}", options.style.write(&target));
            if options.marks > Marks::Slash
                && let Ok(stat) = run.files.stat(&item.path)
            {
                text.out.push_str(mark(options, &stat));
            }
        } else {
            text.out.push_str(item.mark(options));
        }
        text.out.push(options.end);
    }
}

/// The columns before a name, and whether each stands at the left.
fn cells(
    run: &Run,
    options: &Options,
    item: &Item,
    owners: &(Names, Names),
    device_widths: (usize, usize),
) -> Vec<(String, bool)> {
    let stat = &item.stat;
    let (links, uid, gid, time) = (stat.nlink, stat.uid, stat.gid, time_of(options.time, stat));
    let mode = letters(kind_letter(stat.kind), stat.mode);
    let size = match (stat.kind, stat.rdev) {
        (Kind::Device, (major, minor)) => {
            format!("{major:>0$}, {minor:>1$}", device_widths.0, device_widths.1)
        }
        _ => options.size_unit.show(stat.size),
    };
    let name = |names: &Names, id: u32| if options.numeric { id.to_string() } else { names.name(id) };
    let mut row = vec![(mode, true), (links.to_string(), false)];
    let is_word = !options.numeric;
    if options.owner {
        row.push((name(&owners.0, uid), is_word));
    }
    if options.group {
        row.push((name(&owners.1, gid), is_word));
    }
    if options.author {
        row.push((name(&owners.0, uid), is_word));
    }
    if options.context {
        row.push(("?".to_owned(), true));
    }
    row.push((size, false));
    let age = run.host.now().0 - time.0;
    let is_recent = (0..RECENT * 1_000_000_000).contains(&age);
    let style = &options.time_style;
    let format = if is_recent { &style.recent } else { &style.old };
    row.push((formatted(format, time, &options.zone), false));
    row
}

/// The time of a file that is meant.
pub(super) fn time_of(time: Time, stat: &Stat) -> Timestamp {
    match time {
        Time::Modified => stat.mtime,
        Time::Accessed => stat.atime,
        Time::Changed => stat.ctime,
        Time::Born => stat.btime,
    }
}

/// How wide a name is: bytes that cannot be printed have no width.
pub(super) fn width(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b' '..=b'~')).count()
}

/// One after another with `separator` between, on lines that are not too long.
fn joined(out: &mut String, options: &Options, cells: &[String], separator: char) {
    let mut at = 0;
    for (index, cell) in cells.iter().enumerate() {
        let width = if options.width == 0 { 0 } else { width(cell) };
        if index > 0 {
            out.push(separator);
            if options.width == 0 || at + width + 2 < options.width {
                at += 2;
                out.push(' ');
            } else {
                at = 0;
                out.push(options.end);
            }
        }
        out.push_str(cell);
        at += width;
    }
    out.push(options.end);
}

/// In as many columns as fit.
fn columns(out: &mut String, options: &Options, cells: &[String]) {
    const LEAST: usize = 3;
    let widths: Vec<usize> = cells.iter().map(|cell| width(cell)).collect();
    let down = options.format == Format::Vertical;
    let most = (options.width / LEAST).clamp(1, cells.len());
    let fitted = (1..=most).rev().find_map(|count| {
        let rows = cells.len().div_ceil(count);
        let mut fitted = vec![LEAST; count];
        for (index, width) in widths.iter().enumerate() {
            let column = if down { index / rows } else { index % count };
            let gap = if column + 1 == count { 0 } else { 2 };
            fitted[column] = fitted[column].max(width + gap);
        }
        (fitted.iter().sum::<usize>() < options.width).then_some(fitted)
    });
    let fitted = fitted.unwrap_or_else(|| vec![0]);
    let rows = cells.len().div_ceil(fitted.len());
    for row in 0..rows {
        let mut at = 0;
        let mut begin = 0;
        for (column, space) in fitted.iter().enumerate() {
            let index = if down { column * rows + row } else { row * fitted.len() + column };
            let Some(cell) = cells.get(index) else { break };
            indent(out, at, begin, options.tab);
            out.push_str(cell);
            at = begin + widths[index];
            begin += space;
        }
        out.push(options.end);
    }
}

/// Goes from one column of the line to another, with tabs where they help.
fn indent(out: &mut String, mut from: usize, to: usize, tab: usize) {
    while from < to {
        if tab > 0 && to / tab > (from + 1) / tab {
            out.push('\t');
            from += tab - from % tab;
        } else {
            out.push(' ');
            from += 1;
        }
    }
}

fn mark(options: &Options, stat: &Stat) -> &'static str {
    match (options.marks, stat.kind) {
        (Marks::None, _) => "",
        (_, Kind::Directory) => "/",
        (Marks::FileType | Marks::Classify, Kind::Symlink) => "@",
        (Marks::FileType | Marks::Classify, Kind::Fifo) => "|",
        (Marks::Classify, Kind::File) if stat.mode & 0o111 != 0 => "*",
        _ => "",
    }
}

impl Item {
    fn blocks(&self) -> u64 {
        self.stat.blocks
    }

    fn inode(&self) -> String {
        self.stat.ino.to_string()
    }

    fn mark(&self, options: &Options) -> &'static str {
        mark(options, &self.stat)
    }
}
