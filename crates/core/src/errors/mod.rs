//! Every way in which a request can fail, in one enum for the whole service, so that one table can list them all.
//!
//! `error.rs` has the variants and their messages, `kind.rs` status, reason and occasion of each, `details.rs` what
//! the wire carries, `shown.rs` values cut to a length that fits a message.

mod details;
mod error;
mod file_problem;
mod kind;
mod shown;

pub use error::{Departure, Error};
pub use file_problem::FileProblem;
pub use kind::ErrorKind;
pub use shown::ShownValue;
pub(crate) use shown::shortened;
