//! What the page remembers in this browser: edits, the theme, and which sandboxes each example left alive.
//!
//! Everything works without: where the browser gives no storage, nothing is remembered, and nothing fails.

use std::collections::BTreeMap;

use gloo_storage::{LocalStorage, Storage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cloud::Ended;

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

pub(crate) fn theme() -> Theme {
    read("theme").unwrap_or_default()
}

pub(crate) fn set_theme(theme: Theme) {
    write("theme", &theme);
}

/// The example that was open last.
pub(crate) fn open_example() -> Option<String> {
    read("example")
}

pub(crate) fn set_open_example(slug: &str) {
    write("example", &slug);
}

/// The reader's version of an example, where there is one.
pub(crate) fn edit(slug: &str) -> Option<String> {
    read(&format!("edit.{slug}"))
}

/// Keeps the reader's version; `None` forgets it.
pub(crate) fn set_edit(slug: &str, text: Option<&str>) {
    let key = format!("edit.{slug}");
    match text {
        Some(text) => write(&key, &text),
        None => forget(&key),
    }
}

/// Whether there may be a cloud in this browser's storage.
pub(crate) fn has_cloud() -> bool {
    read("cloud").unwrap_or(false)
}

pub(crate) fn set_has_cloud() {
    write("cloud", &true);
}

/// The sandboxes that each example's last run created, by slug.
pub(crate) fn left_alive() -> BTreeMap<String, Vec<String>> {
    read("left-alive").unwrap_or_default()
}

pub(crate) fn set_left_alive(by_example: &BTreeMap<String, Vec<String>>) {
    write("left-alive", by_example);
}

/// Sandboxes that have ended, newest first.
pub(crate) fn ended() -> Vec<Ended> {
    read("ended").unwrap_or_default()
}

pub(crate) fn set_ended(ended: &[Ended]) {
    write("ended", &ended);
}

/// Storage may be missing, and in that case even asking for it panics in the library.
fn available() -> bool {
    web_sys::window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}

fn key(name: &str) -> String {
    format!("playground.{name}")
}

fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    if available() { LocalStorage::get(key(name)).ok() } else { None }
}

fn write<T: Serialize>(name: &str, value: &T) {
    if available() {
        // Full storage loses a convenience, nothing of the cloud's.
        let _ = LocalStorage::set(key(name), value);
    }
}

fn forget(name: &str) {
    if available() {
        LocalStorage::delete(key(name));
    }
}
