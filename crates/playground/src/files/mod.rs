//! The files of the cloud: of a sandbox that lives, and of a volume that nobody holds.

mod tree;

use leptos::prelude::*;
use leptos::task::spawn_local;

pub(crate) use tree::{Listings, Row, rows};

use crate::bridge::{self, FileView};
use crate::cloud::{Cloud, FileEntry, Sandbox, Volume};

/// Whose files are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Sandbox { id: String, mount: Option<Mount> },
    Volume { name: String },
}

/// A volume in a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) path: String,
    pub(crate) volume: String,
}

impl Owner {
    /// What can be looked into: living sandboxes, newest first, then the volumes that nobody holds.
    pub(crate) fn all(sandboxes: &[Sandbox], volumes: &[Volume]) -> Vec<Owner> {
        let living = sandboxes.iter().filter(|sandbox| sandbox.is_started()).map(|sandbox| {
            let held = volumes.iter().find(|volume| volume.attached_to.as_deref() == Some(&sandbox.id));
            let mount = held.and_then(|volume| {
                Some(Mount { path: volume.mount_path.clone()?, volume: volume.name.clone() })
            });
            Owner::Sandbox { id: sandbox.id.clone(), mount }
        });
        let free = volumes.iter().filter(|volume| volume.attached_to.is_none());
        living.chain(free.map(|volume| Owner::Volume { name: volume.name.clone() })).collect()
    }

    /// Tells owners apart.
    pub(crate) fn key(&self) -> String {
        match self {
            Owner::Sandbox { id, .. } => format!("sandboxes/{id}"),
            Owner::Volume { name } => format!("volumes/{name}"),
        }
    }

    fn url(&self, action: &str, path: &str) -> String {
        format!(
            "/api/v1/{}/files{action}?path={}",
            self.key(),
            String::from(js_sys::encode_uri_component(path))
        )
    }
}

/// What is open of one owner's files. A handle: copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct Browser {
    pub(crate) owner: RwSignal<Option<Owner>>,
    pub(crate) open: RwSignal<Vec<String>>,
    pub(crate) listings: RwSignal<Listings>,
    /// The file that is shown, by its path.
    pub(crate) shown: RwSignal<Option<(String, Result<FileView, String>)>>,
    cloud: Cloud,
}

impl Browser {
    /// Follows the cloud: what is open is read anew whenever a file changes.
    pub(crate) fn new(cloud: Cloud) -> Self {
        let browser = Self {
            owner: RwSignal::new(None),
            open: RwSignal::new(Vec::new()),
            listings: RwSignal::new(Listings::default()),
            shown: RwSignal::new(None),
            cloud,
        };
        Effect::new(move |_| {
            browser.cloud.files_changed.track();
            browser.owner.track();
            browser.read_again();
        });
        browser
    }

    /// Looks into another owner's files: at what is in its volume, and at its root.
    pub(crate) fn look_into(self, owner: Option<Owner>) {
        let before = self.owner.get_untracked();
        if before == owner {
            return;
        }
        if before.map(|owner| owner.key()) != owner.as_ref().map(Owner::key) {
            self.listings.set(Listings::default());
            self.shown.set(None);
        }
        let mount = match &owner {
            Some(Owner::Sandbox { mount: Some(mount), .. }) => Some(mount.path.clone()),
            _ => None,
        };
        self.open.set(["/".to_owned()].into_iter().chain(mount).collect());
        self.owner.set(owner);
    }

    /// Opens or closes a directory.
    pub(crate) fn toggle(self, path: &str) {
        let was_open = self.open.with_untracked(|open| open.iter().any(|other| other == path));
        self.open.update(|open| {
            open.retain(|other| other != path);
            if !was_open {
                open.push(path.to_owned());
            }
        });
        if let Some(owner) = self.owner.get_untracked().filter(|_| !was_open) {
            self.list(owner, path.to_owned());
        }
    }

    /// Shows a file's content.
    pub(crate) fn show(self, path: String) {
        let Some(owner) = self.owner.get_untracked() else { return };
        spawn_local(async move {
            let view = bridge::read_file(&owner.url("", &path)).await.map_err(|refusal| refusal.message);
            if self.owner.get_untracked().as_ref() == Some(&owner) {
                self.shown.set(Some((path, view)));
            }
        });
    }

    fn read_again(self) {
        let Some(owner) = self.owner.get_untracked() else { return };
        for path in self.open.get_untracked() {
            self.list(owner.clone(), path);
        }
        if let Some((path, _)) = self.shown.get_untracked() {
            self.show(path);
        }
    }

    fn list(self, owner: Owner, path: String) {
        spawn_local(async move {
            let answer = bridge::request("GET", &owner.url("/list", &path), None).await;
            if self.owner.get_untracked().as_ref() != Some(&owner) {
                return;
            }
            self.listings.update(|listings| match answer {
                Ok(answer) => listings.put(path, answer.list("entries", FileEntry::read)),
                // The directory, or its owner, is gone.
                Err(_) => listings.remove(&path),
            });
        });
    }
}
