//! The volumes: name, size, used, region, and who holds them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::bridge;
use crate::cloud::Volume;
use crate::words::size;

#[component]
pub(crate) fn VolumeList() -> impl IntoView {
    let cloud = cloud();
    let none = Memo::new(move |_| cloud.volumes.with(Vec::is_empty));
    view! {
        <section class="panel is-volumes" aria-labelledby="volumes-title">
            <h2 id="volumes-title">
                {icon(Icon::Disk)} "Volumes"
                <span class="count">{move || cloud.volumes.with(Vec::len)}</span>
            </h2>
            <Show when=move || none.get()>
                <p class="empty">"No volume yet. One is made when a sandbox first mounts it, and it stays until it is deleted."</p>
            </Show>
            <ul class="cards">
                <For
                    each=move || cloud.volumes.get()
                    key=|volume| format!("{volume:?}")
                    children=|volume| view! { <li>{volume_view(volume)}</li> }
                />
            </ul>
        </section>
    }
}

fn volume_view(volume: Volume) -> impl IntoView {
    let (cloud, undos) = (cloud(), undos());
    let share = volume.fullness();
    let used = format!("{} of {} GB used", size(volume.used_bytes), volume.size_gb);
    let name = volume.name.clone();
    let delete = move |_| {
        let name = name.clone();
        spawn_local(async move {
            let saved = bridge::save_state().await;
            match (saved, cloud.delete_volume(&name).await) {
                (Ok(saved), Ok(())) => undos.offer(format!("Volume {name} was deleted."), move || {
                    let saved = saved.clone();
                    spawn_local(async move {
                        if let Err(refusal) = cloud.replace(Some(&saved)).await {
                            undos.tell(format!("It could not be brought back: {}", refusal.message));
                        }
                    });
                }),
                (_, Ok(())) => undos.tell(format!("Volume {name} was deleted.")),
                (_, Err(refusal)) => undos.tell(refusal.message),
            }
        });
    };
    let held = volume.attached_to.clone();
    let class = if held.is_some() { "volume is-attached" } else { "volume" };
    let holder = match (held, volume.mount_path.clone()) {
        (Some(id), path) => view! {
            <p class="holder">
                {icon(Icon::Plug)} "attached to "<code>{id}</code>
                {path.map(|path| view! { " at "<code>{path}</code> })}
            </p>
        }
        .into_any(),
        (None, _) => view! {
            <p class="holder is-free">
                "not attached, and kept"
                <button class="button is-quiet is-small" on:click=delete aria-label=format!("Delete volume {}", volume.name)>
                    "Delete"
                </button>
            </p>
        }
        .into_any(),
    };
    view! {
        <article class=class>
            <p class="card-head">
                <strong>{volume.name.clone()}</strong>
                <span class="tag">{volume.region.clone()}</span>
                <span class="tag">{format!("{} GB", volume.size_gb)}</span>
            </p>
            <div class="meter" role="img" aria-label=used.clone()>
                <span style=format!("width: {:.2}%", (share * 100.0).max(if volume.used_bytes > 0.0 { 1.5 } else { 0.0 }))></span>
            </div>
            <p class="used">{used.clone()}</p>
            {holder}
        </article>
    }
}
