//! Who lives and who has ended: what the page remembers of sandboxes beyond what the API lists.

use super::model::{Ended, Event, Sandbox, Why};

/// Ended sandboxes that are remembered.
const REMEMBERED: usize = 12;

/// Sandboxes seen so far, and those that have ended, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Roster {
    /// Those that have not ended, as they will be remembered when they do.
    living: Vec<Seen>,
    ended: Vec<Ended>,
}

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    id: String,
    name: String,
    image: String,
    region: String,
}

impl Roster {
    pub(crate) fn remembering(ended: Vec<Ended>) -> Self {
        Self { living: Vec::new(), ended }
    }

    pub(crate) fn ended(&self) -> &[Ended] {
        &self.ended
    }

    /// Notes what a listing tells; a stopped sandbox has ended at its `stopAt`.
    pub(crate) fn list(&mut self, sandboxes: &[Sandbox]) {
        for sandbox in sandboxes {
            self.see(&sandbox.id, &sandbox.name, &sandbox.image, &sandbox.region);
            if !sandbox.is_started() {
                self.end(&sandbox.id, Why::TimeUp, &sandbox.stop_at);
            }
        }
    }

    /// Notes what an event tells; says whether someone ended.
    pub(crate) fn hear(&mut self, event: &Event) -> bool {
        let Some(id) = event.id.as_deref() else { return false };
        match event.kind.as_str() {
            "sandbox.created" => {
                let [name, image, region] = [&event.name, &event.image, &event.region]
                    .map(|text| text.as_deref().unwrap_or_default());
                self.see(id, name, image, region);
                false
            }
            "sandbox.killed" => self.end(id, Why::Killed, &event.at),
            "sandbox.stopped" => self.end(id, Why::TimeUp, &event.at),
            _ => false,
        }
    }

    fn see(&mut self, id: &str, name: &str, image: &str, region: &str) {
        if self.living.iter().all(|seen| seen.id != id) {
            let [id, name, image, region] = [id, name, image, region].map(str::to_owned);
            self.living.push(Seen { id, name, image, region });
        }
    }

    fn end(&mut self, id: &str, why: Why, at: &str) -> bool {
        let Some(found) = self.living.iter().position(|seen| seen.id == id) else { return false };
        let Seen { id, name, image, region } = self.living.swap_remove(found);
        if self.ended.iter().any(|ended| ended.id == id) {
            return false;
        }
        let ended = Ended { id, name, image, region, why, at: at.to_owned() };
        let place = self.ended.iter().position(|other| other.at.as_str() <= at);
        self.ended.insert(place.unwrap_or(self.ended.len()), ended);
        self.ended.truncate(REMEMBERED);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created(id: &str) -> Event {
        Event {
            kind: "sandbox.created".into(),
            at: "2026-01-01T00:00:00.000Z".into(),
            id: Some(id.into()),
            image: Some("node:20".into()),
            region: Some("iad".into()),
            ..Event::default()
        }
    }

    fn killed(id: &str, at: &str) -> Event {
        Event { kind: "sandbox.killed".into(), at: at.into(), id: Some(id.into()), ..Event::default() }
    }

    #[test]
    fn a_killed_sandbox_is_remembered_with_why_and_when() {
        let mut roster = Roster::default();
        assert!(!roster.hear(&created("a")));
        assert!(roster.hear(&killed("a", "2026-01-01T00:01:00.000Z")));
        assert!(!roster.hear(&killed("a", "2026-01-01T00:02:00.000Z")), "nobody ends twice");
        let ended = &roster.ended()[0];
        assert_eq!(
            (ended.image.as_str(), ended.why, ended.at.as_str()),
            ("node:20", Why::Killed, "2026-01-01T00:01:00.000Z")
        );
    }

    #[test]
    fn the_newest_stand_first_and_the_oldest_are_dropped() {
        let mut roster = Roster::default();
        for minute in 10..30 {
            let id = format!("s{minute}");
            roster.hear(&created(&id));
            roster.hear(&killed(&id, &format!("2026-01-01T00:{minute}:00.000Z")));
        }
        assert_eq!(roster.ended().len(), REMEMBERED);
        assert_eq!(roster.ended()[0].id, "s29");
    }

    #[test]
    fn a_stopped_sandbox_of_a_listing_has_run_out_of_time() {
        let mut roster = Roster::default();
        let sandbox = |state: &str| Sandbox {
            id: "a".into(),
            name: "calm-lake".into(),
            state: state.into(),
            region: "iad".into(),
            image: "node:20".into(),
            created_at: String::new(),
            stop_at: "2026-01-01T00:10:00.000Z".into(),
        };
        roster.list(&[sandbox("started")]);
        assert!(roster.ended().is_empty());
        roster.list(&[sandbox("stopped")]);
        assert_eq!(
            (roster.ended()[0].why, roster.ended()[0].at.as_str()),
            (Why::TimeUp, "2026-01-01T00:10:00.000Z")
        );
    }
}
