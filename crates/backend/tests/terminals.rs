//! Terminals over connections without a transport: what sockets see, and how they end.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::BodyExt as _;
use sandbox_backend::{Backend, BackendOptions, Connection, Received};
use sandbox_server::NativeHost;
use sandbox_store::MemoryStore;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(20);

async fn backend(options: Value) -> Backend {
    let options = BackendOptions::from_json(&options).expect("options");
    let backend = Backend::open(options, Arc::new(MemoryStore::new()), Arc::new(NativeHost::new()));
    backend.await.expect("an open cloud")
}

async fn ask(backend: &Backend, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(format!("/api/v1{path}")).body(body);
    let response = backend.handle(request.expect("a request")).await;
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// A sandbox and the address of a terminal in it.
async fn opened(backend: &Backend, terminal: Value) -> (String, Uri) {
    let (_, sandbox) = ask(backend, "POST", "/sandboxes", json!({ "image": "node:20" })).await;
    let id = sandbox["sandbox"]["id"].as_str().expect("an id").to_owned();
    let (status, opened) = ask(backend, "POST", &format!("/sandboxes/{id}/terminals"), terminal).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    assert_eq!(opened["terminal"]["sandboxId"], id);
    (id, opened["wsUrl"].as_str().expect("an address").parse().expect("a URL"))
}

async fn connected(backend: &Backend, url: &Uri) -> Connection {
    backend.connect(url).await.unwrap_or_else(|refused| panic!("{}", refused.status()))
}

async fn message(connection: &Connection) -> Result<Value, (u16, &'static str)> {
    match tokio::time::timeout(PATIENCE, connection.receive())
        .await
        .unwrap_or(Received::Closed { code: 0, reason: "late" })
    {
        Received::Message(text) => Ok(serde_json::from_str(&text).expect("JSON")),
        Received::Closed { code, reason } => Err((code, reason)),
    }
}

/// What is shown until `wanted` is part of it.
async fn shown(connection: &Connection, wanted: &str) -> String {
    let mut all = String::new();
    while !all.contains(wanted) {
        let message = message(connection).await.unwrap_or_else(|end| panic!("{end:?} after {all:?}"));
        assert_eq!(message["type"], "output", "{message}");
        all += message["data"].as_str().expect("text");
    }
    all
}

fn typed(connection: &Connection, keys: &str) {
    connection.send_text(&json!({ "type": "input", "data": keys }).to_string());
}

#[tokio::test]
async fn what_is_typed_runs_and_an_exit_is_told_with_its_code() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({ "cwd": "/tmp" })).await;
    let socket = connected(&backend, &url).await;
    typed(&socket, "pwd; echo $((6 * 7))\r");
    assert!(shown(&socket, "42").await.contains("/tmp\r\n"));
    typed(&socket, "exit 3\r");
    let exit = loop {
        let message = message(&socket).await.expect("the exit before the end");
        if message["type"] != "output" {
            break message;
        }
    };
    assert_eq!(exit, json!({ "type": "exit", "code": 3 }));
    assert_eq!(message(&socket).await, Err((1000, "")));
    tokio::task::yield_now().await;
    let refused = backend.connect(&url).await.err().expect("a terminal that is gone");
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_socket_sees_the_same_and_a_late_one_what_was_shown_last() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({})).await;
    let (first, second) = (connected(&backend, &url).await, connected(&backend, &url).await);
    typed(&first, "echo o$((1))ne\r");
    let seen = shown(&first, "o1ne\r\n").await;
    assert!(shown(&second, "o1ne\r\n").await.ends_with(&seen[seen.len() - 6..]));
    drop(first);
    typed(&second, "echo t$((2))wo\r");
    shown(&second, "t2wo\r\n").await;
    let late = connected(&backend, &url).await;
    let screen = shown(&late, "t2wo\r\n").await;
    assert!(screen.contains("o1ne\r\n"), "{screen}");
}

#[tokio::test]
async fn a_terminal_outlives_its_sockets() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    typed(&socket, "x=kept\r");
    drop(socket);
    let socket = connected(&backend, &url).await;
    typed(&socket, "echo it is ${x}!\r");
    shown(&socket, "it is kept!").await;
}

#[tokio::test]
async fn a_resize_reaches_what_runs() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({ "cols": 100, "rows": 30 })).await;
    let socket = connected(&backend, &url).await;
    typed(&socket, "trap 'echo re$((1))sized' WINCH; echo o$((1))k\r");
    shown(&socket, "o1k").await;
    socket.send_text(&json!({ "type": "resize", "cols": 61, "rows": 17 }).to_string());
    typed(&socket, ":\r");
    shown(&socket, "re1sized\r\n").await;
}

#[tokio::test]
async fn bytes_are_typed_as_they_are_and_no_character_is_torn() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    socket
        .send_binary(b"printf '\\303'; sleep 0.1; printf '\\251\\342\\202'; printf '\\254'; echo .$((1))\r");
    let all = shown(&socket, ".1\r\n").await;
    assert!(all.contains("é€.1"), "{all}");
}

#[tokio::test]
async fn a_wrong_message_is_told_and_the_socket_stays() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    for (wrong, reason) in [
        ("{".to_owned(), "invalid_json"),
        ("1".to_owned(), "invalid_type"),
        (json!({ "type": "ping" }).to_string(), "invalid_value"),
        (json!({ "type": "resize", "cols": 0, "rows": 1 }).to_string(), "invalid_value"),
        ("x".repeat(Connection::LARGEST_MESSAGE + 1), "body_too_large"),
    ] {
        socket.send_text(&wrong);
        let error = loop {
            let message = message(&socket).await.expect("a message");
            if message["type"] != "output" {
                break message;
            }
        };
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &error["code"]));
        assert_eq!(error["details"]["reason"], reason, "{error}");
    }
    typed(&socket, "echo a$((1))live\r");
    shown(&socket, "a1live").await;
}

#[tokio::test]
async fn the_end_of_a_sandbox_closes_its_sockets_and_says_why() {
    let backend = backend(json!({ "clock": 1_767_225_600_000_u64 })).await;
    let end = async |socket: Connection| loop {
        if let Err(end) = message(&socket).await {
            break end;
        }
    };
    let (id, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    assert_eq!(ask(&backend, "DELETE", &format!("/sandboxes/{id}"), Value::Null).await.0, 204);
    assert_eq!(end(socket).await, (1001, "sandbox_killed"));
    assert_eq!(backend.connect(&url).await.err().expect("no sandbox").status(), StatusCode::NOT_FOUND);

    let (_, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    ask(&backend, "POST", "/_mock/clock", json!({ "advanceMs": 600_000 })).await;
    assert_eq!(end(socket).await, (1001, "sandbox_stopped"));

    let (_, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    backend.close().await;
    assert_eq!(end(socket).await, (1001, "engine_restarted"));
}

#[tokio::test]
async fn a_connection_is_idle_when_only_keys_are_missing() {
    let backend = backend(json!({})).await;
    let (_, url) = opened(&backend, json!({})).await;
    let socket = connected(&backend, &url).await;
    typed(&socket, "sleep 0.1; echo d$((1))one\r");
    assert!(!socket.is_idle());
    shown(&socket, "sleep").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!socket.is_idle(), "something runs");
    shown(&socket, "d1one").await;
    let at_the_prompt = async {
        while !socket.is_idle() {
            // Whatever it shows at its prompt is told first.
            let _told = tokio::time::timeout(Duration::from_millis(1), socket.receive()).await;
        }
    };
    tokio::time::timeout(PATIENCE, at_the_prompt).await.expect("a prompt");
}

#[tokio::test]
async fn what_is_no_terminal_is_refused() {
    let backend = backend(json!({})).await;
    let (id, url) = opened(&backend, json!({})).await;
    for (path, status) in [
        (format!("/api/v1/sandboxes/{id}/terminals/nope/ws"), 404),
        (format!("/api/v1/sandboxes/{id}/terminals/%ff/ws"), 400),
        ("/api/v1/sandboxes/nope/terminals/nope/ws".to_owned(), 404),
        ("/api/v1/sandboxes".to_owned(), 404),
        (url.path().trim_end_matches("/ws").to_owned(), 404),
    ] {
        let refused = backend.connect(&path.parse().expect("a URL")).await.err().expect("a refusal");
        assert_eq!(refused.status(), status, "{path}");
    }
}

#[tokio::test]
async fn many_terminals_at_once_do_not_mix() {
    let backend = backend(json!({})).await;
    let (id, _) = opened(&backend, json!({})).await;
    let mut sockets = Vec::new();
    for number in 0..20 {
        let path = format!("/sandboxes/{id}/terminals");
        let (_, opened) = ask(&backend, "POST", &path, json!({ "shell": "sh" })).await;
        let url = opened["wsUrl"].as_str().expect("an address").parse().expect("a URL");
        let socket = connected(&backend, &url).await;
        typed(&socket, &format!("echo ={number}$((0))=\r"));
        sockets.push(socket);
    }
    for (number, socket) in sockets.iter().enumerate() {
        shown(socket, &format!("={number}0=")).await;
    }
}
