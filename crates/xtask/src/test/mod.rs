//! `cargo xtask test`: every test of the project, as parts that can be run alone.
//!
//! `parts` is the table of what there is to run, `ground` makes what a part needs first (tools, products), `counts`
//! reads the numbers of tests from the outputs. A part that fails does not stop the others.

mod counts;
mod ground;
mod parts;

use std::time::{Duration, Instant};

use crate::args::{self, Test};
use crate::error::{Error, Result};
use crate::process::{self, Show};
use crate::step::spoken;
use counts::{Counter, Counts};
use ground::Ground;
use parts::{Check, PARTS, Part};

/// Longer than any test, and than any crate takes to compile: what is silent for so long does not end by itself.
const SILENCE_LIMIT: Duration = Duration::from_secs(15 * 60);
/// The same for tests that search for long.
const LONG_SILENCE_LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// What came of one part.
struct Outcome {
    part: &'static Part,
    counts: Counts,
    took: Duration,
    /// Why the part failed, one line each; empty when all is well.
    failures: Vec<String>,
}

/// Runs the named parts, or all; the last line of the output counts the tests.
pub(crate) fn run(options: &Test) -> Result<()> {
    if options.list {
        for part in &PARTS {
            println!("{:<12} {}", part.name, part.about);
        }
        return Ok(());
    }
    let chosen = chosen(&options.parts)?;
    let mut ground = Ground::new(options.long);
    let outcomes: Vec<Outcome> = chosen.into_iter().map(|part| run_part(part, &mut ground)).collect();
    report(&outcomes)
}

/// The parts in the table's order, each once.
fn chosen(names: &[String]) -> Result<Vec<&'static Part>> {
    let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Error::Usage(args::unknown_word("part", unknown, &known)));
    }
    Ok(PARTS.iter().filter(|part| names.is_empty() || names.iter().any(|name| name == part.name)).collect())
}

fn run_part(part: &'static Part, ground: &mut Ground) -> Outcome {
    println!("\n=== {}: {}", part.name, part.about);
    let began = Instant::now();
    let mut outcome = Outcome { part, counts: Counts::default(), took: Duration::ZERO, failures: Vec::new() };
    match ground.prepare(part.needs) {
        Ok(()) => match (part.checks)(ground) {
            Ok(checks) => {
                run_checks(checks, if ground.long { LONG_SILENCE_LIMIT } else { SILENCE_LIMIT }, &mut outcome)
            }
            Err(error) => outcome.fail(error.to_string()),
        },
        Err(why) => outcome.fail(format!("not run: {why}")),
    }
    outcome.took = began.elapsed();
    outcome
}

fn run_checks(checks: Vec<Check>, silence_limit: Duration, outcome: &mut Outcome) {
    for check in checks {
        println!("--- {}", check.name);
        let mut counter = Counter::default();
        let ended =
            process::run(check.job.silence_limit(silence_limit), Show::Plain, |line| counter.read(line));
        let counts = counter.counts();
        outcome.counts.add(counts);
        match ended.and_then(process::Ended::check) {
            // The failed tests are counted and named above.
            Err(_) if counts.failed > 0 => {
                outcome.failures.push(format!("{}: {} failed", check.name, counts.failed))
            }
            // It ended badly without a failed test: it did not compile, was killed, or is no test.
            Err(error) => outcome.fail(format!("{}: {error}", check.name)),
            Ok(()) if counts.failed > 0 => {
                outcome
                    .failures
                    .push(format!("{}: {} failed, but its status says success", check.name, counts.failed));
            }
            Ok(()) if check.is_tests && counts.passed == 0 => {
                outcome.fail(format!("{}: there were no tests in it", check.name));
            }
            Ok(()) => {}
        }
    }
}

impl Outcome {
    /// A failure that no test stands for counts as one.
    fn fail(&mut self, why: String) {
        eprintln!("{why}");
        self.counts.failed += 1;
        self.failures.push(why);
    }
}

fn report(outcomes: &[Outcome]) -> Result<()> {
    let mut total = Counts::default();
    println!("\n{:<12} {:>7} {:>7} {:>7}  time", "part", "passed", "failed", "ignored");
    for Outcome { part, counts, took, .. } in outcomes {
        let Counts { passed, failed, ignored } = counts;
        println!("{:<12} {passed:>7} {failed:>7} {ignored:>7}  {}", part.name, spoken(*took));
        total.add(*counts);
    }
    for outcome in outcomes {
        for failure in &outcome.failures {
            println!("FAILED {}: {failure}", outcome.part.name);
        }
    }
    println!("{}", total.sentence());
    if total.failed > 0 || outcomes.iter().any(|outcome| !outcome.failures.is_empty()) {
        return Err(Error::TestsFailed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Job;

    fn outcome_of(job: Job, is_tests: bool) -> Outcome {
        let mut outcome = Outcome {
            part: &PARTS[0],
            counts: Counts::default(),
            took: Duration::ZERO,
            failures: Vec::new(),
        };
        run_checks(vec![Check { name: "check".into(), job, is_tests }], SILENCE_LIMIT, &mut outcome);
        outcome
    }

    #[test]
    fn an_unknown_part_names_the_nearest_and_all() {
        let sentence = chosen(&["brwoser".into()]).err().unwrap().to_string();
        assert!(sentence.contains("did you mean `browser`?"), "{sentence}");
        assert!(PARTS.iter().all(|part| sentence.contains(part.name)), "{sentence}");
    }

    #[test]
    fn parts_keep_their_order_and_none_means_all() {
        let names = |typed: &[&str]| {
            let typed: Vec<String> = typed.iter().map(|name| (*name).to_owned()).collect();
            chosen(&typed).unwrap().iter().map(|part| part.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["fs", "core", "fs"]), ["core", "fs"]);
        assert_eq!(names(&[]).len(), PARTS.len());
    }

    #[test]
    fn tests_that_ran_none_are_a_failure_and_a_check_is_not() {
        let nothing = || Job::cargo("cargo").arg("--version");
        assert_eq!(outcome_of(nothing(), true).counts.failed, 1);
        let check = outcome_of(nothing(), false);
        assert_eq!((check.counts.failed, check.failures.len()), (0, 0));
    }

    #[test]
    fn a_check_that_fails_without_a_count_is_one_failure() {
        let outcome = outcome_of(Job::cargo("cargo").arg("--no-such-option"), true);
        assert_eq!(outcome.counts.failed, 1);
        assert_eq!(outcome.failures.len(), 1);
    }
}
