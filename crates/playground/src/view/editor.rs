//! The bench: what the example shows, its code, and Run.

use leptos::html::Div;
use leptos::prelude::*;

use super::dynamic::{flag, nothing, part, part_when, press, text};
use super::icons::{Icon, icon};
use super::{cloud, desk, runs};
use crate::cloud::Phase;
use crate::desk::EDITOR_HELP;
use crate::run::Status;
use crate::words;

pub(super) fn bench() -> AnyView {
    let (desk, runs) = (desk(), runs());
    let host = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(host) = host.get() {
            desk.place_editor(&host);
        }
    });
    on_cleanup(move || desk.remove_editor());
    Effect::new(move |_| {
        let results = runs.transcript.with(|transcript| transcript.line_results());
        desk.with_editor(|editor| editor.show_results(&results));
    });
    let not_here = part(move || match desk.example.get().not_here() {
        Some(text) => view! {
            <div class="callout is-warning" role="note">
                <strong>"Not here yet: "</strong>
                {ticked(&text)}
            </div>
        }
        .into_any(),
        None => nothing(),
    });
    let restore = part_when(
        move || desk.edited.get(),
        move || {
            view! {
                <span class="edited">"edited"</span>
                <button class="button is-quiet" on:click=press(move || desk.restore())>
                    {icon(Icon::Restore)}
                    "Restore example"
                </button>
            }
            .into_any()
        },
    );

    view! {
        <section class="bench-head" aria-labelledby="example-title">
            <h2 id="example-title">{text(move || desk.example.get().title().to_owned())}</h2>
            <p class="description">{part(move || ticked(&desk.example.get().description()))}</p>
            {not_here}
        </section>
        <section class="card editor-card" aria-label="Code">
            <div class="toolbar">
                <span class="file-name">{text(move || desk.example.get().file_name())}</span>
                {restore}
                <div class="run-buttons">{run_buttons()}</div>
            </div>
            {loading()}
            <div class="editor-host" node_ref=host></div>
            <p class="editor-help" id=EDITOR_HELP>
                <kbd>"Ctrl"</kbd>
                " or "
                <kbd>"⌘"</kbd>
                " + "
                <kbd>"Enter"</kbd>
                " runs. "
                <kbd>"Esc"</kbd>
                ", then "
                <kbd>"Tab"</kbd>
                " leaves the editor."
            </p>
        </section>
    }
    .into_any()
}

/// Both stay in the page, so that the focus stays where it is when a run begins or ends.
fn run_buttons() -> AnyView {
    let (desk, runs) = (desk(), runs());
    let busy = move || !runs.is_idle();
    let word = move || (if runs.status.get() == Status::Idle { "Run" } else { "Running" }).to_owned();
    let class = move || (if busy() { "button is-run is-busy" } else { "button is-run" }).to_owned();
    view! {
        <button class="button is-stop" on:click=press(move || runs.stop()) disabled=flag(move || !busy())>
            {icon(Icon::Stop)}
            "Stop"
        </button>
        <button
            class=text(class)
            on:click=press(move || desk.run())
            aria-disabled=text(move || busy().to_string())
        >
            {icon(Icon::Play)}
            {text(word)}
        </button>
    }
    .into_any()
}

/// How far the engine's download is.
fn loading() -> AnyView {
    let cloud = cloud();
    let progress = move || match cloud.phase.get() {
        Phase::Opening { loaded, total } => Some((loaded, total)),
        _ => None,
    };
    let says = move || match progress() {
        Some((loaded, total)) if total > 0.0 && loaded < total => {
            format!("Loading the engine: {} of {}", words::size(loaded), words::size(total))
        }
        Some((_, total)) if total > 0.0 => "Opening the cloud".to_owned(),
        _ => "Loading the engine".to_owned(),
    };
    // In thousandths: without any the bar shows that something goes on, and not how far.
    let share = move || match progress() {
        Some((loaded, total)) if total > 0.0 => Some(((loaded / total * 1000.0) as u32).to_string()),
        _ => None,
    };
    let bar = part_when(
        move || progress().is_some(),
        move || {
            view! {
                <div class="loading">
                    <progress max="1000" value=share aria-label="Loading the engine"></progress>
                    <span>{text(says)}</span>
                </div>
            }
            .into_any()
        },
    );
    bar.into_any()
}

/// Text in which what stands between backticks is code.
pub(super) fn ticked(text: &str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    });
    parts.collect::<Vec<AnyView>>().into_any()
}
