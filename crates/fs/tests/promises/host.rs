//! The same calls on the real filesystem of the machine that runs the tests: after each one the same answer or errno, and
//! the same tree, with modes, owners, links, sizes, space, and the times that moved.
//!
//! The real side is a thread of root's with a root directory of its own in a temporary folder, so that both sides use the
//! same paths; it becomes the user who makes the call. Where the tests do not run as root, that is said and nothing is
//! compared. What is not compared: the space of links and the size of directories, which each filesystem has its own way
//! for; where data is in a file after space was taken for it.
//!
//! `SANDBOX_FS_SEED` runs the sequences of a seed that was printed; `PROPTEST_CASES` sets their number.
#![cfg(target_os = "linux")]

mod calls;
mod compare;
mod model;
mod real;

use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use crate::steps::{cases, config};
use calls::{Call, Step};
use compare::Fault;
use real::Real;

/// Any sequence.
type Sequences = fn() -> BoxedStrategy<Vec<Step>>;

/// Sequences of each property in a usual run.
const USUAL: u32 = 2_000;

fn fresh_seed() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

fn runner(seed: u64, config: ProptestConfig) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Runs a property on a thread that may get another root and other users; `None` where the tests do not run as root.
fn search(
    steps: impl FnOnce() -> BoxedStrategy<Vec<Step>> + Send + 'static,
    seed: u64,
    config: ProptestConfig,
    fault: Fault,
) -> Option<Result<(), (Vec<Step>, String)>> {
    let work = move || {
        let real = match Real::new() {
            Ok(real) => real,
            Err(reason) => {
                eprintln!("skipped: {reason}");
                return None;
            }
        };
        let outcome = runner(seed, config).run(&steps(), |steps| compare::run(&real, &steps, fault));
        Some(outcome.map_err(|error| match error {
            TestError::Fail(reason, steps) => (steps, reason.to_string()),
            TestError::Abort(reason) => panic!("the search was given up: {reason}"),
        }))
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(work).expect("a thread");
    thread.join().expect("a thread that does not panic")
}

/// Searches and reports how to see a failure again.
fn agree(steps: Sequences) {
    let seed = std::env::var("SANDBOX_FS_SEED").ok();
    let seed = seed.map_or_else(fresh_seed, |seed| seed.parse().expect("SANDBOX_FS_SEED is a number"));
    let config = cases(USUAL);
    eprintln!("{} sequences, SANDBOX_FS_SEED={seed}", config.cases);
    if let Some(Err((steps, reason))) = search(steps, seed, config, Fault::None) {
        panic!("{reason}\nSANDBOX_FS_SEED={seed}, shrunk to {steps:#?}");
    }
}

#[test]
fn the_real_filesystem_answers_root_the_same() {
    agree(calls::as_root);
}

#[test]
fn the_real_filesystem_answers_other_users_the_same() {
    agree(calls::as_users);
}

#[test]
fn a_rule_that_only_the_real_filesystem_keeps_is_found() {
    let faults: [(&str, Sequences, Fault); 4] = [
        (
            "a rename only said to be made",
            calls::as_root,
            Fault::Unmade(|call| matches!(call, Call::Rename(..))),
        ),
        ("no check of removals", calls::as_users, Fault::Unchecked(|call| matches!(call, Call::Unlink(_)))),
        (
            "no check of changed modes",
            calls::as_users,
            Fault::Unchecked(|call| matches!(call, Call::Chmod(..))),
        ),
        ("no umask", calls::as_root, Fault::NoUmask),
    ];
    for (name, steps, fault) in faults {
        match search(steps, 1, config(5_000), fault) {
            None => return,
            Some(Ok(())) => panic!("{name}: not found"),
            Some(Err((steps, reason))) => {
                eprintln!("{name}: {reason}\n  shrunk to {steps:?}");
                assert!(steps.len() <= 4, "{name}: only shrunk to {steps:#?}");
                let again = search(|| Just(steps).boxed(), 1, config(1), Fault::None);
                assert_eq!(
                    again.map(|outcome| outcome.is_ok()),
                    Some(true),
                    "{name}: it fails without the fault"
                );
            }
        }
    }
}
