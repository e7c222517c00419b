//! The engine, through the npm package.

use js_sys::{Function, Uint8Array};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

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
    fn js_watch_events(on_event: &Function) -> Function;
}

/// Where the open engine keeps its data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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

/// An answer of the API.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer<T> {
    pub(crate) status: u16,
    pub(crate) body: Option<T>,
}

/// A file to be shown: its text, or why there is none.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    typed(js_open(in_memory, on_progress.as_ref().unchecked_ref()).await)
}

/// One call of the API. An error answer is an `Err` with the API's reason.
pub(crate) async fn request<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: Option<String>,
) -> Result<Answer<T>, Refusal> {
    #[derive(Deserialize)]
    struct Failure {
        message: String,
        details: Option<Details>,
    }
    #[derive(Deserialize)]
    struct Details {
        #[serde(default)]
        reason: String,
    }
    let answer = js_request(method, path, body).await.map_err(refusal)?;
    let status: Answer<serde::de::IgnoredAny> = typed(Ok(answer.clone()))?;
    if status.status < 400 {
        return typed(Ok(answer));
    }
    let failure: Answer<Failure> = typed(Ok(answer))?;
    let (message, details) = failure.body.map_or_else(Default::default, |body| (body.message, body.details));
    Err(Refusal { reason: details.map_or_else(String::new, |details| details.reason), message })
}

/// The content of the file at this path of the API.
pub(crate) async fn read_file(path: &str) -> Result<FileView, Refusal> {
    typed(js_read_file(path).await)
}

pub(crate) async fn save_state() -> Result<SavedCloud, Refusal> {
    js_save_state().await.map(|file| SavedCloud(file.unchecked_into())).map_err(refusal)
}

/// Puts a saved cloud in the place of the present one; `None` an empty one.
pub(crate) async fn replace_state(saved: Option<&SavedCloud>) -> Result<(), Refusal> {
    js_replace_state(saved.map(|saved| saved.0.clone())).await.map(drop).map_err(refusal)
}

/// Follows the event stream for as long as the page lives; events that are not known are left out.
pub(crate) fn watch_events<E: DeserializeOwned>(mut on_event: impl FnMut(E) + 'static) {
    let on_event: Closure<dyn FnMut(JsValue)> = Closure::new(move |event| {
        if let Ok(event) = serde_wasm_bindgen::from_value(event) {
            on_event(event);
        }
    });
    js_watch_events(on_event.as_ref().unchecked_ref());
    on_event.forget();
}

fn typed<T: DeserializeOwned>(answer: Result<JsValue, JsValue>) -> Result<T, Refusal> {
    let value = answer.map_err(refusal)?;
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| Refusal { reason: String::new(), message: error.to_string() })
}

fn refusal(error: JsValue) -> Refusal {
    let text =
        |name: &str| js_sys::Reflect::get(&error, &name.into()).ok().and_then(|value| value.as_string());
    Refusal {
        reason: text("reason").unwrap_or_default(),
        message: text("message").unwrap_or_else(|| "The engine gave no answer.".to_owned()),
    }
}
