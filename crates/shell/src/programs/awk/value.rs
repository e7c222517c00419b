//! Values: a number, text, or text from outside, which is a number if it looks like one.

use std::cmp::Ordering;
use std::sync::Arc;

use super::dialect::Dialect;
use super::number;
use super::printf;

/// Bytes that are shared and never change.
pub(super) type Text = Arc<[u8]>;

#[derive(Clone, Debug, Default)]
pub(super) enum Value {
    #[default]
    Unset,
    Number(f64),
    Text(Text),
    /// From outside.
    Input(Text),
    /// The array of a function's parameter, by its number. No expression has it as its value.
    Array(u32),
    /// A pattern of the program as the argument of a function, likewise.
    Pattern(u32),
}

/// How numbers become text.
#[derive(Clone, Debug)]
pub(super) struct Conversion {
    pub(super) dialect: Dialect,
    /// `CONVFMT` or `OFMT`.
    pub(super) format: Text,
}

impl Conversion {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, format: Arc::from(&b"%.6g"[..]) }
    }

    /// Writes a number as it is seen in text.
    pub(super) fn write(&self, number: f64, out: &mut Vec<u8>) {
        match number::integer(number, self.dialect) {
            Some(integer) => number::write_integer(out, integer),
            None => printf::convert(number, &self.format, self.dialect, out),
        }
    }
}

impl Value {
    pub(super) fn text_of(bytes: &[u8]) -> Self {
        Value::Text(Arc::from(bytes))
    }

    pub(super) fn input_of(bytes: &[u8]) -> Self {
        Value::Input(Arc::from(bytes))
    }

    pub(super) fn number(&self, dialect: Dialect) -> f64 {
        match self {
            Value::Number(number) => *number,
            Value::Text(text) | Value::Input(text) => number::of_text(text, dialect),
            Value::Unset | Value::Array(_) | Value::Pattern(_) => 0.0,
        }
    }

    pub(super) fn is_true(&self, dialect: Dialect) -> bool {
        match self {
            Value::Number(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Input(text) => match number::looked_at(text, dialect) {
                Some(number) => number != 0.0,
                None => !text.is_empty(),
            },
            Value::Unset | Value::Array(_) | Value::Pattern(_) => false,
        }
    }

    /// Its bytes, if it is text.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Text(text) | Value::Input(text) => Some(text),
            Value::Unset => Some(b""),
            Value::Number(_) | Value::Array(_) | Value::Pattern(_) => None,
        }
    }

    /// Writes it as text.
    pub(super) fn write(&self, conversion: &Conversion, out: &mut Vec<u8>) {
        match self {
            Value::Number(number) => conversion.write(*number, out),
            value => out.extend_from_slice(value.bytes().unwrap_or_default()),
        }
    }

    /// It as text.
    pub(super) fn text(&self, conversion: &Conversion) -> Text {
        match self {
            Value::Text(text) | Value::Input(text) => Arc::clone(text),
            value => {
                let mut out = Vec::new();
                value.write(conversion, &mut out);
                out.into()
            }
        }
    }

    /// Bytes that it takes beside itself.
    pub(super) fn weight(&self) -> usize {
        match self {
            Value::Text(text) | Value::Input(text) => text.len(),
            _ => 0,
        }
    }

    /// What it is in a comparison of numbers.
    fn compared(&self, dialect: Dialect) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Unset | Value::Array(_) | Value::Pattern(_) => Some(0.0),
            Value::Input(text) => number::looked_at(text, dialect),
            Value::Text(_) => None,
        }
    }

    /// As numbers where both are or look like some, else as text.
    pub(super) fn compare(&self, other: &Value, conversion: &Conversion) -> Ordering {
        if let (Some(a), Some(b)) = (self.compared(conversion.dialect), other.compared(conversion.dialect)) {
            // What is no number is as large as any.
            return a.partial_cmp(&b).unwrap_or(Ordering::Equal);
        }
        match (self.bytes(), other.bytes()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => self.text(conversion).cmp(&other.text(conversion)),
        }
    }
}
