//! The compiler's target for WebAssembly.

use std::path::Path;

use crate::error::{Error, Result};
use crate::process::{self, Job};
use crate::step::Step;

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn ensure() -> Result<()> {
    if is_installed() {
        return Ok(());
    }
    if process::find(Path::new("rustup")).is_none() {
        return Err(Error::Missing(format!(
            "This Rust has no target {TARGET} and there is no rustup to add it: install Rust from https://rustup.rs, \
             or your distribution's package for that target."
        )));
    }
    let step = Step::begin(&format!("Rust target {TARGET}: rustup target add, a few seconds"));
    step.run(Job::new("rustup target add", "rustup").args(["target", "add", TARGET]))?;
    step.done("installed");
    Ok(())
}

/// The standard library for the target is there; works without rustup too.
fn is_installed() -> bool {
    let libdir = Job::new("rustc", "rustc").args(["--print", "target-libdir", "--target", TARGET]).probe();
    libdir.is_some_and(|dir| {
        let files = std::fs::read_dir(dir.trim());
        files.is_ok_and(|mut files| {
            files
                .any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
        })
    })
}
