//! What is read record by record: the files of the command line, and those and the commands of `getline`.

use memchr::memchr;

use super::super::live::Stop;
use super::super::source::Source;
use super::command::Reading;
use super::settings::RecordEnd;
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};
use sandbox_kernel::{Pace, at_once, pause};

enum From {
    Source(Source),
    Command(Reading),
}

/// An input that is open.
pub(super) struct Input {
    from: From,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
}

/// Where a record is in the buffer, and where the next one begins.
struct Found {
    begin: usize,
    end: usize,
    next: usize,
}

impl Input {
    pub(super) fn source(source: Source) -> Self {
        Self { from: From::Source(source), buffer: Vec::new(), at: 0, ended: false }
    }

    pub(super) fn command(running: Reading) -> Self {
        Self { from: From::Command(running), buffer: Vec::new(), at: 0, ended: false }
    }

    /// Whether reading on may wait for others.
    pub(super) fn may_wait(&self) -> bool {
        matches!(self.from, From::Command(_) | From::Source(Source::Stdin(..)))
    }

    /// Ends it; of a command, gives the exit code.
    pub(super) async fn close(self) -> i32 {
        match self.from {
            From::Source(_) => 0,
            From::Command(running) => running.close().await,
        }
    }

    /// The next record, if all of it was read.
    pub(super) fn ready(&mut self, end: &RecordEnd) -> Option<&[u8]> {
        let found = self.find(end, 0)?;
        self.at = found.next;
        Some(&self.buffer[found.begin..found.end])
    }

    /// The next record; none at the end.
    pub(super) async fn record(&mut self, end: &RecordEnd) -> Result<Option<&[u8]>, Stop> {
        let mut searched = 0;
        loop {
            if let Some(found) = self.find(end, searched) {
                self.at = found.next;
                return Ok(Some(&self.buffer[found.begin..found.end]));
            }
            if self.ended {
                return Ok(None);
            }
            searched = self.buffer.len() - self.at;
            self.fill().await?;
            // Ends that are looked for from the beginning each time are looked for less often in what is long.
            while !matches!(end, RecordEnd::Byte(_))
                && !self.ended
                && searched > PIECE_BYTES
                && self.buffer.len() < 2 * searched
            {
                self.fill().await?;
                pause().await;
            }
        }
    }

    async fn fill(&mut self) -> Result<(), Stop> {
        self.buffer.drain(..self.at);
        self.at = 0;
        if self.buffer.len() as u64 > MAX_WHOLE_BYTES {
            return Err(Stop::out_of_memory());
        }
        let before = self.buffer.len();
        match &mut self.from {
            From::Source(source) => self.buffer.extend_from_slice(&source.read(PIECE_BYTES).await?),
            From::Command(running) => self.buffer.extend_from_slice(&running.read().await?),
        }
        self.ended = self.buffer.len() == before;
        Ok(())
    }

    /// Looks for the end of the record; the first `searched` bytes have none.
    fn find(&self, end: &RecordEnd, searched: usize) -> Option<Found> {
        let rest = &self.buffer[self.at..];
        let at = |end: usize, next: usize| Found { begin: self.at, end: self.at + end, next: self.at + next };
        let last = || (self.ended && !rest.is_empty()).then(|| at(rest.len(), rest.len()));
        match end {
            RecordEnd::Byte(byte) => match memchr(*byte, &rest[searched.min(rest.len())..]) {
                Some(len) => Some(at(searched + len, searched + len + 1)),
                None => last(),
            },
            RecordEnd::Pattern(regex) => {
                let mut from = 0;
                let mut pace = Pace::default();
                while let Some((start, stop)) = at_once(regex.find_at(rest, from, &mut pace)) {
                    if stop == rest.len() && !self.ended {
                        // It may go on in what follows.
                        return None;
                    }
                    if start < stop {
                        return Some(at(start, stop));
                    }
                    from = stop + 1;
                    if from > rest.len() {
                        break;
                    }
                }
                last()
            }
            RecordEnd::Paragraph => {
                let begin = rest.iter().position(|byte| *byte != b'\n')?;
                let gap = rest[begin..].windows(2).position(|pair| pair == b"\n\n");
                let paragraph = |end, next| Found { begin: self.at + begin, ..at(end, next) };
                let Some(len) = gap else {
                    let whole = rest.strip_suffix(b"\n").unwrap_or(rest).len();
                    return self.ended.then(|| paragraph(whole, rest.len()));
                };
                let end = begin + len;
                let next = rest[end..].iter().position(|byte| *byte != b'\n');
                match next {
                    Some(len) => Some(paragraph(end, end + len)),
                    None => self.ended.then(|| paragraph(end, rest.len())),
                }
            }
        }
    }
}
