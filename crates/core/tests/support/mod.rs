//! What several tests need: documents that are checked against the code, ids that count, and requests in JSON.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod model;

use std::path::PathBuf;

use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence};
use sandbox_core::{Command, Config, CreateSandbox, Error, Event, Ids, SandboxId, State, UnixMillis};
use serde_json::Value;

/// 2026-01-01T00:00:00.000Z
pub(crate) const NEW_YEAR: UnixMillis = UnixMillis(1_767_225_600_000);
pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const DAY: u64 = 86_400_000;

/// Compares a document with what the code says it must be; with `UPDATE_DOCS=1` writes it.
pub(crate) fn check_document(path: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let actual = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        actual == expected,
        "{} is not what the code says: run UPDATE_DOCS=1 cargo test -p sandbox-core, and look at the difference",
        path.display()
    );
}

/// How many cases a property is tried on: `PROPTEST_CASES`, or few enough for every run.
pub(crate) fn cases(default: u32) -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: given.unwrap_or(default),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

/// One row of a Markdown table.
pub(crate) fn row<const N: usize>(cells: [&str; N]) -> String {
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|").replace('\n', " ")).join(" | "))
}

/// Ids 1, 2, 3 and so on.
pub(crate) struct Counting(pub(crate) u64);

impl Ids for Counting {
    fn next_u64(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// A cloud with a clock.
pub(crate) struct Cloud {
    pub(crate) state: State,
    pub(crate) config: Config,
    pub(crate) now: UnixMillis,
    ids: Counting,
}

impl Cloud {
    pub(crate) fn new(config: Config) -> Self {
        Cloud { state: State::default(), config, now: NEW_YEAR, ids: Counting(0) }
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<Vec<Event>, Error> {
        let events = self.state.decide(command, &self.config, self.now, &mut self.ids)?;
        for event in &events {
            self.state.apply(event);
        }
        Ok(events)
    }

    /// Creates a sandbox from a body, by the door and the judge.
    pub(crate) fn create(&mut self, body: Value) -> Result<SandboxId, Error> {
        let events = self.run(&Command::CreateSandbox(CreateSandbox::parse(&body)?))?;
        let created = events.into_iter().find_map(|event| match event {
            Event::SandboxCreated { id, .. } => Some(id),
            _ => None,
        });
        Ok(created.expect("a creation has its event"))
    }

    pub(crate) fn kill(&mut self, id: &SandboxId) -> Result<Vec<Event>, Error> {
        self.run(&Command::KillSandbox { id: id.clone() })
    }

    /// Lets time pass and everything happen that is due.
    pub(crate) fn pass(&mut self, millis: u64) -> Vec<Event> {
        self.now = self.now.plus(millis);
        self.run(&Command::Tick).expect("a tick is no error")
    }

    /// Who holds the volume.
    pub(crate) fn holder(&self, volume: &str) -> Option<SandboxId> {
        self.state.volume(volume).ok()?.attached_to.as_ref().map(|attachment| attachment.sandbox_id.clone())
    }
}
