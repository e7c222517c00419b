//! The same operations on the real filesystem of the machine that runs the tests: same answers, same errnos, same tree.
//!
//! Both sides use the same absolute paths, in a temporary folder so many directories deep that no `..` leads out of it.
//! The answers are Linux's, so that is where it runs. Modes are compared as far as the process's umask lets them
//! through; times, owners and space are not compared.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use sandbox_fs::{Errno, Kind, Namespace};

use crate::steps::{self, Answer, Step, at, cases, counterexample, empty};

/// Names that nothing else in a temporary folder has.
const NAMES: &[&str] = &["fs-a", "fs-b", "fs-c"];

/// More levels than 40 links and a path can climb.
const DEPTH: usize = 60;

/// A temporary folder, gone with the value.
struct Folder {
    top: PathBuf,
    /// The deepest directory in it.
    work: String,
}

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("sandbox-fs-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let top = fs::canonicalize(std::env::temp_dir()).expect("a temporary folder").join(name);
        let work = (0..DEPTH).fold(top.clone(), |path, _| path.join("d"));
        fs::create_dir_all(&work).expect("a temporary folder that can be written");
        Folder { work: work.into_os_string().into_string().expect("a path in UTF-8"), top }
    }

    /// The bits that the process's umask lets through.
    fn mask(&self) -> u32 {
        let probe = self.top.join("probe");
        let file =
            OpenOptions::new().write(true).create_new(true).mode(0o777).open(&probe).expect("a new file");
        let mode = file.metadata().expect("its metadata").mode();
        fs::remove_file(probe).expect("a file to remove");
        0o7000 | (mode & 0o777)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.top) {
            eprintln!("{} stays: {error}", self.top.display());
        }
    }
}

/// The step on the real filesystem; `None` for what has no single call there.
fn run(step: &Step) -> Option<io::Result<Answer>> {
    let done = |()| Answer::Done;
    Some(match step {
        Step::Write(path, data) => open(OpenOptions::new().write(true).create(true).truncate(true), path)
            .and_then(|mut file| file.write_all(data))
            .map(done),
        Step::Append(path, data) => open(OpenOptions::new().append(true).create(true), path)
            .and_then(|mut file| file.write_all(data))
            .map(done),
        Step::WriteAt(path, offset, data) => open(OpenOptions::new().write(true), path)
            .and_then(|file| file.write_all_at(data, *offset))
            .map(done),
        Step::CreateExclusive(path, mode) => {
            OpenOptions::new().write(true).create_new(true).mode(*mode).open(path).map(|_| Answer::Done)
        }
        Step::Truncate(path, size) => {
            open(OpenOptions::new().write(true), path).and_then(|file| file.set_len(*size)).map(done)
        }
        Step::Mkdir(path, mode) => DirBuilder::new().mode(*mode).create(path).map(done),
        // It is no system call, and the standard library has its own mind about dots.
        Step::MkdirAll(path, _) if path.contains("/.") => return None,
        Step::MkdirAll(path, mode) => DirBuilder::new().recursive(true).mode(*mode).create(path).map(done),
        Step::Unlink(path) => fs::remove_file(path).map(done),
        Step::Rmdir(path) => fs::remove_dir(path).map(done),
        Step::Rename(from, to) => fs::rename(from, to).map(done),
        Step::Symlink(target, link) => symlink(target, link).map(done),
        Step::Link(existing, new) => fs::hard_link(existing, new).map(done),
        Step::Chmod(path, mode) => fs::set_permissions(path, Permissions::from_mode(*mode)).map(done),
        Step::Read(path) => fs::read(path).map(|data| Answer::Bytes(data.into())),
        // Inode numbers differ; that the same ones are found is seen in the tree and by reading.
        Step::Stat(path) => fs::metadata(path).map(|_| Answer::Done),
        Step::Lstat(path) => fs::symlink_metadata(path).map(|_| Answer::Done),
        Step::ReadDir(path) => names(path).map(Answer::Names),
        Step::ReadLink(path) => fs::read_link(path).map(text).map(Answer::Text),
        Step::Canonicalize(path) => fs::canonicalize(path).map(text).map(Answer::Text),
        Step::RemoveAll(_) | Step::Chown(..) | Step::SetTimes(..) | Step::Allocate(..) => return None,
    })
}

fn open(options: &mut OpenOptions, path: &str) -> io::Result<File> {
    options.mode(0o644).open(path)
}

fn names(path: &str) -> io::Result<Vec<String>> {
    let mut names = fs::read_dir(path)?
        .map(|entry| Ok(text(entry?.file_name().into())))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().expect("names in UTF-8")
}

/// What is compared of one inode: kind, mode, length, names of a file, and its contents.
type Seen = (Kind, u32, u64, u64, Vec<u8>);

fn dump(path: &Path, seen: &mut BTreeMap<String, Seen>) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    let (kind, contents) = if meta.is_dir() {
        (Kind::Directory, Vec::new())
    } else if meta.is_symlink() {
        (Kind::Symlink, text(fs::read_link(path)?).into_bytes())
    } else {
        (Kind::File, fs::read(path)?)
    };
    let (size, links) = if meta.is_dir() { (0, 0) } else { (meta.len(), meta.nlink()) };
    seen.insert(text(path.to_owned()), (kind, meta.mode() & 0o7777, size, links, contents));
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            dump(&entry?.path(), seen)?;
        }
    }
    Ok(())
}

fn simulated(fs: &Namespace, top: &str) -> BTreeMap<String, Seen> {
    let below = |path: &String| path == top || path.starts_with(&format!("{top}/"));
    let all = crate::model::dump(fs).into_iter().filter(|(path, _)| below(path));
    all.map(|(path, (stat, contents))| {
        let (size, links) = if stat.is_dir() { (0, 0) } else { (stat.size, stat.nlink.into()) };
        (path, (stat.kind, stat.mode, size, links, contents))
    })
    .collect()
}

fn compare(steps: Vec<Step>, fault: fn(&Step) -> bool) -> Result<(), TestCaseError> {
    let folder = Folder::new();
    let mask = folder.mask();
    let (simulation, ..) = empty(None);
    simulation.mkdir_all(&folder.work, 0o755, at(0)).expect("an empty filesystem");
    for step in steps {
        let step = step.map_paths(|path| format!("{}{path}", folder.work));
        let Some(real) = run(&step) else { continue };
        if fault(&step) {
            continue;
        }
        let found = match step.run(&simulation, at(1)) {
            Ok(Answer::Inode(..)) => Ok(Answer::Done),
            other => other.map_err(|error| error.errno),
        };
        prop_assert_eq!(found, real.map_err(|error| errno(&error)), "{:?}", step);
    }
    let mut real = BTreeMap::new();
    dump(&folder.top, &mut real).expect("a folder to look through");
    let mut found = simulated(&simulation, &text(folder.top.clone()));
    for seen in real.values_mut().chain(found.values_mut()) {
        seen.1 &= mask;
    }
    // The directories that lead to the work folder were made in other ways, and lie in both.
    let around = |path: &str| Path::new(&folder.work).starts_with(path);
    let paths = real.keys().chain(found.keys()).filter(|path| !around(path));
    let different: Vec<_> = paths.filter(|path| found.get(*path) != real.get(*path)).collect();
    for path in different {
        let place = path.trim_start_matches(&folder.work);
        prop_assert_eq!(found.get(path), real.get(path), "{}", place);
    }
    Ok(())
}

fn errno(error: &io::Error) -> Errno {
    let code = error.raw_os_error();
    let known = Errno::ALL.into_iter().find(|errno| Some(errno.code()) == code);
    known.unwrap_or_else(|| panic!("the real filesystem answered {error:?}"))
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(steps::step(NAMES), 1..40)
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn the_real_filesystem_answers_the_same(steps in any_steps()) {
        compare(steps, |_| false)?;
    }
}

#[test]
fn a_step_that_only_the_real_filesystem_made_is_found() {
    let fault = |step: &Step| matches!(step, Step::Rename(..));
    let steps = counterexample(any_steps(), |steps| compare(steps, fault));
    assert!(steps.len() <= 4, "only shrunk to {steps:?}");
}
