//! Our side: a namespace, and the handles that are open in it.

use sandbox_fs::{
    Access, ChangeLog, Credentials, Errno, Kind, Namespace, OpenFile, OpenFlags, SharedTree, Stat, Timestamp,
    Tree,
};

use super::calls::{Call, MOUNT, SLOTS, When};
use super::compare::{Answer, Node, Times};
use crate::steps::{at, empty, shared};

pub(super) struct Model {
    /// Root's view, which makes no difference between users.
    pub(super) fs: Namespace,
    /// The root's, and what is mounted.
    pub(super) trees: Vec<SharedTree>,
    log: ChangeLog,
    slots: [Option<OpenFile>; SLOTS],
    umask: u32,
}

impl Model {
    pub(super) fn new(mounts: bool) -> Model {
        let (fs, root, log) = empty(None);
        let mut trees = vec![root];
        if mounts {
            let tree = shared(Tree::new("mounted".into(), None, log.clone(), at(0)));
            fs.mount(MOUNT, tree.clone(), at(0)).expect("an empty root");
            trees.push(tree);
        }
        Model { fs, trees, log, slots: Default::default(), umask: 0o022 }
    }

    pub(super) fn run(&mut self, user: &Credentials, call: &Call, now: Timestamp) -> Result<Answer, Errno> {
        let user = Credentials { umask: self.umask, ..user.clone() };
        self.call(&self.fs.as_user(user).reading_at(now), call, now).map_err(|error| error.errno)
    }

    fn call(&mut self, fs: &Namespace, call: &Call, now: Timestamp) -> Result<Answer, sandbox_fs::FsError> {
        let done = |()| Answer::Done;
        match call {
            Call::Open(slot, path, flags, mode) => {
                let file = fs.open(path, *flags, *mode, now)?;
                self.slots[*slot] = Some(file);
                Ok(Answer::Done)
            }
            Call::Close(slot) => {
                self.slots[*slot] = None;
                Ok(Answer::Done)
            }
            Call::ReadAt(slot, at, len) => {
                self.file(*slot).read_at(*at, *len, now).map(|data| Answer::Bytes(data.into()))
            }
            Call::WriteAt(slot, at, data) => {
                self.file(*slot).write_at(*at, data.clone(), now).map(|_| Answer::Done)
            }
            Call::Truncate(slot, size) => self.file(*slot).truncate(*size, now).map(done),
            Call::Allocate(slot, how, at, len) => self.file(*slot).allocate(*how, *at, *len, now).map(done),
            Call::SeekData(slot, at) => self.file(*slot).seek_data(*at).map(Answer::At),
            Call::SeekHole(slot, at) => self.file(*slot).seek_hole(*at).map(Answer::At),
            Call::Fstat(slot) => Ok(Answer::Node(node(&self.file(*slot).stat()?))),
            Call::ReadOpenDir(slot) => self.file(*slot).read_dir(now).map(Answer::Names),
            Call::ChmodOpen(slot, mode) => self.file(*slot).chmod(*mode, now).map(done),
            Call::ChownOpen(slot, uid, gid) => self.file(*slot).chown(*uid, *gid, now).map(done),
            Call::SetTimesOpen(slot, atime, mtime) => {
                self.file(*slot).set_times(time(*atime, now), time(*mtime, now), now).map(done)
            }
            Call::Write(path, data) => fs.write(path, data.clone(), now).map(done),
            Call::Append(path, data) => fs.append(path, data.clone(), now).map(done),
            Call::Read(path) => fs.read(path).map(|data| Answer::Bytes(data.into())),
            Call::Mkdir(path, mode) => fs.mkdir(path, *mode, now).map(done),
            Call::Unlink(path) => fs.unlink(path, now).map(done),
            Call::Rmdir(path) => fs.rmdir(path, now).map(done),
            Call::Rename(from, to, how) => fs.rename_as(from, to, *how, now).map(done),
            Call::Symlink(target, link) => fs.symlink(target, link, now).map(done),
            Call::Link(existing, new) => fs.link(existing, new, now).map(done),
            Call::Chmod(path, mode) => fs.chmod(path, *mode, now).map(done),
            Call::Chown(path, uid, gid, true) => fs.chown(path, *uid, *gid, now).map(done),
            Call::Chown(path, uid, gid, false) => fs.lchown(path, *uid, *gid, now).map(done),
            Call::SetTimes(path, atime, mtime) => {
                fs.set_times(path, time(*atime, now), time(*mtime, now), now).map(done)
            }
            Call::Stat(path) => fs.stat(path).map(|stat| Answer::Node(node(&stat))),
            Call::Lstat(path) => fs.lstat(path).map(|stat| Answer::Node(node(&stat))),
            Call::ReadDir(path) => fs
                .read_dir(path)
                .map(|entries| Answer::Names(entries.into_iter().map(|entry| entry.name).collect())),
            Call::ReadLink(path) => fs.read_link(path).map(Answer::Text),
            Call::Access(path, bits) => {
                let bits = [(1, Access::EXECUTE), (2, Access::WRITE), (4, Access::READ)]
                    .into_iter()
                    .filter(|(bit, _)| bits & bit != 0)
                    .fold(Access::EXISTS, |all, (_, access)| all | access);
                fs.access(path, bits).map(done)
            }
            Call::Canonicalize(path) => fs.canonicalize(path).map(Answer::Text),
            Call::Remount(read_only) => self.fs.remount(MOUNT, *read_only).map(done),
            Call::Umask(mask) => {
                self.umask = *mask;
                Ok(Answer::Done)
            }
        }
    }

    /// How the file in a slot was opened.
    pub(super) fn flags(&self, slot: usize) -> OpenFlags {
        self.file(slot).flags()
    }

    /// What is in a slot.
    pub(super) fn kind(&self, slot: usize) -> Kind {
        self.file(slot).stat().expect("an open inode").kind
    }

    /// Closes everything. What a replay of the changes and a snapshot make is told first, which have nothing of what has
    /// no name.
    pub(super) fn close_all(&mut self) -> Result<Vec<[Tree; 2]>, sandbox_fs::FsError> {
        let mut others = Vec::new();
        for tree in &self.trees {
            let tree = tree.lock().expect("no panic");
            let replayed = Tree::new(tree.id().clone(), None, ChangeLog::new(), at(0));
            others.push([replayed, Tree::restore(tree.snapshot(), None, ChangeLog::new(), &|_| None)?]);
        }
        for (id, change) in self.log.drain() {
            others
                .iter_mut()
                .filter(|pair| *pair[0].id() == id)
                .try_for_each(|pair| pair[0].apply(&change))?;
        }
        self.slots = Default::default();
        Ok(others)
    }

    fn file(&self, slot: usize) -> &OpenFile {
        self.slots[slot].as_ref().expect("an open file")
    }
}

fn time(when: When, now: Timestamp) -> Option<Timestamp> {
    match when {
        When::Past(seconds) => Some(at(seconds.into())),
        When::Now => Some(now),
        When::Omit => None,
    }
}

pub(super) fn node(stat: &Stat) -> Node {
    Node {
        id: (stat.dev.into(), stat.ino),
        kind: stat.kind,
        mode: stat.mode,
        uid: stat.uid,
        gid: stat.gid,
        nlink: stat.nlink.into(),
        size: if stat.is_dir() { 0 } else { stat.size },
        blocks: if stat.is_file() { stat.blocks } else { 0 },
        times: Times { atime: stat.atime.0, mtime: stat.mtime.0, ctime: stat.ctime.0 },
    }
}
