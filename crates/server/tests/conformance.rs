//! The conformance scenarios over a real socket: one test each.

use bytes::Bytes;
use conformance::{Chunks, Failure, Scenario, run};
use futures_util::StreamExt as _;
use http::{Request, Response, header};
use http_body_util::{BodyDataStream, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use sandbox_backend::{Backend, BackendOptions};
use sandbox_server::{NativeHost, serve};
use sandbox_store::MemoryStore;
use serde_json::Value;
use std::{cell::Cell, net::SocketAddr, rc::Rc, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

macro_rules! scenarios {
    ($($file:ident { $($name:ident)* })*) => { $(
        mod $file { $(
            #[test]
            fn $name() {
                let scenario = conformance::by_id(concat!(stringify!($file), "::", stringify!($name)));
                if let Err(failure) = super::hold(&scenario, |_, response| response) {
                    panic!("{failure}");
                }
            }
        )* }
    )* };
}
conformance::for_each_scenario!(scenarios);

/// The longest that a scenario may take, in real time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a scenario against a fresh cloud in memory, behind a server of its own. `alter` may change each answer; it is
/// told the answer's number.
fn hold(
    scenario: &Scenario,
    alter: impl Fn(usize, Response<Chunks>) -> Response<Chunks> + 'static,
) -> Result<(), Box<Failure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options =
            BackendOptions::from_json(&Value::Object(scenario.options.clone())).expect("valid options");
        let backend = Backend::open(options, Arc::new(MemoryStore::new()), Arc::new(NativeHost::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, backend.await.expect("an open backend"), async {
            let _either_way = stopped.await;
        }));
        let (alter, answers) = (Rc::new(alter), Rc::new(Cell::new(0)));
        let done = tokio::time::timeout(
            PATIENCE,
            run(scenario, |request| {
                let (alter, answers) = (Rc::clone(&alter), Rc::clone(&answers));
                async move {
                    let response = send(address, request).await;
                    answers.set(answers.get() + 1);
                    alter(answers.get(), response)
                }
            }),
        )
        .await;
        stop.send(()).expect("a server that still runs");
        serving.await.expect("no panic").expect("a clean end");
        done.unwrap_or_else(|_| panic!("{} did not end within {PATIENCE:?}", scenario.id)).map(|_| ())
    })
}

/// Sends one request, on a connection of its own.
async fn send(address: SocketAddr, request: Request<Bytes>) -> Response<Chunks> {
    let socket = TcpStream::connect(address).await.expect("a server that listens");
    let (mut client, connection) = http1::handshake(TokioIo::new(socket)).await.expect("a connection");
    tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).parse().expect("a path");
    parts.uri = path;
    parts.headers.insert(header::HOST, address.to_string().parse().expect("a host"));
    let response = client.send_request(Request::from_parts(parts, Full::new(body))).await.expect("an answer");
    response.map(|body| {
        let pieces = BodyDataStream::new(body);
        // The connection lives as long as its answer is read.
        let pieces = pieces.map(move |piece| {
            let _kept = &client;
            piece.expect("a readable body")
        });
        pieces.boxed_local()
    })
}

/// Each scenario checks its last answer here too.
#[test]
fn a_wrong_last_status_is_noticed() {
    let scenario = conformance::by_id("volume_names::capitals_and_other_characters_are_refused");
    let last = scenario.requests();
    let failure = hold(&scenario, move |number, mut response| {
        if number == last {
            *response.status_mut() = http::StatusCode::IM_A_TEAPOT;
        }
        response
    });
    assert!(failure.is_err());
}
