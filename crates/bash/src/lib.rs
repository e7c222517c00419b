//! bash 5.2 as a library.

#[allow(dead_code, reason = "the interpreter that calls it is on its way")]
mod builtins;
pub mod program;
mod run;
pub mod state;
pub mod syntax;
pub mod text;
