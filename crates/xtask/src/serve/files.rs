//! A server of static files for localhost.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// Enough for a page that loads its files side by side.
const THREADS: usize = 4;

/// Serves the files below `folder` from threads of its own.
pub(super) fn serve(listener: TcpListener, folder: PathBuf) {
    let server = match Server::from_listener(listener, None) {
        Ok(server) => Arc::new(server),
        Err(error) => {
            eprintln!("The playground cannot be served: {error}.");
            return;
        }
    };
    for _ in 0..THREADS {
        let (server, folder) = (server.clone(), folder.clone());
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                answer(request, &folder);
            }
        });
    }
}

fn answer(request: Request, folder: &Path) {
    // A reader that went away is no reason to fail.
    let _ = match (request.method(), open(folder, request.url())) {
        (Method::Get | Method::Head, Some((file, path))) => {
            let response = Response::from_file(file)
                // With a length, not in chunks: the progress bar of the engine's download needs it.
                .with_chunked_threshold(usize::MAX)
                .with_header(header("Content-Type", media_type(&path)))
                // Files change under the same names with every build.
                .with_header(header("Cache-Control", "no-cache"));
            request.respond(response)
        }
        (Method::Get | Method::Head, None) => request.respond(plain(404, "There is no such file.\n")),
        _ => request.respond(plain(405, "Only GET and HEAD are answered here.\n")),
    };
}

fn open(folder: &Path, url: &str) -> Option<(File, PathBuf)> {
    let mut path = folder.join(relative(url)?);
    if path.is_dir() {
        path.push("index.html");
    }
    File::open(&path).ok().map(|file| (file, path))
}

/// The path in the folder that a URL asks for; `None` for one that would leave it.
fn relative(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?;
    let decoded = PathBuf::from(decode(path)?);
    let parts = decoded.components().filter(|part| !matches!(part, Component::RootDir | Component::CurDir));
    parts
        .map(|part| match part {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// `%41` is `A`.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains('\0'))
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("ts" | "md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn plain(status: u16, text: &str) -> Response<std::io::Cursor<Vec<u8>>> {
    Response::from_string(text).with_status_code(StatusCode(status))
}

#[allow(clippy::expect_used, reason = "names and values are written above, in ASCII")]
fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("an ASCII header")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_url_never_leaves_the_folder() {
        assert_eq!(relative("/a/b.js?x=1"), Some("a/b.js".into()));
        assert_eq!(relative("/"), Some(PathBuf::new()));
        assert_eq!(relative("/with%20space"), Some("with space".into()));
        assert_eq!(relative("/../secret"), None);
        assert_eq!(relative("/a/%2e%2e/%2e%2e/secret"), None);
        assert_eq!(relative("/%00"), None);
        assert_eq!(relative("/%zz"), None);
    }

    fn get(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn files_come_with_type_and_length() {
        let folder = std::env::temp_dir().join(format!("xtask-serve-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("index.html"), "<p>hello").unwrap();
        std::fs::write(folder.join("big.wasm"), vec![7; 100_000]).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        serve(listener, folder.clone());

        let page = get(port, "/");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(page.contains("Content-Type: text/html"), "{page}");
        assert!(page.ends_with("<p>hello"), "{page}");
        let engine = get(port, "/big.wasm");
        assert!(engine.contains("Content-Type: application/wasm"));
        assert!(engine.contains("Content-Length: 100000"));
        assert!(get(port, "/none").starts_with("HTTP/1.1 404"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
