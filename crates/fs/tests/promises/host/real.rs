//! The real side: a thread with a root directory, a umask and a user of its own.

use std::fs::{DirBuilder, File};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{
    Access, AtFlags, CWD, Dir, FallocateFlags, Gid, Mode, OFlags, RawMode, RenameFlags, SeekFrom, Timespec,
    Timestamps, UTIME_NOW, UTIME_OMIT, Uid,
};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_change, mount_remount, unmount,
};
use rustix::{fs, process, thread};
use sandbox_fs::{Allocation, Credentials, Kind, OpenFlags, Renaming};

use super::calls::{Call, MOUNT, SLOTS, When};
use super::compare::{Answer, Node, Times};

/// The folder in which sequences get their root directories.
pub(super) struct Real {
    top: OwnedFd,
    path: PathBuf,
    /// The process's own root directory.
    home: OwnedFd,
    links_are_protected: bool,
    /// A file whose changes make the clock of changes go on.
    clock: OwnedFd,
    /// Whether that works, as from Linux 6.13 on.
    clock_is_fine: bool,
    /// Whether something is mounted at [`MOUNT`].
    mounts: bool,
}

impl Real {
    /// Takes the calling thread away from the process's directories; what follows in it is all in a temporary folder.
    #[expect(
        unsafe_code,
        reason = "only the thread's directories and umask become its own, which nothing else relies on"
    )]
    pub(super) fn new() -> Result<Real, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if !process::geteuid().is_root() {
            return Err("only root can become other users and have another root directory".into());
        }
        // A filesystem in memory is fast, and counts space as we do.
        let place = Path::new("/dev/shm");
        if !place.is_dir() {
            return Err("there is no /dev/shm".into());
        }
        let name = format!("sandbox-fs-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = place.join(name);
        // SAFETY: the table of files stays shared.
        unsafe { thread::unshare_unsafe(thread::UnshareFlags::FS) }.map_err(|error| error.to_string())?;
        DirBuilder::new().recursive(true).create(path.join("root/m")).map_err(|error| error.to_string())?;
        // SAFETY: as before.
        let own_mounts = unsafe { thread::unshare_unsafe(thread::UnshareFlags::NEWNS) };
        let mounts = own_mounts.and_then(|()| mount_in(&path.join("root/m"))).is_ok();
        if !mounts {
            eprintln!("nothing is mounted: that needs a root who may");
        }
        let open = |path: &Path| fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
        let open = |path: &Path| open(path).map_err(|error| error.to_string());
        let protected = std::fs::read_to_string("/proc/sys/fs/protected_hardlinks");
        let links_are_protected = protected.is_ok_and(|text| text.trim() == "1");
        let clock = fs::open(path.join("clock"), OFlags::CREATE | OFlags::CLOEXEC, Mode::RUSR);
        let clock = clock.map_err(|error| error.to_string())?;
        let (top, home) = (open(&path)?, open(Path::new("/"))?);
        let mut real = Real { top, path, home, links_are_protected, clock, clock_is_fine: true, mounts };
        let mut ticks: Vec<i64> = (0..20).map(|_| real.tick()).collect();
        ticks.dedup();
        real.clock_is_fine = ticks.len() == 20;
        if !real.clock_is_fine {
            eprintln!("times are not compared: this kernel's are too coarse");
        }
        enter(&real.top, ".").map_err(|error| format!("no other root directory: {error}"))?;
        Ok(real)
    }

    /// An empty root directory for one sequence.
    pub(super) fn fresh(&self) -> Sequence<'_> {
        enter(&self.top, "root").expect("a directory");
        let sequence = Sequence { real: self, slots: Default::default(), umask: 0o022 };
        if self.mounts {
            sequence.remount(false).expect("root may");
            empty_directory(MOUNT, true);
        }
        empty_directory("/", self.mounts);
        sequence
    }

    /// Lets the clock of changes go on, and tells it: a file's change gets a fine time where a coarse one was told for it
    /// already, and no later change of any file gets an earlier time.
    fn tick(&self) -> i64 {
        // After one of them another file may still get the very same time.
        for _ in 0..2 {
            fs::fstat(&self.clock).and_then(|_| fs::fchmod(&self.clock, Mode::RUSR)).expect("root may");
        }
        node(&fs::fstat(&self.clock).expect("an open file")).times.ctime
    }

    pub(super) fn clock_is_fine(&self) -> bool {
        self.clock_is_fine
    }

    pub(super) fn mounts(&self) -> bool {
        self.mounts
    }

    /// Whether links to files of others are refused, as we do it.
    pub(super) fn links_are_protected(&self) -> bool {
        self.links_are_protected
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let home = enter(&self.home, ".").map_err(std::io::Error::from);
        if self.mounts {
            unmount(self.path.join("root/m"), UnmountFlags::empty()).expect("root may");
        }
        if let Err(error) = home.and_then(|()| std::fs::remove_dir_all(&self.path)) {
            eprintln!("{} stays: {error}", self.path.display());
        }
    }
}

/// Makes a directory in `top` the thread's root.
fn enter(top: &OwnedFd, name: &str) -> Result<(), Errno> {
    process::fchdir(top)?;
    process::chroot(name)?;
    process::chdir("/")
}

/// One sequence's root directory and open files.
pub(super) struct Sequence<'a> {
    real: &'a Real,
    slots: [Option<OwnedFd>; SLOTS],
    umask: u32,
}

impl Sequence<'_> {
    pub(super) fn run(&mut self, user: &Credentials, call: &Call) -> Result<Answer, Errno> {
        self.real.tick();
        process::umask(Mode::from_raw_mode(self.umask));
        become_user(user);
        let answer = self.call(call);
        become_user(&Credentials::root());
        answer
    }

    fn call(&mut self, call: &Call) -> Result<Answer, Errno> {
        let done = |()| Answer::Done;
        let mode = |mode: &u32| Mode::from_raw_mode(*mode);
        match call {
            Call::Open(slot, path, flags, bits) => {
                let file = fs::open(path.as_str(), open_flags(*flags), mode(bits))?;
                self.slots[*slot] = Some(file);
                Ok(Answer::Done)
            }
            Call::Close(slot) => {
                self.slots[*slot] = None;
                Ok(Answer::Done)
            }
            Call::ReadAt(slot, at, len) => {
                let mut data = vec![0; *len as usize];
                let got = rustix::io::pread(self.file(*slot), &mut data[..], *at)?;
                data.truncate(got);
                Ok(Answer::Bytes(data))
            }
            Call::WriteAt(slot, at, data) => {
                rustix::io::pwrite(self.file(*slot), data, *at).map(|_| Answer::Done)
            }
            Call::Truncate(slot, size) => fs::ftruncate(self.file(*slot), *size).map(done),
            Call::Allocate(slot, how, at, len) => {
                let flags = match how {
                    Allocation::Extend => FallocateFlags::empty(),
                    Allocation::KeepSize => FallocateFlags::KEEP_SIZE,
                    Allocation::PunchHole => FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE,
                };
                fs::fallocate(self.file(*slot), flags, *at, *len).map(done)
            }
            Call::SeekData(slot, at) => seek(fs::seek(self.file(*slot), SeekFrom::Data(*at))),
            Call::SeekHole(slot, at) => seek(fs::seek(self.file(*slot), SeekFrom::Hole(*at))),
            Call::Fstat(slot) => Ok(Answer::Node(node(&fs::fstat(self.file(*slot))?))),
            Call::ReadOpenDir(slot) => {
                let directory = rustix::io::dup(self.file(*slot))?;
                fs::seek(&directory, SeekFrom::Start(0))?;
                entries(directory).map(Answer::Names)
            }
            Call::ChmodOpen(slot, bits) => fs::fchmod(self.file(*slot), mode(bits)).map(done),
            Call::ChownOpen(slot, uid, gid) => {
                fs::fchown(self.file(*slot), uid.map(Uid::from_raw), gid.map(Gid::from_raw)).map(done)
            }
            Call::SetTimesOpen(slot, atime, mtime) => {
                let times = Timestamps { last_access: time(*atime), last_modification: time(*mtime) };
                fs::futimens(self.file(*slot), &times).map(done)
            }
            Call::Write(path, data) => {
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC;
                let file = fs::open(path.as_str(), flags, mode(&0o666))?;
                rustix::io::pwrite(file, data, 0).map(|_| Answer::Done)
            }
            Call::Append(path, data) => {
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND;
                let file = fs::open(path.as_str(), flags, mode(&0o666))?;
                rustix::io::pwrite(file, data, 0).map(|_| Answer::Done)
            }
            Call::Read(path) => {
                let mut data = Vec::new();
                let mut file = File::from(fs::open(path.as_str(), OFlags::RDONLY, Mode::empty())?);
                file.read_to_end(&mut data)
                    .map_err(|error| Errno::from_io_error(&error).expect("an errno"))?;
                Ok(Answer::Bytes(data))
            }
            Call::Mkdir(path, bits) => fs::mkdir(path.as_str(), mode(bits)).map(done),
            Call::Unlink(path) => fs::unlink(path.as_str()).map(done),
            Call::Rmdir(path) => fs::rmdir(path.as_str()).map(done),
            Call::Rename(from, to, how) => {
                let flags = match how {
                    Renaming::Replace => RenameFlags::empty(),
                    Renaming::Keep => RenameFlags::NOREPLACE,
                    Renaming::Exchange => RenameFlags::EXCHANGE,
                };
                fs::renameat_with(CWD, from.as_str(), CWD, to.as_str(), flags).map(done)
            }
            Call::Symlink(target, link) => fs::symlink(target.as_str(), link.as_str()).map(done),
            Call::Link(existing, new) => {
                fs::linkat(CWD, existing.as_str(), CWD, new.as_str(), AtFlags::empty()).map(done)
            }
            Call::Chmod(path, bits) => fs::chmod(path.as_str(), mode(bits)).map(done),
            Call::Chown(path, uid, gid, follow) => {
                let flags = if *follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
                let (uid, gid) = (uid.map(Uid::from_raw), gid.map(Gid::from_raw));
                fs::chownat(CWD, path.as_str(), uid, gid, flags).map(done)
            }
            Call::SetTimes(path, atime, mtime) => {
                set_times(path, time(*atime), time(*mtime), AtFlags::empty()).map(done)
            }
            Call::Stat(path) => Ok(Answer::Node(node(&fs::stat(path.as_str())?))),
            Call::Lstat(path) => Ok(Answer::Node(node(&fs::lstat(path.as_str())?))),
            Call::ReadDir(path) => names(path, OFlags::empty()).map(Answer::Names),
            Call::ReadLink(path) => {
                fs::readlink(path.as_str(), Vec::new()).map(|text| Answer::Text(string(text.into())))
            }
            Call::Access(path, access) => {
                let access = Access::from_bits_retain(*access);
                fs::accessat(CWD, path.as_str(), access, AtFlags::EACCESS).map(done)
            }
            Call::Canonicalize(path) => {
                let path = std::fs::canonicalize(path);
                let path = path.map_err(|error| Errno::from_io_error(&error).expect("an errno"))?;
                Ok(Answer::Text(path.into_os_string().into_string().expect("a path in UTF-8")))
            }
            Call::Remount(read_only) => self.remount(*read_only).map(done),
            Call::Umask(mask) => {
                self.umask = *mask;
                Ok(Answer::Done)
            }
        }
    }

    fn remount(&self, read_only: bool) -> Result<(), Errno> {
        let flags = MountFlags::BIND | MountFlags::RELATIME;
        mount_remount(MOUNT, if read_only { flags | MountFlags::RDONLY } else { flags }, "")
    }

    pub(super) fn is_open(&self, slot: usize) -> bool {
        self.slots[slot].is_some()
    }

    fn file(&self, slot: usize) -> &OwnedFd {
        self.slots[slot].as_ref().expect("an open file")
    }

    /// Everything from the root on, without moving a time.
    pub(super) fn look(&self, path: &str, seen: &mut Vec<(String, Node)>) {
        let node = self.node(path);
        let is_dir = node.kind == Kind::Directory;
        seen.push((path.to_owned(), node));
        if is_dir {
            let prefix = path.trim_end_matches('/');
            for name in names(path, OFlags::NOATIME).expect("a directory") {
                self.look(&format!("{prefix}/{name}"), seen);
            }
        }
    }

    /// What a file or a link holds.
    pub(super) fn contents(&self, path: &str, kind: Kind) -> Vec<u8> {
        match kind {
            Kind::File => std::fs::read(path).expect("a file"),
            Kind::Symlink => fs::readlink(path, Vec::new()).expect("a link").into(),
            Kind::Directory | Kind::Fifo | Kind::Device => Vec::new(),
        }
    }

    pub(super) fn set_atime(&self, path: &str, seconds: i64) {
        let omit = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
        let atime = Timespec { tv_sec: seconds, tv_nsec: 0 };
        set_times(path, atime, omit, AtFlags::SYMLINK_NOFOLLOW).expect("root may");
    }

    pub(super) fn node(&self, path: &str) -> Node {
        node(&fs::lstat(path).expect("something there"))
    }
}

impl Drop for Sequence<'_> {
    fn drop(&mut self) {
        self.slots = Default::default();
        enter(&self.real.top, ".").expect("a directory");
    }
}

/// Takes everything out of a directory but what is mounted there, and makes it root's.
fn empty_directory(path: &str, mounts: bool) {
    let prefix = path.trim_end_matches('/');
    for name in names(path, OFlags::empty()).expect("a directory") {
        let below = format!("{prefix}/{name}");
        match fs::unlink(&below) {
            Ok(()) => {}
            Err(_) if mounts && below == MOUNT => {}
            Err(_) => std::fs::remove_dir_all(&below).expect("a directory"),
        }
    }
    fs::chown(path, Some(Uid::ROOT), Some(Gid::ROOT)).expect("root may");
    fs::chmod(path, Mode::from_raw_mode(0o755)).expect("root may");
}

/// Mounts a filesystem that only this thread sees.
fn mount_in(path: &Path) -> Result<(), Errno> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    mount("none", path, "tmpfs", MountFlags::RELATIME, c"mode=755")
}

fn become_user(user: &Credentials) {
    let root = Uid::from_raw(0);
    if !process::geteuid().is_root() {
        thread::set_thread_res_uid(None, root, None).expect("it was root");
    }
    let groups: Vec<Gid> = user.groups.iter().map(|gid| Gid::from_raw(*gid)).collect();
    if user.uid == 0 && process::getegid().is_root() {
        return;
    }
    thread::set_thread_groups(&groups).expect("root may");
    thread::set_thread_res_gid(None, Gid::from_raw(user.gid), None).expect("root may");
    thread::set_thread_res_uid(None, Uid::from_raw(user.uid), None).expect("root may");
}

fn open_flags(flags: OpenFlags) -> OFlags {
    let mut open = match (flags.has(OpenFlags::READ), flags.has(OpenFlags::WRITE)) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    } | OFlags::CLOEXEC;
    for (flag, real) in [
        (OpenFlags::CREATE, OFlags::CREATE),
        (OpenFlags::EXCLUSIVE, OFlags::EXCL),
        (OpenFlags::TRUNCATE, OFlags::TRUNC),
        (OpenFlags::APPEND, OFlags::APPEND),
        (OpenFlags::DIRECTORY, OFlags::DIRECTORY),
        (OpenFlags::NO_FOLLOW, OFlags::NOFOLLOW),
    ] {
        if flags.has(flag) {
            open |= real;
        }
    }
    open
}

fn time(when: When) -> Timespec {
    match when {
        When::Past(seconds) => Timespec { tv_sec: seconds.into(), tv_nsec: 0 },
        When::Now => Timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
        When::Omit => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
    }
}

fn set_times(
    path: &str,
    last_access: Timespec,
    last_modification: Timespec,
    flags: AtFlags,
) -> Result<(), Errno> {
    fs::utimensat(CWD, path, &Timestamps { last_access, last_modification }, flags)
}

fn seek(found: Result<u64, Errno>) -> Result<Answer, Errno> {
    match found {
        Ok(at) => Ok(Answer::At(Some(at))),
        Err(Errno::NXIO) => Ok(Answer::At(None)),
        Err(errno) => Err(errno),
    }
}

fn names(path: &str, more: OFlags) -> Result<Vec<String>, Errno> {
    let directory = fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC | more, Mode::empty())?;
    entries(directory)
}

fn entries(directory: OwnedFd) -> Result<Vec<String>, Errno> {
    let mut names = Vec::new();
    for entry in Dir::new(directory)? {
        let name = string(entry?.file_name().to_bytes().to_vec());
        if name != "." && name != ".." {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn node(stat: &fs::Stat) -> Node {
    let kind = match fs::FileType::from_raw_mode(stat.st_mode as RawMode) {
        fs::FileType::Directory => Kind::Directory,
        fs::FileType::Symlink => Kind::Symlink,
        _ => Kind::File,
    };
    let nanos = |seconds: i64, nanos: i64| seconds * 1_000_000_000 + nanos;
    Node {
        id: (stat.st_dev, stat.st_ino),
        kind,
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        nlink: stat.st_nlink,
        size: if kind == Kind::Directory { 0 } else { stat.st_size as u64 },
        blocks: if kind == Kind::File { stat.st_blocks as u64 } else { 0 },
        times: Times {
            atime: nanos(stat.st_atime, stat.st_atime_nsec as i64),
            mtime: nanos(stat.st_mtime, stat.st_mtime_nsec as i64),
            ctime: nanos(stat.st_ctime, stat.st_ctime_nsec as i64),
        },
    }
}

fn string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("names in UTF-8")
}
