//! `cargo xtask api`: builds the HTTP server and runs it until it is interrupted.

use crate::args::Api;
use crate::error::Result;
use crate::process::{self, Job, Show};

/// The server prints its address itself.
pub(crate) fn run(options: &Api) -> Result<()> {
    let server = Job::cargo("The server").args(["run", "--quiet", "-p", "sandbox-server", "--", "--port"]);
    process::run(server.arg(options.port.to_string()), Show::Plain, |_| ())?.check()
}
