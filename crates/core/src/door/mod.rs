//! The door: JSON in, values that cannot be wrong out.
//!
//! Every parser rejects fields that it does not know, names the field, the rule and the value in its error, and never
//! panics, whatever it is given. `object.rs` is the way to read a JSON object; the others are one per body.

mod create;
mod exec;
mod object;
mod requests;
mod terminal;

pub use exec::{CommandLine, ExecRequest};
pub use requests::{MAX_ADVANCE_MS, MkdirRequest, RenameRequest, parse_advance, parse_timeout};
pub use terminal::{TerminalInput, TerminalRequest};

use crate::errors::Error;

/// Reads a body as JSON.
pub fn parse_json(body: &[u8]) -> Result<serde_json::Value, Error> {
    serde_json::from_slice(body).map_err(|problem| Error::InvalidJson { problem: problem.to_string() })
}
