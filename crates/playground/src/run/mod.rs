//! Running the reader's code: what happens between Run and the last line of output.

mod line_results;
mod terminal;
mod transcript;

use leptos::prelude::*;
use leptos::task::spawn_local;

pub(crate) use terminal::{Look, pieces};
pub(crate) use transcript::{Call, Entry, Fate, Item, Outcome, Place, Transcript};

use crate::bridge::{self, Report, Running};
use crate::cloud::Cloud;
use crate::examples::Example;
use crate::preferences;

/// Whether something runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing does.
    Idle,
    /// The engine is being loaded, or the last run's sandboxes are being ended.
    Preparing,
    Running,
}

/// The one run of the page and its output. A handle: copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct Runs {
    pub(crate) status: RwSignal<Status>,
    pub(crate) transcript: RwSignal<Transcript>,
    cloud: Cloud,
    running: StoredValue<Option<Running>, LocalStorage>,
    /// Counts runs, so that reports of an ended one are told from those of the next.
    number: StoredValue<u32>,
}

impl Runs {
    pub(crate) fn new(cloud: Cloud) -> Self {
        Self {
            status: RwSignal::new(Status::Idle),
            transcript: RwSignal::new(Transcript::default()),
            cloud,
            running: StoredValue::new_local(None),
            number: StoredValue::new(0),
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.status.get() == Status::Idle
    }

    /// Runs the code as the given example's, after ending what that example's last run left alive.
    pub(crate) fn start(self, example: Example, source: String) {
        if self.status.get_untracked() != Status::Idle {
            return;
        }
        let number = self.number.get_value().wrapping_add(1);
        self.number.set_value(number);
        self.status.set(Status::Preparing);
        self.transcript.set(Transcript::default());
        spawn_local(async move {
            let open = self.cloud.ensure_open().await;
            if !self.is_current(number) {
                return;
            }
            if !open {
                self.transcript
                    .update(|all| all.note("The cloud could not be opened, so nothing ran.".to_owned()));
                self.status.set(Status::Idle);
                return;
            }
            self.end_left_alive(example).await;
            if !self.is_current(number) {
                return;
            }
            self.status.set(Status::Running);
            let on_report = move |report: Report| {
                if self.is_current(number) {
                    self.hear(report);
                }
            };
            let on_sandbox = move |id: String| note_alive(example, id);
            let running = bridge::run(&source, &example.file_name(), on_report, on_sandbox);
            if self.status.get_untracked() == Status::Running {
                self.running.set_value(Some(running));
            }
        });
    }

    /// Ends the run wherever it is.
    pub(crate) fn stop(self) {
        if self.status.get_untracked() == Status::Idle {
            return;
        }
        // Ending it tells what its commands had written so far, which is still this run's.
        drop(self.running.try_update_value(Option::take));
        self.number.update_value(|number| *number = number.wrapping_add(1));
        self.transcript.update(Transcript::stop);
        self.status.set(Status::Idle);
    }

    /// Ends the run and clears the output: another example is shown now.
    pub(crate) fn clear(self) {
        self.stop();
        self.transcript.set(Transcript::default());
    }

    fn is_current(self, number: u32) -> bool {
        self.number.get_value() == number
    }

    fn hear(self, report: Report) {
        let done = matches!(report, Report::Done { .. });
        self.transcript.update(|transcript| transcript.apply(report));
        if done {
            self.status.set(Status::Idle);
            // Not here: this is called from within the run that would be dropped.
            spawn_local(async move { self.running.set_value(None) });
        }
    }

    async fn end_left_alive(self, example: Example) {
        let ids = preferences::left_alive(example.slug);
        preferences::set_left_alive(example.slug, &[]);
        for id in ids {
            if self.cloud.end_living(&id).await {
                let text = format!("Ended sandbox {id}, which the last run of this example had left alive.");
                self.transcript.update(|all| all.note(text));
            }
        }
    }
}

/// Remembers that a sandbox is this example's; the next run ends it where it still lives.
fn note_alive(example: Example, id: String) {
    let mut ids = preferences::left_alive(example.slug);
    ids.push(id);
    preferences::set_left_alive(example.slug, &ids);
}
