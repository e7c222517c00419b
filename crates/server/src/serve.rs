//! Connections in, answers out.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use sandbox_backend::{Backend, Body};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, Sender};

use crate::socket;

/// How long connections may take to end after the cloud is closed.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long to wait where no connection can be taken, as when there are too many.
const AFTER_A_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// Answers connections from the backend until `stop` resolves, then closes the backend and lets them end.
///
/// # Errors
/// Where the listener itself is no use.
pub async fn serve(
    listener: TcpListener,
    backend: Backend,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let connections = GracefulShutdown::new();
    // Each WebSocket holds a sender: when all are gone, the receiver ends.
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((socket, _)) => answer_all(socket, &backend, &connections, &open),
            Err(_) => tokio::time::sleep(AFTER_A_FAILED_ACCEPT).await,
        }
    }
    // Streams and commands end with the cloud; only then can their connections.
    backend.close().await;
    drop(open);
    let farewell = futures_util::future::join(connections.shutdown(), all_closed.recv());
    let _late = tokio::time::timeout(FAREWELL, farewell).await;
    Ok(())
}

fn answer_all(
    socket: TcpStream,
    backend: &Backend,
    connections: &GracefulShutdown,
    open: &Sender<Infallible>,
) {
    // An answer leaves at once; it is written whole.
    let _slower = socket.set_nodelay(true);
    let (backend, open) = (backend.clone(), open.clone());
    let each = service_fn(move |request| {
        let (backend, open) = (backend.clone(), open.clone());
        async move { Ok::<_, Infallible>(answer(&backend, request, open).await) }
    });
    let builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(socket), each).into_owned();
    let watched = connections.watch(connection);
    // A client that goes away in the middle is its own affair.
    tokio::spawn(async move { drop(watched.await) });
}

async fn answer(backend: &Backend, request: Request<Incoming>, open: Sender<Infallible>) -> Response<Body> {
    if socket::is_handshake(&request) {
        return socket::answer(backend, request, open).await;
    }
    let (parts, body) = request.into_parts();
    let announced = body.size_hint().lower();
    if announced > Backend::LARGEST_BODY as u64 {
        return Backend::body_too_large();
    }
    match Limited::new(body, Backend::LARGEST_BODY).collect().await {
        Ok(body) => backend.handle(Request::from_parts(parts, body.to_bytes())).await,
        Err(_) => Backend::body_too_large(),
    }
}
