//! One cloud behind one fetch-shaped function.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use sandbox_backend::{Backend, BackendOptions, OpenError};
use sandbox_store::{FolderStore, IndexedDbStore, MemoryStore, NodeDisk, NodeFs, Store};
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;

use crate::error::{from_open, with_reason};
use crate::platform::JsPlatform;
use crate::response::EngineResponse;
use crate::socket::EngineSocket;

/// The database's name where none is given.
const DEFAULT_DATABASE: &str = "simplesandbox-mock";

/// A cloud: sandboxes, volumes, and the API that serves them.
#[wasm_bindgen]
pub struct Engine {
    backend: Backend,
}

/// Where the cloud is kept: the options that this crate takes out before the backend sees the rest.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Storage {
    Memory,
    IndexedDb,
}

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

#[wasm_bindgen]
impl Engine {
    /// Opens a cloud. Options are those of the backend and `storage` (`"memory"`, which is the default, or
    /// `"indexeddb"`) and `name` (of the database). Rejects with an `Error` that has a `reason`.
    pub async fn open(options: JsValue) -> Result<Engine, JsValue> {
        let (options, store) = read_options(options)?;
        let opened = Backend::open(options, store, Arc::new(JsPlatform::new())).await;
        opened.map(|backend| Engine { backend }).map_err(|error| from_open(&error))
    }

    /// Opens a cloud in memory at once: no promise, for callers that offer no initialisation step.
    #[wasm_bindgen(js_name = openMemory)]
    pub fn open_memory(options: JsValue) -> Result<Engine, JsValue> {
        let (options, store) = read_options(options)?;
        if store.kind() != sandbox_store::StoreKind::Memory {
            return Err(with_reason("invalid_options", "openMemory opens no other storage than memory"));
        }
        open_now(options, store)
    }

    /// Opens a cloud that is kept in a folder, at once. `fs` is the module `node:fs`.
    #[wasm_bindgen(js_name = openFolder)]
    pub fn open_folder(options: JsValue, folder: String, fs: NodeFs) -> Result<Engine, JsValue> {
        let (options, _) = read_options(options)?;
        let store = Arc::new(FolderStore::new(Arc::new(NodeDisk::new(fs, folder))));
        open_now(options, store)
    }

    /// Answers one request. `url` is absolute, or a path; `headers` are flat: name, value, name, value, …
    /// Rejects only where the request cannot be put as HTTP at all.
    pub fn handle(
        &self,
        method: &str,
        url: &str,
        headers: Vec<String>,
        body: Option<Vec<u8>>,
    ) -> Result<js_sys::Promise, JsValue> {
        let uri = match Backend::read_url(url) {
            Ok(uri) => uri,
            Err(refused) => {
                return Ok(wasm_bindgen_futures::future_to_promise(async move {
                    Ok(EngineResponse::collect(*refused).await.into())
                }));
            }
        };
        let mut request = Request::builder().method(method).uri(uri);
        for pair in headers.chunks_exact(2) {
            request = request.header(&pair[0], from_byte_string(&pair[1]));
        }
        let request = request
            .body(Bytes::from(body.unwrap_or_default()))
            .map_err(|error| with_reason("invalid_request", &error.to_string()))?;
        let backend = self.backend.clone();
        Ok(wasm_bindgen_futures::future_to_promise(async move {
            let response = backend.handle(request).await;
            Ok(EngineResponse::collect(response).await.into())
        }))
    }

    /// Connects to a terminal; `url` is absolute, or a path. Gives an [`EngineSocket`], or an [`EngineResponse`] that
    /// says why there is none.
    pub fn connect(&self, url: &str) -> js_sys::Promise {
        let (uri, backend) = (Backend::read_url(url), self.backend.clone());
        wasm_bindgen_futures::future_to_promise(async move {
            let connected = match uri {
                Ok(uri) => backend.connect(&uri).await,
                Err(refused) => Err(*refused),
            };
            match connected {
                Ok(connection) => Ok(EngineSocket::new(connection).into()),
                Err(refused) => Ok(EngineResponse::collect(refused).await.into()),
            }
        })
    }

    /// Ends everything that runs and lets the storage go. What is durable stays.
    pub async fn close(self) {
        self.backend.close().await;
    }
}

/// Opens a cloud whose storage needs no waiting.
fn open_now(options: BackendOptions, store: Arc<dyn Store>) -> Result<Engine, JsValue> {
    Backend::open(options, store, Arc::new(JsPlatform::new()))
        .now_or_never()
        .unwrap_or(Err(OpenError::Waits))
        .map(|backend| Engine { backend })
        .map_err(|error| from_open(&error))
}

/// The bytes of a header's value: `fetch` has each as a character. One that is no byte stays what it is.
fn from_byte_string(text: &str) -> Vec<u8> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    bytes.unwrap_or_else(|_| text.as_bytes().to_vec())
}

fn read_options(options: JsValue) -> Result<(BackendOptions, Arc<dyn Store>), JsValue> {
    let invalid = |message: &str| with_reason("invalid_options", message);
    let mut options: Value = if options.is_undefined() || options.is_null() {
        Value::Object(Default::default())
    } else {
        serde_wasm_bindgen::from_value(options).map_err(|error| invalid(&error.to_string()))?
    };
    let Some(fields) = options.as_object_mut() else { return Err(invalid("options must be an object")) };
    let storage = fields.remove("storage").map(serde_json::from_value).transpose();
    let storage = storage.map_err(|_| invalid("storage must be \"memory\" or \"indexeddb\""))?;
    let name = fields.remove("name").map(serde_json::from_value::<String>).transpose();
    let name = name.map_err(|_| invalid("name must be a string"))?;
    let store: Arc<dyn Store> = match storage.unwrap_or(Storage::Memory) {
        Storage::Memory => Arc::new(MemoryStore::forgetful()),
        Storage::IndexedDb => {
            Arc::new(IndexedDbStore::new(name.unwrap_or_else(|| DEFAULT_DATABASE.to_owned())))
        }
    };
    let options = BackendOptions::from_json(&options).map_err(|error| invalid(&error.to_string()))?;
    Ok((options, store))
}
