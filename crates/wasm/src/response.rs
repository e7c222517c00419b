//! An answer, whole or as a stream of chunks.

use std::cell::RefCell;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::future::ready;
use futures_util::stream::{AbortHandle, abortable};
use futures_util::{Stream, StreamExt};
use http::{Response, header};
use http_body_util::BodyExt;
use js_sys::Uint8Array;
use sandbox_backend::Body;
use wasm_bindgen::prelude::*;

type Chunks = Pin<Box<dyn Stream<Item = Bytes>>>;

/// The answer to one request.
#[wasm_bindgen]
pub struct EngineResponse {
    status: u16,
    headers: Vec<String>,
    body: Bytes,
    chunks: RefCell<Option<Chunks>>,
    /// Ends `chunks`, also while a `next()` waits for it.
    abort: Option<AbortHandle>,
    streaming: bool,
}

impl EngineResponse {
    /// Takes the backend's answer; a body that is no event stream is collected.
    pub(crate) async fn collect(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let mut headers = Vec::with_capacity(parts.headers.len() * 2);
        for (name, value) in &parts.headers {
            headers.push(name.as_str().to_owned());
            headers.push(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let streaming = content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"));
        let mut answer = Self {
            status: parts.status.as_u16(),
            headers,
            body: Bytes::new(),
            chunks: RefCell::new(None),
            abort: None,
            streaming,
        };
        if streaming {
            // An error ends the stream: what follows it would hide the gap.
            let chunks = body.into_data_stream().take_while(|chunk| ready(chunk.is_ok()));
            let chunks = chunks.filter_map(|chunk| ready(chunk.ok()));
            let (chunks, abort) = abortable(chunks);
            answer.chunks = RefCell::new(Some(Box::pin(chunks)));
            answer.abort = Some(abort);
        } else if let Ok(collected) = body.collect().await {
            answer.body = collected.to_bytes();
        }
        answer
    }
}

#[wasm_bindgen]
impl EngineResponse {
    /// The HTTP status.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Headers, flat: name, value, name, value, …
    #[wasm_bindgen(getter)]
    pub fn headers(&self) -> Vec<String> {
        self.headers.clone()
    }

    /// Whether the body comes through `next()`.
    #[wasm_bindgen(getter)]
    pub fn streaming(&self) -> bool {
        self.streaming
    }

    /// The body of an answer that is not streaming.
    pub fn body(&self) -> Uint8Array {
        Uint8Array::from(self.body.as_ref())
    }

    /// The next chunk of a streaming answer; `undefined` at its end, and while another `next()` waits.
    pub async fn next(&self) -> Option<Uint8Array> {
        let mut chunks = self.chunks.take()?;
        let chunk = chunks.next().await?;
        self.chunks.replace(Some(chunks));
        Some(Uint8Array::from(chunk.as_ref()))
    }

    /// Ends a streaming answer, and a `next()` that waits for it; whatever produces it is told by the closed
    /// channel.
    pub fn cancel(&self) {
        self.chunks.take();
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}
