//! From text to meaning: the grammar of bash.

mod ast;

pub use ast::*;
