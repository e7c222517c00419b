//! `/sandboxes/{id}/terminals`: opening one. Its socket is no request: see `crate::terminals`.

use std::sync::{Arc, Weak};

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header};
use sandbox_core::assumptions::TERMINAL_HOST;
use sandbox_core::{Error, Ids as _, TerminalId, TerminalRequest, TerminalShell, parse_json};
use sandbox_fs::Namespace;
use sandbox_shell::TerminalSink;
use serde_json::json;

use super::extract::Named;
use super::{Answer, Shared};
use crate::error::from_shell;
use crate::json;
use crate::service::Service;
use crate::terminals::{Identity, Terminal};

pub(crate) async fn create(
    State(service): State<Shared>,
    Named(id): Named,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    // Every field has a default, and so has the body.
    let body = if body.is_empty() { json!({}) } else { parse_json(&body)? };
    let request = TerminalRequest::parse(&body)?;
    let (shell, created_at) = {
        let cloud = service.cloud();
        let living = cloud.sandbox(&id)?;
        if !is_installed(&living.namespace, request.shell) {
            let image = cloud.state().sandbox(&id)?.image.clone();
            return Err(Error::ShellNotInstalled { shell: request.shell, image }.into());
        }
        (Arc::clone(&living.shell), service.world().now_millis())
    };
    let terminal = Terminal::new(Identity {
        id: TerminalId::from_bits(service.world().ids().next_u64()),
        sandbox: id.clone(),
        shell: request.shell,
        created_at,
    });
    let screen = Screen { terminal: Arc::clone(&terminal), service: Arc::downgrade(&service) };
    let opened = shell
        .open_terminal(for_shell(request), Arc::new(screen))
        .map_err(|error| from_shell(error, "cwd", || service.cloud().ended_during_exec(&id)))?;
    terminal.run(opened);
    service.cloud().terminal_created(Arc::clone(&terminal));
    service.flush_while_commands_run();
    let path = format!("/api/v1/sandboxes/{id}/terminals/{}/ws", terminal.identity().id.as_str());
    let address = format!("{}{path}", origin(&uri, &headers));
    Ok(json::answer(StatusCode::CREATED, &json!({ "terminal": terminal.to_json(), "wsUrl": address })))
}

/// The address of a socket, asked for as if it were a page.
pub(crate) async fn without_a_socket(
    State(service): State<Shared>,
    path: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
) -> Answer {
    let unreadable = |rejection: PathRejection| Error::InvalidUrl { problem: rejection.body_text() };
    let Path((sandbox, terminal)) = path.map_err(unreadable)?;
    service.cloud().terminal(&sandbox, &terminal)?;
    Err(Error::UpgradeRequired { path: uri.path().to_owned() }.into())
}

fn is_installed(files: &Namespace, shell: TerminalShell) -> bool {
    ["/bin", "/usr/bin", "/usr/local/bin"]
        .iter()
        .any(|directory| files.exists(&format!("{directory}/{}", shell.as_str())))
}

fn for_shell(request: TerminalRequest) -> sandbox_shell::TerminalRequest {
    sandbox_shell::TerminalRequest {
        shell: request.shell.as_str().to_owned(),
        cwd: request.cwd.map(|path| path.as_str().to_owned()),
        columns: request.cols,
        rows: request.rows,
    }
}

/// Scheme and host of a socket, as whoever asks can reach it.
fn origin(uri: &Uri, headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let asked = uri.authority().map(|authority| authority.as_str()).or_else(|| text(header::HOST));
    let is_encrypted = || {
        let forwarded = text(header::HeaderName::from_static("x-forwarded-proto"));
        uri.scheme_str().or(forwarded).is_some_and(|scheme| scheme == "https")
    };
    match asked {
        Some(host) if is_encrypted() => format!("wss://{host}"),
        Some(host) => format!("ws://{host}"),
        None => format!("wss://{TERMINAL_HOST}"),
    }
}

/// What a terminal shows, and its end, on the way to its sockets. It keeps the terminal as long as its shell runs.
struct Screen {
    terminal: Arc<Terminal>,
    service: Weak<Service>,
}

impl TerminalSink for Screen {
    fn output(&self, bytes: &[u8]) {
        self.terminal.show(bytes);
    }

    fn exited(&self, code: i32) {
        self.terminal.exited(code);
        let Some(service) = self.service.upgrade() else { return };
        let Identity { id, sandbox, .. } = self.terminal.identity().clone();
        let cloud = Arc::clone(&service);
        // Later, because a shell that cannot be started has exited before it is known to have been created.
        service.spawn(Box::pin(async move { cloud.cloud().terminal_exited(&sandbox, &id, code) }));
    }
}
