//! The products: the engine (wasm), the npm package and the playground; and `cargo xtask build`, which writes the
//! last two to `dist/`.
//!
//! Each product is made by one file here and skipped while its inputs are unchanged. The engine and the package
//! lie where the sources expect them (`www/sdk/engine`, `www/sdk/dist`); switching between the fast and the optimised
//! form copies files and compiles nothing twice.

pub(crate) mod engine;
pub(crate) mod package;
pub(crate) mod playground;
mod wasm_opt;

use std::time::Instant;

use crate::error::Result;
use crate::sizes::{self, Budget};
use crate::step::spoken;
use crate::tools::{self, Tool};
use crate::{fresh, project};

/// How a product is built.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Form {
    /// Builds fast, and is fast enough to work with.
    Fast,
    /// What users get: small and optimised, at the cost of minutes.
    Optimised,
}

impl Form {
    /// For folders and messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Form::Fast => "fast",
            Form::Optimised => "optimised",
        }
    }
}

/// The tools that the products need.
pub(crate) const TOOLS: [Tool; 4] = [Tool::WasmTarget, Tool::WasmBindgen, Tool::Npm, Tool::Trunk];

/// `cargo xtask build`.
pub(crate) fn run() -> Result<()> {
    let began = Instant::now();
    tools::ensure(&TOOLS)?;
    engine::ensure(Form::Optimised)?;
    package::ensure()?;
    let site = playground::ensure(Form::Optimised)?;

    let playground = project::path("dist/playground");
    fresh::remove_folder(&playground)?;
    fresh::copy_folder(&site, &playground)?;
    let npm = project::path("dist/npm");
    package::copy_to(&npm)?;

    println!("\ndist/playground: host it with any file server, under any path.");
    sizes::report(&playground, &[Budget::ENGINE, Budget::START])?;
    println!("\ndist/npm: ready for `npm pack`.");
    sizes::report(&npm, &[])?;
    println!("\nBuilt in {}.", spoken(began.elapsed()));
    Ok(())
}
