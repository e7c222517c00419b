//! The WebAssembly module that the npm package loads: one fetch-shaped function and a few controls.
