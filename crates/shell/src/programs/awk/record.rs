//! The record and its fields, which are found when one is asked for.

use sandbox_kernel::{Pace, at_once};

use super::separator::Separator;
use super::value::{Conversion, Value};

/// Fields that a record may have.
pub(super) const MAX_FIELDS: f64 = 16_000_000.0;

pub(super) struct Record {
    text: Vec<u8>,
    /// The whole as a value, once it was asked for.
    whole: Option<Value>,
    /// Where the fields are in `text`.
    spans: Vec<(u32, u32)>,
    /// The fields, as far as they were asked for or set.
    fields: Vec<Option<Value>>,
    is_cut: bool,
    /// Whether fields were set, and the whole is to be made of them.
    is_stale: bool,
}

impl Record {
    pub(super) fn new() -> Self {
        let (text, spans, fields) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, whole: None, spans, fields, is_cut: true, is_stale: false }
    }

    pub(super) fn set(&mut self, text: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(text);
        (self.whole, self.is_cut, self.is_stale) = (None, false, false);
    }

    /// Sets the whole to a value.
    pub(super) fn assign(&mut self, value: Value, conversion: &Conversion) {
        self.set(&value.text(conversion));
        self.whole = Some(value);
    }

    /// Finds where the fields are.
    pub(super) async fn cut(&mut self, separator: &Separator, pace: &mut Pace) {
        if self.is_cut {
            return;
        }
        self.is_cut = true;
        separator.cut(&self.text, &mut self.spans, pace).await;
        self.fields.clear();
        self.fields.resize(self.spans.len(), None);
    }

    /// The same without a pause; so do all that follow.
    pub(super) fn cut_now(&mut self, separator: &Separator) {
        if !self.is_cut {
            at_once(self.cut(separator, &mut Pace::default()));
        }
    }

    pub(super) fn len(&mut self, separator: &Separator) -> usize {
        self.cut_now(separator);
        self.fields.len()
    }

    /// The bytes of the whole.
    pub(super) fn bytes(&mut self, between: &[u8], conversion: &Conversion) -> &[u8] {
        self.join_now(between, conversion);
        &self.text
    }

    pub(super) fn whole(&mut self, between: &[u8], conversion: &Conversion) -> Value {
        self.join_now(between, conversion);
        self.whole.get_or_insert_with(|| Value::input_of(&self.text)).clone()
    }

    pub(super) fn field(&mut self, number: usize, separator: &Separator) -> Value {
        self.cut_now(separator);
        let Some(field) = self.fields.get_mut(number - 1) else { return Value::Unset };
        match field {
            Some(value) => value.clone(),
            None => {
                let (from, to) = self.spans[number - 1];
                field.insert(Value::input_of(&self.text[from as usize..to as usize])).clone()
            }
        }
    }

    pub(super) fn set_field(&mut self, number: usize, value: Value, separator: &Separator) {
        at_once(self.keep_all(separator, &mut Pace::default()));
        if self.fields.len() < number {
            self.fields.resize(number, Some(Value::Unset));
        }
        self.fields[number - 1] = Some(value);
    }

    pub(super) fn set_len(&mut self, len: usize, separator: &Separator) {
        at_once(self.keep_all(separator, &mut Pace::default()));
        self.fields.resize(len, Some(Value::Unset));
    }

    /// Makes values of all fields, as the text that they are in will change.
    pub(super) async fn keep_all(&mut self, separator: &Separator, pace: &mut Pace) {
        if self.is_stale {
            return;
        }
        self.cut(separator, pace).await;
        for (field, (from, to)) in self.fields.iter_mut().zip(&self.spans) {
            field.get_or_insert_with(|| Value::input_of(&self.text[*from as usize..*to as usize]));
            pace.did(2).await;
        }
        self.is_stale = true;
    }

    fn join_now(&mut self, between: &[u8], conversion: &Conversion) {
        if self.is_stale {
            at_once(self.join(between, conversion, &mut Pace::default()));
        }
    }

    /// Makes the whole of the fields, where they were set.
    pub(super) async fn join(&mut self, between: &[u8], conversion: &Conversion, pace: &mut Pace) {
        if !std::mem::take(&mut self.is_stale) {
            return;
        }
        self.whole = None;
        self.text.clear();
        for (at, field) in self.fields.iter().enumerate() {
            if at > 0 {
                self.text.extend_from_slice(between);
            }
            if let Some(field) = field {
                field.write(conversion, &mut self.text);
            }
            pace.did(1).await;
        }
        // All fields are values: where they are in the text does not matter.
        self.spans.clear();
    }
}
