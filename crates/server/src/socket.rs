//! WebSockets of terminals: the handshake, and messages to and fro.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use sandbox_backend::{Backend, Body, Connection, Received};
use tokio::sync::mpsc::Sender;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long a client may take to answer a close.
const FAREWELL: Duration = Duration::from_secs(2);
/// The one version of the protocol.
const VERSION: &str = "13";

/// Whether a request wants to become a WebSocket at an address where there may be one.
pub(crate) fn is_handshake(request: &Request<Incoming>) -> bool {
    request.method() == Method::GET
        && request.uri().path().ends_with("/ws")
        && has_word(request.headers(), header::UPGRADE, "websocket")
        && has_word(request.headers(), header::CONNECTION, "upgrade")
}

/// Answers the handshake, and lets the socket speak with its terminal where that is there. `open` is held meanwhile.
pub(crate) async fn answer(
    backend: &Backend,
    mut request: Request<Incoming>,
    open: Sender<Infallible>,
) -> Response<Body> {
    let connection = match backend.connect(request.uri()).await {
        Ok(connection) => connection,
        Err(refused) => return refused,
    };
    let headers = request.headers();
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != VERSION) {
        let mut refused = Backend::wrong_socket_version(request.uri());
        refused.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
        return refused;
    }
    let accepted = match accepted_key(headers.get(header::SEC_WEBSOCKET_KEY)) {
        Ok(accepted) => accepted,
        Err(given) => return Backend::wrong_socket_key(&given),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    response.headers_mut().extend([
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::CONNECTION, HeaderValue::from_static("Upgrade")),
        (header::SEC_WEBSOCKET_ACCEPT, accepted),
    ]);
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        speak(upgraded, connection).await;
        drop(open);
    });
    response
}

/// The answer to a client's key; or the key, where it is none.
fn accepted_key(key: Option<&HeaderValue>) -> Result<HeaderValue, String> {
    let given = key.map(HeaderValue::as_bytes).unwrap_or_default();
    if !is_key(given) {
        return Err(String::from_utf8_lossy(given).into_owned());
    }
    // What is derived is base64: always a header's value.
    HeaderValue::from_str(&derive_accept_key(given)).map_err(|error| error.to_string())
}

/// Whether this is 16 bytes in base64, of which the last character holds but two bits.
fn is_key(text: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    matches!(text, [digits @ .., b'A' | b'Q' | b'g' | b'w', b'=', b'='] if digits.len() == 21 && digits.iter().all(is_digit))
}

/// Whether a header that lists words has this one.
fn has_word(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let lists = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|listed| listed.trim().eq_ignore_ascii_case(word))
}

/// Carries messages until one side ends. What waits for a slow client waits in the connection, within its bounds.
async fn speak(upgraded: OnUpgrade, connection: Connection) {
    let Ok(upgraded) = upgraded.await else { return };
    // Somewhat larger than what the terminal takes, so that it is the terminal that says no.
    let config = WebSocketConfig::default().max_message_size(Some(4 * Connection::LARGEST_MESSAGE));
    let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
    let (mut to_client, mut from_client) = socket.split();
    let outward = async {
        loop {
            match connection.receive().await {
                Received::Message(text) => to_client.send(Message::text(text)).await?,
                Received::Closed { code, reason } => {
                    let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
                    return to_client.send(Message::Close(Some(frame))).await;
                }
            }
        }
    };
    let inward = async {
        while let Some(message) = from_client.next().await {
            match message? {
                Message::Text(text) => connection.send_text(&text),
                Message::Binary(bytes) => connection.send_binary(&bytes),
                // The library answers pings, and a closing client.
                _ => {}
            }
        }
        Ok::<_, Error>(())
    };
    tokio::pin!(outward, inward);
    tokio::select! {
        // Its own close is answered by the client's, or by the end of what it sends.
        told = &mut outward => if told.is_ok() { drop(tokio::time::timeout(FAREWELL, inward).await) },
        // A client that goes away in the middle is its own affair.
        _ = &mut inward => {}
    }
}
