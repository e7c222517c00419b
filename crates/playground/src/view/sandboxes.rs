//! The sandboxes: the living with their time left, and the ended with why and when.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::cloud::{Ended, Sandbox, Why, time_of};
use crate::words::time_left;

#[component]
pub(crate) fn SandboxList() -> impl IntoView {
    let cloud = cloud();
    let second = Trigger::new();
    let interval = set_interval_with_handle(move || second.notify(), Duration::from_secs(1));
    on_cleanup(move || {
        if let Ok(interval) = interval {
            interval.clear();
        }
    });
    let living = Memo::new(move |_| {
        cloud.sandboxes.with(|all| {
            let mut living: Vec<Sandbox> =
                all.iter().filter(|sandbox| sandbox.is_started()).cloned().collect();
            living.sort_by(|a, b| b.created_at.cmp(&a.created_at));
            living
        })
    });
    let none = Memo::new(move |_| living.with(Vec::is_empty) && cloud.ended.with(Vec::is_empty));
    view! {
        <section class="panel is-sandboxes" aria-labelledby="sandboxes-title">
            <h2 id="sandboxes-title">
                {icon(Icon::Box)} "Sandboxes"
                <span class="count">{move || living.with(Vec::len)}</span>
            </h2>
            <Show when=move || none.get()>
                <p class="empty">"No sandbox yet. It lives until it is killed or its time is up; only its volume stays."</p>
            </Show>
            <ul class="cards">
                <For
                    each=move || living.get()
                    key=|sandbox| format!("{sandbox:?}")
                    children=move |sandbox| view! { <li>{living_view(sandbox, second)}</li> }
                />
                <For
                    each=move || cloud.ended.get()
                    key=|ended| ended.id.clone()
                    children=|ended| view! { <li>{ended_view(ended)}</li> }
                />
            </ul>
        </section>
    }
}

fn living_view(sandbox: Sandbox, second: Trigger) -> impl IntoView {
    let (cloud, undos) = (cloud(), undos());
    let (created, stops) = (time_of(&sandbox.created_at), time_of(&sandbox.stop_at));
    let left = move || {
        second.track();
        stops - js_sys::Date::now()
    };
    let share = move || (left() / (stops - created).max(1.0)).clamp(0.0, 1.0);
    let ending_soon = move || left() < 60_000.0;
    let extended = sandbox.clone();
    let extend = move |_| {
        let sandbox = extended.clone();
        spawn_local(async move {
            if let Err(refusal) = cloud.extend(sandbox).await {
                undos.tell(refusal.message);
            }
        });
    };
    let id = sandbox.id.clone();
    let end = move |_| {
        let id = id.clone();
        spawn_local(async move {
            match cloud.end(&id).await {
                Ok(()) => undos.tell(format!("Sandbox {id} was ended.")),
                Err(refusal) => undos.tell(refusal.message),
            }
        });
    };
    view! {
        <article class="sandbox" class:is-ending=ending_soon>
            <p class="card-head">
                <strong>{sandbox.image.clone()}</strong>
                <span class="tag">{sandbox.region.clone()}</span>
                <code class="id">{sandbox.id.clone()}</code>
            </p>
            <div class="meter is-time" aria-hidden="true">
                <span style=move || format!("width: {:.1}%", share() * 100.0)></span>
            </div>
            <p class="life">
                {icon(Icon::Clock)}
                <span class="left">{move || time_left(left())}" left"</span>
                <button class="button is-quiet is-small" on:click=extend aria-label=format!("Extend sandbox {} by ten minutes", sandbox.id)>
                    "Extend"
                </button>
                <button class="button is-quiet is-small" on:click=end aria-label=format!("End sandbox {}", sandbox.id)>
                    "End"
                </button>
            </p>
        </article>
    }
}

fn ended_view(ended: Ended) -> impl IntoView {
    let date = js_sys::Date::new(&ended.at.as_str().into());
    let time = String::from(date.to_locale_time_string("en-GB"));
    let why = match ended.why {
        Why::Killed => "killed at ",
        Why::TimeUp => "time was up at ",
    };
    view! {
        <article class="sandbox is-ended">
            <p class="card-head">
                <strong>{ended.image}</strong>
                <span class="tag">{ended.region}</span>
                <code class="id">{ended.id}</code>
            </p>
            <p class="life">{why}<time datetime=ended.at>{time}</time></p>
        </article>
    }
}
