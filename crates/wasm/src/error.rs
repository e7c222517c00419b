//! Errors as JavaScript sees them: `Error` objects with a stable `reason`.

use js_sys::{Error, Reflect};
use sandbox_backend::OpenError;
use wasm_bindgen::prelude::*;

/// An `Error` with a `reason`.
pub(crate) fn with_reason(reason: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property of a fresh Error cannot fail.
    let _ = Reflect::set(&error, &"reason".into(), &reason.into());
    error.into()
}

pub(crate) fn from_open(error: &OpenError) -> JsValue {
    with_reason(error.reason(), &error.to_string())
}
