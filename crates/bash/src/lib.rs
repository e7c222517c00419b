//! bash 5.2 as a library.

pub mod arithmetic;
#[allow(dead_code, reason = "the interpreter that calls it is on its way")]
mod builtins;
pub mod expand;
mod run;
pub mod state;
pub mod syntax;
pub mod text;
