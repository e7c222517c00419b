//! `${x:offset:length}`.

use super::parts::Quoting;
use super::subject::{Subject, shown};
use crate::state::{Flow, Shell, Unwind, Value};
use crate::syntax::{Arithmetic, ParameterName};

impl Shell {
    pub(super) fn substring(
        &mut self,
        name: &ParameterName,
        subject: Subject,
        offset: &Arithmetic,
        length: Option<&Arithmetic>,
    ) -> Flow<Subject> {
        let from = self.number(name, offset)?;
        let count = match length {
            Some(length) => Some(self.number(name, length)?),
            None => None,
        };
        let (items, star) = match subject {
            Subject::Text(None) => return Ok(Subject::Text(None)),
            Subject::Text(Some(text)) => {
                let range = range(from, count, text.chars().count());
                let Some((start, end)) = range else { return Err(self.negative_length(length)) };
                return Ok(Subject::Text(Some(characters(&text, start, end).to_owned())));
            }
            Subject::List(items, star) => (items, star),
        };
        let items: Vec<String> = match name {
            ParameterName::Special(_) => {
                let from = from_end(from, self.positional.len() as i64 + 1);
                let all = [self.name.to_string()].into_iter().chain(items);
                from.map(|from| all.skip(from).collect()).unwrap_or_default()
            }
            ParameterName::All(name, _) => self.elements_from(name, items, from),
            _ => items,
        };
        if items.is_empty() {
            return Ok(Subject::List(items, star));
        }
        let taken = match count {
            Some(count) if count < 0 => return Err(self.negative_length(length)),
            count => count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX)),
        };
        Ok(Subject::List(items.into_iter().take(taken).collect(), star))
    }

    /// The elements from an index on; of an array that has gaps, from the first that is not before it. Those of an
    /// associative array count from 1.
    fn elements_from(&mut self, name: &str, items: Vec<String>, from: i64) -> Vec<String> {
        let name = self.referred(name);
        let indices: Vec<i64> = match self.variable(&name).as_deref().map(|variable| &variable.value) {
            Some(Value::Indexed(elements)) => elements.keys().copied().collect(),
            Some(Value::Associative(_)) => (1..=items.len() as i64).collect(),
            _ => (0..items.len() as i64).collect(),
        };
        let count = indices.last().map_or(0, |last| last + 1);
        let Some(from) = from_end(from, count) else { return Vec::new() };
        indices.iter().zip(items).filter(|(index, _)| **index >= from as i64).map(|(_, item)| item).collect()
    }

    fn number(&mut self, name: &ParameterName, arithmetic: &Arithmetic) -> Flow<i64> {
        let value = self.arithmetic_now(arithmetic)?;
        value.map_err(|error| self.arithmetic_failed(&format!("{}: ", shown(name)), &error))
    }

    fn negative_length(&mut self, length: Option<&Arithmetic>) -> Unwind {
        let written = length.map(|length| match self.text_now(&length.text, Quoting::Double) {
            Ok(text) => text,
            Err(_) => length.text.source.to_string(),
        });
        self.complain(format!("{}: substring expression < 0", written.unwrap_or_default()));
        Unwind::Discard(1)
    }
}

/// An offset that may count from the end. `None`: it lies before the beginning.
fn from_end(offset: i64, count: i64) -> Option<usize> {
    let offset = if offset < 0 { offset.saturating_add(count) } else { offset };
    usize::try_from(offset).ok()
}

/// The characters that are meant, of `count`. `None`: they end before they begin.
fn range(offset: i64, length: Option<i64>, count: usize) -> Option<(usize, usize)> {
    let Some(start) = from_end(offset, count as i64).filter(|start| *start <= count) else {
        return Some((0, 0));
    };
    let end = match length {
        None => count,
        Some(length) if length < 0 => usize::try_from(count as i64 + length).ok()?,
        Some(length) => start.saturating_add(length as usize).min(count),
    };
    (end >= start).then_some((start, end))
}

/// The characters of a text from one to another.
fn characters(text: &str, start: usize, end: usize) -> &str {
    if text.is_ascii() {
        return &text[start..end];
    }
    let place = |index: usize| text.char_indices().nth(index).map_or(text.len(), |(at, _)| at);
    &text[place(start)..place(end)]
}
