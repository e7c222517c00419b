//! Device files and the files of `/proc` and `/etc` that are made when they are read. They exist only for processes, not
//! in the tree.

use std::fmt::Write as _;

use bytes::Bytes;
use sandbox_fs::Errno;

use crate::host::Host;
use crate::kernel::Kernel;
use crate::process::{Pid, Process, Progress};

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

/// Names in `/dev`, besides what the tree has there.
pub const DEVICE_NAMES: &[&str] = &["full", "null", "random", "tty", "urandom", "zero"];

/// Files in `/etc` that are each sandbox's own, and so in no image.
pub const OWN_FILES: &[&str] = &["hostname", "hosts"];

impl Device {
    /// The device at an absolute path.
    pub fn at(path: &str) -> Option<Self> {
        Some(match path.strip_prefix("/dev/")? {
            "null" => Self::Null,
            "zero" => Self::Zero,
            "full" => Self::Full,
            "random" | "urandom" => Self::Random,
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

/// The contents of a file that is made when it is read, as `process` reads it.
pub fn generated(process: &Process, path: &str) -> Option<Vec<u8>> {
    let kernel = &process.kernel;
    if let Some(name) = path.strip_prefix("/etc/") {
        return match name {
            "hostname" => Some(format!("{}\n", kernel.hostname)),
            "hosts" => {
                let lines = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";
                Some(format!("{lines}172.17.0.2\t{}\n", kernel.hostname))
            }
            _ => None,
        }
        .filter(|_| kernel.root.lstat(path).is_err())
        .map(String::into_bytes);
    }
    let name = path.strip_prefix("/proc/")?;
    match name {
        "uptime" => {
            let up = (kernel.host.now().0 - kernel.started.0) as f64 / 1e9;
            Some(format!("{up:.2} {up:.2}\n").into_bytes())
        }
        "sys/kernel/random/uuid" => Some(format!("{}\n", uuid_v4(&*kernel.host)).into_bytes()),
        "mounts" => Some(mounts(kernel).into_bytes()),
        name => {
            let (pid, file) = name.split_once('/')?;
            let pid = if pid == "self" { process.pid } else { pid.parse::<Pid>().ok()? };
            of_process(&*kernel.process(pid)?, file)
        }
    }
}

fn of_process(process: &Process, file: &str) -> Option<Vec<u8>> {
    let argv = process.argv();
    let name: String =
        argv.first().map_or("", |word| word.rsplit('/').next().unwrap_or("")).chars().take(15).collect();
    Some(match file {
        "cmdline" => argv.iter().flat_map(|word| word.bytes().chain([0])).collect(),
        "comm" => format!("{name}\n").into_bytes(),
        "mounts" => mounts(&process.kernel).into_bytes(),
        "status" => {
            let state = match process.progress() {
                Progress::Stopped(_) => "T (stopped)",
                _ => "S (sleeping)",
            };
            let user = process.credentials();
            let (uid, gid) = (user.uid, user.gid);
            format!(
                "Name:\t{name}\nUmask:\t{:04o}\nState:\t{state}\nTgid:\t{pid}\nPid:\t{pid}\nPPid:\t{}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{gid}\t{gid}\t{gid}\t{gid}\nThreads:\t1\n",
                user.umask,
                process.parent(),
                pid = process.pid,
            )
            .into_bytes()
        }
        _ => return None,
    })
}

/// The lines of `/proc/mounts`.
pub fn mounts(kernel: &Kernel) -> String {
    let mut out = String::from("overlay / overlay rw,relatime 0 0\n");
    for mount in kernel.root.mounts() {
        if mount.path != "/" {
            let _ = writeln!(out, "{VOLUME_DEVICE} {} ext4 rw,relatime 0 0", mount.path);
        }
    }
    out
}
