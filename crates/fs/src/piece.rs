//! A run of a file's bytes, which need not be in memory.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Errno;

/// Where contents lie that need not be in memory. What it reads never changes, and can be read as long as it is held.
pub trait Source: fmt::Debug + Send + Sync {
    /// Its number, by which a snapshot names it.
    fn number(&self) -> u64;

    /// The bytes from `at` on, exactly `len` of them.
    ///
    /// # Errors
    ///
    /// `EIO` where they cannot be read.
    fn read(&self, at: u64, len: u64) -> Result<Bytes, Errno>;
}

/// A part of a [`Source`].
#[derive(Clone, Debug)]
pub struct Stored {
    source: Arc<dyn Source>,
    at: u64,
    len: u64,
}

impl Stored {
    /// The `len` bytes of `source` from `at` on.
    pub fn new(source: Arc<dyn Source>, at: u64, len: u64) -> Stored {
        Stored { source, at, len }
    }

    /// The source's number.
    pub fn source(&self) -> u64 {
        self.source.number()
    }

    /// Where it begins in the source.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// How many bytes it is.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn read(&self, from: u64, to: u64) -> Result<Bytes, Errno> {
        let bytes = self.source.read(self.at + from, to - from)?;
        if bytes.len() as u64 == to - from { Ok(bytes) } else { Err(Errno::EIO) }
    }

    pub(crate) fn slice(&self, from: u64, to: u64) -> Stored {
        Stored { source: Arc::clone(&self.source), at: self.at + from, len: to - from }
    }
}

/// A run of a file's bytes: in memory, in a [`Source`], or in both. Equal when the bytes are.
#[derive(Clone, Debug)]
pub enum Piece {
    /// In memory only.
    Memory(Bytes),
    /// In a source only.
    Stored(Stored),
    /// In memory, and the same bytes in a source: the memory can go.
    Both(Bytes, Stored),
}

impl Piece {
    /// How many bytes it is.
    pub fn len(&self) -> u64 {
        match self {
            Piece::Memory(bytes) | Piece::Both(bytes, _) => bytes.len() as u64,
            Piece::Stored(stored) => stored.len,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes.
    ///
    /// # Errors
    ///
    /// `EIO` where its source cannot be read.
    pub fn bytes(&self) -> Result<Bytes, Errno> {
        self.range(0, self.len())
    }

    /// The bytes from `from` to `to`, which must lie in it.
    ///
    /// # Errors
    ///
    /// `EIO` where its source cannot be read.
    pub fn range(&self, from: u64, to: u64) -> Result<Bytes, Errno> {
        match self {
            Piece::Memory(bytes) | Piece::Both(bytes, _) => Ok(bytes.slice(from as usize..to as usize)),
            Piece::Stored(stored) => stored.read(from, to),
        }
    }

    /// The bytes as far as they are in memory.
    pub fn memory(&self) -> Option<&Bytes> {
        match self {
            Piece::Memory(bytes) | Piece::Both(bytes, _) => Some(bytes),
            Piece::Stored(_) => None,
        }
    }

    /// Where they lie beside the memory.
    pub fn stored(&self) -> Option<&Stored> {
        match self {
            Piece::Stored(stored) | Piece::Both(_, stored) => Some(stored),
            Piece::Memory(_) => None,
        }
    }

    /// The part from `from` to `to`.
    pub(crate) fn slice(&self, from: u64, to: u64) -> Piece {
        let part = |bytes: &Bytes| bytes.slice(from as usize..to as usize);
        match self {
            Piece::Memory(bytes) => Piece::Memory(part(bytes)),
            Piece::Stored(stored) => Piece::Stored(stored.slice(from, to)),
            Piece::Both(bytes, stored) => Piece::Both(part(bytes), stored.slice(from, to)),
        }
    }

    /// Where this lies within `whole`, if it is a part of it: of its very memory, or of the same place in a source.
    pub(crate) fn place_in(&self, whole: &Piece) -> Option<u64> {
        let at = match (self, whole) {
            (Piece::Memory(part) | Piece::Both(part, _), Piece::Memory(whole) | Piece::Both(whole, _)) => {
                (part.as_ptr() as u64).checked_sub(whole.as_ptr() as u64)?
            }
            _ => {
                let (part, whole) = (self.stored()?, whole.stored()?);
                if part.source() != whole.source() {
                    return None;
                }
                part.at.checked_sub(whole.at)?
            }
        };
        (at + self.len() <= whole.len()).then_some(at)
    }
}

impl Default for Piece {
    fn default() -> Piece {
        Piece::Memory(Bytes::new())
    }
}

impl<T: Into<Bytes>> From<T> for Piece {
    fn from(bytes: T) -> Piece {
        Piece::Memory(bytes.into())
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Piece) -> bool {
        self.len() == other.len() && self.bytes() == other.bytes()
    }
}

impl Eq for Piece {}

/// As its bytes, wherever they lie.
impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = self.bytes().map_err(|errno| serde::ser::Error::custom(errno.message()))?;
        bytes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Piece {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Piece, D::Error> {
        Bytes::deserialize(deserializer).map(Piece::Memory)
    }
}
