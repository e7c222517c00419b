//! Records and segments in the browser's IndexedDB, one tab at a time.
//!
//! The traps this folder answers are numbered in the notes on browser storage that the project was built from:
//! only `complete` acknowledges (2), `abort` carries quota errors (2), nothing foreign is awaited inside a
//! transaction (4), a blocked upgrade is an error and no hang (7), a connection closed under us ends the store (7),
//! and the epoch is compared inside every transaction (10).

mod blob;
mod database;
mod js;
mod lock;
mod transactions;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_channel::oneshot;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::IdbDatabase;

use crate::{Commit, Habits, Opened, RawSegment, Store, StoreError, StoreKind};
use blob::raw_segment;
use database::{closing, factory, open_database};
use lock::{Lock, take_lock};
use transactions::{begin_commit, begin_read, read_all};

/// A store in IndexedDB. It holds a Web Lock of the same name from `open` to `close`, so that one engine writes.
pub struct IndexedDbStore {
    name: String,
    open: Mutex<Option<SendWrapper<Open>>>,
}

/// What is held while the store is open.
struct Open {
    database: IdbDatabase,
    epoch: u64,
    /// Set when the browser closed the connection under us.
    lost: Rc<RefCell<Option<String>>>,
    /// Absent where the platform has no locks.
    lock: Option<Lock>,
    _on_close: Closure<dyn FnMut()>,
    _on_version_change: Closure<dyn FnMut()>,
}

impl Open {
    fn not_lost(&self) -> Result<(), StoreError> {
        self.lost.borrow().as_ref().map_or(Ok(()), |why| Err(StoreError::Lost(why.clone())))
    }
}

impl IndexedDbStore {
    /// A store in the database of this name; it is made when it is not there.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), open: Mutex::new(None) }
    }

    async fn open_here(&self) -> Result<Opened, StoreError> {
        let lock = take_lock(&self.name).await?;
        let result = self.open_locked().await;
        match result {
            Ok((mut open, opened)) => {
                open.lock = lock;
                *self.slot() = Some(SendWrapper::new(open));
                Ok(opened)
            }
            Err(error) => {
                if let Some(lock) = lock {
                    lock.give_back().await;
                }
                Err(error)
            }
        }
    }

    async fn open_locked(&self) -> Result<(Open, Opened), StoreError> {
        let database = open_database(&factory()?, &self.name).await?;
        let lost = Rc::new(RefCell::new(None));
        let on_close = closing(&lost, "its data was cleared or evicted", None);
        let on_version_change = closing(&lost, "the database is being deleted or upgraded", Some(&database));
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));

        let opened = read_all(&database).await?;
        let epoch = opened.epoch;
        let open = Open {
            database,
            epoch,
            lost,
            lock: None,
            _on_close: on_close,
            _on_version_change: on_version_change,
        };
        Ok((open, opened))
    }

    /// Starts the transaction of a commit; awaiting it is up to the caller, with nothing borrowed.
    fn begin(&self, commit: &Commit) -> Result<oneshot::Receiver<Result<(), StoreError>>, StoreError> {
        let slot = self.slot();
        let open = slot.as_ref().ok_or_else(|| StoreError::Lost("the store is closed".into()))?;
        open.not_lost()?;
        if open.epoch != commit.epoch {
            return Err(StoreError::Fenced { own: commit.epoch, found: open.epoch });
        }
        begin_commit(&open.database, commit)
    }

    /// Starts to read a segment.
    fn begin_read(&self, number: u64) -> Result<oneshot::Receiver<Result<JsValue, StoreError>>, StoreError> {
        let slot = self.slot();
        let open = slot.as_ref().ok_or_else(|| StoreError::Lost("the store is closed".into()))?;
        open.not_lost()?;
        begin_read(&open.database, number)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<SendWrapper<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for IndexedDbStore {
    fn kind(&self) -> StoreKind {
        StoreKind::IndexedDb
    }

    fn habits(&self) -> Habits {
        // Chromium puts larger values into files of their own, whatever they are.
        Habits { apart_from: 64 << 10, ..Habits::default() }
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        SendWrapper::new(self.open_here()).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let done = self.begin(&commit)?;
        done.await.unwrap_or_else(|_| Err(StoreError::Unknown("the transaction ended without a word".into())))
    }

    async fn segment(&self, number: u64) -> Result<Arc<dyn RawSegment>, StoreError> {
        let reading = SendWrapper::new(self.begin_read(number)?);
        SendWrapper::new(async move {
            let unanswered = |_| Err(StoreError::Unknown("the transaction ended without a word".into()));
            let value = reading.take().await.unwrap_or_else(unanswered)?;
            raw_segment(number, value).await
        })
        .await
    }

    async fn close(&self) {
        let Some(open) = self.slot().take() else { return };
        SendWrapper::new(async move {
            let open = open.take();
            open.database.set_onclose(None);
            open.database.set_onversionchange(None);
            open.database.close();
            if let Some(lock) = open.lock {
                lock.give_back().await;
            }
        })
        .await;
    }
}
