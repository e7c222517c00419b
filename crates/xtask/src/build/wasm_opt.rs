//! `wasm-opt`, from the npm package `binaryen`: makes what users download smaller and faster.

use std::path::Path;

use crate::error::{Error, Result};
use crate::process::Job;
use crate::step::Step;
use crate::tools::npm;

/// For the engine both count: `-O3` is no faster where most time goes, and breaks the budget for the download.
pub(super) const ENGINE: &str = "-Os";
/// For the page the bytes before the first paint count.
pub(super) const PAGE: &str = "-Oz";

/// What the compiler's default WebAssembly target may use: named here, because `wasm-opt` refuses a module with
/// features that nobody told it of.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Replaces a module by its optimised form.
pub(super) fn in_place(step: &Step, module: &Path, level: &str) -> Result<()> {
    let smaller = module.with_extension("wasm.opt");
    step.say(&format!("wasm-opt {level}"));
    step.run(
        Job::new("wasm-opt", npm::program("wasm-opt"))
            .arg(level)
            .args(FEATURES)
            .arg("--strip-producers")
            .arg(module)
            .arg("-o")
            .arg(&smaller),
    )?;
    std::fs::rename(&smaller, module).map_err(Error::io(module))
}
