//! Programs that an image has and the stand-in does not, yet.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

/// One such program. It says so on standard error and exits 127, so that no script takes it for success.
pub(super) struct Later {
    name: String,
}

impl Later {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }
}

#[async_trait]
impl Builtin for Later {
    async fn execute(&self, _: &BuiltinContext<'_>) -> Result<ExecResult> {
        Ok(ExecResult::err(
            format!("{}: not available in this stand-in yet (simulated sandbox)\n", self.name),
            127,
        ))
    }
}
