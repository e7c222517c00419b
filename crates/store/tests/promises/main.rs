//! What the journal promises, promise by promise, on stores that work, fail, lose their replies, lie or lose power.
#![cfg(not(target_arch = "wasm32"))]

mod apart;
mod crash;
mod damage;
mod flush;
mod folder;
mod support;
mod versions;
