//! bash 5.2 as a library.

mod run;
pub mod state;
pub mod syntax;
pub mod text;
