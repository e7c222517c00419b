//! `wc`, piece by piece.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Given, Known};
use super::live::{Stop, complain, read_options, stopped, write};
use super::quoting;
use super::source::Source;
use crate::limits::PIECE_BYTES;
use sandbox_kernel::pause;

pub(super) struct Wc;

const KNOWN: Known = Known {
    letters: "clLmw",
    long: &[("bytes", 'c'), ("lines", 'l'), ("max-line-length", 'L'), ("chars", 'm'), ("words", 'w')],
};

/// Which numbers are shown, always in this order.
const ORDER: &str = "lwmcL";

/// Columns from one tab stop to the next.
const TAB: u64 = 8;

/// Width of a number where the input's length is not known.
const UNKNOWN_WIDTH: usize = 7;

/// What is counted of one input, and of all together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    lines: u64,
    words: u64,
    chars: u64,
    bytes: u64,
    longest: u64,
    within_word: bool,
    column: u64,
    /// Whether bytes make up characters: so in a locale of UTF-8, and else each byte is one.
    utf8: bool,
}

impl Counts {
    fn add(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        for byte in piece {
            let starts_char = !self.utf8 || byte & 0xc0 != 0x80;
            let is_printed = byte.is_ascii_graphic() || self.utf8 && *byte >= 0x80;
            self.chars += u64::from(starts_char);
            match byte {
                b' ' | b'\t'..=b'\r' => self.within_word = false,
                _ if is_printed && !self.within_word => {
                    self.within_word = true;
                    self.words += 1;
                }
                _ => {}
            }
            match byte {
                b'\n' | b'\r' | 0x0c => {
                    self.lines += u64::from(*byte == b'\n');
                    self.end_line();
                }
                b'\t' => self.column += TAB - self.column % TAB,
                b' ' => self.column += 1,
                _ => self.column += u64::from(starts_char && is_printed),
            }
        }
    }

    fn end_line(&mut self) {
        self.longest = self.longest.max(self.column);
        self.column = 0;
    }

    fn add_all(&mut self, other: &Counts) {
        self.lines += other.lines;
        self.words += other.words;
        self.chars += other.chars;
        self.bytes += other.bytes;
        self.longest = self.longest.max(other.longest);
    }

    fn shown(&self, which: &str, width: usize, name: Option<&str>) -> String {
        let numbers = which.chars().map(|letter| match letter {
            'l' => self.lines,
            'w' => self.words,
            'm' => self.chars,
            'c' => self.bytes,
            _ => self.longest,
        });
        let mut line = numbers.map(|number| format!("{number:>width$}")).collect::<Vec<_>>().join(" ");
        if let Some(name) = name {
            line.push_str(&format!(" {name}"));
        }
        line + "\n"
    }
}

fn which(given: &Given) -> String {
    let asked = |letter: &char| given.options.iter().any(|(option, _)| option == letter);
    let which: String = ORDER.chars().filter(asked).collect();
    if which.is_empty() { "lwc".to_owned() } else { which }
}

#[async_trait]
impl Command for Wc {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let given = match read_options(&ctx, ctx.args, &KNOWN, "wc [OPTION]... [FILE]...").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let which = which(&given);
        let (mut sources, mut failed) = (Vec::new(), false);
        for operand in &given.operands {
            let opened = match operand.as_str() {
                "-" => Ok(Source::stdin(&ctx)),
                path => Source::open(&ctx, path),
            };
            sources.push((Some(operand.as_str()), opened));
        }
        if sources.is_empty() {
            sources.push((None, Ok(Source::stdin(&ctx))));
        }
        let width = width(&which, &sources);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| ctx.env.get(*name));
        let utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.ends_with("utf-8") || locale.ends_with("utf8")
        });
        let several = sources.len() > 1;
        let mut total = Counts::default();
        for (name, source) in sources {
            let shown_name = name.unwrap_or("-");
            let mut counts = Counts { utf8, ..Counts::default() };
            let counted = match source {
                Ok(mut source) => count(&mut source, &mut counts, &which).await,
                Err(reason) => {
                    complain(&ctx, format!("{}: {reason}", quoting::name(shown_name))).await;
                    failed = true;
                    continue;
                }
            };
            match counted {
                Ok(()) => {}
                Err(Stop::Input(reason)) => {
                    complain(&ctx, format!("{}: {reason}", quoting::name(shown_name))).await;
                    failed = true;
                }
                Err(stop) => return stopped(&ctx, "write error", stop).await,
            }
            if let Err(stop) = write(&ctx, counts.shown(&which, width, name).as_bytes()).await {
                return stopped(&ctx, "write error", stop).await;
            }
            total.add_all(&counts);
        }
        if several && let Err(stop) = write(&ctx, total.shown(&which, width, Some("total")).as_bytes()).await
        {
            return stopped(&ctx, "write error", stop).await;
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

async fn count(source: &mut Source, counts: &mut Counts, which: &str) -> std::result::Result<(), Stop> {
    if which == "c"
        && let Some(left) = source.left()
    {
        counts.bytes = left;
        return Ok(());
    }
    loop {
        let piece = source.read(PIECE_BYTES).await?;
        if piece.is_empty() {
            counts.end_line();
            return Ok(());
        }
        counts.add(&piece);
        pause().await;
    }
}

/// Wide enough for all bytes together; a single number needs no width.
fn width(which: &str, sources: &[(Option<&str>, std::result::Result<Source, String>)]) -> usize {
    if sources.len() == 1 && which.len() == 1 {
        return 1;
    }
    // A device has no length, whatever it gives.
    let known = |(_, source): &(Option<&str>, std::result::Result<Source, String>)| match source {
        Ok(source) => source.left().ok_or(()),
        Err(_) => Ok(0),
    };
    let total: std::result::Result<u64, ()> = sources.iter().map(known).sum();
    total.map_or(UNKNOWN_WIDTH, |total| total.to_string().len())
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn pieces_are_counted_like_the_whole() {
        let text = "one two\n\tthr\u{e9}e\n\nlast".as_bytes();
        let mut whole = Counts { utf8: true, ..Counts::default() };
        whole.add(text);
        whole.end_line();
        assert_eq!((whole.lines, whole.words, whole.longest), (3, 4, 13));
        assert_eq!((whole.bytes, whole.chars), (text.len() as u64, text.len() as u64 - 1));
        let mut pieces = Counts { utf8: true, ..Counts::default() };
        text.chunks(1).for_each(|piece| pieces.add(piece));
        pieces.end_line();
        assert_eq!(pieces, whole);
    }
}
