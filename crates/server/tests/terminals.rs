//! Terminals over real WebSockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use sandbox_backend::{Backend, BackendOptions};
use sandbox_server::{NativeHost, serve};
use sandbox_store::MemoryStore;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

type Socket = WebSocketStream<TcpStream>;

/// A served cloud that asks for a key.
struct Served {
    backend: Backend,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn start() -> Self {
        let options = BackendOptions::from_json(&json!({ "apiKey": "k" })).expect("options");
        let backend = Backend::open(options, Arc::new(MemoryStore::new()), Arc::new(NativeHost::new()));
        let backend = backend.await.expect("an open cloud");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let served = backend.clone();
        let server = tokio::spawn(serve(listener, served, async { drop(stopped.await) }));
        Self { backend, address, stop, server }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, "Bearer k")
            .header(header::HOST, self.address.to_string())
            .body(Bytes::from(if body.is_null() { String::new() } else { body.to_string() }));
        let response = self.backend.handle(request.expect("a request")).await;
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// A sandbox's id and the address of a terminal in it.
    async fn opened(&self) -> (String, String) {
        let sandbox = self.ask("POST", "/sandboxes", json!({ "image": "node:20" })).await;
        let id = sandbox["sandbox"]["id"].as_str().expect("an id").to_owned();
        let opened = self.ask("POST", &format!("/sandboxes/{id}/terminals"), json!({})).await;
        (id, opened["wsUrl"].as_str().expect("an address").to_owned())
    }

    async fn connect(&self, url: &str) -> Result<Socket, Error> {
        let stream = TcpStream::connect(self.address).await.expect("a connection");
        tokio_tungstenite::client_async(url, stream).await.map(|(socket, _)| socket)
    }
}

async fn next(socket: &mut Socket) -> Message {
    let next = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.expect("something in time");
    next.expect("not the end").expect("a message")
}

async fn shown(socket: &mut Socket, wanted: &str) {
    let mut all = String::new();
    while !all.contains(wanted) {
        let message: Value = serde_json::from_str(next(socket).await.to_text().expect("text")).expect("JSON");
        all += message["data"].as_str().unwrap_or_else(|| panic!("{message} after {all:?}"));
    }
}

fn input(keys: &str) -> Message {
    Message::text(json!({ "type": "input", "data": keys }).to_string())
}

/// The code and reason of the close, and the last message before it.
async fn end(socket: &mut Socket) -> (u16, String, String) {
    let mut last = String::new();
    loop {
        match next(socket).await {
            Message::Close(frame) => {
                let frame = frame.expect("a reason");
                return (frame.code.into(), frame.reason.to_string(), last);
            }
            other => other.to_text().expect("text").clone_into(&mut last),
        }
    }
}

#[tokio::test]
async fn a_socket_reaches_the_terminal_at_the_address_that_was_given() {
    let served = Served::start().await;
    let (_, url) = served.opened().await;
    assert!(url.starts_with(&format!("ws://{}/api/v1/sandboxes/", served.address)), "{url}");
    let mut socket = served.connect(&url).await.expect("a socket, without a key");
    socket.send(input("echo o$((1))ne\r")).await.expect("sent");
    shown(&mut socket, "o1ne\r\n").await;
    socket.send(Message::binary(&b"echo t$((2))wo\r"[..])).await.expect("sent");
    shown(&mut socket, "t2wo\r\n").await;
    socket.send(Message::Ping(Bytes::from_static(b"there?"))).await.expect("sent");
    assert_eq!(next(&mut socket).await, Message::Pong(Bytes::from_static(b"there?")));
    socket.close(None).await.expect("closed");
    while let Some(Ok(_)) = socket.next().await {}

    let mut again = served.connect(&url).await.expect("the terminal is still there");
    shown(&mut again, "t2wo\r\n").await;
    again.send(input("exit 7\r")).await.expect("sent");
    let (code, reason, last) = end(&mut again).await;
    assert_eq!((code, reason.as_str(), last.as_str()), (1000, "", r#"{"type":"exit","code":7}"#));
}

#[tokio::test]
async fn the_end_of_a_sandbox_and_of_the_server_close_a_socket_and_say_why() {
    let served = Served::start().await;
    let (id, url) = served.opened().await;
    let mut socket = served.connect(&url).await.expect("a socket");
    served.ask("DELETE", &format!("/sandboxes/{id}"), Value::Null).await;
    assert_eq!(end(&mut socket).await.1, "sandbox_killed");

    let (_, url) = served.opened().await;
    let mut socket = served.connect(&url).await.expect("a socket");
    served.stop.send(()).expect("a server");
    let (code, reason, _) = end(&mut socket).await;
    assert_eq!((code, reason.as_str()), (1001, "engine_restarted"));
    while let Some(Ok(_)) = socket.next().await {}
    served.server.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_handshake_with_what_is_not_there_is_refused() {
    let served = Served::start().await;
    let (id, url) = served.opened().await;
    let status = async |url: &str| match served.connect(url).await {
        Err(Error::Http(response)) => response.status(),
        other => panic!("{other:?}"),
    };
    let unknown = format!("ws://{}/api/v1/sandboxes/{id}/terminals/nope/ws", served.address);
    assert_eq!(status(&unknown).await, StatusCode::NOT_FOUND);
    served.ask("DELETE", &format!("/sandboxes/{id}"), Value::Null).await;
    assert_eq!(status(&url).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_handshake_in_another_version_or_without_a_key_is_told_what_is_wrong() {
    let served = Served::start().await;
    let (_, url) = served.opened().await;
    let path = url.split_once("/api").map(|(_, rest)| format!("/api{rest}")).expect("a path");
    for (version, key, status, reason) in [
        ("12", "dGhlIHNhbXBsZSBub25jZQ==", 426, "upgrade_required"),
        ("13", "", 400, "invalid_value"),
        ("13", "dGhlIHNhbXBsZSBub25jZQ", 400, "invalid_value"),
        ("13", "dGhlIHNhbXBsZSBub25jZR==", 400, "invalid_value"),
        ("13", "dGhlIHNhbXBsZSBu\u{e9}25jZQ==", 400, "invalid_value"),
    ] {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n\r\n",
            served.address
        );
        let mut stream = TcpStream::connect(served.address).await.expect("a connection");
        stream.write_all(head.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{version} {key}: {answer}");
        let body: Value =
            serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
        assert_eq!(body["details"]["reason"], reason, "{version} {key}");
        match status {
            426 => assert!(answer.contains("sec-websocket-version: 13\r\n"), "{answer}"),
            _ => assert_eq!(body["details"]["field"], "Sec-WebSocket-Key", "{key}"),
        }
    }
}
