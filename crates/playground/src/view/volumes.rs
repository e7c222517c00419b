//! The volumes: name, size, used, region, and who holds them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cloud_panel::section;
use super::dynamic::{Line, line, lines, press};
use super::icons::{Icon, icon};
use super::{cloud, undos};
use crate::bridge;
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

fn volume_line(volume: &Volume) -> Line {
    let volume = volume.clone();
    let holder = volume.attached_to.as_deref().unwrap_or_default();
    let key = format!("{} {} {} {holder}", volume.name, volume.size_gb as u32, volume.used_bytes as u64);
    line(key, move || volume_view(&volume))
}

fn volume_view(volume: &Volume) -> AnyView {
    let gb = volume.size_gb as u32;
    let used = format!("{} of {gb} GB used", size(volume.used_bytes));
    // In tenths of a percent; the least that is there shows.
    let least = if volume.used_bytes > 0.0 { 15 } else { 0 };
    let share = ((volume.fullness() * 1000.0) as u32).max(least);
    let held = volume.attached_to.is_some();
    view! {
        <li class=if held { "volume is-attached" } else { "volume" }>
            <p class="card-head">
                <strong>{volume.name.clone()}</strong>
                <span class="tag">{volume.region.clone()}</span>
                <span class="tag">{format!("{gb} GB")}</span>
            </p>
            <div class="meter" role="img" aria-label=used.clone()>
                <span style=format!("width: {}.{}%", share / 10, share % 10)></span>
            </div>
            <p class="used">{used}</p>
            {if held { holder(volume) } else { free(volume.name.clone()) }}
        </li>
    }
    .into_any()
}

fn holder(volume: &Volume) -> AnyView {
    view! {
        <p class="holder">
            {icon(Icon::Plug)} "attached to " <code>{volume.attached_to.clone()}</code> " at "
            <code>{volume.mount_path.clone()}</code>
        </p>
    }
    .into_any()
}

fn free(name: String) -> AnyView {
    let (cloud, undos) = (cloud(), undos());
    let label = format!("Delete volume {name}");
    let delete = move || {
        let name = name.clone();
        spawn_local(async move {
            let saved = bridge::save_state().await;
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
