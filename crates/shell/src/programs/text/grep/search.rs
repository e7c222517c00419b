//! The search through one input, piece by piece.

use memchr::{memchr, memchr_iter, memrchr};
use sandbox_kernel::Pace;

use super::super::super::live::Stop;
use super::super::tool::{End, Input, Io, Worked};
use super::matcher::Matcher;
use super::options::{Binary, Wish};
use super::print::{CONTEXT, Line, Printer, SELECTED, told};
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};

/// Bytes of a file that are looked at together: what a binary file shows before it is known to be one depends on it.
const FILE_PIECE: usize = 96 << 10;

/// Lines between turns: of those that are looked at one by one, and of those whose patterns are tried.
const LINES_A_TURN: u32 = 256;

/// What is common to all inputs.
pub(super) struct Search<'a> {
    pub(super) wish: &'a Wish,
    pub(super) matcher: &'a Matcher,
    /// Whether a group of lines was shown, so that a line between groups is due.
    pub(super) shown_any: bool,
}

/// What one input came to.
pub(super) struct Outcome {
    /// Selected lines.
    pub(super) count: u64,
    /// Whether it is binary and has lines that were not shown.
    pub(super) binary: bool,
}

/// An input on the way.
struct Progress {
    buffer: Vec<u8>,
    /// Where the buffer begins in the input.
    base: u64,
    /// The next line to look at.
    at: usize,
    /// Where what was shown last ends, in the input.
    shown: Option<u64>,
    /// Lines before that place of the buffer.
    lines: u64,
    counted: usize,
    /// How many lines after the last selected one are still to be shown.
    pending: usize,
    count: u64,
    left: Option<u64>,
    /// Whether it is binary, and how many lines were selected before that was known.
    binary: Option<u64>,
    quiet: bool,
    first_only: bool,
    since_turn: u32,
    pace: Pace,
}

impl Progress {
    fn is_done(&self) -> bool {
        self.left == Some(0) && self.pending == 0 || self.first_only && self.count > self.binary.unwrap_or(0)
    }

    fn place(&self, at: usize) -> u64 {
        self.base + at as u64
    }
}

impl Search<'_> {
    /// Looks through an input; `name` is shown before its lines.
    pub(super) async fn input(
        &mut self,
        io: &mut Io<'_>,
        input: &mut Input,
        name: Option<&str>,
    ) -> Worked<Outcome> {
        let wish = self.wish;
        let width = match input.left() {
            _ if !wish.tab => 0,
            Some(size) => size.saturating_add(u64::from(wish.numbers)).to_string().len(),
            None => i64::MAX.to_string().len(),
        };
        let printer = Printer { wish, matcher: self.matcher, name, width };
        let mut progress = Progress {
            buffer: Vec::new(),
            base: 0,
            at: 0,
            shown: None,
            lines: 0,
            counted: 0,
            pending: 0,
            count: 0,
            left: wish.max,
            binary: None,
            quiet: wish.shows_no_lines(),
            first_only: wish.stops_at_first(),
            since_turn: 0,
            pace: Pace::default(),
        };
        let piece = if input.left().is_some() { FILE_PIECE } else { 1 };
        loop {
            let fresh = progress.buffer.len();
            let mut ended = false;
            while !ended && progress.buffer.len() - fresh < piece {
                let bytes = input.piece(io).await?;
                ended = bytes.is_empty();
                let room = (piece.max(PIECE_BYTES)).saturating_sub(progress.buffer.len() - fresh);
                if bytes.len() > room {
                    input.give_back(bytes.slice(room..));
                }
                progress.buffer.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            if progress.buffer.len() as u64 > MAX_WHOLE_BYTES {
                return Err(End::Stop(Stop::out_of_memory()));
            }
            if !self.look_for_zeros(&mut progress, fresh) {
                return Ok(Outcome { count: 0, binary: false });
            }
            let end = wish.rules.end;
            if ended
                && progress.buffer.last().is_some_and(|last| *last != end)
                && progress.at < progress.buffer.len()
            {
                progress.buffer.push(end);
            }
            let limit = memrchr(end, &progress.buffer).map_or(0, |last| last + 1);
            self.region(io, &mut progress, &printer, limit).await?;
            if progress.is_done() || ended {
                break;
            }
            self.forget(&mut progress);
        }
        let binary = progress.binary.is_some_and(|before| before < progress.count) && !wish.shows_no_lines();
        Ok(Outcome { count: progress.count, binary })
    }

    /// Looks whether what was just read makes the input a binary one. False when nothing of such a one counts.
    fn look_for_zeros(&self, progress: &mut Progress, fresh: usize) -> bool {
        let (wish, end) = (self.wish, self.wish.rules.end);
        if end == 0 || wish.binary == Binary::Text {
            return true;
        }
        if progress.binary.is_none() && memchr(0, &progress.buffer[fresh..]).is_some() {
            if wish.binary == Binary::Skipped {
                return false;
            }
            progress.binary = Some(progress.count);
            if !wish.count {
                (progress.quiet, progress.first_only) = (true, true);
            }
        }
        if progress.binary.is_some() {
            for byte in &mut progress.buffer[fresh..] {
                if *byte == 0 {
                    *byte = end;
                }
            }
        }
        true
    }

    /// Looks through the lines up to `limit`.
    async fn region(
        &mut self,
        io: &mut Io<'_>,
        progress: &mut Progress,
        printer: &Printer<'_>,
        limit: usize,
    ) -> Worked<()> {
        while progress.at < limit && progress.left != Some(0) && !progress.is_done() {
            let from = progress.at;
            let found = self.matcher.line(&progress.buffer[..limit], from, &mut progress.pace).await;
            let (start, end) = match told(io, found).await? {
                Some(found) => found,
                None if self.matcher.looks_ahead() => (limit, limit),
                None => {
                    let end = self.matcher.line_end(&progress.buffer[..limit], from);
                    (end, end)
                }
            };
            if !self.wish.invert {
                progress.at = end;
                if start < end {
                    self.selected(io, progress, printer, start, end).await?;
                    self.line_done(io, progress).await?;
                }
            } else {
                while progress.at < start && progress.left != Some(0) && !progress.is_done() {
                    let begin = progress.at;
                    progress.at = self.matcher.line_end(&progress.buffer[..limit], begin);
                    let end = progress.at;
                    self.selected(io, progress, printer, begin, end).await?;
                    self.line_done(io, progress).await?;
                }
                if progress.at == start {
                    progress.at = end;
                }
            }
            if !self.matcher.looks_ahead() {
                self.turn(io, progress).await?;
            }
        }
        if progress.left == Some(0) {
            progress.at = limit;
        }
        if progress.pending > 0 && !progress.quiet {
            self.pending(io, progress, printer, limit).await?;
        }
        Ok(())
    }

    async fn line_done(&self, io: &mut Io<'_>, progress: &mut Progress) -> Worked<()> {
        if self.wish.line_buffered {
            io.flush().await?;
        }
        self.turn(io, progress).await
    }

    async fn turn(&self, io: &mut Io<'_>, progress: &mut Progress) -> Worked<()> {
        progress.since_turn += if self.matcher.is_tried() { 32 } else { 1 };
        if progress.since_turn >= LINES_A_TURN {
            progress.since_turn = 0;
            io.turn().await?;
        }
        Ok(())
    }

    /// A line that was asked for.
    async fn selected(
        &mut self,
        io: &mut Io<'_>,
        progress: &mut Progress,
        printer: &Printer<'_>,
        start: usize,
        end: usize,
    ) -> Worked<()> {
        progress.count += 1;
        progress.left = progress.left.map(|left| left.saturating_sub(1));
        if progress.quiet {
            return Ok(());
        }
        if progress.pending > 0 {
            self.pending(io, progress, printer, start).await?;
        }
        let earliest = progress.shown.map_or(0, |shown| shown.saturating_sub(progress.base) as usize);
        let first = self.lines_back(progress, start, earliest, self.wish.before.unwrap_or(0));
        let grouped = self.wish.before.is_some() || self.wish.after.is_some();
        if grouped && self.shown_any && progress.shown != Some(progress.place(first)) {
            printer.group(&mut io.out);
        }
        self.context(io, progress, printer, first, start).await?;
        self.line(io, progress, printer, (start, end), SELECTED).await?;
        progress.pending = self.wish.after.unwrap_or(0);
        self.shown_any = true;
        Ok(())
    }

    /// Where the `count`th line before `at` begins, or the first one after `earliest`.
    fn lines_back(&self, progress: &Progress, at: usize, earliest: usize, count: usize) -> usize {
        let mut first = at;
        for _ in 0..count {
            if first <= earliest {
                break;
            }
            let before = &progress.buffer[earliest..first - 1];
            first = memrchr(self.wish.rules.end, before).map_or(earliest, |last| earliest + last + 1);
        }
        first
    }

    /// The lines after the last selected one that are still to be shown, before `limit`.
    async fn pending(
        &self,
        io: &mut Io<'_>,
        progress: &mut Progress,
        printer: &Printer<'_>,
        limit: usize,
    ) -> Worked<()> {
        let start = progress.shown.map_or(0, |shown| shown.saturating_sub(progress.base) as usize);
        let mut end = start;
        while progress.pending > 0 && end < limit {
            progress.pending -= 1;
            end = self.matcher.line_end(&progress.buffer[..limit], end);
        }
        self.context(io, progress, printer, start, end).await
    }

    async fn context(
        &self,
        io: &mut Io<'_>,
        progress: &mut Progress,
        printer: &Printer<'_>,
        from: usize,
        to: usize,
    ) -> Worked<()> {
        let mut at = from;
        while at < to {
            let end = self.matcher.line_end(&progress.buffer[..to], at);
            self.line(io, progress, printer, (at, end), CONTEXT).await?;
            at = end;
        }
        Ok(())
    }

    async fn line(
        &self,
        io: &mut Io<'_>,
        progress: &mut Progress,
        printer: &Printer<'_>,
        (start, end): (usize, usize),
        separator: u8,
    ) -> Worked<()> {
        if self.wish.numbers {
            self.count_lines(progress, start);
        }
        let text = &progress.buffer[start..end];
        let line = Line { text, number: progress.lines + 1, offset: progress.place(start) };
        printer.line(io, &line, separator, &mut progress.pace).await?;
        progress.shown = Some(progress.place(end));
        Ok(())
    }

    fn count_lines(&self, progress: &mut Progress, to: usize) {
        let lines = memchr_iter(self.wish.rules.end, &progress.buffer[progress.counted..to]).count();
        progress.lines += lines as u64;
        progress.counted = to;
    }

    /// Lets go of what no later line needs.
    fn forget(&self, progress: &mut Progress) {
        let shown = progress.shown.map_or(0, |shown| shown.saturating_sub(progress.base) as usize);
        let keep =
            self.lines_back(progress, progress.at, shown.min(progress.at), self.wish.before.unwrap_or(0));
        if self.wish.numbers && progress.counted < keep {
            self.count_lines(progress, keep);
        }
        progress.buffer.drain(..keep);
        progress.base += keep as u64;
        progress.at -= keep;
        progress.counted = progress.counted.saturating_sub(keep);
    }
}
