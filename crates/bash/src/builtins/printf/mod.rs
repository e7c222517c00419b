//! `printf`

mod big;
mod directive;
mod float;
mod moment;
mod number;

use directive::{Directive, MOST};
pub(crate) use moment::now_as;

use super::escapes::{Escape, Style, escape, expand};
use super::locale::is_utf8;
use super::options::{Options, usage};
use super::outcome::{Outcome, failed, is_identifier, not_an_identifier};
use super::{quoting, target};
use crate::builtins::outcome::Stop;
use crate::state::Shell;
use crate::text;

/// `printf`
pub(super) fn printf(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "v:");
    let mut variable = None;
    while let Some(option) = options.next(shell, out)? {
        let name = option.argument.unwrap_or_default();
        if !target::is_target(name) {
            not_an_identifier(shell, "printf", name);
            return Err(Stop::Failed(2));
        }
        variable = Some(name);
    }
    let [format, args @ ..] = options.operands() else { return Err(usage(shell, "printf")) };
    let is_utf8 = is_utf8(shell);
    let mut written = Vec::new();
    let to = if variable.is_some() { &mut written } else { out };
    let begun_at = to.len();
    let mut printing = Printing { shell, is_utf8, args, at: 0, status: 0, begun_at };
    let outcome = printing.all(format, to);
    let status = printing.status;
    if let Some(name) = variable {
        let end = written.iter().position(|byte| *byte == 0).unwrap_or(written.len());
        target::assign(shell, "printf", name, text::decode(&written[..end]))?;
    }
    outcome.and(Ok(status))
}

/// A `printf` that runs.
struct Printing<'s, 'a> {
    shell: &'s mut Shell,
    is_utf8: bool,
    args: &'a [String],
    /// The argument that is taken next.
    at: usize,
    status: i32,
    /// Where its output begins.
    begun_at: usize,
}

impl<'a> Printing<'_, 'a> {
    fn argument(&mut self) -> Option<&'a str> {
        let argument = self.args.get(self.at)?;
        self.at += 1;
        Some(argument)
    }

    /// Uses the format as often as there are arguments for it.
    fn all(&mut self, format: &str, out: &mut Vec<u8>) -> Outcome<()> {
        loop {
            let goes_on = self.once(format, out)?;
            if !goes_on || self.at == 0 || self.at >= self.args.len() {
                return Ok(());
            }
        }
    }

    /// Uses the format once. False when nothing more is to be written.
    fn once(&mut self, format: &str, out: &mut Vec<u8>) -> Outcome<bool> {
        let mut rest = format;
        while let Some(place) = rest.find(['\\', '%']) {
            out.extend_from_slice(&text::encode(&rest[..place]));
            let is_escape = rest.as_bytes()[place] == b'\\';
            rest = &rest[place + 1..];
            if is_escape {
                rest = self.escape(rest, out);
            } else if let Some(after) = rest.strip_prefix('%') {
                out.push(b'%');
                rest = after;
            } else {
                let Some(after) = self.directive(rest, out)? else { return Ok(false) };
                rest = after;
            }
        }
        out.extend_from_slice(&text::encode(rest));
        Ok(true)
    }

    fn escape<'f>(&mut self, rest: &'f str, out: &mut Vec<u8>) -> &'f str {
        match escape(rest, Style::Format, self.is_utf8, out) {
            Escape::Written(used) => return &rest[used..],
            Escape::NoDigit(letter) => missing_digit(self.shell, letter),
            Escape::None | Escape::End => {}
        }
        out.push(b'\\');
        rest
    }

    /// Does what follows a `%`, and gives what follows that; `None` after `\c`.
    fn directive<'f>(&mut self, text: &'f str, out: &mut Vec<u8>) -> Outcome<Option<&'f str>> {
        let mut directive = Directive::default();
        let rest = text.trim_start_matches(|letter| directive.flag(letter));
        let rest = match rest.strip_prefix('*') {
            Some(after) => {
                let width = self.signed();
                directive.set_width(width);
                after
            }
            None => {
                let (width, after) = digits(rest);
                directive.width = width.unwrap_or(0);
                after
            }
        };
        let rest = match rest.strip_prefix('.') {
            None => rest,
            Some(after) => match after.strip_prefix('*') {
                Some(after) => {
                    let precision = self.signed().min(MOST);
                    directive.precision = usize::try_from(precision).ok();
                    after
                }
                None => {
                    let negative = after.starts_with('-');
                    let (precision, after) = digits(after.strip_prefix('-').unwrap_or(after));
                    directive.precision = Some(precision.unwrap_or(0)).filter(|_| !negative);
                    after
                }
            },
        };
        let rest = rest.trim_start_matches(['h', 'j', 'l', 'L', 't', 'z']);
        let Some(letter) = rest.chars().next() else {
            return Err(failed(self.shell, format!("printf: `%{text}': missing format character")));
        };
        let after = &rest[letter.len_utf8()..];
        match letter {
            'c' => {
                let argument = self.argument().unwrap_or_default();
                let byte = text::encode(argument).first().copied().unwrap_or(0);
                Directive { precision: None, ..directive }.text(&[byte], out);
            }
            's' => directive.text(&text::encode(self.argument().unwrap_or_default()), out),
            'b' => return Ok(self.with_escapes(&directive, out).then_some(after)),
            'q' | 'Q' => self.quoted(directive, letter, out),
            'n' => self.count(out)?,
            'd' | 'i' => {
                let value = self.signed();
                directive.signed(value, out);
            }
            'o' | 'u' | 'x' | 'X' => {
                let value = self.unsigned();
                directive.unsigned(letter, value, out);
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'a' | 'A' => {
                let value = self.float();
                directive.float(letter, value, out);
            }
            '(' => {
                if let Some(after) = self.moment(&directive, after, out) {
                    return Ok(Some(after));
                }
                out.extend_from_slice(b"%(");
            }
            _ => return Err(failed(self.shell, format!("printf: `{letter}': invalid format character"))),
        }
        Ok(Some(after))
    }

    /// `%b`. False after `\c`.
    fn with_escapes(&mut self, directive: &Directive, out: &mut Vec<u8>) -> bool {
        let argument = self.argument().unwrap_or_default();
        let mut bytes = Vec::new();
        let goes_on = expand(argument, Style::Argument, self.is_utf8, &mut bytes, |letter| {
            missing_digit(self.shell, letter)
        });
        directive.text(&bytes, out);
        goes_on
    }

    /// `%q` and `%Q`, which cuts off before it quotes.
    fn quoted(&mut self, mut directive: Directive, letter: char, out: &mut Vec<u8>) {
        let mut argument = self.argument().unwrap_or_default().to_owned();
        if letter == 'Q'
            && let Some(most) = directive.precision.take()
        {
            let bytes = text::encode(&argument);
            argument = text::decode(&bytes[..most.min(bytes.len())]);
        }
        let quoted = quoting::reusable(&argument, self.is_utf8);
        directive.text(&text::encode(&quoted), out);
    }

    /// `%n`: a variable gets how much was written.
    fn count(&mut self, out: &[u8]) -> Outcome<()> {
        let Some(name) = self.argument().filter(|name| !name.is_empty()) else { return Ok(()) };
        if !is_identifier(name) {
            not_an_identifier(self.shell, "printf", name);
            return Err(Stop::Failed(1));
        }
        target::assign(self.shell, "printf", name, (out.len() - self.begun_at).to_string())
    }
}

fn missing_digit(shell: &mut Shell, letter: char) {
    let kind = if letter == 'x' { "hex" } else { "unicode" };
    shell.complain(format!("printf: missing {kind} digit for \\{letter}"));
}

/// The number at the beginning of a text.
fn digits(text: &str) -> (Option<usize>, &str) {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(count);
    let value = digits.parse::<i64>().unwrap_or(i64::MAX).min(MOST);
    ((count > 0).then_some(value as usize), rest)
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Fixture;

    #[test]
    fn printf_writes_and_complains_as_bash_does() {
        let mut fixture = Fixture::new();
        fixture.run(&["printf", "-v", "LANG", "C.UTF-8"]);
        for (args, status, out, said) in [
            (&["%s %s\n", "a", "b", "c"][..], 0, "a b\nc \n", ""),
            (&["%d", "08"], 1, "0", "printf: 08: invalid octal number\n"),
            (&["%d", "0xg"], 1, "0", "printf: 0xg: invalid hex number\n"),
            (&["%d", "3x"], 1, "3", "printf: 3x: invalid number\n"),
            (&["%d", "\"a"], 0, "97", ""),
            (&["%d", "'é"], 0, "233", ""),
            (
                &["%d", "-99999999999999999999"],
                0,
                "-9223372036854775808",
                "printf: warning: -99999999999999999999: Numerical result out of range\n",
            ),
            (&["%x %u", "-1", "-1"], 0, "ffffffffffffffff 18446744073709551615", ""),
            (&["%5.3d|%-05d|%+.3d|% d", "7", "3", "5", "5"], 0, "  007|3    |+005| 5", ""),
            (&["%#x %#X %#o %o", "255", "255", "8", "8"], 0, "0xff 0XFF 010 10", ""),
            (&["%*d|%*d|%.*f", "5", "3", "-5", "3", "2", "3.14159"], 0, "    3|3    |3.14", ""),
            (&["%z"], 1, "", "printf: `%z': missing format character\n"),
            (&["a%yb", "1"], 1, "a", "printf: `y': invalid format character\n"),
            (
                &["\\x\\u"],
                0,
                "\\x\\u",
                "printf: missing hex digit for \\x\nprintf: missing unicode digit for \\u\n",
            ),
            (&["%b|", "a\\cb", "c"], 0, "a", ""),
            (&["%b", "\\101\\0101\\\""], 0, "AA\\\"", ""),
            (&["%5b|%.1b|", "a\\n", "ab"], 0, "   a\n|a|", ""),
            (&["%q %10q|%.2q|%.2Q|", "a b", "a b", "a b", "a b"], 0, "a\\ b       a\\ b|a\\|a\\ |", ""),
            (&["%q"], 0, "''", ""),
            (&["%-5c|%c", "ab", "x"], 0, "a    |x", ""),
            (&["x", "a", "b"], 0, "x", ""),
            (&["\\1234"], 0, "S4", ""),
            (&["%(%F %T)T|%(%Y)T", "0", "-1"], 0, "1970-01-01 00:00:00|2023", ""),
            (&["%-12(%F)T|", "0"], 0, "1970-01-01  |", ""),
            (&["%(a(b)c)T"], 0, "a(b)c", ""),
            (&["%(%F)T", "x"], 1, "1970-01-01", "printf: x: invalid number\n"),
            (&["-v", "1x", "a"], 2, "", "printf: `1x': not a valid identifier\n"),
            (&["%n", "1x"], 1, "", "printf: `1x': not a valid identifier\n"),
            (&[], 2, "", "printf: usage: printf [-v var] format [arguments]\n"),
            (
                &["-x"],
                2,
                "",
                "printf: -x: invalid option\nprintf: usage: printf [-v var] format [arguments]\n",
            ),
            (&["--", "a%%\\n"], 0, "a%\n", ""),
            (&["%f", "1e"], 1, "1.000000", "printf: 1e: invalid number\n"),
        ] {
            let args: Vec<&str> = ["printf"].iter().chain(args).copied().collect();
            assert_eq!(fixture.run(&args), (status, out.to_owned(), said.to_owned()), "{args:?}");
        }
    }

    #[test]
    fn variables_get_what_was_written_and_how_much() {
        let mut fixture = Fixture::new();
        fixture.run(&["printf", "-v", "x", "abc%nd\\0e", "n"]);
        let value = |name| fixture.shell.variables.get(name).and_then(|variable| variable.scalar());
        assert_eq!((value("x"), value("n")), (Some("abcd"), Some("3")));
    }
}
