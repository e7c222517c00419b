//! Terminals: what runs in one, who is connected to it, and what they say to each other.
//!
//! A [`Terminal`] belongs to one sandbox and lives until its shell exits or its sandbox ends. A [`Connection`] is what
//! a socket would be, without a transport: the wasm engine and the server each put one under it. Sockets come and go,
//! the terminal stays.

mod connection;
mod line;
mod recent;
mod terminal;

pub use connection::{Connection, Received};
pub(crate) use terminal::{Identity, Terminal};

use std::sync::Arc;

use axum::body::Body;
use axum::response::IntoResponse as _;
use http::{Response, Uri};
use percent_encoding::percent_decode_str;
use sandbox_core::Error;

use crate::error::{Failure, invalid};
use crate::service::Service;

/// Connects to the terminal at `url`, or says with an answer of HTTP why not.
pub(crate) async fn connect(service: &Arc<Service>, url: &Uri) -> Result<Connection, Response<Body>> {
    service.tick();
    let terminal = find(service, url.path());
    service.watch_deadlines();
    let durable = service.flush().await;
    let refused = |error: Error| Failure(error).into_response();
    durable.map_err(refused)?;
    terminal.map(|terminal| Connection::new(Arc::clone(service), terminal)).map_err(refused)
}

/// The answer to a handshake in another version of the protocol.
pub(crate) fn wrong_version(url: &Uri) -> Response<Body> {
    Failure(Error::UpgradeRequired { path: url.path().to_owned() }).into_response()
}

/// The answer to a handshake whose key is none.
pub(crate) fn wrong_key(key: &str) -> Response<Body> {
    Failure(invalid("Sec-WebSocket-Key", "16 bytes in base64", key)).into_response()
}

fn find(service: &Service, path: &str) -> Result<Arc<Terminal>, Error> {
    let parts: Vec<&str> = path.split('/').collect();
    let ["", "api", "v1", "sandboxes", sandbox, "terminals", terminal, "ws"] = parts[..] else {
        return Err(Error::RouteNotFound { path: path.to_owned() });
    };
    let decoded = |part: &str| {
        let text = percent_decode_str(part).decode_utf8();
        text.map(|text| text.into_owned()).map_err(|error| Error::InvalidUrl { problem: error.to_string() })
    };
    service.cloud().terminal(&decoded(sandbox)?, &decoded(terminal)?)
}
