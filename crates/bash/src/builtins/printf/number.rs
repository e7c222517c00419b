//! Arguments that are numbers.

use super::Printing;
use super::float::Float;
use crate::builtins::locale::is_utf8;
use crate::builtins::outcome::not_a_number;
use crate::text;

/// What `strtol` reads at the beginning of a text, with the base that its prefix tells: sign, size, what follows.
fn integer(text: &str) -> (bool, Option<u64>, &str) {
    let trimmed = text.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    let hexadecimal =
        hexadecimal.filter(|digits| digits.starts_with(|digit: char| digit.is_ascii_hexdigit()));
    let (base, digits) = match hexadecimal {
        Some(digits) => (16, digits),
        None if unsigned.starts_with('0') => (8, unsigned),
        None => (10, unsigned),
    };
    let count = digits.bytes().take_while(|digit| char::from(*digit).is_digit(base)).count();
    if count == 0 {
        return (false, Some(0), text);
    }
    let value = u64::from_str_radix(&digits[..count], base).ok();
    (trimmed.starts_with('-'), value, &digits[count..])
}

impl Printing<'_, '_> {
    /// `'x` and `"x`: the number of the character.
    fn character(&self, argument: &str) -> Option<u64> {
        let rest = argument.strip_prefix(['\'', '"'])?;
        let Some(first) = rest.chars().next() else { return Some(0) };
        let byte = text::carried(first).or_else(|| (!is_utf8(self.shell)).then(|| rest.as_bytes()[0]));
        Some(byte.map_or(u64::from(u32::from(first)), u64::from))
    }

    fn check(&mut self, argument: &str, rest: &str, out_of_range: bool) {
        if !rest.is_empty() {
            not_a_number(self.shell, "printf", argument);
            self.status = 1;
        } else if out_of_range {
            self.shell.complain(format!("printf: warning: {argument}: Numerical result out of range"));
        }
    }

    /// The next argument as `%d` takes it.
    pub(super) fn signed(&mut self) -> i64 {
        let Some(argument) = self.argument() else { return 0 };
        if let Some(number) = self.character(argument) {
            return number as i64;
        }
        let (negative, value, rest) = integer(argument);
        let limit = if negative { 1 << 63 } else { (1 << 63) - 1 };
        let in_range = value.filter(|value| *value <= limit);
        self.check(argument, rest, in_range.is_none());
        let value = in_range.unwrap_or(limit) as i64;
        if negative { value.wrapping_neg() } else { value }
    }

    /// The next argument as `%u` takes it.
    pub(super) fn unsigned(&mut self) -> u64 {
        let Some(argument) = self.argument() else { return 0 };
        if let Some(number) = self.character(argument) {
            return number;
        }
        let (negative, value, rest) = integer(argument);
        self.check(argument, rest, value.is_none());
        match value {
            Some(value) if negative => value.wrapping_neg(),
            Some(value) => value,
            None => u64::MAX,
        }
    }

    /// The next argument as `%f` takes it.
    pub(super) fn float(&mut self) -> Float {
        let Some(argument) = self.argument() else { return Float::whole(0) };
        if let Some(number) = self.character(argument) {
            return Float::whole(number);
        }
        let (value, rest, out_of_range) = Float::parse(argument);
        self.check(argument, rest, out_of_range);
        value
    }
}
