//! `df`: the sandbox's disk and its volume, each as a filesystem of its own size.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::{Namespace, StatFs};

use super::getopt::{Given, Known};
use super::quantity;
use super::usage;
use crate::limits::ROOT_DISK_BYTES;
use sandbox_kernel::VOLUME_DEVICE;

const KNOWN: Known = Known {
    letters: "aB:hHiklmPTvt:x:",
    long: &[
        ("all", 'a'),
        ("block-size", 'B'),
        ("human-readable", 'h'),
        ("si", 'H'),
        ("inodes", 'i'),
        ("local", 'l'),
        ("portability", 'P'),
        ("print-type", 'T'),
        ("total", 'c'),
        ("type", 't'),
        ("exclude-type", 'x'),
        ("no-sync", 'v'),
        ("sync", 'v'),
    ],
};

pub(super) struct Df;

/// How amounts are written.
#[derive(Clone, Copy)]
enum Unit {
    /// So many bytes each, rounded up.
    Blocks(u64),
    /// The largest unit that is a power of this.
    Human(f64),
}

struct Wish {
    unit: Unit,
    inodes: bool,
    posix: bool,
    types: bool,
    total: bool,
    only: Vec<String>,
    without: Vec<String>,
}

/// One filesystem.
struct Row {
    device: &'static str,
    kind: &'static str,
    size: u64,
    used: u64,
    mounted_on: String,
}

fn wish(given: &Given) -> std::result::Result<Wish, String> {
    let mut wish = Wish {
        unit: Unit::Blocks(1024),
        inodes: false,
        posix: false,
        types: false,
        total: false,
        only: Vec::new(),
        without: Vec::new(),
    };
    for (letter, value) in &given.options {
        match letter {
            'B' => match quantity::parse(value.trim_start_matches('-')).filter(|bytes| *bytes > 0) {
                Some(bytes) => wish.unit = Unit::Blocks(bytes),
                None => return Err(format!("invalid -B argument '{value}'")),
            },
            'h' => wish.unit = Unit::Human(1024.0),
            'H' => wish.unit = Unit::Human(1000.0),
            'k' => wish.unit = Unit::Blocks(1024),
            'm' => wish.unit = Unit::Blocks(1 << 20),
            'i' => wish.inodes = true,
            'P' => wish.posix = true,
            'T' => wish.types = true,
            'c' => wish.total = true,
            't' => wish.only.push(value.clone()),
            'x' => wish.without.push(value.clone()),
            _ => {}
        }
    }
    Ok(wish)
}

#[async_trait]
impl Builtin for Df {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        let given = match KNOWN.read(ctx.args) {
            Ok(given) => given,
            Err(problem) => return Ok(usage::error("df", problem)),
        };
        let wish = match wish(&given) {
            Ok(wish) => wish,
            Err(problem) => return Ok(ExecResult::err(format!("df: {problem}\n"), 1)),
        };
        let files = &run.files;
        let (mut found, mut problems) = (Vec::new(), String::new());
        if given.operands.is_empty() {
            found.extend(files.mounts().iter().filter_map(|mount| files.statfs(&mount.path).ok()));
        }
        for operand in &given.operands {
            match look(files, &ctx.cwd.join(operand).to_string_lossy()) {
                Ok(filesystem) => found.push(filesystem),
                Err(error) => problems.push_str(&format!("df: {operand}: {error}\n")),
            }
        }
        let is_wanted = |row: &Row| {
            (wish.only.is_empty() || wish.only.iter().any(|kind| kind == row.kind))
                && !wish.without.iter().any(|kind| kind == row.kind)
        };
        let rows: Vec<Row> =
            found.iter().map(|filesystem| Row::of(filesystem, wish.inodes)).filter(is_wanted).collect();
        if rows.is_empty() && problems.is_empty() {
            problems.push_str("df: no file systems processed\n");
        }
        let code = i32::from(!problems.is_empty());
        let mut result = ExecResult::err(problems, code);
        if !rows.is_empty() {
            result.stdout = table(&rows, &wish).into();
        }
        Ok(result)
    }
}

fn look(files: &Namespace, path: &str) -> std::result::Result<StatFs, sandbox_fs::FsError> {
    // What is not there is on no filesystem, whatever holds its directory.
    files.stat(path)?;
    files.statfs(path)
}

impl Row {
    fn of(filesystem: &StatFs, inodes: bool) -> Self {
        let is_root = filesystem.mount_path == "/";
        let (size, used) = match inodes {
            true => (filesystem.inode_limit.unwrap_or_default(), filesystem.inodes),
            false => (filesystem.capacity.unwrap_or(ROOT_DISK_BYTES), filesystem.used),
        };
        Row {
            device: if is_root { "overlay" } else { VOLUME_DEVICE },
            kind: if is_root { "overlay" } else { "ext4" },
            size,
            used,
            mounted_on: filesystem.mount_path.clone(),
        }
    }

    fn cells(&self, wish: &Wish) -> Vec<String> {
        let free = self.size.saturating_sub(self.used);
        let mut cells = vec![self.device.to_owned()];
        if wish.types {
            cells.push(self.kind.to_owned());
        }
        cells.extend([self.size, self.used, free].map(|amount| wish.amount(amount)));
        let all = self.used + free;
        cells.push(match all {
            0 => "-".to_owned(),
            _ => format!("{}%", (u128::from(self.used) * 100).div_ceil(u128::from(all))),
        });
        cells.push(self.mounted_on.clone());
        cells
    }
}

impl Wish {
    fn amount(&self, amount: u64) -> String {
        match self.unit {
            Unit::Human(power) => human(amount, power),
            Unit::Blocks(_) if self.inodes => amount.to_string(),
            Unit::Blocks(bytes) => amount.div_ceil(bytes).to_string(),
        }
    }

    fn head(&self) -> Vec<String> {
        let mut head = vec!["Filesystem".to_owned()];
        if self.types {
            head.push("Type".to_owned());
        }
        if self.inodes {
            head.extend(["Inodes", "IUsed", "IFree", "IUse%"].map(str::to_owned));
        } else {
            let size = match (self.unit, self.posix) {
                (Unit::Human(_), _) => "Size".to_owned(),
                (Unit::Blocks(bytes), true) => format!("{bytes}-blocks"),
                (Unit::Blocks(bytes), false) => format!("{}-blocks", unit_name(bytes)),
            };
            let free = if matches!(self.unit, Unit::Human(_)) && !self.posix { "Avail" } else { "Available" };
            let share = if self.posix { "Capacity" } else { "Use%" };
            head.extend([&size, "Used", free, share].map(str::to_owned));
        }
        head.push("Mounted on".to_owned());
        head
    }
}

/// `1K`, `1M`, `4K`, or the number of bytes where it is no round one.
fn unit_name(bytes: u64) -> String {
    for (letter, power) in [('G', 30), ('M', 20), ('K', 10)] {
        if bytes.is_multiple_of(1 << power) {
            return format!("{}{letter}", bytes >> power);
        }
    }
    format!("{bytes}B")
}

/// Columns as wide as their widest cell, and never narrower than those of the real one.
fn table(rows: &[Row], wish: &Wish) -> String {
    let mut lines = vec![wish.head()];
    lines.extend(rows.iter().map(|row| row.cells(wish)));
    if wish.total {
        let sum = |of: fn(&Row) -> u64| rows.iter().map(of).sum();
        let total = Row {
            device: "total",
            kind: "-",
            size: sum(|row| row.size),
            used: sum(|row| row.used),
            mounted_on: "-".to_owned(),
        };
        lines.push(total.cells(wish));
    }
    let is_text = |column: usize| column == 0 || wish.types && column == 1;
    let narrowest = |column: usize| match column {
        0 => 14,
        column if is_text(column) || column + 2 == lines[0].len() => 4,
        _ => 5,
    };
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or(0).max(narrowest(column)))
        .collect();
    let mut out = String::new();
    for line in &lines {
        for (column, cell) in line.iter().enumerate() {
            let width = widths[column];
            match column {
                _ if column + 1 == line.len() => out.push_str(cell),
                column if is_text(column) => out.push_str(&format!("{cell:<width$} ")),
                _ => out.push_str(&format!("{cell:>width$} ")),
            }
        }
        out.push('\n');
    }
    out
}

/// As coreutils: powers of 1024, one decimal below ten, rounded up.
pub(super) fn human_size(bytes: u64) -> String {
    human(bytes, 1024.0)
}

fn human(amount: u64, power: f64) -> String {
    const LETTERS: [&str; 6] = ["", "K", "M", "G", "T", "P"];
    let (mut size, mut unit) = (amount as f64, 0);
    while size >= power && unit + 1 < LETTERS.len() {
        size /= power;
        unit += 1;
    }
    // Powers of ten have a small k.
    let letter = if unit == 1 && power < 1024.0 { "k" } else { LETTERS[unit] };
    let tenths = (size * 10.0).ceil();
    if unit > 0 && tenths < 100.0 {
        return format!("{:.1}{letter}", tenths / 10.0);
    }
    format!("{:.0}{letter}", size.ceil())
}

#[cfg(test)]
mod tests {
    use super::{human, human_size};

    #[test]
    fn sizes_read_like_coreutils() {
        for (bytes, text) in [
            (0, "0"),
            (512, "512"),
            (1024, "1.0K"),
            (1 << 30, "1.0G"),
            (10 << 30, "10G"),
            ((1 << 30) + 1, "1.1G"),
            (10_238, "10K"),
        ] {
            assert_eq!(human_size(bytes), text);
        }
        assert_eq!(human(1_500, 1000.0), "1.5k");
    }
}
