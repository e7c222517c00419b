//! How much memory the contents of all files take that share one log, and how much they may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Errno;

/// The count and its limit. A handle: clones share the same count.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Account>);

#[derive(Debug)]
struct Account {
    limit: u64,
    held: AtomicU64,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::limited(u64::MAX)
    }
}

impl Memory {
    pub(crate) fn limited(limit: u64) -> Memory {
        Memory(Arc::new(Account { limit, held: AtomicU64::new(0) }))
    }

    /// Bytes held now.
    pub(crate) fn held(&self) -> u64 {
        self.0.held.load(Ordering::Relaxed)
    }

    /// Counts what is held already, limit or not.
    pub(crate) fn add(&self, bytes: u64) {
        self.0.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The reverse of [`Memory::add`].
    pub(crate) fn release(&self, bytes: u64) {
        self.0.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Sets room aside for a change that is about to be made, `ENOMEM` where there is none. It is held until the
    /// reservation goes, by when the change has counted what it really took.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reservation, Errno> {
        let room = |held: u64| held.checked_add(bytes).filter(|sum| *sum <= self.0.limit);
        match self.0.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room) {
            Err(_) if bytes > 0 => Err(Errno::ENOMEM),
            Err(_) => Ok(Reservation { memory: self.clone(), bytes: 0 }),
            Ok(_) => Ok(Reservation { memory: self.clone(), bytes }),
        }
    }
}

/// Room set aside.
#[derive(Debug)]
pub(crate) struct Reservation {
    memory: Memory,
    bytes: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.memory.release(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reservation_is_refused_beyond_the_limit_and_goes_with_its_owner() {
        let memory = Memory::limited(100);
        let first = memory.reserve(60).unwrap();
        assert_eq!(memory.reserve(41).unwrap_err(), Errno::ENOMEM);
        drop(first);
        memory.add(150);
        assert_eq!(memory.reserve(1).unwrap_err(), Errno::ENOMEM);
        assert!(memory.reserve(0).is_ok(), "what takes nothing is never refused");
        memory.release(150);
        assert_eq!(memory.held(), 0);
    }
}
