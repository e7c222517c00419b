//! What was answered in a run, byte for byte, in a form that two surfaces can compare.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The answers of one run, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    /// One entry an answer: the status, the headers sorted by name, an empty line, and the body as text, or
    /// `sha256:` and the hash of it where it is not UTF-8 or longer than 16 KiB.
    pub entries: Vec<String>,
}

/// Longer bodies are written down as their hash.
const LONGEST_BODY: usize = 16 * 1024;

impl Transcript {
    /// Writes one answer down; [`crate::run`] does so with every one.
    pub fn answer(&mut self, status: u16, headers: &[(String, String)], body: &[u8]) {
        let mut entry = format!("{status}\n");
        let mut headers = headers.to_vec();
        headers.sort();
        for (name, value) in headers {
            writeln!(entry, "{name}: {value}").expect("writing to a string");
        }
        entry.push('\n');
        match std::str::from_utf8(body) {
            Ok(text) if text.len() <= LONGEST_BODY => entry.push_str(text),
            _ => write!(entry, "sha256:{}", sha256_hex(body)).expect("writing to a string"),
        }
        self.entries.push(entry);
    }
}

/// SHA-256 of `bytes` in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string");
        hex
    })
}
