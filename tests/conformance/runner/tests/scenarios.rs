//! The scenario files themselves: each parses, and together they are what the project promises.

use std::collections::BTreeSet;

#[test]
fn every_scenario_parses_and_has_an_id_of_its_own() {
    let scenarios = conformance::all();
    let ids: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
    assert_eq!(ids.len(), scenarios.len());
    assert!(scenarios.len() >= 60, "only {} scenarios", scenarios.len());
}

#[test]
fn the_generated_tests_are_the_scenarios() {
    let mut generated = Vec::new();
    macro_rules! collect {
        ($($file:ident { $($name:ident)* })*) => { $($(generated.push(concat!(stringify!($file), "::", stringify!($name)));)*)* };
    }
    conformance::for_each_scenario!(collect);
    let parsed: Vec<String> = conformance::all().into_iter().map(|scenario| scenario.id).collect();
    assert_eq!(generated, parsed);
}

#[test]
fn nearly_every_scenario_is_deterministic() {
    let scenarios = conformance::all();
    let free = scenarios.iter().filter(|scenario| !scenario.is_deterministic()).count();
    assert!(free * 10 <= scenarios.len(), "{free} of {} scenarios run on the real clock", scenarios.len());
}
