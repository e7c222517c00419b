//! The cloud beside the code: its volumes, its sandboxes, and the files in both.

use leptos::prelude::*;

use super::dynamic::{part_when, text};
use super::files::files;
use super::icons::{Icon, icon};
use super::sandboxes::sandbox_list;
use super::volumes::volume_list;

pub(super) fn cloud_panel() -> AnyView {
    view! {
        <aside class="cloud" aria-label="Your cloud">
            {volume_list()}
            {sandbox_list()}
            {files()}
        </aside>
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
    let empty = part_when(none, move || view! { <p class="empty">{when_none}</p> }.into_any());
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
