//! `$( … )`, `` `…` `` and `<( … )`: what a command writes, as text or as a file.

use std::sync::Arc;

use crate::state::{Flow, Shell};
use crate::syntax::List;

impl Shell {
    /// What a command writes to standard output, without the newlines at its end. `$?` is its status afterwards.
    pub async fn command_substitution(&mut self, _body: Arc<List>) -> Flow<String> {
        Ok(String::new())
    }

    /// The same of text that is still to be parsed: `` `…` ``.
    pub async fn backquote_substitution(&mut self, _source: Arc<str>) -> Flow<String> {
        Ok(String::new())
    }

    /// The name of a file from which what a command writes can be read, or into which it is written for the command.
    pub async fn process_substitution(&mut self, _output: bool, _body: Arc<List>) -> Flow<String> {
        Ok(String::new())
    }
}
