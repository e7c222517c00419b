//! The same command in a sandbox and on this machine, with its real bash and GNU tools: what is told and what is left
//! must be the same. One test a case; `tests/shell/README.md` says what a case is and where the cases come from.

mod case;
mod compare;
mod documented;
mod faults;
mod lists;
mod machine;
mod normalise;
mod ours;
mod outcome;
#[path = "../world/mod.rs"]
mod world;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};

use case::Case;
use compare::difference;
use lists::Standing;
use machine::Machine;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let prepared = Machine::prepare().map(Arc::new);
    if std::env::var_os("CHOOSE_DOCUMENTED").is_some() {
        let chosen = prepared.and_then(|machine| documented::choose(&machine));
        return end(chosen);
    }
    let cases = prepared.and_then(|machine| Ok((machine, documented::documented()?)));
    let (machine, documented) = match cases {
        Ok(found) => found,
        Err(missing) => return end(Err(missing)),
    };
    let written = case::written();
    let counts = (documented.len(), written.len());
    let standings = lists::standings();
    let cases: Vec<Case> = documented.into_iter().chain(written).collect();
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    for id in standings.keys() {
        assert!(ids.contains(id.as_str()), "{id} is listed as not agreeing, and is no case");
    }
    let report =
        std::env::var_os("REPORT").map(|path| (path, Arc::new(Mutex::new(Vec::<serde_json::Value>::new()))));
    let mut trials = faults::trials(&machine);
    trials.push(Trial::test("enough:cases", move || {
        let enough = counts.0 >= 200 && counts.0 + counts.1 >= 400;
        if enough {
            Ok(())
        } else {
            Err(format!("only {} documented and {} written", counts.0, counts.1).into())
        }
    }));
    let (open, different) = (
        standings.values().filter(|standing| matches!(standing, Standing::Open(_))).count(),
        standings.values().filter(|standing| matches!(standing, Standing::Different(_))).count(),
    );
    for case in cases {
        let standing = standings.get(&case.id).cloned();
        let machine = Arc::clone(&machine);
        let told = report.as_ref().map(|(_, told)| Arc::clone(told));
        let missing = case.package.as_deref().is_some_and(|package| !machine::has(package));
        let trial = Trial::test(case.id.clone(), move || {
            let found = compared(&machine, &case);
            if let (Some(told), Some(found)) = (told, &found) {
                let id = &case.id;
                told.lock().expect("a list").push(serde_json::json!({ "case": id, "difference": found }));
            }
            verdict(standing.as_ref(), found)
        });
        trials.push(trial.with_ignored_flag(missing));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    println!(
        "{} documented and {} written cases; {open} of them are open, {different} are known differences",
        counts.0, counts.1
    );
    if let Some((path, told)) = report {
        let told = serde_json::to_string_pretty(&*told.lock().expect("a list")).expect("JSON");
        std::fs::write(path, told).expect("the report");
    }
    drop(machine);
    conclusion.exit_code()
}

fn end(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a case on both sides and says where they part.
fn compared(machine: &Machine, case: &Case) -> Option<String> {
    let theirs = machine.run(case);
    match ours::run(case) {
        Ok(ours) => difference(case, &theirs, &ours),
        Err(instead) => Some(instead),
    }
}

/// Whether a case does what its standing says.
fn verdict(standing: Option<&Standing>, found: Option<String>) -> Result<(), Failed> {
    match (standing, found) {
        (None, None) | (Some(_), Some(_)) => Ok(()),
        (None, Some(difference)) => Err(difference.into()),
        (Some(Standing::Open(cause)), None) => {
            Err(format!("agrees now: take it out of open.json, where its cause is \"{cause}\"").into())
        }
        (Some(Standing::Different(id)), None) => {
            Err(format!("agrees now: take it out of differences.json, where it is {id}").into())
        }
    }
}
