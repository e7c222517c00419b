//! Expansions: from words as they were written to the texts that commands get.
//!
//! Words in which no command has to run are expanded without waiting; the others go through `substitutions`. What is
//! expanded is collected by `fields`, which splits it and remembers what was quoted.

mod assign;
mod assignment;
mod braces;
mod change;
mod dynamic;
mod elements;
mod fields;
mod indirect;
mod marked;
mod names;
mod operation;
mod parameter;
mod parts;
mod pathnames;
mod pattern;
mod random;
mod regex;
mod room;
mod sequence;
mod subject;
mod substitutions;
mod substring;
mod tilde;
mod transform;
mod value;
mod words;

pub use assign::{AssignError, is_reference_target};
pub use dynamic::{NAMES as DYNAMIC_NAMES, VERSION};
pub use elements::{ArrayElement, list_of, parse_elements, show_elements};
pub use marked::Marked;
pub use pattern::{Pattern, PatternOptions};
pub(crate) use room::LONG;
pub use value::Place;
