//! The test can fail: faults planted in what ours tells and leaves, each of which must be told.

use std::collections::BTreeMap;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use sandbox_shell::CommandLine;

use crate::case::{Case, IMAGE};
use crate::compare::difference;
use crate::lists::Standing;
use crate::machine::Machine;
use crate::outcome::{Content, Outcome};
use crate::{ours, verdict};

/// A command that tells and leaves something of every kind.
const SCRIPT: &str =
    "echo out; echo err >&2; echo text > file; ln file second; ln -s file link; mkdir d; exit 3";

type Fault = fn(&mut Outcome);

/// A fault's name, what it does to our outcome, and a word of what must be told.
const FAULTS: &[(&str, Fault, &str)] = &[
    ("stdout", |ours| ours.stdout.push(b'x'), "stdout, line 2"),
    ("stderr", |ours| ours.stderr.clear(), "stderr, line 1"),
    ("exit-code", |ours| ours.exit_code = 0, "exit code: bash 3, ours 0"),
    ("no-end", |ours| ours.timed_out = true, "exit code: bash 3, ours no end"),
    ("mode", |ours| ours.left.get_mut("file").unwrap().mode = 0o600, "mode 0600"),
    ("owner", |ours| ours.left.get_mut("d").unwrap().owner = (1, 0), "owner 1:0"),
    (
        "contents",
        |ours| ours.left.get_mut("file").unwrap().content = Content::File(b"other\n".to_vec()),
        "other",
    ),
    ("missing", |ours| drop(ours.left.remove("d")), "ours: nothing"),
    ("too-many", |ours| drop(ours.left.insert("new".into(), ours.left["file"].clone())), "left behind, new"),
    ("kind", |ours| ours.left.get_mut("d").unwrap().content = Content::File(Vec::new()), "ours: a file"),
    ("link", |ours| ours.left.get_mut("link").unwrap().content = Content::Symlink("x".into()), "a link to x"),
    ("hard-link", |ours| ours.left.get_mut("second").unwrap().same_as = None, "left behind, second"),
];

pub(crate) fn trials(machine: &Arc<Machine>) -> Vec<Trial> {
    let case = Arc::new(Case {
        id: "fault".to_owned(),
        command: CommandLine::Script(SCRIPT.to_owned()),
        files: BTreeMap::new(),
        disk: None,
        normalisers: Vec::new(),
        image: IMAGE.to_owned(),
        package: None,
    });
    let mut trials = Vec::new();
    for (name, plant, told) in FAULTS {
        let (case, machine) = (Arc::clone(&case), Arc::clone(machine));
        trials.push(Trial::test(format!("fault:{name}"), move || {
            let theirs = machine.run(&case);
            let mut ours = ours::run(&case)?;
            if let Some(before) = difference(&case, &theirs, &ours) {
                return Err(format!("they differ before anything is planted\n{before}").into());
            }
            plant(&mut ours);
            match difference(&case, &theirs, &ours) {
                Some(difference) if difference.contains(told) => Ok(()),
                other => Err(format!("the fault is not told: {other:?}").into()),
            }
        }));
    }
    trials.push(Trial::test("fault:standings", standings));
    trials
}

/// A listed case that agrees fails, and so does an unlisted one that does not.
fn standings() -> Result<(), Failed> {
    let open = Standing::Open("a cause".to_owned());
    let stays = Standing::Different("DIFF-X".to_owned());
    let differs = || Some("a difference".to_owned());
    let holds = verdict(None, None).is_ok()
        && verdict(None, differs()).is_err()
        && verdict(Some(&open), differs()).is_ok()
        && verdict(Some(&open), None).is_err()
        && verdict(Some(&stays), differs()).is_ok()
        && verdict(Some(&stays), None).is_err();
    if holds { Ok(()) } else { Err("a verdict is not what the lists say".into()) }
}
