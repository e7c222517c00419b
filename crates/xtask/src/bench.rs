//! `cargo xtask bench`: figures of ours beside those of the peers, measured in the same run.

use crate::args::{self, Bench};
use crate::build::{Form, engine, package};
use crate::error::{Error, Result};
use crate::process::{self, Job, Show};
use crate::project;
use crate::tools::{self, Tool, chromium};

/// Each is a file in `tests/bench/`.
const NAMES: [&str; 3] = ["node", "browser", "storage"];

/// Measures with the optimised engine: what users get.
pub(crate) fn run(options: &Bench) -> Result<()> {
    let names: Vec<&str> = match options.name.as_deref() {
        None => NAMES.to_vec(),
        Some(name) if NAMES.contains(&name) => vec![name],
        Some(name) => return Err(Error::Usage(args::unknown_word("benchmark", name, &NAMES))),
    };
    tools::ensure(&[Tool::WasmTarget, Tool::WasmBindgen, Tool::Npm])?;
    engine::ensure(Form::Optimised)?;
    package::ensure()?;
    for name in names {
        let mut job = Job::new(&format!("The benchmark {name}"), "node");
        job = job.arg(project::path("tests/bench").join(format!("{name}.bench.mjs")));
        if options.json {
            job = job.arg("--json");
        }
        if name != "node" {
            job = job.env("CHROME_PATH", chromium::ensure()?.chromium);
        }
        process::run(job, Show::Plain, |_| ())?.check()?;
    }
    Ok(())
}
