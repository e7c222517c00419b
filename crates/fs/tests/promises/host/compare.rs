//! What is compared, and how.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use sandbox_fs::{Credentials, Errno, Kind, OpenFlags, Timestamp};

use super::calls::{Call, MOUNT, SLOTS, Step, users};
use super::model::{self, Model};
use super::real::{Real, Sequence};

/// What a call gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Bytes(Vec<u8>),
    Names(Vec<String>),
    Text(String),
    At(Option<u64>),
    Node(Node),
}

/// What is seen of an inode.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its filesystem's number, and its own.
    pub(super) id: (u64, u64),
    pub(super) kind: Kind,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) nlink: u64,
    pub(super) size: u64,
    pub(super) blocks: u64,
    pub(super) times: Times,
}

/// In nanoseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) atime: i64,
    pub(super) mtime: i64,
    pub(super) ctime: i64,
}

/// Numbers and times are each side's own.
impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        let seen =
            |node: &Node| (node.kind, node.mode, node.uid, node.gid, node.nlink, node.size, node.blocks);
        seen(self) == seen(other)
    }
}

impl Eq for Node {}

/// A rule that our side is made to break.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    None,
    /// Such calls are only said to be made.
    Unmade(fn(&Call) -> bool),
    /// Such calls are made as root.
    Unchecked(fn(&Call) -> bool),
    NoUmask,
}

/// Runs a sequence on both sides.
pub(super) fn run(real: &Real, steps: &[Step], fault: Fault) -> Result<(), TestCaseError> {
    let mut sides = Sides::new(real);
    for (number, step) in steps.iter().enumerate() {
        sides.step(number, step, fault)?;
    }
    sides.finish()
}

struct Sides<'a> {
    machine: &'a Real,
    real: Sequence<'a>,
    model: Model,
    users: [Credentials; 3],
    /// Who opened what is in each slot.
    openers: [Option<usize>; SLOTS],
    /// Our clock, as the real one was at the beginning.
    begin: i64,
    /// Times before a step, by inode: the real ones and ours.
    times: [HashMap<(u64, u64), Times>; 2],
    /// Whether space was taken without being written, which each filesystem counts as data or as a hole.
    allocated: bool,
}

impl<'a> Sides<'a> {
    fn new(real: &'a Real) -> Sides<'a> {
        let begin =
            SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that is right").as_secs() as i64;
        let mut sides = Sides {
            machine: real,
            real: real.fresh(),
            model: Model::new(real.mounts()),
            users: users(),
            openers: [None; SLOTS],
            begin,
            times: Default::default(),
            allocated: false,
        };
        sides.remember("/", 0);
        if real.mounts() {
            sides.remember(MOUNT, 0);
        }
        sides
    }

    /// Our time in microseconds since the beginning.
    fn at(&self, micros: usize) -> Timestamp {
        Timestamp((self.begin - 1) * 1_000_000_000 + micros as i64 * 1_000)
    }

    fn step(&mut self, number: usize, step: &Step, fault: Fault) -> Result<(), TestCaseError> {
        if self.skips(step) {
            return Ok(());
        }
        let (now, call) = (self.at(10 * (number + 1)), &step.call);
        // A handle acts for whom it was opened; on Linux, for who uses it.
        let user = match call {
            Call::WriteAt(slot, ..)
            | Call::Truncate(slot, ..)
            | Call::Allocate(slot, ..)
            | Call::ChmodOpen(slot, ..)
            | Call::ChownOpen(slot, ..)
            | Call::SetTimesOpen(slot, ..) => self.openers[*slot].unwrap_or(step.user),
            _ => step.user,
        };
        let user = &self.users[user];
        // Opening again closes what the slot held only afterwards, on both sides.
        let reads = |slot: usize, model: &Model| model.flags(slot).has(OpenFlags::READ);
        let writes = |slot: usize, model: &Model| model.flags(slot).has(OpenFlags::WRITE);
        let unfit = match call {
            Call::ReadAt(slot, ..) => !reads(*slot, &self.model),
            Call::WriteAt(slot, ..) | Call::Allocate(slot, ..) => !writes(*slot, &self.model),
            _ => false,
        };
        let expected = self.real.run(user, call).map_err(|errno| known(errno.raw_os_error(), unfit));
        let found = match fault {
            Fault::Unmade(which) if which(call) && expected.is_ok() => Ok(Answer::Done),
            Fault::Unchecked(which) if which(call) => self.model.run(&users()[0], call, now),
            Fault::NoUmask if matches!(call, Call::Umask(_)) => self.model.run(user, &Call::Umask(0), now),
            _ => self.model.run(user, call, now),
        };
        let place = || format!("step {number}, {step:?}");
        prop_assert_eq!(&found, &expected, "{}: ours, the real one", place());
        if let (Call::Open(slot, ..), Ok(_)) = (call, &expected) {
            self.openers[*slot] = Some(step.user);
        }
        self.allocated |= matches!(call, Call::Allocate(..));
        let times_are_its_own = matches!(call, Call::Allocate(..)) || !self.machine.clock_is_fine();
        self.compare_trees(number, times_are_its_own).map_err(|error| match error {
            TestCaseError::Fail(reason) => TestCaseError::fail(format!("after {}: {reason}", place())),
            reject => reject,
        })
    }

    /// What there is no answer to, or more than one.
    fn skips(&self, step: &Step) -> bool {
        match &step.call {
            Call::Close(slot)
            | Call::ReadAt(slot, ..)
            | Call::WriteAt(slot, ..)
            | Call::Truncate(slot, ..)
            | Call::Allocate(slot, ..)
            | Call::ChmodOpen(slot, ..)
            | Call::ChownOpen(slot, ..)
            | Call::SetTimesOpen(slot, ..)
            | Call::ReadOpenDir(slot)
            | Call::Fstat(slot) => !self.real.is_open(*slot),
            Call::SeekData(slot, _) | Call::SeekHole(slot, _) => {
                !self.real.is_open(*slot) || self.allocated || self.model.kind(*slot) != Kind::File
            }
            // The C library's own walk, which asks more of a user than the kernel's, and takes longer paths.
            Call::Canonicalize(path) => step.user != 0 || path.len() > 4000,
            Call::Remount(_) => step.user != 0 || !self.machine.mounts(),
            Call::Link(..) => step.user != 0 && !self.machine.links_are_protected(),
            _ => false,
        }
    }

    fn compare_trees(&mut self, number: usize, times_are_its_own: bool) -> Result<(), TestCaseError> {
        let mut real = Vec::new();
        self.real.look("/", &mut real);
        let mut ours = Vec::new();
        self.look("/", &mut ours);
        real.sort_by(|one, other| one.0.cmp(&other.0));
        ours.sort_by(|one, other| one.0.cmp(&other.0));
        let paths = |nodes: &[(String, Node)]| nodes.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
        prop_assert_eq!(paths(&ours), paths(&real), "names: ours, the real ones");
        let before = std::mem::take(&mut self.times);
        for ((path, real), (_, ours)) in real.iter().zip(&ours) {
            prop_assert_eq!(ours, real, "{}: ours, the real one", path);
            let times = (before[0].get(&real.id), before[1].get(&ours.id));
            let (Some(real_before), Some(ours_before)) = times else {
                prop_assert_eq!(times.0.is_none(), times.1.is_none(), "{}: an inode that was there", path);
                self.remember(path, number + 1);
                continue;
            };
            if !times_are_its_own {
                let moved = |before: &Times, after: &Times| {
                    let atime = before.atime != after.atime;
                    [
                        ("atime", atime),
                        ("mtime", before.mtime != after.mtime),
                        ("ctime", before.ctime != after.ctime),
                    ]
                };
                let (ours, real) = (moved(ours_before, &ours.times), moved(real_before, &real.times));
                prop_assert_eq!(ours, real, "{}: times that moved, ours and the real ones", path);
            }
            self.times[0].insert(real.id, real.times);
            self.times[1].insert(ours.id, ours.times);
        }
        Ok(())
    }

    /// Gives a new inode an access time that tells whether it moves: long ago, or ahead of every change.
    fn remember(&mut self, path: &str, number: usize) {
        let is_long_ago = path.bytes().fold(0, |sum: u8, byte| sum.wrapping_add(byte)).is_multiple_of(2);
        let seconds = if is_long_ago { 100 } else { self.begin + 3600 };
        self.real.set_atime(path, seconds);
        let atime = Some(crate::steps::at(seconds));
        self.model.fs.lset_times(path, atime, None, self.at(10 * number + 5)).expect("root may");
        let stat = self.model.fs.lstat(path).expect("something there");
        let real = self.real.node(path);
        let ours = model::node(&stat);
        self.times[0].insert(real.id, real.times);
        self.times[1].insert(ours.id, ours.times);
    }

    fn look(&self, path: &str, seen: &mut Vec<(String, Node)>) {
        let stat = self.model.fs.lstat(path).expect("something there");
        seen.push((path.to_owned(), model::node(&stat)));
        if stat.is_dir() {
            let prefix = path.trim_end_matches('/');
            for entry in self.model.fs.read_dir(path).expect("a directory") {
                self.look(&format!("{prefix}/{}", entry.name), seen);
            }
        }
    }

    /// Everything that files and links hold, and what is left when nothing is open.
    fn finish(mut self) -> Result<(), TestCaseError> {
        let mut nodes = Vec::new();
        self.look("/", &mut nodes);
        for (path, node) in &nodes {
            let ours = match node.kind {
                Kind::File => self.model.fs.read(path).expect("a file").to_vec(),
                Kind::Symlink => self.model.fs.read_link(path).expect("a link").into_bytes(),
                Kind::Directory | Kind::Fifo | Kind::Device => Vec::new(),
            };
            prop_assert!(ours == self.real.contents(path, node.kind), "{}: other contents", path);
        }
        let others = self.model.close_all().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut ids: Vec<(u64, u64)> = nodes.iter().map(|(_, node)| node.id).collect();
        ids.sort_unstable();
        ids.dedup();
        for (number, (tree, [replayed, restored])) in self.model.trees.iter().zip(&others).enumerate() {
            let tree = tree.lock().expect("no panic");
            let seen = ids.iter().filter(|(dev, _)| *dev == number as u64 + 1).count();
            // The directory under the mount is not seen.
            let hidden = usize::from(number == 0 && self.machine.mounts());
            prop_assert_eq!(tree.inode_count(), (seen + hidden) as u64, "inodes when nothing is open");
            prop_assert!(*replayed == *tree, "a replay made another tree");
            prop_assert!(*restored == *tree, "a snapshot had another tree");
        }
        Ok(())
    }
}

fn known(code: i32, unfit: bool) -> Errno {
    // No handle was opened for it: Linux's EBADF, which is not among ours.
    let code = if unfit && code == 9 { Errno::EINVAL.code() } else { code };
    let known = Errno::ALL.into_iter().find(|errno| errno.code() == code);
    known.unwrap_or_else(|| panic!("the real filesystem answered with error {code}"))
}
