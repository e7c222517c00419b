//! Whatever is done, the filesystem answers as the plain one does, and holds the same afterwards.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sandbox_fs::{BLOCK_SIZE, Kind, Namespace, Stat, Tree};

use crate::plain::Plain;
use crate::steps::{self, Step, at, cases, counterexample, empty, shared};

const NAMES: &[&str] = &["a", "b", "m", "v", "c"];
const CAPACITY: u64 = 40;

/// Runs the steps on both. A fault, planted to see that it is found, chooses steps that the real one only says it did.
fn compare(steps: &[Step], fault: Fault) -> Result<(), TestCaseError> {
    let (fs, root, log) = empty(Some(60));
    let volume = shared(Tree::new("volume".into(), Some(CAPACITY * BLOCK_SIZE), log, at(0)));
    fs.mount("/m/v", volume.clone(), at(0)).expect("an empty root");
    let mut plain = Plain::new("/m/v", [Some(60), Some(CAPACITY)], at(0));
    for (number, step) in steps.iter().enumerate() {
        let now = at(number as i64 + 1);
        let expected = plain.run(step, now);
        if fault(step) {
            continue;
        }
        let found = step.run(&fs, now).map_err(|error| error.errno);
        prop_assert_eq!(found, expected, "step {} {:?}", number, step);
        let used = [&root, &volume].map(|tree| tree.lock().unwrap().used_bytes() / BLOCK_SIZE);
        prop_assert_eq!(used, plain.used(), "used after step {} {:?}", number, step);
        prop_assert!(used[0] <= 60 && used[1] <= CAPACITY);
    }
    let (found, expected) = (dump(&fs), plain.dump());
    prop_assert_eq!(found, expected);
    let files = |dev| {
        let all = plain.dump().into_values().map(|(stat, _)| stat);
        let mut inos: Vec<_> = all.filter(|s| s.dev == dev && s.kind == Kind::File).map(|s| s.ino).collect();
        inos.sort_unstable();
        inos.dedup();
        inos.len() as u64
    };
    prop_assert_eq!(root.lock().unwrap().file_count(), files(1));
    prop_assert_eq!(volume.lock().unwrap().file_count(), files(2));
    Ok(())
}

/// Everything that can be seen from the root on, by path.
pub(crate) fn dump(fs: &Namespace) -> BTreeMap<String, (Stat, Vec<u8>)> {
    let mut seen = BTreeMap::new();
    let mut todo = vec![("/".to_owned(), fs.lstat("/").expect("a root"))];
    while let Some((path, stat)) = todo.pop() {
        let contents = match stat.kind {
            Kind::File => fs.read(&path).expect("a file").to_vec(),
            Kind::Symlink => fs.read_link(&path).expect("a link").into_bytes(),
            Kind::Fifo | Kind::Device => Vec::new(),
            Kind::Directory => {
                let prefix = path.trim_end_matches('/');
                let entries = fs.read_dir(&path).expect("a directory");
                todo.extend(
                    entries.into_iter().map(|entry| (format!("{prefix}/{}", entry.name), entry.stat)),
                );
                Vec::new()
            }
        };
        seen.insert(path, (stat, contents));
    }
    seen
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(steps::step(NAMES), 1..60)
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn every_answer_and_the_tree_are_the_plain_ones(steps in any_steps()) {
        compare(&steps, |_| false)?;
    }
}

type Fault = fn(&Step) -> bool;

/// Each kind of change.
const FAULTS: &[(&str, Fault)] = &[
    ("write", |step| matches!(step, Step::Write(..))),
    ("append", |step| matches!(step, Step::Append(..))),
    ("write at", |step| matches!(step, Step::WriteAt(..))),
    ("create exclusive", |step| matches!(step, Step::CreateExclusive(..))),
    ("truncate", |step| matches!(step, Step::Truncate(..))),
    ("allocate", |step| matches!(step, Step::Allocate(..))),
    ("mkdir", |step| matches!(step, Step::Mkdir(..))),
    ("mkdir all", |step| matches!(step, Step::MkdirAll(..))),
    ("unlink", |step| matches!(step, Step::Unlink(..))),
    ("rmdir", |step| matches!(step, Step::Rmdir(..))),
    ("remove all", |step| matches!(step, Step::RemoveAll(..))),
    ("rename", |step| matches!(step, Step::Rename(..))),
    ("symlink", |step| matches!(step, Step::Symlink(..))),
    ("link", |step| matches!(step, Step::Link(..))),
    ("chmod", |step| matches!(step, Step::Chmod(..))),
    ("chown", |step| matches!(step, Step::Chown(..))),
    ("set times", |step| matches!(step, Step::SetTimes(..))),
];

#[test]
fn a_change_that_was_only_said_to_be_made_is_found() {
    for (name, fault) in FAULTS {
        let steps = counterexample(any_steps(), |steps| compare(&steps, *fault));
        assert!(steps.len() <= 4, "{name}: only shrunk to {steps:?}");
    }
}
