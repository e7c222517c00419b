//! What the reader must be told: a cloud that cannot be opened, a restart, and what can be undone.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::cloud::Phase;

#[component]
pub(crate) fn CloudNotices() -> impl IntoView {
    let cloud = cloud();
    let refusal = move || match cloud.phase.get() {
        Phase::Refused(refusal) => Some(refusal),
        _ => None,
    };
    let open = move |in_memory: bool| {
        spawn_local(async move {
            cloud.open(in_memory).await;
        });
    };
    view! {
        <div class="notices" role="alert">
            {move || refusal().map(|refusal| {
                let (title, text) = if refusal.reason == "held_by_another_tab" {
                    (
                        "Your cloud is open in another tab. ",
                        "Only one tab at a time may write to it, so nothing can get lost. Close the other tab and try again, or work here in memory: that cloud is empty, and gone when this tab closes.".to_owned(),
                    )
                } else {
                    ("The cloud could not be opened. ", refusal.message)
                };
                view! {
                    <div class="callout is-failure">
                        <p><strong>{title}</strong>{text}</p>
                        <div class="callout-actions">
                            <button class="button" on:click=move |_| open(false)>"Try again"</button>
                            <button class="button is-quiet" on:click=move |_| open(true)>"Work in memory"</button>
                        </div>
                    </div>
                }
            })}
        </div>
        <div class="notices" role="status">
            {move || cloud.notice.get().map(|text| view! {
                <div class="callout is-news">
                    <p>{text}</p>
                    <button class="button is-quiet is-icon" aria-label="Dismiss" on:click=move |_| cloud.notice.set(None)>
                        {icon(Icon::Close)}
                    </button>
                </div>
            })}
        </div>
    }
}

/// What was done last, with Undo; it stays until it is taken or dismissed.
#[component]
pub(crate) fn UndoBar() -> impl IntoView {
    let undos = undos();
    view! {
        <div class="undo-place" role="status">
            {move || undos.current.get().map(|offer| view! {
                <div class="undo-bar">
                    <p>{offer.message.clone()}</p>
                    {offer.can_be_undone().then(|| view! {
                        <button class="button is-undo" on:click=move |_| undos.take()>"Undo"</button>
                    })}
                    <button class="button is-quiet is-icon" aria-label="Dismiss" on:click=move |_| undos.dismiss()>
                        {icon(Icon::Close)}
                    </button>
                </div>
            })}
        </div>
    }
}
