//! What the page remembers in this browser: edits, the theme, and which sandboxes each example left alive.
//!
//! Everything works without: where the browser gives no storage, nothing is remembered, and nothing fails.

use gloo_storage::{LocalStorage, Storage};

use crate::cloud::{Ended, Plain};

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

pub(crate) fn theme() -> Theme {
    match read("theme").as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// The page's head reads it too, before anything is drawn.
pub(crate) fn set_theme(theme: Theme) {
    let word = match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    write("theme", word);
}

/// The example that was open last.
pub(crate) fn open_example() -> Option<String> {
    read("example")
}

pub(crate) fn set_open_example(slug: &str) {
    write("example", Some(slug));
}

/// The reader's version of an example, where there is one.
pub(crate) fn edit(slug: &str) -> Option<String> {
    read(&format!("edit.{slug}"))
}

/// Keeps the reader's version; `None` forgets it.
pub(crate) fn set_edit(slug: &str, text: Option<&str>) {
    write(&format!("edit.{slug}"), text);
}

/// Whether there may be a cloud in this browser's storage.
pub(crate) fn has_cloud() -> bool {
    read("cloud").is_some()
}

pub(crate) fn set_has_cloud() {
    write("cloud", Some("kept"));
}

/// The sandboxes that an example's last run created, by id.
pub(crate) fn left_alive(slug: &str) -> Vec<String> {
    let ids = read(&format!("left-alive.{slug}")).unwrap_or_default();
    ids.split_whitespace().map(str::to_owned).collect()
}

pub(crate) fn set_left_alive(slug: &str, ids: &[String]) {
    let ids = ids.join(" ");
    write(&format!("left-alive.{slug}"), (!ids.is_empty()).then_some(ids.as_str()));
}

/// Sandboxes that have ended, newest first.
pub(crate) fn ended() -> Vec<Ended> {
    read("ended").unwrap_or_default().lines().filter_map(Ended::from_line).collect()
}

pub(crate) fn set_ended(ended: &[Ended]) {
    let lines: Vec<String> = ended.iter().map(Ended::to_line).collect();
    write("ended", Some(&lines.join("\n")));
}

/// Sandboxes whose image is not emulated, newest first.
pub(crate) fn plain() -> Vec<Plain> {
    let lines = read("plain").unwrap_or_default();
    let read = |line: &str| {
        let (id, nearest) = line.split_once('\t')?;
        Some(Plain { id: id.to_owned(), nearest: nearest.to_owned() })
    };
    lines.lines().filter_map(read).collect()
}

pub(crate) fn set_plain(plain: &[Plain]) {
    let lines: Vec<String> = plain.iter().map(|Plain { id, nearest }| format!("{id}\t{nearest}")).collect();
    write("plain", Some(&lines.join("\n")));
}

/// The storage, where there is one: the library panics when it is asked for one that is blocked.
fn storage() -> Option<web_sys::Storage> {
    let there = web_sys::window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))));
    there.then(LocalStorage::raw)
}

fn key(name: &str) -> String {
    format!("playground.{name}")
}

fn read(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok()?
}

fn write(name: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // Full storage loses a convenience, nothing of the cloud's.
    let _ = match value {
        Some(value) => storage.set_item(&key(name), value),
        None => storage.remove_item(&key(name)),
    };
}
