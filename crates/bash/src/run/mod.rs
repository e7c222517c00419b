//! Running what was read.

mod substitution;
