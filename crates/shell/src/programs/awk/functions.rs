//! The functions that are values of their arguments.

use memchr::memmem;
use sandbox_kernel::{Pace, at_once};

use super::super::posix_regex::Spans;
use super::array::{Array, Index};
use super::code::{ArrayAt, Builtin, RLENGTH, RSTART};
use super::dialect::Dialect;
use super::machine::{Done, Machine, out_of_memory};
use super::number;
use super::printf;
use super::printing::format_problem;
use super::separator::Separator;
use super::value::Value;
use crate::limits::MAX_WEIGHT;

/// Fields that are put into an array without a look at the time.
const FIELDS_AT_ONCE: usize = 512;

impl Machine {
    /// Calls a function with so many values of the stack.
    pub(super) fn builtin(&mut self, builtin: Builtin, values: usize) -> Done {
        match builtin {
            Builtin::Sprintf => return self.sprintf(values),
            Builtin::Substr => return self.substr(values),
            Builtin::Gensub => return at_once(self.gensub(values, &mut Pace::default())),
            Builtin::Strftime => return self.strftime(values),
            Builtin::Tolower | Builtin::Toupper => {
                let mut text = self.pop_text().to_vec();
                match builtin {
                    Builtin::Tolower => text.make_ascii_lowercase(),
                    _ => text.make_ascii_uppercase(),
                }
                let value = self.made(text)?;
                self.stack.push(value);
                return Ok(());
            }
            _ => {}
        }
        let number = match builtin {
            Builtin::Length => {
                let value = self.pop();
                match value.bytes() {
                    Some(bytes) => bytes.len() as f64,
                    None => value.text(&self.settings.conversion).len() as f64,
                }
            }
            Builtin::Index => {
                let (needle, text) = (self.pop_text(), self.pop_text());
                self.spend(text.len());
                index(&text, &needle, self.dialect) as f64
            }
            Builtin::Atan2 => {
                let (x, y) = (self.pop_number(), self.pop_number());
                y.atan2(x)
            }
            Builtin::Cos => self.calculated(f64::cos),
            Builtin::Sin => self.calculated(f64::sin),
            Builtin::Exp => self.calculated(f64::exp),
            Builtin::Log => self.calculated(f64::ln),
            Builtin::Sqrt => self.calculated(f64::sqrt),
            Builtin::Int => self.pop_number().trunc() + 0.0,
            Builtin::Rand => self.random.number(),
            Builtin::Srand => {
                let seed = if values == 0 { self.clock.seconds() as f64 } else { self.pop_number() };
                self.random.seed(seed)
            }
            Builtin::Systime => self.clock.seconds() as f64,
            Builtin::Mktime => {
                let utc = values > 1 && self.pop().is_true(self.dialect);
                let date = self.pop_text();
                self.clock.moment(&String::from_utf8_lossy(&date), utc).map_or(-1.0, |seconds| seconds as f64)
            }
            Builtin::And => self.bits(values, |a, b| a & b),
            Builtin::Or => self.bits(values, |a, b| a | b),
            Builtin::Xor => self.bits(values, |a, b| a ^ b),
            Builtin::Lshift | Builtin::Rshift => {
                let by = self.pop_number() as u32;
                let number = self.pop_number() as u64;
                match builtin {
                    Builtin::Lshift => number.checked_shl(by).unwrap_or(0) as f64,
                    _ => number.checked_shr(by).unwrap_or(0) as f64,
                }
            }
            Builtin::Compl => (!(self.pop_number() as u64) & ((1 << 53) - 1)) as f64,
            _ => {
                let text = self.pop_text();
                strtonum(&text)
            }
        };
        self.push_number(number);
        Ok(())
    }

    fn calculated(&mut self, function: fn(f64) -> f64) -> f64 {
        let number = self.pop_number();
        number::settled(function(number), number, 0.0)
    }

    fn bits(&mut self, values: usize, operator: fn(u64, u64) -> u64) -> f64 {
        let first = self.pop_number() as u64;
        (1..values).fold(first, |all, _| operator(all, self.pop_number() as u64)) as f64
    }

    fn sprintf(&mut self, values: usize) -> Done {
        let first = self.stack.len() - values;
        let format = self.stack[first].text(&self.settings.conversion);
        let mut out = Vec::new();
        let written = printf::write(&mut out, &format, &self.stack[first + 1..], &self.settings.conversion);
        self.stack.truncate(first);
        written.map_err(|problem| format_problem("sprintf", &format, problem))?;
        let value = self.made(out)?;
        self.stack.push(value);
        Ok(())
    }

    fn substr(&mut self, values: usize) -> Done {
        let len = if values > 2 { Some(self.pop_number()) } else { None };
        let begin = self.pop_number();
        let text = self.pop_text();
        let (from, to) = match self.dialect {
            Dialect::Mawk => part(text.len(), begin, len),
            Dialect::Gawk => rounded_part(text.len(), begin, len),
        };
        let value =
            if (from, to) == (0, text.len()) { Value::Text(text) } else { Value::text_of(&text[from..to]) };
        self.spend(to - from);
        self.stack.push(value);
        Ok(())
    }

    fn strftime(&mut self, values: usize) -> Done {
        let utc = values > 2 && self.pop().is_true(self.dialect);
        let seconds = if values > 1 { self.pop_number() } else { self.clock.seconds() as f64 };
        let format = match (values, self.dialect) {
            (0, Dialect::Mawk) => "%c".to_owned(),
            (0, Dialect::Gawk) => "%a %b %e %H:%M:%S %Z %Y".to_owned(),
            _ => String::from_utf8_lossy(&self.pop_text()).into_owned(),
        };
        let text = self.clock.format(&format, seconds, utc);
        self.stack.push(Value::text_of(text.as_bytes()));
        Ok(())
    }

    /// `match`, which says where in `RSTART` and `RLENGTH`.
    pub(super) async fn match_text(&mut self, groups: Option<ArrayAt>, pace: &mut Pace) -> Done {
        let pattern = self.pop();
        let regex = self.pattern(&pattern)?;
        let text = self.pop_text();
        self.spend(text.len());
        let found = regex.find_at(&text, 0, pace).await;
        let (start, len) = found.map_or((0.0, -1.0), |(from, to)| (from as f64 + 1.0, (to - from) as f64));
        self.globals[RSTART] = Value::Number(start);
        self.globals[RLENGTH] = Value::Number(len);
        self.push_number(start);
        let Some(array) = groups else { return Ok(()) };
        let mut spans = Spans::new();
        regex.finder(&text).find_at(0, &mut spans, pace).await;
        self.change_array(array, |array| {
            array.clear();
            for (number, span) in spans.iter().enumerate() {
                if let Some((from, to)) = span {
                    array.set(Index::number(number as i64), Value::input_of(&text[*from..*to]));
                }
            }
        })
    }

    /// `split`, into an array.
    pub(super) async fn split(&mut self, array: ArrayAt, separated: bool, pace: &mut Pace) -> Done {
        let separator = if separated {
            let separator = self.pop();
            self.separator(&separator)?
        } else {
            match &self.settings.separator {
                Separator::ByteOrLine(byte) => Separator::Byte(*byte),
                separator => separator.clone(),
            }
        };
        let text = self.pop_text();
        self.spend(text.len() * 4);
        let mut spans = Vec::new();
        separator.cut(&text, &mut spans, pace).await;
        if spans.len() as u64 * 64 > MAX_WEIGHT {
            return Err(out_of_memory());
        }
        self.change_array(array, Array::clear)?;
        let mut number = 0;
        for spans in spans.chunks(FIELDS_AT_ONCE) {
            self.change_array(array, |array| {
                for (from, to) in spans {
                    number += 1;
                    array.set(Index::number(number), Value::input_of(&text[*from as usize..*to as usize]));
                }
            })?;
            pace.did(spans.len() * 8).await;
        }
        self.push_number(spans.len() as f64);
        Ok(())
    }
}

/// Where `needle` is in `text`, from 1; 0 where it is not.
fn index(text: &[u8], needle: &[u8], dialect: Dialect) -> usize {
    if needle.is_empty() {
        return usize::from(dialect == Dialect::Mawk);
    }
    memmem::find(text, needle).map_or(0, |at| at + 1)
}

/// The part of a text that mawk takes: integers that wrap, and what lies before the text counts for the length.
fn part(size: usize, begin: f64, len: Option<f64>) -> (usize, usize) {
    let integer = |number: f64| match number {
        number if number.is_nan() => i32::MIN,
        number => number.clamp(-f64::from(i32::MAX), f64::from(i32::MAX)) as i32,
    };
    let mut begin = integer(begin);
    let mut len = len.map_or(i32::try_from(size).unwrap_or(i32::MAX), integer);
    if begin < 1 {
        len = len.wrapping_sub(begin);
        begin = 1;
    }
    let from = (begin as usize - 1).min(size);
    (from, from + usize::try_from(len).unwrap_or(0).min(size - from))
}

/// The part of a text as POSIX says: the letters whose numbers are within the rounded bounds.
fn rounded_part(size: usize, begin: f64, len: Option<f64>) -> (usize, usize) {
    let begin = begin.round_ties_even();
    let end = len.map_or(f64::INFINITY, |len| begin + len.round_ties_even());
    let from = begin.max(1.0);
    if from.is_nan() || end.is_nan() || end <= from || from > size as f64 {
        return (0, 0);
    }
    (from as usize - 1, (end - 1.0).min(size as f64) as usize)
}

/// The number that a text is with a prefix for its base.
fn strtonum(text: &[u8]) -> f64 {
    let digits: String = String::from_utf8_lossy(text).trim_start().to_ascii_lowercase();
    let read = |digits: &str, base: u32| {
        let digits = digits.chars().map_while(|digit| digit.to_digit(base));
        digits.fold(0.0, |number, digit| number * f64::from(base) + f64::from(digit))
    };
    match digits.strip_prefix("0x") {
        Some(digits) => read(digits, 16),
        None if digits.len() > 1
            && digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            read(&digits, 8)
        }
        None => number::of_text(text, Dialect::Gawk),
    }
}
