//! Small things between Rust and JavaScript: errors in our words, methods by name.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::DomException;

use crate::StoreError;

pub(super) fn from_exception(exception: Option<DomException>, doing: &str) -> StoreError {
    let Some(exception) = exception else {
        return StoreError::Unknown(format!("{doing} was aborted without a reason"));
    };
    let what = format!("{doing}: {}: {}", exception.name(), exception.message());
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Full(what),
        "SecurityError" | "InvalidStateError" | "NotFoundError" => StoreError::Unavailable(what),
        _ => StoreError::Failed(what),
    }
}

pub(super) fn unavailable(why: &JsValue) -> StoreError {
    StoreError::Unavailable(text(why))
}

pub(super) fn failed(why: &JsValue) -> StoreError {
    StoreError::Failed(text(why))
}

pub(super) fn text(why: &JsValue) -> String {
    js_sys::Object::from(why.clone()).to_string().into()
}

pub(super) fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok().and_then(|member| member.dyn_into().ok())
}

pub(super) fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object of our own cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}
