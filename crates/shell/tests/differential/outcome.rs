//! What a run leaves: its two outputs, its exit code and the files of its directory.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// What is left of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) exit_code: i32,
    pub(crate) timed_out: bool,
    pub(crate) left: BTreeMap<String, Entry>,
}

/// One name under the directory of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) content: Content,
    pub(crate) mode: u32,
    pub(crate) owner: (u32, u32),
    /// For a file with several names here, the first of them.
    pub(crate) same_as: Option<String>,
}

/// What lies under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    File(Vec<u8>),
    Directory,
    Symlink(String),
    Fifo,
    Other,
}

impl Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::File(bytes) if bytes.len() > 200 => {
                write!(f, "a file of {} bytes, {}…", bytes.len(), bytes[..200].escape_ascii())?;
            }
            Content::File(bytes) => write!(f, "a file, \"{}\"", bytes.escape_ascii())?,
            Content::Directory => f.write_str("a directory")?,
            Content::Symlink(target) => write!(f, "a link to {target}")?,
            Content::Fifo => f.write_str("a pipe")?,
            Content::Other => f.write_str("something else")?,
        }
        write!(f, ", mode {:04o}, owner {}:{}", self.mode, self.owner.0, self.owner.1)?;
        match &self.same_as {
            Some(first) => write!(f, ", the same file as {first}"),
            None => Ok(()),
        }
    }
}

/// Says for each of several names of one file which is the first. `inodes` holds the number under every name of a file.
pub(crate) fn tell_hard_links(left: &mut BTreeMap<String, Entry>, inodes: &BTreeMap<String, u64>) {
    let mut first: BTreeMap<u64, &str> = BTreeMap::new();
    for (name, inode) in inodes {
        if let Some(earlier) = first.get(inode) {
            left.get_mut(name).expect("a name that was listed").same_as = Some((*earlier).to_owned());
        } else {
            first.insert(*inode, name);
        }
    }
}
