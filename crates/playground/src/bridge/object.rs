//! Reading plain JavaScript objects, field by field.
//!
//! Derived deserialisers did the same in five times the code, and the page's bytes count before its first paint.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// An object whose shape is known from the other side's types. A field that is missing reads as empty.
#[derive(Clone, Debug)]
pub(crate) struct Object(JsValue);

impl Object {
    pub(crate) fn new(value: JsValue) -> Self {
        Self(value)
    }

    /// A text; `None` where the field is missing, null, or something else.
    pub(crate) fn optional_text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.optional_text(name).unwrap_or_default()
    }

    pub(crate) fn optional_number(&self, name: &str) -> Option<f64> {
        self.get(name).as_f64()
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        self.optional_number(name).unwrap_or_default()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }

    pub(crate) fn object(&self, name: &str) -> Option<Object> {
        let value = self.get(name);
        value.is_object().then_some(Self(value))
    }

    /// The objects of a list, read one by one.
    pub(crate) fn list<T>(&self, name: &str, read: fn(&Object) -> T) -> Vec<T> {
        let value = self.get(name);
        let list: &Array = value.unchecked_ref();
        if Array::is_array(&value) { list.iter().map(|item| read(&Self(item))).collect() } else { Vec::new() }
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap_or_default()
    }
}
