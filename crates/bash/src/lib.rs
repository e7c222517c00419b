//! bash 5.2 as a library.

pub mod arithmetic;
mod builtins;
pub mod expand;
mod interactive;
pub mod keys;
pub mod program;
mod run;
pub mod state;
pub mod syntax;
pub mod text;
pub mod width;
