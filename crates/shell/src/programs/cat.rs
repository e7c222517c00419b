//! `cat`, piece by piece: a file of any size and an endless device need no more memory than a small one.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::Known;
use super::live::{Stop, complain, read_options, stopped, write};
use super::quoting;
use super::source::Source;
use crate::limits::PIECE_BYTES;

pub(super) struct Cat;

const KNOWN: Known = Known {
    letters: "AbeEnstTuv",
    long: &[
        ("show-all", 'A'),
        ("number-nonblank", 'b'),
        ("show-ends", 'E'),
        ("number", 'n'),
        ("squeeze-blank", 's'),
        ("show-tabs", 'T'),
        ("show-nonprinting", 'v'),
    ],
};

#[async_trait]
impl Command for Cat {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let given = match read_options(&ctx, ctx.args, &KNOWN, "cat [OPTION]... [FILE]...").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let mut view = View::wanted(given.options.iter().map(|(letter, _)| *letter));
        let mut operands = given.operands;
        if operands.is_empty() {
            operands.push("-".to_owned());
        }
        let mut failed = false;
        for operand in &operands {
            let opened = match operand.as_str() {
                "-" => Ok(Source::stdin(&ctx)),
                path => Source::open(&ctx, path),
            };
            let mut source = match opened {
                Ok(source) => source,
                Err(reason) => {
                    complain(&ctx, format!("{}: {reason}", quoting::name(operand))).await;
                    failed = true;
                    continue;
                }
            };
            match copy(&ctx, &mut source, &mut view).await {
                Ok(()) => {}
                Err(Stop::Input(reason)) => {
                    complain(&ctx, format!("{}: {reason}", quoting::name(operand))).await;
                    failed = true;
                }
                Err(stop) => return stopped(&ctx, "write error", stop).await,
            }
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

async fn copy(
    ctx: &CommandContext<'_>,
    source: &mut Source,
    view: &mut View,
) -> std::result::Result<(), Stop> {
    loop {
        let bytes = source.read(PIECE_BYTES).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        if view.is_plain() {
            write(ctx, &bytes).await?;
        } else {
            write(ctx, &view.show(&bytes)).await?;
        }
    }
}

/// How bytes are shown, and where in the output they stand: lines go on from one file into the next.
#[derive(Default)]
struct View {
    number: bool,
    number_nonblank: bool,
    squeeze: bool,
    ends: bool,
    tabs: bool,
    nonprinting: bool,
    lines: u64,
    within_line: bool,
    /// Empty lines just before.
    blank: u64,
}

impl View {
    fn wanted(letters: impl Iterator<Item = char>) -> Self {
        let mut view = Self::default();
        for letter in letters {
            match letter {
                'b' => view.number_nonblank = true,
                'n' => view.number = true,
                's' => view.squeeze = true,
                _ => {}
            }
            view.ends |= matches!(letter, 'A' | 'e' | 'E');
            view.tabs |= matches!(letter, 'A' | 't' | 'T');
            view.nonprinting |= matches!(letter, 'A' | 'e' | 't' | 'v');
        }
        view
    }

    fn is_plain(&self) -> bool {
        !(self.number || self.number_nonblank || self.squeeze || self.ends || self.tabs || self.nonprinting)
    }

    fn show(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() * 2);
        for byte in bytes {
            if !self.within_line {
                let is_blank = *byte == b'\n';
                self.blank = if is_blank { self.blank + 1 } else { 0 };
                if self.squeeze && self.blank > 1 {
                    continue;
                }
                if self.number_nonblank && !is_blank || self.number && !self.number_nonblank {
                    self.lines += 1;
                    out.extend_from_slice(format!("{:>6}\t", self.lines).as_bytes());
                }
            }
            self.within_line = *byte != b'\n';
            match *byte {
                b'\n' if self.ends => out.extend_from_slice(b"$\n"),
                b'\n' => out.push(b'\n'),
                b'\t' if self.tabs => out.extend_from_slice(b"^I"),
                b'\t' => out.push(b'\t'),
                byte if self.nonprinting => caret(&mut out, byte),
                byte => out.push(byte),
            }
        }
        out
    }
}

/// `^X` for control characters, `M-x` for those above 127.
fn caret(out: &mut Vec<u8>, byte: u8) {
    let low = byte & 0x7f;
    if byte >= 0x80 {
        out.extend_from_slice(b"M-");
    }
    match low {
        0..0x20 => out.extend_from_slice(&[b'^', low + 0x40]),
        0x7f => out.extend_from_slice(b"^?"),
        _ => out.push(low),
    }
}

#[cfg(test)]
mod tests {
    use super::View;

    fn shown(letters: &str, pieces: &[&[u8]]) -> String {
        let mut view = View::wanted(letters.chars());
        let out: Vec<u8> = pieces.iter().flat_map(|piece| view.show(piece)).collect();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_shown_as_cat_does() {
        assert_eq!(shown("n", &[b"a\n\nb"]), "     1\ta\n     2\t\n     3\tb");
        assert_eq!(shown("nb", &[b"a\n\nb\n"]), "     1\ta\n\n     2\tb\n");
        assert_eq!(shown("ns", &[b"a\n\n", b"\n\nb\n"]), "     1\ta\n     2\t\n     3\tb\n");
        assert_eq!(shown("A", &[b"\x00\t\xff\x7f\xc3\n"]), "^@^IM-^?^?M-C$\n");
        assert_eq!(shown("n", &[b"a", b"b\n"]), "     1\tab\n");
    }
}
