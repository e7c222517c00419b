//! The code editor.

use js_sys::{Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = playground, js_name = createEditor)]
    fn create_editor(host: &HtmlElement, options: &Object) -> Handle;

    type Handle;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Handle, text: &str, label: &str);
    #[wasm_bindgen(method, js_name = showResults)]
    fn show_results(this: &Handle, results: JsValue);
    #[wasm_bindgen(method)]
    fn reveal(this: &Handle, line: u32, column: u32);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// How an editor begins, and whom it tells.
pub(crate) struct EditorOptions<'a> {
    pub(crate) text: &'a str,
    /// Its name for screen readers.
    pub(crate) label: &'a str,
    /// The id of the element that tells how to leave it.
    pub(crate) described_by: &'a str,
    /// Called with the whole text after each edit of the reader's.
    pub(crate) on_edit: Box<dyn FnMut(String)>,
    /// Called when the reader asks for a run from within.
    pub(crate) on_run: Box<dyn FnMut()>,
}

/// What a run gave at a place (from 1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct LineResult {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tone {
    Running,
    Value,
    Print,
    Failure,
    Caught,
    Warning,
}

/// An editor on the page; it is taken off when this is dropped.
pub(crate) struct Editor {
    handle: Handle,
    _on_edit: Closure<dyn FnMut(String)>,
    _on_run: Closure<dyn FnMut()>,
}

impl Editor {
    pub(crate) fn create(host: &HtmlElement, options: EditorOptions<'_>) -> Self {
        let on_edit = Closure::wrap(options.on_edit);
        let on_run = Closure::wrap(options.on_run);
        let object = Object::new();
        let set = |name: &str, value: &JsValue| {
            // Setting a property of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &name.into(), value);
        };
        set("text", &options.text.into());
        set("label", &options.label.into());
        set("describedBy", &options.described_by.into());
        set("onEdit", on_edit.as_ref());
        set("onRun", on_run.as_ref());
        Self { handle: create_editor(host, &object), _on_edit: on_edit, _on_run: on_run }
    }

    /// Shows another text, with a history of its own.
    pub(crate) fn set_text(&self, text: &str, label: &str) {
        self.handle.set_text(text, label);
    }

    pub(crate) fn show_results(&self, results: &[LineResult]) {
        if let Ok(results) = serde_wasm_bindgen::to_value(results) {
            self.handle.show_results(results);
        }
    }

    /// Puts the cursor at a place (from 1) and shows it.
    pub(crate) fn reveal(&self, line: u32, column: u32) {
        self.handle.reveal(line, column);
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}
