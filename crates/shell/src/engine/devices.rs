//! Device files and the few files of `/proc` that change. They exist only for the shell, not in the tree.

use std::fmt::Write as _;

use bashkit::Result;
use sandbox_fs::Errno;

use super::errors::{errno, no_device};
use crate::host::Host;
use crate::limits::RANDOM_BYTES;
use crate::shell::Sandbox;

/// A file that is made when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    Null,
    Zero,
    Full,
    Random,
    Tty,
    Uuid,
    Uptime,
    Mounts,
    Hostname,
    Hosts,
}

/// Files in `/etc` that are each sandbox's own, and so in no image.
pub(crate) const OWN_FILES: &[&str] = &["hostname", "hosts"];

/// Names in `/dev`, besides what the tree has there.
pub(crate) const DEV_NAMES: &[&str] = &["full", "null", "random", "tty", "urandom", "zero"];

impl Device {
    /// The device at an absolute, normalised path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let name = path.strip_prefix("/dev/").or_else(|| path.strip_prefix("/proc/"))?;
        if path.starts_with("/dev/") {
            return Some(match name {
                "null" => Self::Null,
                "zero" => Self::Zero,
                "full" => Self::Full,
                "random" | "urandom" => Self::Random,
                "tty" => Self::Tty,
                _ => return None,
            });
        }
        Some(match name {
            "sys/kernel/random/uuid" => Self::Uuid,
            "uptime" => Self::Uptime,
            "mounts" | "self/mounts" => Self::Mounts,
            _ => return None,
        })
    }

    /// The file of a sandbox's own at a path.
    pub(crate) fn own_file(path: &str) -> Option<Self> {
        match path {
            "/etc/hostname" => Some(Self::Hostname),
            "/etc/hosts" => Some(Self::Hosts),
            _ => None,
        }
    }

    /// Permission bits.
    pub(crate) fn mode(self) -> u32 {
        match self {
            Self::Uuid | Self::Uptime | Self::Mounts => 0o444,
            Self::Hostname | Self::Hosts => 0o644,
            _ => 0o666,
        }
    }

    /// What a command of the engine reads, which wants everything at once. Endless zeros do not fit; of randomness it
    /// gets much, for whoever reads that needs little of it. Opening fails where there is no terminal.
    pub(crate) fn read(self, sandbox: &Sandbox) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Null => Vec::new(),
            Self::Zero | Self::Full => return Err(errno(Errno::ENOMEM)),
            Self::Random => random_bytes(&*sandbox.host, RANDOM_BYTES),
            Self::Tty => return Err(no_device()),
            Self::Uuid => format!("{}\n", uuid_v4(&*sandbox.host)).into_bytes(),
            Self::Uptime => {
                let up = (sandbox.host.now().0 - sandbox.started.0) as f64 / 1e9;
                format!("{up:.2} {up:.2}\n").into_bytes()
            }
            Self::Mounts => mounts(sandbox).into_bytes(),
            Self::Hostname => format!("{}\n", sandbox.hostname).into_bytes(),
            Self::Hosts => {
                let lines = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";
                format!("{lines}172.17.0.2\t{}\n", sandbox.hostname).into_bytes()
            }
        })
    }
}

/// `len` bytes from the seeded source.
pub(crate) fn random_bytes(host: &dyn Host, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend_from_slice(&host.random_u64().to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A random (version 4) UUID from the seeded source.
pub(crate) fn uuid_v4(host: &dyn Host) -> String {
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

fn mounts(sandbox: &Sandbox) -> String {
    let mut out = String::from("overlay / overlay rw,relatime 0 0\n");
    for mount in sandbox.namespace.mounts() {
        if mount.path != "/" {
            let _ = writeln!(out, "{} {} ext4 rw,relatime 0 0", super::volume_device(), mount.path);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Device;

    #[test]
    fn devices_are_found_by_path() {
        assert_eq!(Device::at("/dev/null"), Some(Device::Null));
        assert_eq!(Device::at("/dev/urandom"), Some(Device::Random));
        assert_eq!(Device::at("/proc/self/mounts"), Some(Device::Mounts));
        assert_eq!(Device::at("/dev/uuid"), None);
        assert_eq!(Device::at("/proc/null"), None);
        assert_eq!(Device::at("/tmp/null"), None);
    }
}
