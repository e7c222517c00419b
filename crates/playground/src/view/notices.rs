//! What the reader must be told: a cloud that cannot be opened, a restart, and what can be undone.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dynamic::{nothing, part, press};
use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::bridge::Refusal;
use crate::cloud::Phase;

pub(super) fn cloud_notices() -> AnyView {
    let cloud = cloud();
    let refused = part(move || match cloud.phase.get() {
        Phase::Refused(refusal) => refused_view(refusal),
        _ => nothing(),
    });
    let news = part(move || match cloud.notice.get() {
        Some(text) => view! {
            <div class="callout is-news">
                <p>{text}</p>
                {dismiss(move || cloud.notice.set(None))}
            </div>
        }
        .into_any(),
        None => nothing(),
    });
    view! {
        <div class="notices" role="alert">{refused}</div>
        <div class="notices" role="status">{news}</div>
    }
    .into_any()
}

fn refused_view(refusal: Refusal) -> AnyView {
    let cloud = cloud();
    let open = move |in_memory: bool| {
        spawn_local(async move {
            cloud.open(in_memory).await;
        });
    };
    let (title, text) = if refusal.reason == "held_by_another_tab" {
        let text = "Only one tab at a time may write to it, so nothing can get lost. Close the other tab and try \
                    again, or work here in memory: that cloud is empty, and gone when this tab closes.";
        ("Your cloud is open in another tab. ", text.to_owned())
    } else {
        ("The cloud could not be opened. ", refusal.message)
    };
    view! {
        <div class="callout is-failure">
            <p>
                <strong>{title}</strong>
                {text}
            </p>
            <div class="callout-actions">
                <button class="button" on:click=press(move || open(false))>
                    "Try again"
                </button>
                <button class="button is-quiet" on:click=press(move || open(true))>
                    "Work in memory"
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// What was done last, with Undo; it stays until it is taken or dismissed.
pub(super) fn undo_bar() -> AnyView {
    let undos = undos();
    let offer = move || match undos.current.get() {
        Some(offer) => {
            let undo = if offer.can_be_undone() {
                view! {
                    <button class="button is-undo" on:click=press(move || undos.take())>
                        "Undo"
                    </button>
                }
                .into_any()
            } else {
                nothing()
            };
            view! {
                <div class="undo-bar">
                    <p>{offer.message.clone()}</p>
                    {undo}
                    {dismiss(move || undos.dismiss())}
                </div>
            }
            .into_any()
        }
        None => nothing(),
    };
    view! {
        <div class="undo-place" role="status">
            {part(offer)}
        </div>
    }
    .into_any()
}

fn dismiss(act: impl FnMut() + Send + 'static) -> AnyView {
    view! {
        <button class="button is-quiet is-icon" aria-label="Dismiss" on:click=press(act)>
            {icon(Icon::Close)}
        </button>
    }
    .into_any()
}
