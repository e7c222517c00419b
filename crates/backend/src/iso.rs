//! Times on the wire: ISO 8601, UTC, milliseconds.

use sandbox_core::UnixMillis;
use sandbox_fs::Timestamp;

pub(crate) fn from_timestamp(time: Timestamp) -> String {
    UnixMillis(time.as_millis().max(0) as u64).to_string()
}
