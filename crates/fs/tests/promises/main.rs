//! What the filesystem promises, one file for each promise.
//!
//! Property tests try few cases by default; `PROPTEST_CASES` sets another number.

mod base;
mod damage;
mod fold;
mod host;
mod memory;
mod model;
mod mounts;
mod open;
mod operations;
mod paths;
mod plain;
mod quota;
mod rename;
mod special;
mod steps;
mod stored;
mod users;
