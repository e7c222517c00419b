//! The engine: `crates/wasm` compiled to WebAssembly, with its JavaScript side, in `www/sdk/engine`.

use std::path::{Path, PathBuf};

use super::{Form, wasm_opt};
use crate::error::Result;
use crate::fresh::{Stamp, copy_folder};
use crate::process::Job;
use crate::project;
use crate::step::Step;

/// Where the package's sources look for it.
pub(super) const HOME: &str = "www/sdk/engine";

/// Makes the engine in this form, where it is not fresh, and puts it where the package is built from.
pub(crate) fn ensure(form: Form) -> Result<()> {
    let module = compile(form)?;
    let made = bind(form, &module)?;
    copy_folder(&made, &project::path(HOME))
}

/// cargo knows by itself what is fresh.
fn compile(form: Form) -> Result<PathBuf> {
    let (profile, takes) = match form {
        Form::Fast => ("wasm-dev", "a few minutes the first time, then seconds"),
        Form::Optimised => ("release", "several minutes the first time"),
    };
    let step = Step::begin(&format!("Engine ({}): cargo build, {takes}", form.name()));
    step.run(Job::cargo("The build of the engine").args([
        "build",
        "--package",
        "sandbox-wasm",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile,
    ]))?;
    step.done("compiled");
    Ok(project::target().join("wasm32-unknown-unknown").join(profile).join("sandbox_wasm.wasm"))
}

/// Runs wasm-bindgen over the module, and `wasm-opt` where users will wait for the bytes.
fn bind(form: Form, module: &Path) -> Result<PathBuf> {
    let folder = project::scratch().join("engine").join(form.name());
    let stamp = Stamp::of(
        &format!("engine-{}", form.name()),
        &[module.to_path_buf(), project::path("Cargo.lock")],
        &[wasm_opt::ENGINE],
    );
    let output = folder.join("engine_bg.wasm");
    if stamp.is_current(std::slice::from_ref(&output)) {
        return Ok(folder);
    }
    let step = Step::begin("Engine: wasm-bindgen");
    step.run(
        Job::new("wasm-bindgen", "wasm-bindgen")
            .args(["--target", "web", "--out-name", "engine", "--out-dir"])
            .args([&folder, module]),
    )?;
    if form == Form::Optimised {
        wasm_opt::in_place(&step, &output, wasm_opt::ENGINE)?;
    }
    step.done("made");
    stamp.save()?;
    Ok(folder)
}
