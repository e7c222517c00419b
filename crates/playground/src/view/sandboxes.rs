//! The sandboxes: the living with their time left, and the ended with why and when.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cloud_panel::section;
use super::dynamic::{Line, line, lines, nothing, part, press, text};
use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::cloud::{Ended, Sandbox, Why, time_of};
use crate::words::time_left;

pub(super) fn sandbox_list() -> AnyView {
    let cloud = cloud();
    let second = RwSignal::new(0_u32);
    let interval = set_interval_with_handle(
        move || second.update(|second| *second = second.wrapping_add(1)),
        Duration::from_secs(1),
    );
    on_cleanup(move || {
        if let Ok(interval) = interval {
            interval.clear();
        }
    });
    let living =
        move || cloud.sandboxes.with(|all| all.iter().filter(|sandbox| sandbox.is_started()).count());
    let items = lines(move || {
        let mut items: Vec<Line> = Vec::new();
        cloud.sandboxes.with(|all| {
            items.extend(
                all.iter().filter(|sandbox| sandbox.is_started()).map(|one| living_line(one, second)),
            );
        });
        cloud.ended.with(|ended| items.extend(ended.iter().map(ended_line)));
        items
    });
    section(
        "sandboxes",
        Icon::Box,
        "Sandboxes",
        living,
        move || living() == 0 && cloud.ended.with(Vec::is_empty),
        "No sandbox yet. It lives until it is killed or its time is up; only its volume stays.",
        items,
    )
}

fn living_line(sandbox: &Sandbox, second: RwSignal<u32>) -> Line {
    let sandbox = sandbox.clone();
    line(sandbox.id.clone(), move || living_view(sandbox, second))
}

fn living_view(sandbox: Sandbox, second: RwSignal<u32>) -> AnyView {
    let (cloud, undos) = (cloud(), undos());
    let created = time_of(&sandbox.created_at);
    let id = sandbox.id.clone();
    // Extend moves it.
    let stops = Memo::new(move |before: Option<&f64>| {
        let now =
            cloud.sandboxes.with(|all| all.iter().find(|one| one.id == id).map(|one| time_of(&one.stop_at)));
        now.or(before.copied()).unwrap_or_default()
    });
    let left = move || {
        second.track();
        stops.get() - js_sys::Date::now()
    };
    let percent = move || (left() / (stops.get() - created).max(1.0) * 100.0).clamp(0.0, 100.0) as u32;
    let class = move || (if left() < 60_000.0 { "sandbox is-ending" } else { "sandbox" }).to_owned();
    let head = head(&sandbox.image, &sandbox.region, &sandbox.id);
    let extend_label = format!("Extend sandbox {} by ten minutes", sandbox.id);
    let end_label = format!("End sandbox {}", sandbox.id);
    let id = sandbox.id.clone();
    let extend = move || {
        let sandbox = sandbox.clone();
        let stops = stops.get_untracked();
        spawn_local(async move {
            if let Err(refusal) = cloud.extend(&sandbox, stops).await {
                undos.tell(refusal.message);
            }
        });
    };
    let end = move || {
        let id = id.clone();
        spawn_local(async move {
            match cloud.end(&id).await {
                Ok(()) => undos.tell(format!("Sandbox {id} was ended.")),
                Err(refusal) => undos.tell(refusal.message),
            }
        });
    };
    view! {
        <li class=text(class)>
            {head}
            <div class="meter is-time" aria-hidden="true">
                <span style=text(move || format!("width: {}%", percent()))></span>
            </div>
            <p class="life">
                {icon(Icon::Clock)}
                <span class="left">{text(move || format!("{} left", time_left(left())))}</span>
                <button class="button is-quiet is-small" on:click=press(extend) aria-label=extend_label>
                    "Extend"
                </button>
                <button class="button is-quiet is-small" on:click=press(end) aria-label=end_label>
                    "End"
                </button>
            </p>
        </li>
    }
    .into_any()
}

fn ended_line(ended: &Ended) -> Line {
    let ended = ended.clone();
    line(format!("ended {}", ended.id), move || {
        let date = js_sys::Date::new(&ended.at.as_str().into());
        let time = String::from(date.to_locale_time_string("en-GB"));
        let why = match ended.why {
            Why::Killed => "killed at ",
            Why::TimeUp => "time was up at ",
        };
        view! {
            <li class="sandbox is-ended">
                {head(&ended.image, &ended.region, &ended.id)}
                <p class="life">{why} <time datetime=ended.at.clone()>{time}</time></p>
            </li>
        }
        .into_any()
    })
}

fn head(image: &str, region: &str, id: &str) -> AnyView {
    view! {
        <p class="card-head">
            <strong>{image.to_owned()}</strong>
            <span class="tag">{region.to_owned()}</span>
            <code class="id">{id.to_owned()}</code>
        </p>
        {plain_mark(id.to_owned())}
    }
    .into_any()
}

/// Says of a sandbox that its image is not emulated. The event that tells it may come after the sandbox.
fn plain_mark(id: String) -> AnyView {
    let cloud = cloud();
    let nearest = Memo::new(move |_| {
        cloud.plain.with(|all| all.iter().find(|one| one.id == id).map(|one| one.nearest.clone()))
    });
    part(move || match nearest.get() {
        Some(nearest) => view! {
            <p class="plain">
                {icon(Icon::Alert)}
                <span>"Image not emulated: a plain Linux. Nearest known: " <code>{nearest}</code></span>
            </p>
        }
        .into_any(),
        None => nothing(),
    })
    .into_any()
}
