//! Connections in, answers out.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use sandbox_backend::{Backend, Body};
use tokio::net::{TcpListener, TcpStream};

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
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((socket, _)) => answer_all(socket, &backend, &connections),
            Err(_) => tokio::time::sleep(AFTER_A_FAILED_ACCEPT).await,
        }
    }
    // Streams and commands end with the cloud; only then can their connections.
    backend.close().await;
    let _late = tokio::time::timeout(FAREWELL, connections.shutdown()).await;
    Ok(())
}

fn answer_all(socket: TcpStream, backend: &Backend, connections: &GracefulShutdown) {
    // An answer leaves at once; it is written whole.
    let _slower = socket.set_nodelay(true);
    let backend = backend.clone();
    let each = service_fn(move |request| {
        let backend = backend.clone();
        async move { Ok::<_, Infallible>(answer(&backend, request).await) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), each);
    let watched = connections.watch(connection);
    // A client that goes away in the middle is its own affair.
    tokio::spawn(async move { drop(watched.await) });
}

async fn answer(backend: &Backend, request: Request<Incoming>) -> Response<Body> {
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
