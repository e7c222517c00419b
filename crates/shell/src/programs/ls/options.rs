//! The options of `ls`.

use std::collections::BTreeMap;

use super::quoting::Style;
use crate::programs::block_size::BlockSize;
use crate::programs::date::Zone;
use crate::programs::getopt::{Given, Known};
use crate::programs::quoting::value;

pub(super) const KNOWN: Known = Known {
    letters: "abcdfghiklmnopqrstuvw:xABCDFGHI:LNQRST:UXZ1",
    long: &[
        ("all", 'a'),
        ("escape", 'b'),
        ("directory", 'd'),
        ("dired", 'D'),
        ("full-time", '\u{1}'),
        ("group-directories-first", '\u{2}'),
        ("human-readable", 'h'),
        ("inode", 'i'),
        ("kibibytes", 'k'),
        ("numeric-uid-gid", 'n'),
        ("no-group", 'G'),
        ("hide-control-chars", 'q'),
        ("reverse", 'r'),
        ("size", 's'),
        ("width", 'w'),
        ("almost-all", 'A'),
        ("ignore-backups", 'B'),
        ("classify?", '\u{3}'),
        ("file-type", '\u{4}'),
        ("si", '\u{5}'),
        ("dereference-command-line", 'H'),
        ("dereference-command-line-symlink-to-dir", '\u{6}'),
        ("hide=", '\u{7}'),
        ("ignore", 'I'),
        ("indicator-style=", '\u{8}'),
        ("dereference", 'L'),
        ("literal", 'N'),
        ("quote-name", 'Q'),
        ("quoting-style=", '\u{e}'),
        ("recursive", 'R'),
        ("format=", '\u{f}'),
        ("show-control-chars", '\u{10}'),
        ("sort=", '\u{11}'),
        ("tabsize", 'T'),
        ("time=", '\u{12}'),
        ("time-style=", '\u{13}'),
        ("zero", '\u{14}'),
        ("color?", '\u{15}'),
        ("hyperlink?", '\u{16}'),
        ("block-size=", '\u{17}'),
        ("context", 'Z'),
        ("author", '\u{18}'),
    ],
};

/// What is sorted by.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    #[default]
    Name,
    Time,
    Size,
    Extension,
    Version,
    Width,
    None,
}

/// Which names are shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// None that begins with a dot.
    #[default]
    No,
    /// All but `.` and `..`.
    Almost,
    /// All.
    Yes,
}

/// How names stand on lines.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Single,
    Long,
    /// In columns, filled down (`-C`).
    Vertical,
    /// In columns, filled across (`-x`).
    Horizontal,
    Commas,
}

/// Which time of a file is meant.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    #[default]
    Modified,
    Accessed,
    Changed,
    Born,
}

/// How a time is shown: old ones and those of the last half year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TimeStyle {
    pub(super) old: String,
    pub(super) recent: String,
}

/// What marks names by their kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Marks {
    #[default]
    None,
    /// Directories (`-p`).
    Slash,
    FileType,
    /// Programs too (`-F`).
    Classify,
}

/// Which links of the command line are followed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// As the other options want it.
    #[default]
    Unset,
    Named,
    Always,
}

pub(super) struct Options {
    pub(super) format: Format,
    pub(super) order: Order,
    pub(super) reverse: bool,
    pub(super) hidden: Hidden,
    pub(super) time: Time,
    pub(super) time_style: TimeStyle,
    pub(super) zone: Zone,
    pub(super) style: Style,
    /// What cannot be printed is a `?`.
    pub(super) masks: bool,
    pub(super) marks: Marks,
    pub(super) follow: Follow,
    /// The unit of blocks, and that of file sizes.
    pub(super) block_unit: BlockSize,
    pub(super) size_unit: BlockSize,
    pub(super) width: usize,
    pub(super) tab: usize,
    pub(super) owner: bool,
    pub(super) group: bool,
    pub(super) author: bool,
    pub(super) numeric: bool,
    pub(super) inode: bool,
    pub(super) blocks: bool,
    pub(super) context: bool,
    pub(super) directory: bool,
    pub(super) recursive: bool,
    pub(super) directories_first: bool,
    pub(super) dired: bool,
    pub(super) end: char,
    /// Patterns of names that are left out always, and of those that `-a` and `-A` show.
    pub(super) ignored: Vec<String>,
    pub(super) left_out: Vec<String>,
}

/// What is wrong with the options.
pub(super) enum Wrong {
    /// A word that an option does not know, with a hint to `--help`, and the exit code.
    Word(String, i32),
    Plainly(String),
}

fn choose<T: Copy>(text: &str, option: &str, choices: &[(&str, T)], valid: &str) -> Result<T, Wrong> {
    let matching: Vec<_> = choices.iter().filter(|(name, _)| name.starts_with(text)).collect();
    let exact = matching.iter().find(|(name, _)| *name == text);
    match (exact, &matching[..]) {
        (Some((_, choice)), _) | (None, [(_, choice)]) => Ok(*choice),
        (None, several) => {
            let how = if several.is_empty() { "invalid" } else { "ambiguous" };
            let list: String = valid.split('\n').map(|line| format!("\n  - {line}")).collect();
            let text = format!("{how} argument {} for '{option}'\nValid arguments are:{list}", value(text));
            Err(Wrong::Word(text, 1))
        }
    }
}

fn style(text: &str) -> Result<Style, Wrong> {
    let valid: Vec<String> = Style::NAMES.iter().map(|(name, _)| format!("'{name}'")).collect();
    choose(text, "--quoting-style", Style::NAMES, &valid.join("\n"))
}

fn time_style(text: &str) -> Result<TimeStyle, Wrong> {
    let new = |old: &str, recent: &str| TimeStyle { old: old.to_owned(), recent: recent.to_owned() };
    let locale = || new("%b %e  %Y", "%b %e %H:%M");
    if let Some(format) = text.strip_prefix('+') {
        return Ok(match format.split_once('\n') {
            Some((old, recent)) if !recent.contains('\n') => new(old, recent),
            Some((_, recent)) => {
                return Err(Wrong::Plainly(format!("invalid time style format {}", value(recent))));
            }
            None => new(format, format),
        });
    }
    // There is no other locale than POSIX' own.
    let text = match text.strip_prefix("posix-") {
        Some(_) => "locale",
        None => text,
    };
    const FULL: &str = "%Y-%m-%d %H:%M:%S.%N %z";
    const LONG: &str = "%Y-%m-%d %H:%M";
    let names = [("full-iso", 0), ("long-iso", 1), ("iso", 2), ("locale", 3)];
    let valid = "[posix-]full-iso\n[posix-]long-iso\n[posix-]iso\n[posix-]locale\n\
                 +FORMAT (e.g., +%H:%M) for a 'date'-style format";
    match choose(text, "time style", &names, valid) {
        Ok(0) => Ok(new(FULL, FULL)),
        Ok(1) => Ok(new(LONG, LONG)),
        Ok(2) => Ok(new("%Y-%m-%d ", "%m-%d %H:%M")),
        Ok(_) => Ok(locale()),
        Err(Wrong::Word(text, _)) => Err(Wrong::Word(text, 2)),
        Err(wrong) => Err(wrong),
    }
}

/// Reads what was given; `name` is that of the command, which may be `dir` or `vdir`.
pub(super) fn read(given: &Given, name: &str, env: &BTreeMap<String, String>) -> Result<Options, Wrong> {
    let mut format = match name {
        "dir" => Some(Format::Vertical),
        "vdir" => Some(Format::Long),
        _ => None,
    };
    let mut order = None;
    let mut time = None;
    let mut full_time = None;
    let mut options = Options {
        format: Format::Single,
        order: Order::Name,
        reverse: given.has('r'),
        hidden: Hidden::No,
        time: Time::Modified,
        time_style: time_style("locale")?,
        zone: env.get("TZ").map_or_else(Zone::utc, |name| Zone::named(name)),
        style: if name == "ls" { Style::Literal } else { Style::Escape },
        masks: false,
        marks: Marks::None,
        follow: Follow::Unset,
        block_unit: BlockSize::bytes(1024),
        size_unit: BlockSize::bytes(1),
        width: env.get("COLUMNS").and_then(|columns| columns.parse().ok()).unwrap_or(80),
        tab: 8,
        owner: true,
        group: true,
        author: given.has('\u{18}'),
        numeric: given.has('n'),
        inode: given.has('i'),
        blocks: given.has('s'),
        context: given.has('Z'),
        directory: given.has('d'),
        recursive: given.has('R'),
        directories_first: given.has('\u{2}'),
        dired: false,
        end: '\n',
        ignored: Vec::new(),
        left_out: Vec::new(),
    };
    for (letter, text) in &given.options {
        match letter {
            'a' => options.hidden = Hidden::Yes,
            'A' => options.hidden = Hidden::Almost,
            'b' => options.style = Style::Escape,
            'N' => options.style = Style::Literal,
            'Q' => options.style = Style::C,
            '\u{e}' => options.style = style(text)?,
            'q' => options.masks = true,
            '\u{10}' => options.masks = false,
            'c' => time = Some(Time::Changed),
            'u' => time = Some(Time::Accessed),
            '\u{12}' => {
                let names = [
                    ("atime", Time::Accessed),
                    ("access", Time::Accessed),
                    ("use", Time::Accessed),
                    ("ctime", Time::Changed),
                    ("status", Time::Changed),
                    ("birth", Time::Born),
                    ("creation", Time::Born),
                    ("mtime", Time::Modified),
                    ("modification", Time::Modified),
                ];
                let valid = "'atime', 'access', 'use'\n'ctime', 'status'\n'birth', 'creation'";
                time = Some(choose(text, "--time", &names, valid)?);
            }
            'f' => {
                options.hidden = Hidden::Yes;
                order = Some(Order::None);
                options.blocks = false;
                if format == Some(Format::Long) {
                    format = None;
                }
            }
            't' => order = Some(Order::Time),
            'S' => order = Some(Order::Size),
            'U' => order = Some(Order::None),
            'v' => order = Some(Order::Version),
            'X' => order = Some(Order::Extension),
            '\u{11}' => {
                let names = [
                    ("none", Order::None),
                    ("time", Order::Time),
                    ("size", Order::Size),
                    ("extension", Order::Extension),
                    ("version", Order::Version),
                    ("width", Order::Width),
                ];
                let valid = "'none'\n'time'\n'size'\n'extension'\n'version'\n'width'";
                order = Some(choose(text, "--sort", &names, valid)?);
            }
            'l' | 'n' => format = Some(Format::Long),
            'g' => (format, options.owner) = (Some(Format::Long), false),
            'o' => (format, options.group) = (Some(Format::Long), false),
            'G' => options.group = false,
            'm' => format = Some(Format::Commas),
            'C' => format = Some(Format::Vertical),
            'x' => format = Some(Format::Horizontal),
            // What -l shows stands one name a line already.
            '1' if format != Some(Format::Long) => format = Some(Format::Single),
            '\u{f}' => {
                let names = [
                    ("verbose", Format::Long),
                    ("long", Format::Long),
                    ("commas", Format::Commas),
                    ("horizontal", Format::Horizontal),
                    ("across", Format::Horizontal),
                    ("vertical", Format::Vertical),
                    ("single-column", Format::Single),
                ];
                let valid =
                    "'verbose', 'long'\n'commas'\n'horizontal', 'across'\n'vertical'\n'single-column'";
                format = Some(choose(text, "--format", &names, valid)?);
            }
            '\u{1}' => {
                format = Some(Format::Long);
                full_time = Some("full-iso");
            }
            '\u{13}' => full_time = Some(text),
            'h' => (options.block_unit, options.size_unit) = (BlockSize::Human, BlockSize::Human),
            '\u{5}' => (options.block_unit, options.size_unit) = (BlockSize::Si, BlockSize::Si),
            'k' => options.block_unit = BlockSize::bytes(1024),
            '\u{17}' => {
                let wrong = || Wrong::Plainly(format!("invalid --block-size argument {}", value(text)));
                options.block_unit = BlockSize::parse(text).ok_or_else(wrong)?;
                options.size_unit = options.block_unit.clone();
            }
            'w' => {
                let wrong = || Wrong::Plainly(format!("invalid line width: {}", value(text)));
                options.width = text.parse().map_err(|_| wrong())?;
            }
            'T' => {
                let wrong = || Wrong::Plainly(format!("invalid tab size: {}", value(text)));
                options.tab = text.parse().map_err(|_| wrong())?;
            }
            'p' => options.marks = Marks::Slash,
            'F' => options.marks = Marks::Classify,
            '\u{4}' => options.marks = Marks::FileType,
            '\u{3}' if when(text, "--classify")? => options.marks = Marks::Classify,
            '\u{15}' => drop(when(text, "--color")?),
            '\u{16}' => drop(when(text, "--hyperlink")?),
            '\u{8}' => {
                let names = [
                    ("none", Marks::None),
                    ("slash", Marks::Slash),
                    ("file-type", Marks::FileType),
                    ("classify", Marks::Classify),
                ];
                let valid = "'none'\n'slash'\n'file-type'\n'classify'";
                options.marks = choose(text, "--indicator-style", &names, valid)?;
            }
            'H' => options.follow = Follow::Named,
            'L' => options.follow = Follow::Always,
            'B' => options.ignored.extend(["*~".to_owned(), ".*~".to_owned()]),
            'I' => options.ignored.push(text.clone()),
            '\u{7}' => options.left_out.push(text.clone()),
            '\u{14}' => {
                options.end = '\0';
                options.style = Style::Literal;
                if format != Some(Format::Long) {
                    format = Some(Format::Single);
                }
            }
            _ => {}
        }
    }
    options.format = format.unwrap_or_default();
    let is_long = options.format == Format::Long;
    options.time = time.unwrap_or_default();
    options.order = order.unwrap_or(if time.is_some() && !is_long { Order::Time } else { Order::Name });
    options.dired = given.has('D') && is_long;
    let named_style = env.get("TIME_STYLE").map(String::as_str);
    if is_long && let Some(text) = full_time.or(named_style) {
        options.time_style = time_style(text)?;
    }
    Ok(options)
}

/// Whether `always`, `never` or `auto` means yes where the output goes to no terminal.
fn when(text: &str, option: &str) -> Result<bool, Wrong> {
    let names = [
        ("always", true),
        ("yes", true),
        ("force", true),
        ("never", false),
        ("no", false),
        ("none", false),
        ("auto", false),
        ("tty", false),
        ("if-tty", false),
    ];
    let valid = "'always', 'yes', 'force'\n'never', 'no', 'none'\n'auto', 'tty', 'if-tty'";
    if text.is_empty() { Ok(true) } else { choose(text, option, &names, valid) }
}
