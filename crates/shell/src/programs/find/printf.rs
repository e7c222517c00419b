//! The formats of `find -printf`.

use sandbox_fs::{Kind, Timestamp};

use super::evaluate::{base_name, time_of};
use super::expression::Time;
use super::kind_letter;
use crate::programs::date::{Zone, formatted};
use crate::programs::inode::{Names, letters};
use crate::programs::tool::Tool;
use crate::programs::tree::Found;

/// A part of a format.
pub(super) enum Piece {
    Text(Vec<u8>),
    /// A value, with flags and width as `printf` has them.
    Value(String, char),
    /// A time, by what it is to be shown as.
    Moment(String, Time, char),
}

/// Reads a format up to its end, or to `\c`.
pub(super) fn parse(text: &str, warnings: &mut Vec<String>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut plain = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('c') => break,
                Some(digit @ '0'..='7') => {
                    let mut number = digit.to_digit(8).unwrap_or(0);
                    for _ in 0..2 {
                        let Some(digit) = letters.next_if(|next| next.is_digit(8)) else { break };
                        number = number * 8 + digit.to_digit(8).unwrap_or(0);
                    }
                    plain.push(number as u8);
                }
                Some(escape) => match "a\x07b\x08f\x0cn\nr\rt\tv\x0b\\\\"
                    .chars()
                    .collect::<Vec<_>>()
                    .chunks(2)
                    .find(|pair| pair[0] == escape)
                {
                    Some(pair) => plain.push(pair[1] as u8),
                    None => {
                        warnings.push(format!("warning: unrecognized escape `\\{escape}'"));
                        plain.extend(format!("\\{escape}").bytes());
                    }
                },
                None => {
                    warnings.push("warning: escape `\\' followed by nothing at all".to_owned());
                    plain.push(b'\\');
                }
            },
            '%' => {
                let mut flags = String::new();
                while let Some(flag) =
                    letters.next_if(|next| next.is_ascii_digit() || "-+ #.".contains(*next))
                {
                    flags.push(flag);
                }
                let Some(directive) = letters.next() else {
                    return Err("error: % at end of format string".to_owned());
                };
                let time = match directive {
                    'A' => Some(Time::Accessed),
                    'B' => Some(Time::Born),
                    'C' => Some(Time::Changed),
                    'T' => Some(Time::Modified),
                    _ => None,
                };
                let piece = match (directive, time) {
                    ('%', _) => {
                        plain.push(b'%');
                        continue;
                    }
                    (_, Some(time)) => match letters.next() {
                        Some(how) => Piece::Moment(flags, time, how),
                        None => {
                            let text = "should be followed by another character";
                            warnings.push(format!("warning: format directive `%{directive}' {text}"));
                            plain.extend(format!("%{flags}{directive}").bytes());
                            continue;
                        }
                    },
                    ('a', _) => Piece::Moment(flags, Time::Accessed, ' '),
                    ('c', _) => Piece::Moment(flags, Time::Changed, ' '),
                    ('t', _) => Piece::Moment(flags, Time::Modified, ' '),
                    _ if "bdDfFgGhHiklmMnpPsSuUyYZ".contains(directive) => Piece::Value(flags, directive),
                    _ => {
                        warnings.push(format!("warning: unrecognized format directive `%{directive}'"));
                        plain.extend(format!("%{flags}{directive}").bytes());
                        continue;
                    }
                };
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(piece);
            }
            _ => {
                let mut bytes = [0; 4];
                plain.extend_from_slice(letter.encode_utf8(&mut bytes).as_bytes());
            }
        }
    }
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

impl Piece {
    pub(super) fn write(&self, out: &mut Vec<u8>, tool: &Tool<'_>, found: &Found, start: &str) {
        let (flags, text) = match self {
            Piece::Text(bytes) => return out.extend_from_slice(bytes),
            Piece::Value(flags, directive) => (flags, value(*directive, tool, found, start)),
            Piece::Moment(flags, time, how) => {
                let zone = tool.ctx.env.get("TZ").map_or_else(Zone::utc, |name| Zone::named(name));
                (flags, moment(*how, time_of(&found.stat, *time), &zone))
            }
        };
        let is_number = matches!(self, Piece::Value(_, directive) if "bdDGiknsUm".contains(*directive));
        out.extend_from_slice(padded(&text, flags, is_number).as_bytes());
    }
}

fn value(directive: char, tool: &Tool<'_>, found: &Found, start: &str) -> String {
    let (stat, files) = (&found.stat, tool.files());
    let name = |table, id| Names::read(&tool.run, table).name(id);
    match directive {
        'b' => stat.blocks.to_string(),
        'd' => found.depth.to_string(),
        'D' => stat.dev.to_string(),
        'f' => base_name(&found.shown).to_owned(),
        'F' => {
            let root = files.statfs(&found.path).is_ok_and(|found| found.mount_path == "/");
            if root { "overlay" } else { "ext4" }.to_owned()
        }
        'g' => name("/etc/group", stat.gid),
        'G' => stat.gid.to_string(),
        'h' => match found.shown.trim_end_matches('/').rsplit_once('/') {
            Some((parent, _)) => parent.to_owned(),
            None if found.shown.starts_with('/') => String::new(),
            None => ".".to_owned(),
        },
        'H' => start.to_owned(),
        'i' => stat.ino.to_string(),
        'k' => stat.blocks.div_ceil(2).to_string(),
        'l' => match stat.kind {
            Kind::Symlink => files.read_link(&found.path).unwrap_or_default(),
            _ => String::new(),
        },
        'm' => format!("{:o}", stat.mode),
        'M' => letters(if stat.kind == Kind::File { '-' } else { kind_letter(stat.kind) }, stat.mode),
        'n' => stat.nlink.to_string(),
        'p' => found.shown.clone(),
        'P' => {
            let below = found.shown.get(start.len()..).unwrap_or_default();
            below.strip_prefix('/').unwrap_or(below).to_owned()
        }
        's' => stat.size.to_string(),
        'S' => {
            let sparseness = if stat.size == 0 { 1.0 } else { stat.blocks as f64 * 512.0 / stat.size as f64 };
            significant(sparseness)
        }
        'u' => name("/etc/passwd", stat.uid),
        'U' => stat.uid.to_string(),
        'y' => kind_letter(stat.kind).to_string(),
        'Y' => match files.stat(&found.path) {
            Ok(stat) => kind_letter(stat.kind).to_string(),
            Err(error) if error.errno == sandbox_fs::Errno::ELOOP => "L".to_owned(),
            Err(_) => "N".to_owned(),
        },
        _ => String::new(),
    }
}

/// A number as `%g` of `printf` shows it: six digits that count.
fn significant(number: f64) -> String {
    let whole = number.abs().log10().floor().max(0.0) as usize;
    let text = format!("{number:.*}", 5usize.saturating_sub(whole));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn moment(how: char, time: Timestamp, zone: &Zone) -> String {
    let fraction = format!("{:09}0", time.0.rem_euclid(1_000_000_000));
    let with = |format: &str| formatted(&format.replace('~', &fraction), time, zone);
    match how {
        ' ' => with("%a %b %e %H:%M:%S.~ %Y"),
        '@' => format!("{}.{fraction}", time.as_secs()),
        '+' => with("%Y-%m-%d+%H:%M:%S.~"),
        'S' => with("%S.~"),
        'T' | 'X' => with("%H:%M:%S.~"),
        'r' => with("%I:%M:%S.~ %p"),
        'x' => with("%m/%d/%y"),
        'c' => with("%a %b %e %H:%M:%S %Y"),
        letter => formatted(&format!("%{letter}"), time, zone),
    }
}

/// Pads as `printf` does.
fn padded(text: &str, flags: &str, is_number: bool) -> String {
    let (spec, precision) = match flags.split_once('.') {
        Some((spec, precision)) => (spec, precision.parse::<usize>().ok()),
        None => (flags, None),
    };
    let digits_at = spec.find(|c: char| ('1'..='9').contains(&c)).unwrap_or(spec.len());
    let (marks, width) = spec.split_at(digits_at);
    let width: usize = width.parse().unwrap_or(0);
    let mut text = text.to_owned();
    if let (Some(precision), false) = (precision, is_number) {
        text = text.chars().take(precision).collect();
    }
    if is_number && marks.contains('+') {
        text.insert(0, '+');
    }
    let missing = width.saturating_sub(text.chars().count());
    if marks.contains('-') {
        format!("{text}{}", " ".repeat(missing))
    } else if marks.contains('0') && is_number {
        format!("{}{text}", "0".repeat(missing))
    } else {
        format!("{}{text}", " ".repeat(missing))
    }
}
