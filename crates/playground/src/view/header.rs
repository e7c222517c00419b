//! The top of the page: its name, where data is kept, and what concerns the whole cloud.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dynamic::{flag, part, press, text};
use super::icons::{Icon, icon};
use super::{cloud, runs, undos};
use crate::cloud::Phase;
use crate::preferences::{self, Theme};

pub(super) fn header() -> AnyView {
    view! {
        <header class="top">
            <div class="brand">
                <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                    <path
                        class="logo-cloud"
                        d="M9.2 22.5a6.2 6.2 0 0 1-.6-12.4 8.4 8.4 0 0 1 16-.2 6.4 6.4 0 0 1-.8 12.6"
                    />
                    <path
                        class="logo-disk"
                        d="M10.5 19.5c0-1.6 2.5-2.9 5.5-2.9s5.5 1.3 5.5 2.9v6.2c0 1.6-2.5 2.9-5.5 2.9s-5.5-1.3-5.5-2.9zM10.5 19.5c0 1.6 2.5 2.9 5.5 2.9s5.5-1.3 5.5-2.9"
                    />
                </svg>
                <h1>"Volume playground"</h1>
                <p class="tagline">"A sandbox cloud that fits in this tab"</p>
            </div>
            <div class="top-actions">{storage_badge()} {empty_cloud()} {theme_switch()}</div>
        </header>
    }
    .into_any()
}

/// Where data is kept, in words that can be trusted.
fn storage_badge() -> AnyView {
    let cloud = cloud();
    let state = move || {
        cloud.phase.with(|phase| match phase {
            Phase::Closed => {
                ("idle", "Nothing stored yet", "The cloud starts at the first Run, in this browser.")
            }
            Phase::Opening { .. } => ("idle", "Opening the cloud", "The engine is being loaded."),
            Phase::Open(info) if info.durable => (
                "kept",
                "Saved in this browser",
                "Volumes, files and living sandboxes are here after a reload.",
            ),
            Phase::Open(_) => {
                ("memory", "Memory only", "Nothing is stored: all is gone when the page closes.")
            }
            Phase::Refused(_) => ("refused", "Not open", "The cloud could not be opened in this tab."),
        })
    };
    let state = Memo::new(move |_| state());
    view! {
        <p class=text(move || format!("badge is-{}", state.get().0)) title=text(move || state.get().2.to_owned()) role="status">
            <span class="badge-dot" aria-hidden="true"></span>
            {text(move || state.get().1.to_owned())}
            <span class="visually-hidden">{text(move || format!(". {}", state.get().2))}</span>
        </p>
    }
    .into_any()
}

fn empty_cloud() -> AnyView {
    let (cloud, undos, runs) = (cloud(), undos(), runs());
    let empty = move || {
        spawn_local(async move {
            runs.stop();
            let saved = match cloud.save().await {
                Ok(saved) => saved,
                Err(refusal) => return undos.tell(format!("Nothing was emptied: {}", refusal.message)),
            };
            match cloud.replace(None).await {
                Ok(()) => {
                    undos.offer_cloud(
                        "The cloud is empty: no volumes, no sandboxes.".to_owned(),
                        cloud,
                        saved,
                    );
                }
                Err(refusal) => undos.tell(format!("The cloud was not emptied: {}", refusal.message)),
            }
        });
    };
    view! {
        <button class="button is-quiet" on:click=press(empty) disabled=flag(move || !cloud.is_open())>
            {icon(Icon::Sweep)}
            <span class="wide-only">"Empty the cloud"</span>
            <span class="narrow-only">"Empty"</span>
        </button>
    }
    .into_any()
}

/// Light, dark, or as the system has it. Only an attribute changes, so nothing else can be lost.
fn theme_switch() -> AnyView {
    let theme = RwSignal::new(preferences::theme());
    Effect::new(move |_| {
        let Some(root) = document().document_element() else { return };
        // An attribute whose name and value are plain words is always accepted.
        let _ = match theme.get() {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    });
    let next = move || match theme.get() {
        Theme::System => (Theme::Light, Icon::Half, "system", "light"),
        Theme::Light => (Theme::Dark, Icon::Sun, "light", "dark"),
        Theme::Dark => (Theme::System, Icon::Moon, "dark", "system"),
    };
    let switch = move || {
        let (to, ..) = untrack(next);
        preferences::set_theme(to);
        theme.set(to);
    };
    view! {
        <button
            class="button is-quiet is-icon"
            on:click=press(switch)
            title=text(move || format!("Theme: {}", next().2))
            aria-label=text(move || format!("Theme: {}. Switch to {}.", next().2, next().3))
        >
            {part(move || icon(next().1))}
        </button>
    }
    .into_any()
}
