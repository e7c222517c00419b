//! The matcher against `matcher-cases.json`, which the Node matcher is held to as well.

use conformance::{Saved, mismatches};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    expected: Value,
    got: Value,
    at: Option<Vec<String>>,
    #[serde(default)]
    fault: bool,
}

#[test]
fn the_matcher_decides_every_shared_case() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../matcher-cases.json")).unwrap();
    for case in cases {
        let decided = mismatches(&case.expected, &case.got, &mut Saved::new());
        assert_eq!(decided.is_err(), case.fault, "{}", case.why);
        if let Ok(found) = decided {
            let at: Vec<String> = found.into_iter().map(|mismatch| mismatch.at).collect();
            assert_eq!(Some(at), case.at, "{}", case.why);
        }
    }
}
