//! The service: owns the control plane, the filesystems, the shells and the journal, and serves the REST API.
//!
//! [`Backend`] is one cloud. Everything enters through [`Backend::handle`], an HTTP request in and a response out;
//! there is no second, private way in. [`BackendOptions`] is what a caller may set. Time, timers and randomness
//! come from a [`sandbox_shell::Host`], durability from a [`sandbox_store::Store`]: this crate runs natively and in
//! wasm alike, and knows neither DOM nor `wasm-bindgen`.
//!
//! Invariants: an answer leaves only when all that it could have seen is durable (`door.rs`); the cloud is the fold
//! of its journal (`service.rs`); a command
//! that is refused changes nothing (a write that finds no room leaves the directories made for it; one that could not
//! be made durable stays pending and says so); no lock is held while anything is awaited.

mod bus;
mod cloud;
mod compaction;
mod contents;
mod door;
mod error;
mod iso;
mod journal_format;
mod json;
mod options;
mod replay;
mod routes;
mod saved;
mod service;
mod sse;
mod terminals;
mod trees;
mod utf8;
mod virtual_clock;
mod world;

use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use http::{Request, Response, Uri};
use sandbox_shell::Host;
use sandbox_store::Store;

pub use axum::body::Body;
pub use error::OpenError;
pub use options::{BackendOptions, ClockOption, StorageLimits, SystemClock};
pub use terminals::{Connection, Received};

use crate::service::Service;

/// One cloud. A handle: clones are the same cloud.
#[derive(Clone)]
pub struct Backend {
    service: Arc<Service>,
    router: Router,
}

impl Backend {
    /// Opens the cloud that the store holds, or an empty one.
    ///
    /// Sandboxes that were alive are alive again with their files and their `stopAt`; their processes are gone.
    ///
    /// # Errors
    /// Where the store does not open, or holds what cannot be read.
    pub async fn open(
        options: BackendOptions,
        store: Arc<dyn Store>,
        platform: Arc<dyn Host>,
    ) -> Result<Self, OpenError> {
        let service = Service::open(options, store, platform).await?;
        let router = routes::router(Arc::clone(&service));
        Ok(Self { service, router })
    }

    /// The URL of a request to [`handle`](Self::handle), absolute or a path.
    ///
    /// # Errors
    /// Text that is no URL, or too long for one, has its answer at once.
    pub fn read_url(text: &str) -> Result<Uri, Box<Response<Body>>> {
        door::read_url(text)
    }

    /// The path of every route, with `{…}` for what varies.
    pub fn paths() -> impl Iterator<Item = String> {
        routes::table().into_iter().map(|(path, _)| path)
    }

    /// Most bytes that the body of any request may have: those of a saved cloud.
    pub const LARGEST_BODY: usize = door::MAX_STATE_FILE as usize;

    /// The answer to a request whose body is larger than [`LARGEST_BODY`](Self::LARGEST_BODY), and was not read.
    pub fn body_too_large() -> Response<Body> {
        door::body_too_large()
    }

    /// Answers one request to the API. The body of an event stream comes while it happens; any other is whole.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Body> {
        door::answer(&self.service, &self.router, request).await
    }

    /// Connects to a terminal, as a WebSocket would; the host of its address does not matter. No key is asked for: who
    /// knows the id of a terminal may use it.
    ///
    /// # Errors
    /// The answer to a handshake that is refused: there is no such terminal, or its sandbox has ended.
    pub async fn connect(&self, url: &Uri) -> Result<Connection, Response<Body>> {
        terminals::connect(&self.service, url).await
    }

    /// The answer to a handshake at `url` in another version of the protocol.
    pub fn wrong_socket_version(url: &Uri) -> Response<Body> {
        terminals::wrong_version(url)
    }

    /// The answer to a handshake whose key is none.
    pub fn wrong_socket_key(key: &str) -> Response<Body> {
        terminals::wrong_key(key)
    }

    /// Ends every process and every stream, and lets the store go. What is durable stays.
    pub async fn close(&self) {
        self.service.close().await;
    }
}
