//! bash 5.2 as a library.

pub mod syntax;
pub mod text;
