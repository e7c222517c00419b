//! What the tasks need on a machine: found, or installed where that is possible, else named exactly.
//!
//! `cargo_tools` are programs that `cargo install` makes, `npm` the packages of `www/`, `chromium` the browser and
//! its driver, `manuals` what the shell is compared by, `schemathesis` what tries the API. Versions are pinned here and in
//! the lock files, nowhere else.

mod apt;
pub(crate) mod cargo_tools;
pub(crate) mod chromium;
mod manuals;
pub(crate) mod npm;
pub(crate) mod schemathesis;
mod wasm_target;

use crate::error::Result;

/// Something a task needs before it can begin.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Tool {
    /// The compiler's target `wasm32-unknown-unknown`.
    WasmTarget,
    /// Makes the JavaScript side of a wasm module; its version must be the crate's to the letter.
    WasmBindgen,
    /// Builds the playground.
    Trunk,
    /// Runs the wasm crate's tests in a browser.
    WasmPack,
    /// Node, and the packages of `www/`.
    Npm,
    /// Puts requests made from the OpenAPI document to the API.
    Schemathesis,
    /// A Chromium and a ChromeDriver of the same version.
    Chromium,
    /// The manuals of bash and the GNU tools.
    Manuals,
}

/// Installs those of `tools` that are missing; each installation is a step with a name and its progress.
pub(crate) fn ensure(tools: &[Tool]) -> Result<()> {
    for tool in tools {
        match tool {
            Tool::WasmTarget => wasm_target::ensure()?,
            Tool::WasmBindgen => cargo_tools::wasm_bindgen()?.ensure()?,
            Tool::Trunk => cargo_tools::TRUNK.ensure()?,
            Tool::WasmPack => cargo_tools::WASM_PACK.ensure()?,
            Tool::Npm => npm::ensure()?,
            Tool::Schemathesis => schemathesis::ensure()?,
            Tool::Chromium => chromium::ensure().map(|_| ())?,
            Tool::Manuals => manuals::ensure()?,
        }
    }
    Ok(())
}
