//! The output: every call of the SDK at its line, what the code printed, and how it ended.

use leptos::prelude::*;

use super::{desk, runs};
use crate::bridge::{ErrorReport, ExecReport, Tone};
use crate::run::{Call, Entry, Fate, Item, Outcome, Place, Status};
use crate::words::took;

#[component]
pub(crate) fn OutputPane() -> impl IntoView {
    let runs = runs();
    let empty = move || {
        runs.transcript.with(|transcript| transcript.items().is_empty() && transcript.end().is_none())
    };
    let verdict = move || runs.transcript.with(|transcript| transcript.verdict());
    let status = move || match runs.status.get() {
        Status::Preparing => "Preparing".to_owned(),
        Status::Running => "Running".to_owned(),
        Status::Idle => verdict().map_or_else(String::new, |verdict| verdict.sentence),
    };
    let tone = move || match (runs.status.get(), verdict()) {
        (Status::Idle, Some(verdict)) => tone_class(verdict.tone),
        (Status::Idle, None) => "is-none",
        _ => "is-running",
    };
    view! {
        <section class="card output-card" aria-label="Output">
            <div class="toolbar">
                <h2 class="card-title">"Output"</h2>
                <p class=move || format!("verdict {}", tone()) role="status">{status}</p>
            </div>
            <div class="output" role="log" aria-label="Output of the run" tabindex="0">
                <Show when=move || empty() && runs.status.get() == Status::Idle>
                    <p class="empty">
                        "Press Run. Every call shows here with its line: what it returned, what a command printed, and what went wrong."
                    </p>
                </Show>
                <ol class="entries">
                    <For
                        each=move || runs.transcript.with(|transcript| transcript.items().to_vec())
                        key=|item| item.key
                        children=|item: Item| view! { <li>{entry_view(&item.entry)}</li> }
                    />
                </ol>
            </div>
        </section>
    }
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Failure => "is-failure",
        Tone::Warning => "is-warning",
        Tone::Caught => "is-caught",
        _ => "is-good",
    }
}

fn entry_view(entry: &Entry) -> AnyView {
    match entry {
        Entry::Note(text) => view! { <p class="entry is-note">{text.clone()}</p> }.into_any(),
        Entry::Dropped(count) => {
            let text = format!("{count} more calls and lines are not shown.");
            view! { <p class="entry is-note">{text}</p> }.into_any()
        }
        Entry::Print { text, error, place } => {
            let class = if *error { "entry is-print is-stderr" } else { "entry is-print" };
            view! {
                <div class=class>
                    {line_chip(*place)}
                    <div class="entry-body"><pre class="printed">{text.clone()}</pre></div>
                </div>
            }
            .into_any()
        }
        Entry::Uncaught { error, stack, place } => {
            let frames =
                stack.lines().skip_while(|line| !line.starts_with("    at ")).collect::<Vec<_>>().join("\n");
            view! {
                <div class="entry is-failure">
                    {line_chip(*place)}
                    <div class="entry-body">
                        {error_view(error, "Not caught: the run ended here")}
                        {(!frames.is_empty()).then(|| view! { <pre class="stack">{frames}</pre> })}
                    </div>
                </div>
            }
            .into_any()
        }
        Entry::Call(call) => call_view(call).into_any(),
    }
}

fn call_view(call: &Call) -> impl IntoView + use<> {
    let failed = matches!(&call.outcome, Outcome::Exec { exec, .. } if exec.exit_code != 0)
        || matches!(call.outcome, Outcome::Failed { fate: Fate::Uncaught | Fate::Open, .. });
    let class = match &call.outcome {
        _ if failed => "entry is-call is-failure",
        Outcome::Failed { .. } => "entry is-call is-caught",
        Outcome::Running => "entry is-call is-running",
        _ => "entry is-call",
    };
    let (outcome, ms) = outcome_view(&call.outcome);
    let (label, args) = (call.label.clone(), call.args.clone());
    view! {
        <div class=class>
            {line_chip(call.place)}
            <div class="entry-body">
                <p class="call">
                    <code><b>{label}</b>"("{args}")"</code>
                    {ms.map(|ms| view! { <span class="took">{took(ms)}</span> })}
                </p>
                {call.forgotten.then(|| view! {
                    <p class="forgotten">"Nothing waited for this call. Put "<code>"await"</code>" before it."</p>
                })}
                {outcome}
            </div>
        </div>
    }
}

fn outcome_view(outcome: &Outcome) -> (AnyView, Option<f64>) {
    match outcome {
        Outcome::Running => (view! { <p class="pending">"running"</p> }.into_any(), None),
        Outcome::Unfinished => {
            (view! { <p class="unfinished">"Not finished when the run ended"</p> }.into_any(), None)
        }
        Outcome::Returned { value, ms } => {
            (view! { <pre class="returned">{value.clone()}</pre> }.into_any(), Some(*ms))
        }
        Outcome::Exec { exec, ms } => (exec_view(exec).into_any(), Some(*ms)),
        Outcome::Failed { error, fate, ms } => {
            let remark = match fate {
                Fate::Caught => "Caught by the code",
                Fate::Uncaught => "Not caught: the run ended here",
                Fate::Open => "Thrown",
            };
            (error_view(error, remark).into_any(), Some(*ms))
        }
    }
}

fn exec_view(exec: &ExecReport) -> impl IntoView + use<> {
    let ExecReport { stdout, stderr, exit_code } = exec.clone();
    let quiet = stdout.is_empty() && stderr.is_empty();
    let class = if exit_code == 0 { "exit" } else { "exit is-failure" };
    let streams = [("stdout", stdout), ("stderr", stderr)].map(|(name, text)| {
        (!text.is_empty()).then(|| {
            view! {
                <div class=format!("stream is-{name}")>
                    <span class="stream-name">{name}</span>
                    <pre>{text}</pre>
                </div>
            }
        })
    });
    view! {
        {streams.collect_view()}
        <p class=class>{format!("exit {exit_code}")}{quiet.then_some(", no output")}</p>
    }
}

fn error_view(error: &ErrorReport, remark: &'static str) -> impl IntoView + use<> {
    let ErrorReport { name, message, reason } = error.clone();
    view! {
        <div class="error">
            <p class="error-message"><b>{name}</b>": "{message}</p>
            <p class="error-remark">
                {remark}
                {reason.map(|reason| view! { " · reason "<code>{reason}</code> })}
            </p>
        </div>
    }
}

/// The line, as a button that shows it.
fn line_chip(place: Option<Place>) -> impl IntoView {
    let desk = desk();
    match place {
        Some(place) => {
            let Place { line, column } = place;
            let label = format!("Line {line}, column {column}: show it in the code");
            view! {
                <button class="line-chip" aria-label=label title=format!("{line}:{column}") on:click=move |_| desk.reveal(place)>
                    {format!("{line}:{column}")}
                </button>
            }
            .into_any()
        }
        None => view! { <span class="line-chip is-nowhere" aria-hidden="true"></span> }.into_any(),
    }
}
