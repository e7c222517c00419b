//! The volumes: name, size, used, region, and who holds them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cloud_panel::section;
use super::dynamic::{Line, line, lines, part, press, text};
use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::cloud::Volume;
use crate::words::size;

pub(super) fn volume_list() -> AnyView {
    let cloud = cloud();
    section(
        "volumes",
        Icon::Disk,
        "Volumes",
        move || cloud.volumes.with(Vec::len),
        move || cloud.volumes.with(Vec::is_empty),
        "No volume yet. One is made when a sandbox first mounts it, and it stays until it is deleted.",
        lines(move || cloud.volumes.with(|volumes| volumes.iter().map(volume_line).collect())),
    )
}

/// The card stays while what it shows changes.
fn volume_line(volume: &Volume) -> Line {
    let cloud = cloud();
    let first = volume.clone();
    line(volume.name.clone(), move || {
        let shown = Memo::new(move |before: Option<&Volume>| {
            let name = &first.name;
            let now = cloud.volumes.with(|all| all.iter().find(|volume| volume.name == *name).cloned());
            // It is on its way out when it is not there any more.
            now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        volume_view(shown)
    })
}

fn volume_view(volume: Memo<Volume>) -> AnyView {
    let of = volume.get_untracked();
    let gb = of.size_gb as u32;
    let used = text(move || format!("{} of {gb} GB used", size(volume.get().used_bytes)));
    let width = move || {
        let volume = volume.get();
        // In tenths of a percent; the least that is there shows.
        let least = if volume.used_bytes > 0.0 { 15 } else { 0 };
        let share = ((volume.fullness() * 1000.0) as u32).max(least);
        format!("width: {}.{}%", share / 10, share % 10)
    };
    let held = Memo::new(move |_| volume.get().attached_to.zip(volume.get().mount_path));
    let class = move || (if held.get().is_some() { "volume is-attached" } else { "volume" }).to_owned();
    let name = of.name.clone();
    view! {
        <li class=text(class)>
            <p class="card-head">
                <strong>{of.name}</strong>
                <span class="tag">{of.region}</span>
                <span class="tag">{format!("{gb} GB")}</span>
            </p>
            <div class="meter" role="img" aria-label=used>
                <span style=text(width)></span>
            </div>
            <p class="used">{used}</p>
            {part(move || match held.get() {
                Some((id, path)) => holder(id, path),
                None => free(name.clone()),
            })}
        </li>
    }
    .into_any()
}

fn holder(id: String, path: String) -> AnyView {
    view! { <p class="holder">{icon(Icon::Plug)} "attached to " <code>{id}</code> " at " <code>{path}</code></p> }
        .into_any()
}

fn free(name: String) -> AnyView {
    let (cloud, undos) = (cloud(), undos());
    let label = format!("Delete volume {name}");
    let delete = move || {
        let name = name.clone();
        spawn_local(async move {
            let saved = cloud.save().await;
            let deleted = format!("Volume {name} was deleted.");
            match (saved, cloud.delete_volume(&name).await) {
                (Ok(saved), Ok(())) => undos.offer_cloud(deleted, cloud, saved),
                (Err(_), Ok(())) => undos.tell(deleted),
                (_, Err(refusal)) => undos.tell(refusal.message),
            }
        });
    };
    view! {
        <p class="holder is-free">
            "not attached, and kept"
            <button class="button is-quiet is-small" on:click=press(delete) aria-label=label>
                "Delete"
            </button>
        </p>
    }
    .into_any()
}
