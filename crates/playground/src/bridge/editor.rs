//! The code editor.

use js_sys::{Array, Object, Reflect};
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
    fn show_results(this: &Handle, results: &Array);
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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LineResult {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// What kind of result it is, and so how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Running,
    Value,
    /// Neither good nor bad: how it ends is not told.
    Open,
    Print,
    Failure,
    Caught,
    Warning,
}

impl Tone {
    fn word(self) -> &'static str {
        match self {
            Tone::Running => "running",
            Tone::Value => "value",
            Tone::Open => "open",
            Tone::Print => "print",
            Tone::Failure => "failure",
            Tone::Caught => "caught",
            Tone::Warning => "warning",
        }
    }
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
        let object = object(&[
            ("text", options.text.into()),
            ("label", options.label.into()),
            ("describedBy", options.described_by.into()),
            ("onEdit", on_edit.as_ref().clone()),
            ("onRun", on_run.as_ref().clone()),
        ]);
        Self { handle: create_editor(host, &object), _on_edit: on_edit, _on_run: on_run }
    }

    /// Shows another text, with a history of its own.
    pub(crate) fn set_text(&self, text: &str, label: &str) {
        self.handle.set_text(text, label);
    }

    pub(crate) fn show_results(&self, results: &[LineResult]) {
        let all = Array::new();
        for LineResult { line, column, tone, text } in results {
            all.push(&object(&[
                ("line", (*line).into()),
                ("column", (*column).into()),
                ("tone", tone.word().into()),
                ("text", text.into()),
            ]));
        }
        self.handle.show_results(&all);
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

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
