//! Randomness from outside, and the ids and names that are made of it.

use crate::assumptions::SANDBOX_ID_DIGITS;
use crate::values::SandboxId;

/// A source of random numbers. Two runs with the same source make the same ids.
pub trait Ids {
    /// The next 64 random bits.
    fn next_u64(&mut self) -> u64;
}

const ADJECTIVES: [&str; 16] = [
    "amber", "brave", "calm", "deft", "eager", "fond", "gentle", "happy", "keen", "lively", "mellow",
    "nimble", "quiet", "rapid", "sunny", "witty",
];
const NOUNS: [&str; 16] = [
    "badger", "cedar", "comet", "delta", "ember", "falcon", "glade", "harbor", "island", "lantern", "maple",
    "otter", "pebble", "river", "sparrow", "willow",
];

/// An id that `taken` does not know. A source that repeats itself costs a step upwards, never an endless loop.
pub(crate) fn new_sandbox_id(ids: &mut dyn Ids, taken: impl Fn(&SandboxId) -> bool) -> SandboxId {
    let bits = 4 * SANDBOX_ID_DIGITS as u32;
    let mask = u64::MAX >> (64 - bits);
    let mut number = ids.next_u64() & mask;
    loop {
        let id = SandboxId::from_bits(number);
        if !taken(&id) {
            return id;
        }
        number = number.wrapping_add(1) & mask;
    }
}

/// A name for people to tell sandboxes apart by. It need not be unique.
pub(crate) fn new_sandbox_name(ids: &mut dyn Ids) -> String {
    let bits = ids.next_u64();
    let adjective = ADJECTIVES[(bits & 15) as usize];
    let noun = NOUNS[(bits >> 4 & 15) as usize];
    format!("{adjective}-{noun}-{}", (bits >> 8) % 9_000 + 1_000)
}
