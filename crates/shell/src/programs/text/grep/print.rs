//! How lines are shown.

use sandbox_kernel::Pace;

use super::super::tool::{Io, Worked};
use super::colors::Colors;
use super::matcher::{Matcher, TooLong};
use super::options::Wish;
use crate::limits::PIECE_BYTES;

/// Stands between the parts before a selected line.
pub(super) const SELECTED: u8 = b':';
/// Stands between the parts before a line around it.
pub(super) const CONTEXT: u8 = b'-';

/// Writes the lines of one input.
pub(super) struct Printer<'a> {
    pub(super) wish: &'a Wish,
    pub(super) matcher: &'a Matcher,
    /// The name before each line, where one is shown.
    pub(super) name: Option<&'a str>,
    /// How wide numbers are.
    pub(super) width: usize,
}

/// A line and where it stands.
pub(super) struct Line<'a> {
    /// With its end.
    pub(super) text: &'a [u8],
    pub(super) number: u64,
    pub(super) offset: u64,
}

impl Printer<'_> {
    fn colored(&self, out: &mut Vec<u8>, color: fn(&Colors) -> &str, text: &[u8]) {
        match &self.wish.colors {
            None => out.extend_from_slice(text),
            Some(colors) => {
                colors.start(out, color(colors));
                out.extend_from_slice(text);
                colors.end(out, color(colors));
            }
        }
    }

    /// A name alone.
    pub(super) fn file(&self, out: &mut Vec<u8>, name: &str) {
        self.colored(out, |colors| &colors.file, name.as_bytes());
    }

    fn separator(&self, out: &mut Vec<u8>, separator: u8) {
        self.colored(out, |colors| &colors.separator, &[separator]);
    }

    /// The line between groups of lines.
    pub(super) fn group(&self, out: &mut Vec<u8>) {
        if let Some(separator) = &self.wish.separator {
            self.colored(out, |colors| &colors.separator, separator.as_bytes());
            out.push(b'\n');
        }
    }

    /// The name before a line or a count.
    pub(super) fn name(&self, out: &mut Vec<u8>, separator: u8) {
        let Some(name) = self.name else { return };
        self.file(out, name);
        if self.wish.null {
            out.push(0);
        } else {
            self.separator(out, separator);
        }
    }

    fn head(&self, out: &mut Vec<u8>, number: u64, offset: u64, is_empty: bool, separator: u8) {
        self.name(out, separator);
        let width = self.width;
        if self.wish.numbers {
            self.colored(out, |colors| &colors.number, format!("{number:width$}").as_bytes());
            self.separator(out, separator);
        }
        if self.wish.offsets {
            self.colored(out, |colors| &colors.offset, format!("{offset:width$}").as_bytes());
            self.separator(out, separator);
        }
        let any = self.name.is_some() || self.wish.numbers || self.wish.offsets;
        if self.wish.tab && any && !is_empty {
            out.push(b'\t');
        }
    }

    /// A line: with [`SELECTED`] one that was asked for, with [`CONTEXT`] one around it.
    pub(super) async fn line(
        &self,
        io: &mut Io<'_>,
        line: &Line<'_>,
        separator: u8,
        pace: &mut Pace,
    ) -> Worked<()> {
        let wish = self.wish;
        if !wish.only_matching {
            self.head(&mut io.out, line.number, line.offset, line.text.len() <= 1, separator);
        }
        let selected = separator == SELECTED;
        let matching = selected != wish.invert;
        let body = line.text.strip_suffix(&[wish.rules.end]).unwrap_or(line.text);
        if wish.only_matching {
            return if matching { self.matches(io, line, body, separator, pace).await } else { Ok(()) };
        }
        let mut shown = 0;
        if let Some(colors) = &wish.colors {
            let of_match = if selected { &colors.selected_match } else { &colors.context_match };
            let of_line = match selected != (wish.invert && colors.reversed) {
                true => &colors.selected_line,
                false => &colors.context_line,
            };
            if matching && !of_match.is_empty() {
                shown = self.highlighted(io, body, colors, of_line, of_match, pace).await?;
            }
            if !of_line.is_empty() {
                let tail = body.strip_suffix(b"\r").unwrap_or(body);
                if shown < tail.len() {
                    colors.start(&mut io.out, of_line);
                    io.out.extend_from_slice(&tail[shown..]);
                    colors.end(&mut io.out, of_line);
                    shown = tail.len();
                }
            }
        }
        io.out.extend_from_slice(&line.text[shown..]);
        Ok(())
    }

    /// Each match as a line of its own.
    async fn matches(
        &self,
        io: &mut Io<'_>,
        line: &Line<'_>,
        body: &[u8],
        separator: u8,
        pace: &mut Pace,
    ) -> Worked<()> {
        let mut places = self.matcher.places(body, pace).await;
        let mut at = 0;
        while at < body.len()
            && let Some((start, end)) = told(io, places.next(at, pace).await).await?
        {
            if start == body.len() {
                break;
            }
            if start == end {
                at = end + 1;
                continue;
            }
            self.head(&mut io.out, line.number, line.offset + start as u64, false, separator);
            self.colored(&mut io.out, |colors| &colors.selected_match, &body[start..end]);
            io.out.push(self.wish.rules.end);
            at = end;
            relieve(io).await?;
        }
        Ok(())
    }

    /// The line up to its last match; gives where that ends.
    async fn highlighted(
        &self,
        io: &mut Io<'_>,
        body: &[u8],
        colors: &Colors,
        of_line: &str,
        of_match: &str,
        pace: &mut Pace,
    ) -> Worked<usize> {
        let mut places = self.matcher.places(body, pace).await;
        let (mut at, mut shown) = (0, 0);
        while at < body.len()
            && let Some((start, end)) = told(io, places.next(at, pace).await).await?
        {
            if start == body.len() {
                break;
            }
            if start == end {
                at = end + 1;
                continue;
            }
            colors.start(&mut io.out, of_line);
            io.out.extend_from_slice(&body[shown..start]);
            colors.start(&mut io.out, of_match);
            io.out.extend_from_slice(&body[start..end]);
            colors.end(&mut io.out, of_match);
            (at, shown) = (end, end);
            relieve(io).await?;
        }
        Ok(shown)
    }
}

/// Writes what waits, where that is much.
async fn relieve(io: &mut Io<'_>) -> Worked<()> {
    if io.out.len() >= PIECE_BYTES {
        io.flush().await?;
    }
    Ok(())
}

/// Says that a pattern took too many steps, which is the end.
pub(super) async fn told<T>(io: &mut Io<'_>, found: Result<T, TooLong>) -> Worked<T> {
    match found {
        Ok(found) => Ok(found),
        // Which input it is in, the real one does not know either.
        Err(TooLong) => Err(io.fatal("(standard input): exceeded PCRE's backtracking limit").await),
    }
}
