//! The top of the page: its name, where data is kept, and what concerns the whole cloud.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icons::{Icon, icon};
use super::{cloud, runs, undos};
use crate::bridge;
use crate::cloud::Phase;
use crate::preferences::{self, Theme};

#[component]
pub(crate) fn Header() -> impl IntoView {
    view! {
        <header class="top">
            <div class="brand">
                <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                    <path class="logo-cloud" d="M9.2 22.5a6.2 6.2 0 0 1-.6-12.4 8.4 8.4 0 0 1 16-.2 6.4 6.4 0 0 1-.8 12.6" />
                    <path class="logo-disk" d="M10.5 19.5c0-1.6 2.5-2.9 5.5-2.9s5.5 1.3 5.5 2.9v6.2c0 1.6-2.5 2.9-5.5 2.9s-5.5-1.3-5.5-2.9zM10.5 19.5c0 1.6 2.5 2.9 5.5 2.9s5.5-1.3 5.5-2.9" />
                </svg>
                <h1>"Volume playground"</h1>
                <p class="tagline">"A sandbox cloud that fits in this tab"</p>
            </div>
            <div class="top-actions">
                <StorageBadge />
                <EmptyCloud />
                <ThemeSwitch />
            </div>
        </header>
    }
}

/// Where data is kept, in words that can be trusted.
#[component]
fn StorageBadge() -> impl IntoView {
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
            Phase::Open(_) => (
                "memory",
                "Memory only",
                "This browser gives no storage here: all is gone when the page closes.",
            ),
            Phase::Refused(_) => ("refused", "Not open", "The cloud could not be opened in this tab."),
        })
    };
    view! {
        <p class=move || format!("badge is-{}", state().0) title=move || state().2 role="status">
            <span class="badge-dot" aria-hidden="true"></span>
            {move || state().1}
            <span class="visually-hidden">{move || format!(". {}", state().2)}</span>
        </p>
    }
}

#[component]
fn EmptyCloud() -> impl IntoView {
    let (cloud, undos, runs) = (cloud(), undos(), runs());
    let empty = move |_| {
        spawn_local(async move {
            runs.stop();
            let saved = match bridge::save_state().await {
                Ok(saved) => saved,
                Err(refusal) => return undos.tell(format!("Nothing was emptied: {}", refusal.message)),
            };
            let back = move || {
                let saved = saved.clone();
                spawn_local(async move {
                    match cloud.replace(Some(&saved)).await {
                        Ok(()) => undos.tell("The cloud is back as it was.".to_owned()),
                        Err(refusal) => {
                            undos.tell(format!("It could not be brought back: {}", refusal.message))
                        }
                    }
                });
            };
            match cloud.replace(None).await {
                Ok(()) => undos.offer("The cloud is empty: no volumes, no sandboxes.".to_owned(), back),
                Err(refusal) => undos.tell(format!("The cloud was not emptied: {}", refusal.message)),
            }
        });
    };
    view! {
        <button class="button is-quiet" on:click=empty disabled=move || !cloud.is_open()>
            {icon(Icon::Sweep)} <span class="wide-only">"Empty the cloud"</span>
            <span class="narrow-only">"Empty"</span>
        </button>
    }
}

/// Light, dark, or as the system has it. Only an attribute changes, so nothing else can be lost.
#[component]
fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(preferences::theme());
    Effect::new(move |_| {
        let root = document().document_element();
        let attribute = match theme.get() {
            Theme::System => {
                return root.map_or((), |root| root.remove_attribute("data-theme").unwrap_or_default());
            }
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        if let Some(root) = root {
            // An attribute's name and value that are plain words are always accepted.
            let _ = root.set_attribute("data-theme", attribute);
        }
    });
    let next = move || match theme.get() {
        Theme::System => (Theme::Light, Icon::Half, "system", "light"),
        Theme::Light => (Theme::Dark, Icon::Sun, "light", "dark"),
        Theme::Dark => (Theme::System, Icon::Moon, "dark", "system"),
    };
    let switch = move |_| {
        let (to, ..) = next();
        preferences::set_theme(to);
        theme.set(to);
    };
    view! {
        <button
            class="button is-quiet is-icon"
            on:click=switch
            title=move || format!("Theme: {}", next().2)
            aria-label=move || format!("Theme: {}. Switch to {}.", next().2, next().3)
        >
            {move || icon(next().1)}
        </button>
    }
}
