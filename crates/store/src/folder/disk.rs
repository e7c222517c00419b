//! What a folder's store needs of the platform's files.

use std::fmt::Debug;

use bytes::Bytes;

use crate::StoreError;

/// A folder on a disk. Names are relative to it, without slashes. Calls return when what they did would survive a power
/// cut, as far as the platform can promise it.
pub trait Disk: Send + Sync + Debug {
    /// The names in the folder, in no order. The folder is made where it is missing.
    fn list(&self) -> Result<Vec<String>, StoreError>;

    /// A whole file.
    fn read(&self, name: &str) -> Result<Bytes, StoreError>;

    /// Opens a file to be read. It stays readable after it was removed.
    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, StoreError>;

    /// Makes a file, or replaces one, whole: after a crash it is there with all of this, or as it was before.
    fn write(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError>;

    /// Adds to the end of a file, making it where it is missing. A crash may leave a part of it.
    fn append(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError>;

    /// Removes a file; one that is not there is no error.
    fn remove(&self, name: &str) -> Result<(), StoreError>;

    /// Keeps other processes from the folder until the lock is dropped.
    ///
    /// # Errors
    /// [`StoreError::Held`] where another process has it.
    fn lock(&self) -> Result<Box<dyn Send + Sync>, StoreError>;
}

/// An open file.
pub trait DiskFile: Send + Sync + Debug {
    /// How long it is, in bytes.
    fn size(&self) -> Result<u64, StoreError>;

    /// Exactly `len` bytes from `at` on.
    fn read_at(&self, at: u64, len: usize) -> Result<Bytes, StoreError>;
}
