//! The REST API on a real socket, for development and for clients that speak nothing but HTTP.
//!
//! [`serve`] answers connections from one [`Backend`](sandbox_backend::Backend) until it is told to stop;
//! [`NativeHost`] is the machine as a cloud's outside world, for everything that runs a backend natively;
//! [`Options`] is the command line of the binary.
//!
//! Invariants: one thread, as in the browser; no answer of its own but to a body that is larger than any route takes;
//! nothing is kept when it ends.

mod options;
mod platform;
mod serve;
mod socket;

pub use options::{Options, Usage};
pub use platform::NativeHost;
pub use serve::serve;
