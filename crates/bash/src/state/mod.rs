//! What a shell knows.

mod options;
mod shell;
mod variables;

pub use options::{Options, SET_OPTIONS, SHOPT_OPTIONS, SetOption, ShoptOption};
pub use shell::{Caller, Flow, FunctionDefinition, Shell, Unwind};
pub(crate) use variables::table_hash;
pub use variables::{Associative, Attributes, Value, Variable, Variables};
