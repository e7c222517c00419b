//! `diff -y`: both files side by side.

use super::script::Hunk;
use super::show::Pair;
use super::{Text, Wish};

const TAB: usize = 8;

/// Where the columns are.
struct Columns {
    /// Of the text on the left, and where the text on the right begins.
    half: usize,
    right: usize,
}

impl Columns {
    fn of(width: usize, tabs: bool) -> Columns {
        let (unit, gutter) = (if tabs { 1 } else { TAB }, 3);
        let offset = (width + unit + gutter) / (2 * unit) * unit;
        let half = offset.saturating_sub(gutter).min(width.saturating_sub(offset));
        Columns { half, right: if half > 0 { offset } else { width } }
    }
}

pub(super) fn show(out: &mut Vec<u8>, wish: &Wish, pair: &Pair<'_>, hunks: &[Hunk]) {
    let columns = Columns::of(wish.width, wish.expand_tabs);
    let row = |out: &mut Vec<u8>, left: Option<usize>, mark: u8, right: Option<usize>| {
        let left = left.map(|at| (pair.texts[0], at));
        let right = right.map(|at| (pair.texts[1], at));
        row(out, &columns, wish.expand_tabs, left, mark, right);
    };
    let (mut at, mut on) = (0, 0);
    let end = Hunk {
        first: (pair.texts[0].len(), pair.texts[0].len()),
        second: (pair.texts[1].len(), pair.texts[1].len()),
    };
    for hunk in hunks.iter().chain([&end]) {
        if !wish.suppress_common {
            while at < hunk.first.0 && on < hunk.second.0 {
                match wish.left_column {
                    true => row(out, Some(at), b'(', None),
                    false => row(out, Some(at), b' ', Some(on)),
                }
                (at, on) = (at + 1, on + 1);
            }
        }
        (at, on) = (hunk.first.0, hunk.second.0);
        while at < hunk.first.1 && on < hunk.second.1 {
            let ends = (pair.texts[0].ends(at), pair.texts[1].ends(on));
            let mark = match ends {
                (true, false) => b'/',
                (false, true) => b'\\',
                _ => b'|',
            };
            row(out, Some(at), mark, Some(on));
            (at, on) = (at + 1, on + 1);
        }
        while on < hunk.second.1 {
            row(out, None, b'>', Some(on));
            on += 1;
        }
        while at < hunk.first.1 {
            row(out, Some(at), b'<', None);
            at += 1;
        }
    }
}

/// Goes from one column to another, by tabs where they fit.
fn advance(out: &mut Vec<u8>, mut from: usize, to: usize, spaces: bool) {
    while !spaces && from / TAB < to / TAB {
        out.push(b'\t');
        from = (from / TAB + 1) * TAB;
    }
    out.extend(std::iter::repeat_n(b' ', to.saturating_sub(from)));
}

fn row(
    out: &mut Vec<u8>,
    columns: &Columns,
    spaces: bool,
    left: Option<(&Text, usize)>,
    mark: u8,
    right: Option<(&Text, usize)>,
) {
    let mut column = left.map_or(0, |(text, at)| half(out, text.line(at), 0, columns.half, spaces));
    if mark != b' ' {
        let middle = (columns.half + columns.right - 1) / 2;
        advance(out, column, middle, spaces);
        out.push(mark);
        column = middle + 1;
    }
    if let Some((text, at)) = right
        && !text.line(at).is_empty()
    {
        advance(out, column, columns.right, spaces);
        half(out, text.line(at), columns.right, columns.half, spaces);
    }
    let whole = [left, right].iter().flatten().any(|(text, at)| text.ends(*at));
    if whole {
        out.push(b'\n');
    }
}

/// Writes as much of a line as fits, and gives the column where it ends.
fn half(out: &mut Vec<u8>, line: &[u8], indent: usize, width: usize, spaces: bool) -> usize {
    let mut column = 0;
    let mut reached = 0;
    for &byte in line {
        match byte {
            b'\t' => {
                let next = column + TAB - column % TAB;
                if column == reached {
                    let to = next.min(width);
                    if spaces {
                        out.extend(std::iter::repeat_n(b' ', to - reached.min(to)));
                        reached = to;
                    } else if next < width {
                        out.push(byte);
                        reached = next;
                    }
                }
                column = next;
            }
            b'\r' => {
                out.push(byte);
                advance(out, 0, indent, spaces);
                (column, reached) = (0, 0);
            }
            b'\x08' => {
                if column > 0 && column <= width {
                    out.push(byte);
                    reached = column - 1;
                }
                column = column.saturating_sub(1);
            }
            _ => {
                let printed = matches!(byte, b' '..=b'~');
                column += usize::from(printed);
                if column <= width {
                    reached = column;
                    out.push(byte);
                }
            }
        }
    }
    reached
}
