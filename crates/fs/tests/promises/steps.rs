//! Random operations: few names, so that they meet; the awkward paths and sizes among them.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};
use sandbox_fs::{BLOCK_SIZE, ChangeLog, FsError, Namespace, SharedTree, Timestamp, Tree};

/// How many cases a property test tries unless `PROPTEST_CASES` says otherwise.
pub(crate) fn cases(modest: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    config(cases.unwrap_or(modest))
}

pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() }
}

/// The shrunk case in which a test fails that has to: the way to show that a property test sees a planted fault. It
/// looks at the same cases each time.
pub(crate) fn counterexample<S: Strategy>(
    strategy: S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> S::Value {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    match TestRunner::new_with_rng(config(2_000), rng).run(&strategy, test) {
        Err(TestError::Fail(_, case)) => case,
        other => panic!("the planted fault was not found: {other:?}"),
    }
}

/// A point in time for tests, in seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * 1_000_000_000)
}

pub(crate) fn shared(tree: Tree) -> SharedTree {
    Arc::new(Mutex::new(tree))
}

/// An empty filesystem of that many blocks, and its log.
pub(crate) fn empty(blocks: Option<u64>) -> (Namespace, SharedTree, ChangeLog) {
    let log = ChangeLog::new();
    let tree = shared(Tree::new("tree".into(), blocks.map(|blocks| blocks * BLOCK_SIZE), log.clone(), at(0)));
    (Namespace::new(tree.clone()), tree, log)
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Write(String, Bytes),
    Append(String, Bytes),
    WriteAt(String, u64, Bytes),
    CreateExclusive(String, u32),
    Truncate(String, u64),
    Allocate(String, u64, u64),
    Mkdir(String, u32),
    MkdirAll(String, u32),
    Unlink(String),
    Rmdir(String),
    RemoveAll(String),
    Rename(String, String),
    Symlink(String, String),
    Link(String, String),
    Chmod(String, u32),
    Chown(String, u32, u32),
    SetTimes(String, Option<i64>, Option<i64>),
    Read(String),
    Stat(String),
    Lstat(String),
    ReadDir(String),
    ReadLink(String),
    Canonicalize(String),
}

impl Step {
    /// Does it, at the given time; the answer is empty for what only changes something.
    pub(crate) fn run(&self, fs: &Namespace, now: Timestamp) -> Result<Answer, FsError> {
        match self {
            Step::Write(path, data) => fs.write(path, data.clone(), now).map(|()| Answer::Done),
            Step::Append(path, data) => fs.append(path, data.clone(), now).map(|()| Answer::Done),
            Step::WriteAt(path, offset, data) => {
                fs.write_at(path, *offset, data.clone(), now).map(|()| Answer::Done)
            }
            Step::CreateExclusive(path, mode) => fs.create_exclusive(path, *mode, now).map(|()| Answer::Done),
            Step::Truncate(path, size) => fs.truncate(path, *size, now).map(|()| Answer::Done),
            Step::Allocate(path, offset, len) => fs.allocate(path, *offset, *len, now).map(|()| Answer::Done),
            Step::Mkdir(path, mode) => fs.mkdir(path, *mode, now).map(|()| Answer::Done),
            Step::MkdirAll(path, mode) => fs.mkdir_all(path, *mode, now).map(|()| Answer::Done),
            Step::Unlink(path) => fs.unlink(path, now).map(|()| Answer::Done),
            Step::Rmdir(path) => fs.rmdir(path, now).map(|()| Answer::Done),
            Step::RemoveAll(path) => fs.remove_all(path, now).map(|()| Answer::Done),
            Step::Rename(from, to) => fs.rename(from, to, now).map(|()| Answer::Done),
            Step::Symlink(target, link) => fs.symlink(target, link, now).map(|()| Answer::Done),
            Step::Link(existing, new) => fs.link(existing, new, now).map(|()| Answer::Done),
            Step::Chmod(path, mode) => fs.chmod(path, *mode, now).map(|()| Answer::Done),
            Step::Chown(path, uid, gid) => fs.chown(path, Some(*uid), Some(*gid), now).map(|()| Answer::Done),
            Step::SetTimes(path, atime, mtime) => {
                fs.set_times(path, atime.map(at), mtime.map(at), now).map(|()| Answer::Done)
            }
            Step::Read(path) => fs.read(path).map(Answer::Bytes),
            Step::Stat(path) => fs.stat(path).map(|stat| Answer::Inode(stat.dev, stat.ino)),
            Step::Lstat(path) => fs.lstat(path).map(|stat| Answer::Inode(stat.dev, stat.ino)),
            Step::ReadDir(path) => {
                fs.read_dir(path).map(|entries| Answer::Names(entries.into_iter().map(|e| e.name).collect()))
            }
            Step::ReadLink(path) => fs.read_link(path).map(Answer::Text),
            Step::Canonicalize(path) => fs.canonicalize(path).map(Answer::Text),
        }
    }
}

/// What a step gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Bytes(Bytes),
    Inode(u32, u64),
    Names(Vec<String>),
    Text(String),
}

/// Any operation. `names` are what paths are made of beside `.` and `..`.
pub(crate) fn step(names: &'static [&'static str]) -> impl Strategy<Value = Step> {
    let path = || path(names);
    let changes = prop_oneof![
        6 => (path(), data()).prop_map(|(path, data)| Step::Write(path, data)),
        3 => (path(), data()).prop_map(|(path, data)| Step::Append(path, data)),
        3 => (path(), offset(), data()).prop_map(|(path, offset, data)| Step::WriteAt(path, offset, data)),
        2 => (path(), mode()).prop_map(|(path, mode)| Step::CreateExclusive(path, mode)),
        2 => (path(), offset()).prop_map(|(path, size)| Step::Truncate(path, size)),
        2 => (path(), offset(), offset()).prop_map(|(path, at, len)| Step::Allocate(path, at, len)),
        6 => (path(), mode()).prop_map(|(path, mode)| Step::Mkdir(path, mode)),
        3 => (path(), mode()).prop_map(|(path, mode)| Step::MkdirAll(path, mode)),
        3 => path().prop_map(Step::Unlink),
        2 => path().prop_map(Step::Rmdir),
        1 => path().prop_map(Step::RemoveAll),
        6 => (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
        6 => (target(names), path()).prop_map(|(target, link)| Step::Symlink(target, link)),
        4 => (path(), path()).prop_map(|(existing, new)| Step::Link(existing, new)),
        2 => (path(), mode()).prop_map(|(path, mode)| Step::Chmod(path, mode)),
    ];
    let queries = prop_oneof![
        path().prop_map(Step::Read),
        path().prop_map(Step::Stat),
        path().prop_map(Step::Lstat),
        path().prop_map(Step::ReadDir),
        path().prop_map(Step::ReadLink),
        path().prop_map(Step::Canonicalize),
    ];
    let ownership = prop_oneof![
        (path(), 0..3u32, 0..3u32).prop_map(|(path, uid, gid)| Step::Chown(path, uid, gid)),
        (path(), any::<Option<bool>>(), any::<Option<bool>>()).prop_map(|(path, atime, mtime)| {
            Step::SetTimes(path, atime.map(|early| if early { -5 } else { 7 }), mtime.map(|_| 1_000_000))
        }),
    ];
    prop_oneof![10 => changes, 5 => queries, 1 => ownership]
}

fn path(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let name = prop_oneof![
        12 => prop::sample::select(names).prop_map(str::to_owned),
        1 => Just("..".to_owned()),
        1 => Just(".".to_owned()),
    ];
    let separator = prop_oneof![10 => Just("/"), 1 => Just("//")];
    let ending = prop_oneof![8 => Just(""), 1 => Just("/")];
    let long = prop_oneof![Just(255), Just(256)].prop_map(|len| "/".to_owned() + &"n".repeat(len));
    let usual = (prop::collection::vec((separator, name), 0..4), ending).prop_map(|(names, ending)| {
        let path: String = names.iter().flat_map(|(separator, name)| [*separator, name]).collect();
        if path.is_empty() { "/".to_owned() } else { path + ending }
    });
    prop_oneof![60 => usual, 1 => long]
}

fn target(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(names).prop_map(str::to_owned),
        2 => path(names),
        1 => path(names).prop_map(|path| format!("..{path}")),
        1 => path(names).prop_map(|path| format!(".{path}")),
        1 => Just(String::new()),
    ]
}

fn data() -> impl Strategy<Value = Bytes> {
    let len = prop_oneof![6 => 0..20usize, 2 => 4090..8200usize, 1 => 60_000..70_000usize];
    (len, any::<u8>()).prop_map(|(len, fill)| vec![fill; len].into())
}

fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![0..20u64, 4090..4100u64, 0..140_000u64]
}

fn mode() -> impl Strategy<Value = u32> {
    prop::sample::select(&[0o755, 0o700, 0o777, 0o1777, 0o2755, 0o4755][..])
}
