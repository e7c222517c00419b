//! The sandbox's files as a command in a worker sees them: every operation is a message to the engine.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bashkit::time::SystemTime;
use bashkit::{DirEntry, FileSystem, FileSystemExt, Metadata, Result};
use futures_channel::oneshot;
use serde::de::DeserializeOwned;

use super::super::filesystem::timestamp;
use super::message::{Described, FromWorker, Listed, Operation, outcome, pack};

/// Where a worker puts its messages.
pub type Outbox = Arc<dyn Fn(Vec<u8>) + Send + Sync>;

/// Calls under way.
pub(super) struct Calls {
    outbox: Outbox,
    next: AtomicU32,
    waiting: Mutex<HashMap<u32, oneshot::Sender<Vec<u8>>>>,
}

impl Calls {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, next: AtomicU32::new(0), waiting: Mutex::default() }
    }

    pub(super) fn send(&self, message: &FromWorker) {
        (self.outbox)(pack(message));
    }

    /// Hands an answer to the call that waits for it.
    pub(super) fn answered(&self, call: u32, answer: Vec<u8>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&call);
        if let Some(waiting) = waiting {
            // Who no longer waits needs no answer.
            let _ = waiting.send(answer);
        }
    }

    async fn call<T, W: Into<T> + DeserializeOwned>(&self, operation: Operation) -> Result<T> {
        let call = self.next.fetch_add(1, Ordering::Relaxed);
        let (answered, answer) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(call, answered);
        self.send(&FromWorker::Call { call, operation });
        outcome::<T, W>(&answer.await.unwrap_or_default())
    }
}

/// The files of the sandbox that the command belongs to.
pub(super) struct RemoteFiles(pub(super) Arc<Calls>);

#[async_trait]
impl FileSystemExt for RemoteFiles {
    fn backend_kind(&self) -> &'static str {
        "sandbox"
    }
}

#[async_trait]
impl FileSystem for RemoteFiles {
    async fn read_file(&self, path: &Path) -> Result<Vec<u8>> {
        self.0.call::<Vec<u8>, Vec<u8>>(Operation::ReadFile(path.to_owned())).await
    }

    async fn write_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.0.call::<(), ()>(Operation::WriteFile(path.to_owned(), content.to_vec())).await
    }

    async fn append_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.0.call::<(), ()>(Operation::AppendFile(path.to_owned(), content.to_vec())).await
    }

    async fn mkdir(&self, path: &Path, recursive: bool) -> Result<()> {
        self.0.call::<(), ()>(Operation::Mkdir { path: path.to_owned(), recursive }).await
    }

    async fn remove(&self, path: &Path, recursive: bool) -> Result<()> {
        self.0.call::<(), ()>(Operation::Remove { path: path.to_owned(), recursive }).await
    }

    async fn stat(&self, path: &Path) -> Result<Metadata> {
        self.0.call::<Metadata, Described>(Operation::Stat(path.to_owned())).await
    }

    async fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let listed = self.0.call::<Vec<Listed>, Vec<Listed>>(Operation::ReadDir(path.to_owned())).await?;
        Ok(listed.into_iter().map(DirEntry::from).collect())
    }

    async fn exists(&self, path: &Path) -> Result<bool> {
        self.0.call::<bool, bool>(Operation::Exists(path.to_owned())).await
    }

    async fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.0.call::<(), ()>(Operation::Rename { from: from.to_owned(), to: to.to_owned() }).await
    }

    async fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        self.0.call::<(), ()>(Operation::Copy { from: from.to_owned(), to: to.to_owned() }).await
    }

    async fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        self.0.call::<(), ()>(Operation::Symlink { target: target.to_owned(), link: link.to_owned() }).await
    }

    async fn read_link(&self, path: &Path) -> Result<PathBuf> {
        self.0.call::<PathBuf, PathBuf>(Operation::ReadLink(path.to_owned())).await
    }

    async fn chmod(&self, path: &Path, mode: u32) -> Result<()> {
        self.0.call::<(), ()>(Operation::Chmod(path.to_owned(), mode)).await
    }

    async fn set_modified_time(&self, path: &Path, time: SystemTime) -> Result<()> {
        self.0.call::<(), ()>(Operation::SetModified(path.to_owned(), timestamp(time))).await
    }
}
