//! The WebAssembly module that the npm package loads.
//!
//! [`Engine`] holds one cloud and answers requests to its API, [`EngineResponse`] is an answer, [`EngineSocket`] one
//! end of a terminal's socket. Everything else
//! (the SDK, workers, Request and Response objects) is TypeScript in `www/sdk`. Nothing in this crate decides
//! anything: it turns JavaScript's values into those of `sandbox-backend` and back, and gives that crate a clock,
//! timers and turns of the event loop.
#![cfg(target_arch = "wasm32")]

mod engine;
mod error;
mod platform;
mod response;
mod socket;

pub use engine::Engine;
pub use response::EngineResponse;
pub use socket::EngineSocket;
