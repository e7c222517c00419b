//! `curl` and `wget`: there is no network here, and they fail as they do on a machine without one.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

/// Which of the two.
#[derive(Clone, Copy)]
pub(super) enum Fetch {
    Curl,
    Wget,
}

const NOTE: &str = "(simulated sandbox: no network)";

#[async_trait]
impl Builtin for Fetch {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let silent =
            ctx.args.iter().any(|arg| arg == "-s" || arg == "--silent" || arg == "-q" || arg == "--quiet");
        let Some(address) = ctx.args.iter().rev().find(|arg| !arg.starts_with('-')) else {
            return Ok(match self {
                Self::Curl => ExecResult::err("curl: try 'curl --help' for more information\n", 2),
                Self::Wget => ExecResult::err("wget: missing URL\n", 1),
            });
        };
        let host = host(address);
        let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let (text, code) = match (self, local) {
            (Self::Curl, true) => {
                (format!("curl: (7) Failed to connect to {host}: Connection refused {NOTE}\n"), 7)
            }
            (Self::Curl, false) => (format!("curl: (6) Could not resolve host: {host} {NOTE}\n"), 6),
            (Self::Wget, true) => {
                (format!("wget: unable to connect to {host}: Connection refused {NOTE}\n"), 4)
            }
            (Self::Wget, false) => (format!("wget: unable to resolve host address '{host}' {NOTE}\n"), 4),
        };
        Ok(ExecResult::err(if silent { String::new() } else { text }, code))
    }
}

/// The host of an address, without scheme, user, port and path.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or_default();
    match rest.strip_prefix('[').and_then(|inner| inner.find(']')) {
        Some(end) => &rest[..end + 2],
        None => rest.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_are_found() {
        for (address, found) in [
            ("https://a.example/x?y", "a.example"),
            ("a.example:80/x", "a.example"),
            ("http://u:p@h.example", "h.example"),
            ("http://[::1]:3000/", "[::1]"),
            ("localhost:3000", "localhost"),
        ] {
            assert_eq!(host(address), found);
        }
    }
}
