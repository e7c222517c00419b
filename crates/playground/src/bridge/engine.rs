//! The engine, through the npm package.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;

use super::Object;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = playground, js_name = openEngine, catch)]
    async fn js_open(in_memory: bool, on_progress: &Function) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = playground, js_name = request, catch)]
    async fn js_request(method: &str, path: &str, body: Option<String>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = playground, js_name = readFile, catch)]
    async fn js_read_file(path: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = playground, js_name = saveState, catch)]
    async fn js_save_state() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = playground, js_name = replaceState, catch)]
    async fn js_replace_state(file: Option<Uint8Array>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = playground, js_name = watchEvents)]
    fn js_watch_events(on_event: &Function);
}

/// Where the open engine keeps its data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EngineInfo {
    /// Whether the data outlives the page.
    pub(crate) durable: bool,
}

/// Why the engine did not do something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    /// The stable reason, empty where there is none.
    pub(crate) reason: String,
    pub(crate) message: String,
}

/// A file to be shown: its text, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileView {
    pub(crate) bytes: f64,
    pub(crate) text: Option<String>,
    pub(crate) problem: Option<String>,
}

/// The whole cloud as one file, held in JavaScript.
#[derive(Clone, Debug)]
pub(crate) struct SavedCloud(Uint8Array);

/// Loads and opens the engine; `on_progress` is told the bytes loaded and their total.
pub(crate) async fn open(
    in_memory: bool,
    on_progress: impl FnMut(f64, f64) + 'static,
) -> Result<EngineInfo, Refusal> {
    let on_progress: Closure<dyn FnMut(f64, f64)> = Closure::new(on_progress);
    let info = js_open(in_memory, on_progress.as_ref().unchecked_ref()).await.map_err(refusal)?;
    Ok(EngineInfo { durable: Object::new(info).flag("durable") })
}

/// One call of the API; the answer's body, empty where there is none. An error answer is an `Err`.
pub(crate) async fn request(method: &str, path: &str, body: Option<String>) -> Result<Object, Refusal> {
    let answer = Object::new(js_request(method, path, body).await.map_err(refusal)?);
    let body = answer.object("body").unwrap_or_else(|| Object::new(JsValue::NULL));
    if answer.number("status") < 400.0 {
        return Ok(body);
    }
    let reason = body.object("details").map_or_else(String::new, |details| details.text("reason"));
    Err(Refusal { reason, message: body.text("message") })
}

/// The content of the file at this path of the API.
pub(crate) async fn read_file(path: &str) -> Result<FileView, Refusal> {
    let view = Object::new(js_read_file(path).await.map_err(refusal)?);
    Ok(FileView {
        bytes: view.number("bytes"),
        text: view.optional_text("text"),
        problem: view.optional_text("problem"),
    })
}

pub(crate) async fn save_state() -> Result<SavedCloud, Refusal> {
    js_save_state().await.map(|file| SavedCloud(file.unchecked_into())).map_err(refusal)
}

/// Puts a saved cloud in the place of the present one; `None` an empty one.
pub(crate) async fn replace_state(saved: Option<&SavedCloud>) -> Result<(), Refusal> {
    js_replace_state(saved.map(|saved| saved.0.clone())).await.map(drop).map_err(refusal)
}

/// Follows the event stream for as long as the page lives.
pub(crate) fn watch_events(mut on_event: impl FnMut(&Object) + 'static) {
    let on_event: Closure<dyn FnMut(JsValue)> = Closure::new(move |event| on_event(&Object::new(event)));
    js_watch_events(on_event.as_ref().unchecked_ref());
    on_event.forget();
}

fn refusal(error: JsValue) -> Refusal {
    let error = Object::new(error);
    let message = error.optional_text("message");
    Refusal {
        reason: error.text("reason"),
        message: message.unwrap_or_else(|| "The engine gave no answer.".to_owned()),
    }
}
