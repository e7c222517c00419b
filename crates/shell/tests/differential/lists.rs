//! The cases that are known not to agree: those to be mended (`open.json`) and those that stay (`differences.json`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use crate::case::data;

/// What of the stand-in fails these cases today.
#[derive(Deserialize)]
struct Open {
    cause: String,
    cases: Vec<String>,
}

/// A difference that stays, with its id on the page of differences.
#[derive(Deserialize)]
struct Difference {
    id: String,
    reason: String,
    cases: Vec<String>,
}

/// Why a case does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// To be mended.
    Open(String),
    /// Stays, by its id.
    Different(String),
}

/// Most cases that may stay different.
const MOST_DIFFERENCES: usize = 20;

/// Both lists, by case.
pub(crate) fn standings() -> BTreeMap<String, Standing> {
    let mut standings = BTreeMap::new();
    let open: Vec<Open> = read("open.json");
    let different: Vec<Difference> = read("differences.json");
    let page = fs::read_to_string(data().join("../../docs/differences.md")).expect("docs/differences.md");
    let mut causes = BTreeSet::new();
    for group in open {
        assert!(causes.insert(group.cause.clone()), "open.json: {} is there twice", group.cause);
        for case in group.cases {
            let before = standings.insert(case.clone(), Standing::Open(group.cause.clone()));
            assert!(before.is_none(), "{case} is listed twice");
        }
    }
    let mut stay = 0;
    for group in different {
        assert!(!group.reason.is_empty(), "{} has no reason", group.id);
        assert!(
            page.contains(&format!("| {} |", group.id)),
            "docs/differences.md does not have {}",
            group.id
        );
        for case in group.cases {
            stay += 1;
            let before = standings.insert(case.clone(), Standing::Different(group.id.clone()));
            assert!(before.is_none(), "{case} is listed twice");
        }
    }
    assert!(stay <= MOST_DIFFERENCES, "{stay} cases stay different, more than {MOST_DIFFERENCES}");
    standings
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> Vec<T> {
    let text = fs::read_to_string(data().join(name)).unwrap_or_else(|_| panic!("tests/shell/{name}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("tests/shell/{name}: {error}"))
}
