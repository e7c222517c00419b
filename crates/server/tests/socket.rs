//! What only a socket has: the end of the server, and bodies that no route takes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program, started on any port; its one line is the address.
fn started() -> (Child, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_sandbox-server"))
        .args(["--port", "0", "--api-key", "k"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let host = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix("/api/v1"));
    let host = host.unwrap_or_else(|| panic!("no address: {line:?}")).to_owned();
    (server, host)
}

fn asked(host: &str, request: &str) -> TcpStream {
    let mut socket = TcpStream::connect(host).expect("a connection");
    socket.write_all(request.as_bytes()).expect("a sent request");
    socket
}

#[test]
fn an_interrupt_ends_it_cleanly_and_its_streams() {
    let (mut server, host) = started();
    let mut stream =
        asked(&host, "GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n\r\n");
    let mut beginning = [0; 15];
    stream.read_exact(&mut beginning).expect("the stream's beginning");
    assert_eq!(&beginning, b"HTTP/1.1 200 OK");
    Command::new("kill").args(["-INT", &server.id().to_string()]).status().expect("kill");
    let began = Instant::now();
    assert!(server.wait().expect("an end").success());
    assert!(began.elapsed() < Duration::from_secs(5));
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("a whole answer");
    assert!(rest.ends_with("0\r\n\r\n"), "the stream was cut off: {rest}");
}

#[test]
fn a_body_that_no_route_takes_is_refused_before_it_is_read() {
    let (mut server, host) = started();
    let mut socket =
        asked(&host, "PUT /api/v1/_mock/state HTTP/1.1\r\nhost: x\r\ncontent-length: 1099511627776\r\n\r\n");
    let mut beginning = [0; 12];
    socket.read_exact(&mut beginning).expect("an answer");
    assert_eq!(&beginning, b"HTTP/1.1 413");
    server.kill().expect("an end");
    server.wait().expect("an end");
}
