//! The files of the cloud: of a sandbox that lives, and of a volume that nobody holds.

mod tree;

use leptos::prelude::*;
use leptos::task::spawn_local;

pub(crate) use tree::{Listings, Row, is_fresh, rows};

use crate::bridge::{self, FileView};
use crate::cloud::{Cloud, FileEntry, FileKind, Sandbox, Volume};

/// Whose files are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Sandbox { id: String, created_at: String, mount: Option<Mount> },
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
            Owner::Sandbox { id: sandbox.id.clone(), created_at: sandbox.created_at.clone(), mount }
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

    /// Since when a file at this path counts as changed: in a sandbox, all that its image brought is older. In a volume
    /// nothing came with an image.
    pub(crate) fn since(&self, path: &str) -> Option<&str> {
        match self {
            Owner::Sandbox { created_at, mount, .. } => {
                let mounted = mount.as_ref().is_some_and(|mount| is_within(path, &mount.path));
                (!mounted).then_some(created_at)
            }
            Owner::Volume { .. } => None,
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
    /// Directories that the reader opened or closed; the others open by themselves when something changes in them.
    chosen: StoredValue<Vec<String>>,
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
            chosen: StoredValue::new(Vec::new()),
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
            self.chosen.set_value(Vec::new());
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
        self.chosen.update_value(|chosen| chosen.push(path.to_owned()));
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
            let Ok(answer) = answer else {
                // The directory, or its owner, is gone.
                return self.listings.update(|listings| listings.remove(&path));
            };
            let entries = answer.list("entries", FileEntry::read);
            self.open_changed(&owner, &path, &entries);
            self.listings.update(|listings| {
                let since = owner.since(&path).map(str::to_owned);
                listings.put(path, entries, since.as_deref());
            });
        });
    }

    /// Opens the directories of a sandbox in which something has changed, so that it is seen.
    fn open_changed(self, owner: &Owner, directory: &str, entries: &[FileEntry]) {
        let Some(since) = owner.since(directory) else { return };
        for entry in entries {
            let known = |paths: &Vec<String>| paths.contains(&entry.path);
            if entry.kind == FileKind::Directory
                && is_fresh(entry, Some(since))
                && !entry.name.starts_with("node_modules")
                && !self.open.with_untracked(known)
                && !self.chosen.with_value(known)
            {
                self.open.update(|open| open.push(entry.path.clone()));
                self.list(owner.clone(), entry.path.clone());
            }
        }
    }
}

/// Whether a path is a directory itself or lies in it.
fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_beside_the_volume_may_have_come_with_the_image() {
        let mount = Some(Mount { path: "/app".into(), volume: "v".into() });
        let owner = Owner::Sandbox { id: "a".into(), created_at: "2026".into(), mount };
        assert_eq!(["/", "/apple", "/tmp/x"].map(|path| owner.since(path)), [Some("2026"); 3]);
        assert_eq!(["/app", "/app/x"].map(|path| owner.since(path)), [None; 2]);
        assert_eq!(Owner::Volume { name: "v".into() }.since("/"), None);
    }
}
