//! What can go wrong with durability.

/// An error of a store or of the journal. `reason()` is stable; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The browser's quota, or the disk, is full.
    #[error("storage is full: {0}")]
    Full(String),
    /// There is no such storage here (private mode, opaque origin, switched off).
    #[error("storage is not available: {0}")]
    Unavailable(String),
    /// Another tab or engine holds the store.
    #[error("another tab of this site holds the cloud; close it, or use that one")]
    Held,
    /// A later engine took the store over: this one may not write any more.
    #[error("a newer engine (epoch {found}) has taken over from this one (epoch {own})")]
    Fenced {
        /// This engine's epoch.
        own: u64,
        /// The epoch that the store has now.
        found: u64,
    },
    /// The connection was closed under us: site data was cleared, or the storage was evicted.
    #[error("storage was closed by the browser: {0}")]
    Lost(String),
    /// The write failed; nothing of it is there.
    #[error("storage refused the write: {0}")]
    Failed(String),
    /// It is not known whether the write is there.
    #[error("storage did not say whether the write succeeded: {0}")]
    Unknown(String),
    /// A record does not match its checksum, or is not a record of ours.
    #[error("record {seq} is damaged: {what}")]
    Damaged {
        /// Its place in the journal.
        seq: u64,
        /// What does not fit.
        what: &'static str,
    },
    /// Contents do not match their checksum, or are not there. What is elsewhere is not harmed.
    #[error("contents in segment {number} are damaged: {what}")]
    SegmentDamaged {
        /// The segment's number.
        number: u64,
        /// What does not fit.
        what: &'static str,
    },
    /// A record was written by a version of the format that this one does not know.
    #[error("the journal has format version {found}; this version reads {known}")]
    Version {
        /// The version found.
        found: u16,
        /// The version known here.
        known: u16,
    },
}

impl StoreError {
    /// A stable name for machines, in snake_case.
    pub fn reason(&self) -> &'static str {
        match self {
            StoreError::Full(_) => "storage_full",
            StoreError::Unavailable(_) => "storage_unavailable",
            StoreError::Held => "held_by_another_tab",
            StoreError::Fenced { .. } => "engine_replaced",
            StoreError::Lost(_) => "storage_lost",
            StoreError::Failed(_) | StoreError::Unknown(_) => "storage_failed",
            StoreError::Damaged { .. } => "journal_damaged",
            StoreError::SegmentDamaged { .. } => "contents_damaged",
            StoreError::Version { .. } => "journal_version",
        }
    }
}
