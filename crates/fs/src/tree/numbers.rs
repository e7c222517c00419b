//! Maps by inode number. Numbers are given out one after another, so what is made together lies together.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::Ino;

pub(super) type ByIno<T> = HashMap<Ino, T, BuildHasherDefault<Number>>;

/// The number itself chooses the place; its last bits come first too, where the map looks before it compares.
#[derive(Clone, Copy, Default)]
pub(super) struct Number(u64);

impl Hasher for Number {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number ^ (number << 57);
    }
}
