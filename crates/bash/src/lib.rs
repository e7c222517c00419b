//! bash 5.2 as a library.

pub mod arithmetic;
pub mod expand;
mod run;
pub mod state;
pub mod syntax;
pub mod text;
