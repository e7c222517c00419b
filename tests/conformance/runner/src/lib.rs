//! Runs the conformance scenarios against anything that answers an HTTP request.
//!
//! A [`Scenario`] is data (`tests/conformance/scenarios/*.json`; the format is told in `tests/conformance/README.md`):
//! requests in order, and what each must be answered. [`run`] sends them through a closure, compares every answer, and
//! gives back the [`Transcript`] of the run, or the first [`Failure`] with its step and every difference in it. The
//! native router and the wasm module in a browser are tested with this code; Node has the same rules in
//! `tests/conformance/lib/`, and `matcher-cases.json` keeps the two from drifting apart.
//!
//! Invariant: nothing here knows the service. What is right is said by the scenarios alone.

mod identifier {
    include!("identifier.rs");
}
mod each;
mod in_flight;
mod matcher;
mod run;
mod scenario;
mod sse;
mod transcript;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
}

pub use matcher::{Mismatch, Saved, mismatches};
pub use run::{Chunks, Failure, run};
pub use scenario::{Body, ExpectedBody, ExpectedResponse, Request, Scenario, Step, all, by_id};
pub use transcript::{Transcript, sha256_hex};
