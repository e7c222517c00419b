//! The variables that do something, and what they were set to.

use std::sync::Arc;

use super::code::Special;
use super::dialect::Dialect;
use super::separator::Separator;
use super::value::{Conversion, Text, Value};

/// Where a record ends.
#[derive(Clone)]
pub(super) enum RecordEnd {
    Byte(u8),
    /// At empty lines.
    Paragraph,
    Pattern(Arc<super::regex::Regex>),
}

pub(super) struct Settings {
    /// What was assigned to each.
    pub(super) values: [Value; Special::COUNT],
    pub(super) separator: Separator,
    pub(super) record_end: RecordEnd,
    pub(super) between_fields: Text,
    pub(super) after_record: Text,
    pub(super) between_indexes: Text,
    /// `CONVFMT`.
    pub(super) conversion: Conversion,
    /// `OFMT`.
    pub(super) output: Conversion,
    pub(super) ignore_case: bool,
}

impl Settings {
    pub(super) fn new(dialect: Dialect) -> Self {
        let mut values = [const { Value::Unset }; Special::COUNT];
        for (special, text) in [
            (Special::Convfmt, "%.6g"),
            (Special::Fs, " "),
            (Special::Ofmt, "%.6g"),
            (Special::Ofs, " "),
            (Special::Ors, "\n"),
            (Special::Rs, "\n"),
            (Special::Subsep, "\x1c"),
        ] {
            values[special as usize] = Value::text_of(text.as_bytes());
        }
        values[Special::Nr as usize] = Value::Number(0.0);
        values[Special::Fnr as usize] = Value::Number(0.0);
        let text = |text: &str| Text::from(text.as_bytes());
        Self {
            values,
            separator: Separator::Blanks,
            record_end: RecordEnd::Byte(b'\n'),
            between_fields: text(" "),
            after_record: text("\n"),
            between_indexes: text("\x1c"),
            conversion: Conversion::new(dialect),
            output: Conversion::new(dialect),
            ignore_case: false,
        }
    }

    pub(super) fn number(&self, special: Special) -> f64 {
        self.values[special as usize].number(self.conversion.dialect)
    }
}
