//! The bench: what the example shows, its code, and Run.

use leptos::html::Div;
use leptos::prelude::*;

use super::icons::{Icon, icon};
use super::{cloud, desk, runs};
use crate::cloud::Phase;
use crate::desk::EDITOR_HELP;
use crate::run::Status;
use crate::words;

#[component]
pub(crate) fn Bench() -> impl IntoView {
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

    view! {
        <section class="bench-head" aria-labelledby="example-title">
            <h2 id="example-title">{move || desk.example.get().title()}</h2>
            <p class="description">{move || ticked(&desk.example.get().description())}</p>
            {move || desk.example.get().not_here().map(|text| view! {
                <div class="callout is-warning" role="note">
                    <strong>"Not here yet. "</strong>
                    {ticked(&text)}
                </div>
            })}
        </section>
        <section class="card editor-card" aria-label="Code">
            <div class="toolbar">
                <span class="file-name">{move || desk.example.get().file_name()}</span>
                <Show when=move || desk.edited.get()>
                    <span class="edited">"edited"</span>
                    <button class="button is-quiet" on:click=move |_| desk.restore()>
                        {icon(Icon::Restore)} "Restore example"
                    </button>
                </Show>
                <span class="toolbar-space"></span>
                <RunButtons />
            </div>
            <Loading />
            <div class="editor-host" node_ref=host></div>
            <p class="editor-help" id=EDITOR_HELP>
                <kbd>"Ctrl"</kbd>" or "<kbd>"⌘"</kbd>" + "<kbd>"Enter"</kbd>" runs. "
                <kbd>"Esc"</kbd>", then "<kbd>"Tab"</kbd>" leaves the editor."
            </p>
        </section>
    }
}

#[component]
fn RunButtons() -> impl IntoView {
    let (desk, runs) = (desk(), runs());
    let busy = move || !runs.is_idle();
    // Both stay in the page, so that the focus stays where it is when a run begins or ends.
    view! {
        <button class="button is-stop" on:click=move |_| runs.stop() disabled=move || !busy()>
            {icon(Icon::Stop)} "Stop"
        </button>
        <button
            class="button is-run"
            on:click=move |_| desk.run()
            aria-disabled=move || busy().to_string()
            class:is-busy=busy
        >
            {icon(Icon::Play)}
            {move || if runs.status.get() == Status::Idle { "Run" } else { "Running" }}
        </button>
    }
}

/// How far the engine's download is.
#[component]
fn Loading() -> impl IntoView {
    let cloud = cloud();
    let progress = move || match cloud.phase.get() {
        Phase::Opening { loaded, total } => Some((loaded, total)),
        _ => None,
    };
    let loading = Memo::new(move |_| progress().is_some());
    let text = move || match progress() {
        Some((loaded, total)) if total > 0.0 && loaded < total => {
            format!("Loading the engine: {} of {}", words::size(loaded), words::size(total))
        }
        Some((_, total)) if total > 0.0 => "Opening the cloud".to_owned(),
        _ => "Loading the engine".to_owned(),
    };
    let share = move || progress().filter(|(_, total)| *total > 0.0).map(|(loaded, total)| loaded / total);
    view! {
        <Show when=move || loading.get()>
            <div class="loading">
                <progress max="1" value=share aria-label="Loading the engine"></progress>
                <span>{text}</span>
            </div>
        </Show>
    }
}

/// Text in which what stands between backticks is code.
pub(super) fn ticked(text: &str) -> impl IntoView + use<> {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    });
    parts.collect_view()
}
