//! Arrays: values by their indexes. An index that is written as an integer is held as one.
//!
//! Programs see the order in which `for (i in a)` goes, so it is mawk's: by the lists of its hash table, and within a
//! list what was used last comes first. Elements that were only ever asked for by numbers are in lists by number, and
//! get into those by text when one asks by text or for all.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::number;
use super::value::{Conversion, Text, Value};

/// Bytes that an element takes, besides its text.
const ELEMENT_BYTES: usize = 96;

/// Lists that a table begins with, and elements for each from which on it has twice as many.
const FIRST_LISTS: usize = 64;
const MAX_PER_LIST: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Integer(i64),
    Text(Text),
}

/// What an element is asked for by.
#[derive(Clone, Debug)]
pub(super) struct Index {
    key: Key,
    is_number: bool,
}

impl Index {
    pub(super) fn of(value: &Value, conversion: &Conversion) -> Self {
        match value {
            Value::Number(number) => match number::integer(*number, conversion.dialect) {
                Some(integer) => Self::number(integer),
                None => Self { key: Key::Text(value.text(conversion)), is_number: false },
            },
            Value::Text(text) | Value::Input(text) => {
                let key = canonical(text).map_or_else(|| Key::Text(Text::clone(text)), Key::Integer);
                Self { key, is_number: false }
            }
            _ => Self::text(b""),
        }
    }

    pub(super) fn number(number: i64) -> Self {
        Self { key: Key::Integer(number), is_number: true }
    }

    pub(super) fn text(text: &[u8]) -> Self {
        let key = canonical(text).map_or_else(|| Key::Text(Text::from(text)), Key::Integer);
        Self { key, is_number: false }
    }
}

impl Key {
    fn weight(&self) -> usize {
        match self {
            Key::Integer(_) => ELEMENT_BYTES,
            Key::Text(text) => ELEMENT_BYTES + text.len(),
        }
    }

    fn text(&self) -> Text {
        match self {
            Key::Integer(integer) => {
                let mut out = Vec::new();
                number::write_integer(&mut out, *integer);
                out.into()
            }
            Key::Text(text) => Text::clone(text),
        }
    }
}

/// The integer that a text is, if it is written as integers are.
fn canonical(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let is_one = match digits {
        [b'0'] => !negative,
        [b'1'..=b'9', ..] => digits.len() <= 15,
        _ => false,
    };
    if !is_one || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0, |size, digit| size * 10 + i64::from(digit - b'0'));
    Some(if negative { -size } else { size })
}

#[derive(Default)]
struct Element {
    value: Value,
    /// When it was last asked for by its number, and by text. Zero: it is in no list of that kind.
    by_number: u64,
    by_text: u64,
}

#[derive(Default)]
pub(super) struct Array {
    elements: HashMap<Key, Element, FxBuildHasher>,
    /// Bytes that it takes.
    weight: usize,
    clock: u64,
    /// How many lists mawk's table would have.
    lists: usize,
    /// Whether it has lists by text.
    has_texts: bool,
}

impl Array {
    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    pub(super) fn contains(&mut self, index: &Index) -> bool {
        let is_there = self.elements.contains_key(&index.key);
        if is_there {
            self.element(index.clone());
        }
        is_there
    }

    /// The element, which is there from now on.
    fn element(&mut self, index: Index) -> &mut Element {
        if !index.is_number && !self.has_texts {
            self.list_by_text();
        }
        self.clock += 1;
        let (weight, mut is_new) = (&mut self.weight, false);
        let size = self.elements.len() + 1;
        let element = self.elements.entry(index.key).or_insert_with_key(|key| {
            *weight += key.weight();
            is_new = true;
            Element::default()
        });
        if is_new && size > self.lists * MAX_PER_LIST {
            self.lists = if self.lists == 0 { FIRST_LISTS } else { self.lists * 2 };
        }
        if !index.is_number || self.has_texts && element.by_number == 0 {
            element.by_text = self.clock;
        }
        if index.is_number {
            element.by_number = self.clock;
        }
        element
    }

    pub(super) fn get(&mut self, index: Index) -> &Value {
        &self.element(index).value
    }

    pub(super) fn set(&mut self, index: Index, value: Value) {
        let added = value.weight();
        let element = self.element(index);
        let removed = std::mem::replace(&mut element.value, value).weight();
        self.weight = (self.weight + added).saturating_sub(removed);
    }

    pub(super) fn remove(&mut self, index: &Index) {
        if let Some(element) = self.elements.remove(&index.key) {
            self.weight = self.weight.saturating_sub(index.key.weight() + element.value.weight());
        }
        if self.elements.is_empty() {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts elements that have a number only into the lists by text.
    fn list_by_text(&mut self) {
        self.has_texts = true;
        let mask = self.lists.max(1) as i64 - 1;
        let mut waiting: Vec<(i64, u64, &mut Element)> = Vec::new();
        for (key, element) in &mut self.elements {
            if let Key::Integer(number) = key {
                waiting.push((number & mask, u64::MAX - element.by_number, element));
            }
        }
        waiting.sort_unstable_by_key(|(list, order, _)| (*list, *order));
        for (_, _, element) in waiting {
            self.clock += 1;
            element.by_text = self.clock;
        }
    }

    /// All indexes, in their order.
    pub(super) fn indexes(&mut self) -> Vec<Value> {
        if !self.has_texts {
            self.list_by_text();
        }
        let mask = self.lists.max(1) as u32 - 1;
        let mut indexes: Vec<(u32, u64, Text)> = Vec::with_capacity(self.elements.len());
        for (key, element) in &self.elements {
            let text = key.text();
            indexes.push((hash(&text) & mask, u64::MAX - element.by_text, text));
        }
        indexes.sort_unstable_by_key(|(list, order, _)| (*list, *order));
        indexes.into_iter().map(|(_, _, text)| Value::Text(text)).collect()
    }
}

/// Fowler, Noll and Vo's.
fn hash(text: &[u8]) -> u32 {
    text.iter().fold(2_166_136_261, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(array: &mut Array) -> String {
        let texts = array.indexes();
        let texts = texts.iter().filter_map(Value::bytes).map(String::from_utf8_lossy);
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn indexes_come_in_the_order_of_mawk() {
        let mut array = Array::default();
        for text in ["x", "b", "q", "apple"] {
            array.get(Index::text(text.as_bytes()));
        }
        assert_eq!(order(&mut array), "x q b apple");
        let mut array = Array::default();
        for number in (1..=20).rev() {
            array.get(Index::number(number));
        }
        array.get(Index::text(b"x"));
        array.get(Index::text(b"b"));
        assert_eq!(order(&mut array), "3 10 x 8 6 15 5 2 11 1 16 4 b 12 18 17 9 7 14 13 20 19");
    }

    #[test]
    fn a_number_and_its_text_are_one_index() {
        let mut array = Array::default();
        array.set(Index::number(1), Value::Number(5.0));
        assert!(array.contains(&Index::text(b"1")) && !array.contains(&Index::text(b"01")));
        array.remove(&Index::text(b"1"));
        assert_eq!((array.len(), array.weight()), (0, 0));
    }
}
