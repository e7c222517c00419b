//! What reading and writing a device file does.

use std::fmt::Write as _;

use bytes::Bytes;
use sandbox_fs::Errno;

use crate::host::Host;

/// The name that `df` and `mount` show for a volume.
pub const VOLUME_DEVICE: &str = "/dev/vdb";

/// A character device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// Takes everything, gives nothing.
    Null,
    /// Gives zeros without end.
    Zero,
    /// Gives zeros, takes nothing.
    Full,
    /// Gives the sandbox's seeded randomness.
    Random,
}

/// The driver of terminals: `/dev/pts/N` are its devices.
pub(crate) const TERMINALS: u32 = 136;

/// Device files of every image: name in `/dev`, permission bits, numbers.
pub const DEVICES: &[(&str, u32, (u32, u32))] = &[
    ("full", 0o666, (1, 7)),
    ("null", 0o666, (1, 3)),
    ("random", 0o666, (1, 8)),
    ("tty", 0o666, (5, 0)),
    ("urandom", 0o666, (1, 9)),
    ("zero", 0o666, (1, 5)),
];

/// The device of the terminal that is one's own.
pub(crate) const OWN_TERMINAL: (u32, u32) = (5, 0);

impl Device {
    /// The device of these numbers, major and minor.
    pub fn of(numbers: (u32, u32)) -> Option<Self> {
        Some(match numbers {
            (1, 3) => Self::Null,
            (1, 5) => Self::Zero,
            (1, 7) => Self::Full,
            (1, 8 | 9) => Self::Random,
            _ => return None,
        })
    }

    /// At most `max` bytes.
    pub(crate) fn read(self, host: &dyn Host, max: usize) -> Bytes {
        match self {
            Self::Null => Bytes::new(),
            Self::Zero | Self::Full => Bytes::from(vec![0; max]),
            Self::Random => Bytes::from(random_bytes(host, max)),
        }
    }

    pub(crate) fn write(self, len: usize) -> Result<(), Errno> {
        match self {
            Self::Full if len > 0 => Err(Errno::ENOSPC),
            _ => Ok(()),
        }
    }
}

/// `len` bytes from the seeded source.
pub fn random_bytes(host: &dyn Host, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend_from_slice(&host.random_u64().to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A random (version 4) UUID from the seeded source.
pub fn uuid_v4(host: &dyn Host) -> String {
    let mut bytes = random_bytes(host, 16);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut out = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}
