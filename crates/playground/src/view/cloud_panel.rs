//! The cloud beside the code: its volumes, its sandboxes, and the files in both.

use leptos::prelude::*;

use super::cloud;
use super::dynamic::{part, part_when, text};
use super::files::files;
use super::icons::{Icon, icon};
use super::sandboxes::sandbox_list;
use super::volumes::volume_list;
use crate::cloud::Phase;

pub(super) fn cloud_panel() -> AnyView {
    let cloud = cloud();
    // Of a cloud that this tab does not have, nothing that it shows could be true.
    let refused = Memo::new(move |_| {
        cloud.phase.with(|phase| match phase {
            Phase::Refused(refusal) => Some(refusal.reason == "held_by_another_tab"),
            _ => None,
        })
    });
    let inside = part(move || match refused.get() {
        Some(is_held) => not_here(is_held),
        None => vec![volume_list(), sandbox_list(), files()].into_any(),
    });
    view! {
        <aside class="cloud" aria-label="Your cloud">
            {inside}
        </aside>
    }
    .into_any()
}

/// Why there is no cloud to show.
fn not_here(is_held: bool) -> AnyView {
    let (title, text) = if is_held {
        (
            "Shown in your other tab",
            "Volumes, sandboxes and files are there, where the cloud is open. They show here once this tab has it.",
        )
    } else {
        ("The cloud is not open", "Volumes, sandboxes and files show here once it is.")
    };
    view! {
        <section class="panel not-here" aria-labelledby="not-here-title">
            {icon(Icon::Lock)}
            <h2 id="not-here-title">{title}</h2>
            <p>{text}</p>
        </section>
    }
    .into_any()
}

/// A section of the panel: its title with how many there are, its items, and what stands there when there are none.
pub(super) fn section(
    kind: &'static str,
    title_icon: Icon,
    title: &'static str,
    count: impl Fn() -> usize + Send + Sync + 'static,
    none: impl Fn() -> bool + Send + Sync + 'static,
    when_none: &'static str,
    items: AnyView,
) -> AnyView {
    let title_id = format!("{kind}-title");
    let labelled_by = title_id.clone();
    let cloud = cloud();
    let empty = part_when(none, move || {
        // Until it is open, whether there is none is not known.
        let is_opening = move || cloud.phase.with(|phase| matches!(phase, Phase::Opening { .. }));
        let says = text(move || if is_opening() { "Opening the cloud." } else { when_none }.to_owned());
        view! { <p class="empty">{says}</p> }.into_any()
    });
    view! {
        <section class=format!("panel is-{kind}") aria-labelledby=labelled_by>
            <h2 id=title_id>
                {icon(title_icon)}
                {title}
                <span class="count">{text(move || count().to_string())}</span>
            </h2>
            {empty}
            <ul class="cards">{items}</ul>
        </section>
    }
    .into_any()
}
