//! The cloud on the page: opened when first needed, and kept in step by its stream of events.

mod model;
mod roster;

use leptos::prelude::*;
use leptos::task::spawn_local;

pub(crate) use model::{Ended, Event, FileEntry, FileKind, Plain, Sandbox, Volume, Why};
use roster::Roster;

use crate::bridge::{self, EngineInfo, Refusal, SavedCloud};
use crate::preferences;
use crate::words::counted;

/// Sandboxes of which the page remembers that their image is not emulated.
const PLAIN_REMEMBERED: usize = 100;

/// How far the engine is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Phase {
    /// Nothing has needed it yet.
    Closed,
    /// It is being loaded: bytes so far, and in all (0 until known).
    Opening {
        loaded: f64,
        total: f64,
    },
    Open(EngineInfo),
    /// It cannot be opened as things are.
    Refused(Refusal),
}

/// Everything the page knows of the cloud. A handle: copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct Cloud {
    pub(crate) phase: RwSignal<Phase>,
    pub(crate) volumes: RwSignal<Vec<Volume>>,
    /// Newest first.
    pub(crate) sandboxes: RwSignal<Vec<Sandbox>>,
    pub(crate) ended: RwSignal<Vec<Ended>>,
    /// Grows with every change of any file.
    pub(crate) files_changed: RwSignal<u32>,
    /// Sandboxes whose image is not emulated.
    pub(crate) plain: RwSignal<Vec<Plain>>,
    /// What the cloud has to tell the reader: a restart, an image that is not known.
    pub(crate) notice: RwSignal<Option<String>>,
    /// Whether the cloud outlives the page, and so what the page remembers of it.
    durable: StoredValue<bool>,
    roster: StoredValue<Roster>,
    /// Who had ended in the cloud that takes the present one's place next.
    ended_next: StoredValue<Vec<Ended>>,
    refresh: StoredValue<Refresh>,
}

/// A cloud as it was, with what the page remembered of it.
#[derive(Clone)]
pub(crate) struct Saved {
    file: SavedCloud,
    ended: Vec<Ended>,
}

/// At most one refresh is under way, and at most one waits.
#[derive(Clone, Copy, Default)]
struct Refresh {
    running: bool,
    again: bool,
}

impl Cloud {
    pub(crate) fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Closed),
            volumes: RwSignal::new(Vec::new()),
            sandboxes: RwSignal::new(Vec::new()),
            ended: RwSignal::new(Vec::new()),
            files_changed: RwSignal::new(0),
            plain: RwSignal::new(Vec::new()),
            notice: RwSignal::new(None),
            durable: StoredValue::new(false),
            roster: StoredValue::new(Roster::default()),
            ended_next: StoredValue::new(Vec::new()),
            refresh: StoredValue::new(Refresh::default()),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.phase.with(|phase| matches!(phase, Phase::Open(_)))
    }

    /// Opens the engine where it is not open; says whether it is then.
    pub(crate) async fn ensure_open(self) -> bool {
        match self.phase.get_untracked() {
            Phase::Open(_) => true,
            Phase::Opening { .. } => self.opened().await,
            Phase::Closed | Phase::Refused(_) => self.open(false).await,
        }
    }

    /// Opens the engine: this origin's cloud, or one in memory that ends with the page.
    pub(crate) async fn open(self, in_memory: bool) -> bool {
        self.phase.set(Phase::Opening { loaded: 0.0, total: 0.0 });
        let progress = move |loaded, total| self.phase.set(Phase::Opening { loaded, total });
        let mut opened = bridge::open(in_memory, progress).await;
        if matches!(&opened, Err(refusal) if refusal.reason == "storage_unavailable") {
            opened = bridge::open(true, progress).await;
        }
        match opened {
            Ok(info) => {
                self.remember(info.durable);
                bridge::watch_events(move |event| self.hear(Event::read(event)));
                self.load().await;
                if info.durable {
                    preferences::set_has_cloud();
                    self.tell_of_restart("Welcome back");
                }
                self.phase.set(Phase::Open(info));
                true
            }
            Err(refusal) => {
                self.phase.set(Phase::Refused(refusal));
                false
            }
        }
    }

    /// Takes up what the page remembers of this origin's cloud; of one in memory it is nothing.
    fn remember(self, durable: bool) {
        let (ended, plain) =
            if durable { (preferences::ended(), preferences::plain()) } else { Default::default() };
        self.durable.set_value(durable);
        self.roster.set_value(Roster::remembering(ended.clone()));
        self.ended.set(ended);
        self.plain.set(plain);
    }

    /// Waits until an opening that is under way has come to its end.
    async fn opened(self) -> bool {
        let (sender, receiver) = futures_channel::oneshot::channel();
        let mut sender = Some(sender);
        let effect = Effect::new(move |_| {
            let open = match self.phase.get() {
                Phase::Opening { .. } => return,
                phase => matches!(phase, Phase::Open(_)),
            };
            if let Some(sender) = sender.take() {
                // The one who waits may be gone.
                let _ = sender.send(open);
            }
        });
        let open = receiver.await.unwrap_or(false);
        effect.stop();
        open
    }

    /// Gives a living sandbox, which `stops` then (milliseconds since the epoch), ten minutes more, up to an hour from
    /// its creation.
    pub(crate) async fn extend(self, sandbox: &Sandbox, stops: f64) -> Result<(), Refusal> {
        const MORE_MS: f64 = 600_000.0;
        const LONGEST_MS: f64 = 3_600_000.0;
        let now = js_sys::Date::now();
        let wanted = stops - now + MORE_MS;
        let allowed = time_of(&sandbox.created_at) + LONGEST_MS - now - 1_000.0;
        let body = format!("{{\"timeoutMs\":{}}}", wanted.min(allowed).max(1.0) as u64);
        let path = format!("/api/v1/sandboxes/{}/timeout", sandbox.id);
        self.call("PATCH", &path, Some(body)).await
    }

    pub(crate) async fn end(self, id: &str) -> Result<(), Refusal> {
        self.call("DELETE", &format!("/api/v1/sandboxes/{id}"), None).await
    }

    /// Ends a sandbox where it still lives, and says whether it did.
    pub(crate) async fn end_living(self, id: &str) -> bool {
        let found = bridge::request("GET", &format!("/api/v1/sandboxes/{id}"), None).await;
        let sandbox = found.ok().and_then(|answer| answer.object("sandbox"));
        sandbox.is_some_and(|sandbox| Sandbox::read(&sandbox).is_started()) && self.end(id).await.is_ok()
    }

    pub(crate) async fn delete_volume(self, name: &str) -> Result<(), Refusal> {
        self.call("DELETE", &format!("/api/v1/volumes/{name}"), None).await
    }

    pub(crate) async fn save(self) -> Result<Saved, Refusal> {
        // Who ends while the file is made is alive in it.
        let ended = self.ended.get_untracked();
        Ok(Saved { file: bridge::save_state().await?, ended })
    }

    /// Puts a saved cloud in the place of the present one, or an empty one.
    pub(crate) async fn replace(self, saved: Option<&Saved>) -> Result<(), Refusal> {
        // Taken up when the stream of events tells that the other cloud is there.
        self.ended_next.set_value(saved.map(|saved| saved.ended.clone()).unwrap_or_default());
        bridge::replace_state(saved.map(|saved| &saved.file)).await?;
        self.load().await;
        Ok(())
    }

    async fn call(self, method: &str, path: &str, body: Option<String>) -> Result<(), Refusal> {
        bridge::request(method, path, body).await?;
        self.refresh_soon();
        Ok(())
    }

    fn hear(self, event: Event) {
        match event.kind.as_str() {
            "files.changed" => self.files_changed.update(|count| *count = count.wrapping_add(1)),
            "cloud.replaced" => {
                let ended = self.ended_next.try_update_value(std::mem::take).unwrap_or_default();
                self.roster.set_value(Roster::remembering(ended));
                self.keep_ended();
                // What was told is about the cloud that is gone.
                self.notice.set(None);
                self.files_changed.update(|count| *count = count.wrapping_add(1));
            }
            "engine.restarted" => {
                self.phase.set(Phase::Open(EngineInfo { durable: event.durable }));
                self.files_changed.update(|count| *count = count.wrapping_add(1));
                return spawn_local(async move {
                    self.load().await;
                    self.tell_of_restart("The engine was started anew");
                });
            }
            "engine.lost" => {
                let [reason, message] = [event.reason, event.message].map(Option::unwrap_or_default);
                return self.phase.set(Phase::Refused(Refusal { reason, message }));
            }
            "image.not_emulated" => {
                let [id, image, nearest] =
                    [event.sandbox_id, event.image, event.nearest].map(Option::unwrap_or_default);
                self.plain.update(|plain| {
                    plain.insert(0, Plain { id, nearest: nearest.clone() });
                    plain.truncate(PLAIN_REMEMBERED);
                });
                if self.durable.get_value() {
                    preferences::set_plain(&self.plain.get_untracked());
                }
                self.notice.set(Some(format!(
                    "The image {image} is not emulated: it got a plain Linux. The nearest known one is {nearest}."
                )));
            }
            _ => {
                let mut ended = false;
                self.roster.update_value(|roster| ended = roster.hear(&event));
                if ended {
                    self.keep_ended();
                }
            }
        }
        self.refresh_soon();
    }

    fn keep_ended(self) {
        let ended = self.roster.with_value(|roster| roster.ended().to_vec());
        if self.durable.get_value() {
            preferences::set_ended(&ended);
        }
        self.ended.set(ended);
    }

    fn tell_of_restart(self, greeting: &str) {
        let living =
            self.sandboxes.with_untracked(|all| all.iter().filter(|sandbox| sandbox.is_started()).count());
        if living == 0 {
            return;
        }
        let (verb, them) = if living == 1 { ("lives", "it") } else { ("live", "them") };
        self.notice.set(Some(format!(
            "{greeting}: {} still {verb}, with all files. What ran in {them} has ended, as by a power cut.",
            counted(living, "sandbox")
        )));
    }

    /// Asks for everything anew, once for all events that come meanwhile.
    fn refresh_soon(self) {
        let Refresh { running, .. } = self.refresh.get_value();
        if running {
            self.refresh.update_value(|refresh| refresh.again = true);
            return;
        }
        self.refresh.set_value(Refresh { running: true, again: false });
        spawn_local(async move {
            loop {
                self.load().await;
                if !self.refresh.get_value().again {
                    break;
                }
                self.refresh.update_value(|refresh| refresh.again = false);
            }
            self.refresh.set_value(Refresh::default());
        });
    }

    async fn load(self) {
        if let Ok(answer) = bridge::request("GET", "/api/v1/volumes", None).await {
            set_if_new(self.volumes, answer.list("volumes", Volume::read));
        }
        if let Ok(answer) = bridge::request("GET", "/api/v1/sandboxes", None).await {
            let sandboxes = newest_first(answer.list("sandboxes", Sandbox::read));
            let before = self.roster.with_value(|roster| roster.ended().len());
            self.roster.update_value(|roster| roster.list(&sandboxes));
            if before != self.roster.with_value(|roster| roster.ended().len()) {
                self.keep_ended();
            }
            set_if_new(self.sandboxes, sandboxes);
        }
    }
}

/// Milliseconds since the epoch of an ISO 8601 time.
pub(crate) fn time_of(iso: &str) -> f64 {
    js_sys::Date::parse(iso)
}

/// In order of creation; there are few, so each is put where it belongs.
fn newest_first(sandboxes: Vec<Sandbox>) -> Vec<Sandbox> {
    let mut ordered: Vec<Sandbox> = Vec::new();
    for sandbox in sandboxes {
        let place = ordered.iter().position(|other| other.created_at < sandbox.created_at);
        ordered.insert(place.unwrap_or(ordered.len()), sandbox);
    }
    ordered
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
