//! Random calls: few names and few users, so that they meet.

use proptest::prelude::*;
use sandbox_fs::{Allocation, Credentials, OpenFlags, Renaming};

/// Names in every path.
const NAMES: &[&str] = &["a", "b", "c"];

/// Where something is mounted.
pub(super) const MOUNT: &str = "/m";

/// Handles that can be open at once.
pub(super) const SLOTS: usize = 3;

/// One call, and whose it is: the number of one of [`users`].
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) user: usize,
    pub(super) call: Call,
}

/// A time that a call sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Long ago, in seconds since the epoch.
    Past(u32),
    Now,
    /// It stays.
    Omit,
}

#[derive(Clone, Debug)]
pub(super) enum Call {
    Open(usize, String, OpenFlags, u32),
    Close(usize),
    ReadAt(usize, u64, u64),
    WriteAt(usize, u64, Vec<u8>),
    Truncate(usize, u64),
    Allocate(usize, Allocation, u64, u64),
    SeekData(usize, u64),
    SeekHole(usize, u64),
    Fstat(usize),
    ReadOpenDir(usize),
    ChmodOpen(usize, u32),
    ChownOpen(usize, Option<u32>, Option<u32>),
    SetTimesOpen(usize, When, When),
    Write(String, Vec<u8>),
    Append(String, Vec<u8>),
    Read(String),
    Mkdir(String, u32),
    Unlink(String),
    Rmdir(String),
    Rename(String, String, Renaming),
    Symlink(String, String),
    Link(String, String),
    Chmod(String, u32),
    Chown(String, Option<u32>, Option<u32>, bool),
    SetTimes(String, When, When),
    Stat(String),
    Lstat(String),
    ReadDir(String),
    ReadLink(String),
    Access(String, u32),
    Canonicalize(String),
    Umask(u32),
    /// Whether what is mounted can only be read.
    Remount(bool),
}

/// Root, and two users who share a group.
pub(super) fn users() -> [Credentials; 3] {
    let user = |uid, gid| Credentials { groups: [3001].into(), ..Credentials::user(uid, gid) };
    [Credentials::root(), user(1001, 2001), user(1002, 2002)]
}

/// Sequences of root's calls alone.
pub(super) fn as_root() -> BoxedStrategy<Vec<Step>> {
    prop::collection::vec(call().prop_map(|call| Step { user: 0, call }), 1..30).boxed()
}

/// Sequences of calls mostly by two users, in a root directory that everyone may write.
pub(super) fn as_users() -> BoxedStrategy<Vec<Step>> {
    let step = (prop::sample::select(&[1, 1, 1, 2, 2, 0][..]), call());
    let open = Step { user: 0, call: Call::Chmod("/".into(), 0o777) };
    let sticky = Step { user: 0, call: Call::Chmod("/".into(), 0o1777) };
    let first = prop_oneof![3 => Just(open), 1 => Just(sticky)];
    (first, prop::collection::vec(step.prop_map(|(user, call)| Step { user, call }), 1..30))
        .prop_map(|(first, mut steps)| {
            let mounted = Call::Chmod(MOUNT.into(), 0o777);
            steps.splice(0..0, [first, Step { user: 0, call: mounted }]);
            steps
        })
        .boxed()
}

fn call() -> impl Strategy<Value = Call> {
    let files = prop_oneof![
        8 => (slot(), path(), flags(), mode()).prop_map(|(slot, path, flags, mode)| Call::Open(slot, path, flags, mode)),
        1 => slot().prop_map(Call::Close),
        2 => (slot(), offset(), 1..9_000u64).prop_map(|(slot, at, len)| Call::ReadAt(slot, at, len)),
        3 => (slot(), offset(), data()).prop_map(|(slot, at, data)| Call::WriteAt(slot, at, data)),
        2 => (slot(), offset()).prop_map(|(slot, size)| Call::Truncate(slot, size)),
        2 => (slot(), how(), offset(), offset()).prop_map(|(slot, how, at, len)| Call::Allocate(slot, how, at, len)),
        1 => (slot(), offset()).prop_map(|(slot, at)| Call::SeekData(slot, at)),
        1 => (slot(), offset()).prop_map(|(slot, at)| Call::SeekHole(slot, at)),
        2 => slot().prop_map(Call::Fstat),
        1 => slot().prop_map(Call::ReadOpenDir),
        1 => (slot(), mode()).prop_map(|(slot, mode)| Call::ChmodOpen(slot, mode)),
        1 => (slot(), owner(1001), owner(2001)).prop_map(|(slot, uid, gid)| Call::ChownOpen(slot, uid, gid)),
        1 => (slot(), when(), when()).prop_map(|(slot, atime, mtime)| Call::SetTimesOpen(slot, atime, mtime)),
    ];
    let changes = prop_oneof![
        4 => (path(), data()).prop_map(|(path, data)| Call::Write(path, data)),
        2 => (path(), data()).prop_map(|(path, data)| Call::Append(path, data)),
        5 => (path(), mode()).prop_map(|(path, mode)| Call::Mkdir(path, mode)),
        3 => path().prop_map(Call::Unlink),
        2 => path().prop_map(Call::Rmdir),
        5 => (path(), path(), renaming()).prop_map(|(from, to, how)| Call::Rename(from, to, how)),
        4 => (target(), path()).prop_map(|(target, link)| Call::Symlink(target, link)),
        4 => (path(), path()).prop_map(|(existing, new)| Call::Link(existing, new)),
    ];
    let inodes = prop_oneof![
        3 => (path(), mode()).prop_map(|(path, mode)| Call::Chmod(path, mode)),
        3 => (path(), owner(1001), owner(2001), any::<bool>())
            .prop_map(|(path, uid, gid, follow)| Call::Chown(path, uid, gid, follow)),
        2 => (path(), when(), when()).prop_map(|(path, atime, mtime)| Call::SetTimes(path, atime, mtime)),
        1 => prop::sample::select(&[0, 0o022, 0o027, 0o077][..]).prop_map(Call::Umask),
        1 => prop::bool::weighted(0.3).prop_map(Call::Remount),
    ];
    let queries = prop_oneof![
        path().prop_map(Call::Read),
        path().prop_map(Call::Stat),
        path().prop_map(Call::Lstat),
        path().prop_map(Call::ReadDir),
        path().prop_map(Call::ReadLink),
        (path(), 0..8u32).prop_map(|(path, access)| Call::Access(path, access)),
        path().prop_map(Call::Canonicalize),
    ];
    prop_oneof![5 => files, 6 => changes, 2 => inodes, 2 => queries]
}

fn slot() -> impl Strategy<Value = usize> {
    0..SLOTS
}

fn flags() -> impl Strategy<Value = OpenFlags> {
    const CREATE: OpenFlags = OpenFlags::CREATE;
    let how = prop::sample::select(&[OpenFlags::READ, OpenFlags::WRITE][..]);
    let how = prop_oneof![2 => how, 2 => Just(OpenFlags::READ | OpenFlags::WRITE)];
    let more = [
        (CREATE, 0.5),
        (OpenFlags::EXCLUSIVE, 0.15),
        (OpenFlags::TRUNCATE, 0.2),
        (OpenFlags::APPEND, 0.2),
        (OpenFlags::DIRECTORY, 0.1),
        (OpenFlags::NO_FOLLOW, 0.15),
    ];
    more.into_iter().fold(how.boxed(), |flags, (flag, often)| {
        (flags, prop::bool::weighted(often))
            .prop_map(move |(flags, on)| if on { flags | flag } else { flags })
            .boxed()
    })
}

fn path() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        14 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => Just("..".to_owned()),
        1 => Just(".".to_owned()),
    ];
    let separator = prop_oneof![20 => Just("/"), 1 => Just("//")];
    let ending = prop_oneof![12 => Just(""), 1 => Just("/")];
    let len = prop_oneof![4 => 1..2usize, 4 => 2..3usize, 2 => 3..5usize, 1 => 0..1usize];
    let usual = len
        .prop_flat_map(move |len| {
            (prop::collection::vec((separator.clone(), name.clone()), len), ending.clone())
        })
        .prop_map(|(names, ending)| {
            let path: String = names.iter().flat_map(|(separator, name)| [*separator, name]).collect();
            if path.is_empty() { "/".to_owned() } else { path + ending }
        });
    let long = (prop_oneof![Just(255), Just(256)], prop_oneof![Just(""), Just("/"), Just("/a")])
        .prop_map(|(len, ending)| "/".to_owned() + &"n".repeat(len) + ending);
    let longer = prop_oneof![Just(4094), Just(4095), Just(4096)]
        .prop_map(|len: usize| "/a".to_owned() + &"/".repeat(len - 3) + "b");
    let usual = (prop::bool::weighted(0.15), usual)
        .prop_map(|(mounted, path)| if mounted { MOUNT.to_owned() + &path } else { path });
    prop_oneof![80 => usual, 1 => long, 1 => longer]
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(NAMES).prop_map(str::to_owned),
        2 => path(),
        1 => path().prop_map(|path| format!("..{path}")),
        1 => path().prop_map(|path| format!(".{path}")),
        1 => Just(String::new()),
    ]
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![6 => 0..20usize, 2 => 4090..8200usize, 1 => 60_000..70_000usize];
    (len, any::<u8>()).prop_map(|(len, fill)| vec![fill; len])
}

fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![0..20u64, 4090..4100u64, 0..140_000u64]
}

fn mode() -> impl Strategy<Value = u32> {
    let odd = prop::sample::select(&[0o1777, 0o2777, 0o2775, 0o4755, 0o6777, 0o2745][..]);
    prop_oneof![2 => prop::sample::select(&[0o755, 0o700, 0o777, 0o770, 0o707, 0o644][..]), 1 => odd, 1 => 0..0o10000u32]
}

fn owner(first: u32) -> impl Strategy<Value = Option<u32>> {
    prop_oneof![1 => Just(None), 4 => prop_oneof![Just(0), Just(3001), first..first + 2].prop_map(Some)]
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![2 => (1..1000u32).prop_map(When::Past), 2 => Just(When::Now), 1 => Just(When::Omit)]
}

fn how() -> impl Strategy<Value = Allocation> {
    prop::sample::select(&[Allocation::Extend, Allocation::KeepSize, Allocation::PunchHole][..])
}

fn renaming() -> impl Strategy<Value = Renaming> {
    prop_oneof![
        6 => Just(Renaming::Replace),
        1 => Just(Renaming::Keep),
        2 => Just(Renaming::Exchange),
    ]
}
