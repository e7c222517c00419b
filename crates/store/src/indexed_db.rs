//! Records in the browser's IndexedDB, one tab at a time.
//!
//! The traps this file answers are numbered in the notes on browser storage that the project was built from:
//! only `complete` acknowledges (2), `abort` carries quota errors (2), nothing foreign is awaited inside a
//! transaction (4), a blocked upgrade is an error and no hang (7), a connection closed under us ends the store (7),
//! and the epoch is compared inside every transaction (10).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbTransaction, IdbTransactionMode,
};

use crate::{Commit, Opened, Store, StoreError, StoreKind};

/// The version of the database's layout (its two object stores), not of the records in it.
const LAYOUT_VERSION: u32 = 1;
const JOURNAL: &str = "journal";
const META: &str = "meta";
const EPOCH: &str = "epoch";

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

/// A Web Lock that is held.
struct Lock {
    /// Gives it back.
    release: Function,
    /// Resolves once it is free for others.
    released: Promise,
}

impl Lock {
    async fn give_back(self) {
        // Both only fail where the page is going away, and the lock with it.
        let _ = self.release.call0(&JsValue::UNDEFINED);
        let _ = JsFuture::from(self.released).await;
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

        let opened = raise_epoch(&database).await?;
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
        if let Some(why) = open.lost.borrow().as_ref() {
            return Err(StoreError::Lost(why.clone()));
        }
        if open.epoch != commit.epoch {
            return Err(StoreError::Fenced { own: commit.epoch, found: open.epoch });
        }
        begin_commit(&open.database, commit)
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

    async fn open(&self) -> Result<Opened, StoreError> {
        SendWrapper::new(self.open_here()).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let done = self.begin(&commit)?;
        done.await.unwrap_or_else(|_| Err(StoreError::Unknown("the transaction ended without a word".into())))
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

/// The lock that lets one engine write: refused at once when another tab holds it. Platforms without Web Locks
/// have none to take; there the epoch alone fences.
async fn take_lock(name: &str) -> Result<Option<Lock>, StoreError> {
    let locks = Reflect::get(&js_sys::global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"locks".into()))
        .unwrap_or(JsValue::UNDEFINED);
    let Some(request) = method(&locks, "request") else { return Ok(None) };

    let (answer, answered) = oneshot::channel();
    let answer = Rc::new(RefCell::new(Some(answer)));
    let say = move |outcome: Result<Function, StoreError>| {
        if let Some(answer) = answer.borrow_mut().take() {
            let _gone = answer.send(outcome);
        }
    };
    let say_granted = say.clone();
    let hold = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            say_granted(Err(StoreError::Held));
            return JsValue::UNDEFINED;
        }
        // The lock is held until this promise resolves.
        Promise::new(&mut |resolve, _reject| say_granted(Ok(resolve))).into()
    });
    let refused = Closure::once_into_js(move |why: JsValue| say(Err(unavailable(&why))));
    let options = Object::new();
    set(&options, "ifAvailable", &JsValue::TRUE);
    let lock_name = JsValue::from_str(&format!("simplesandbox:{name}"));
    let pending = request.call3(&locks, &lock_name, &options, &hold).map_err(|why| unavailable(&why))?;
    // A request that the browser refuses (opaque origin) never calls `hold`: its rejection is the answer then.
    let Some(then) = method(&pending, "then") else { return Ok(None) };
    then.call2(&pending, &JsValue::UNDEFINED, &refused).map_err(|why| unavailable(&why))?;
    let unanswered = |_| Err(StoreError::Unavailable("the browser did not answer for a lock".into()));
    let release = answered.await.unwrap_or_else(unanswered)?;
    Ok(Some(Lock { release, released: pending.unchecked_into() }))
}

fn factory() -> Result<IdbFactory, StoreError> {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).map_err(|why| unavailable(&why))?;
    factory.dyn_into().map_err(|_| StoreError::Unavailable("this platform has no IndexedDB".into()))
}

/// Opens the database, and makes its two object stores the first time.
async fn open_database(factory: &IdbFactory, name: &str) -> Result<IdbDatabase, StoreError> {
    let request = factory.open_with_u32(name, LAYOUT_VERSION).map_err(|why| unavailable(&why))?;
    let (done, opened) = oneshot::channel();
    let done = Rc::new(RefCell::new(Some(done)));
    let answer = |outcome: fn(&IdbOpenDbRequest) -> Result<IdbDatabase, StoreError>| {
        let (request, done) = (request.clone(), Rc::clone(&done));
        Closure::<dyn FnMut()>::new(move || {
            if let Some(done) = done.borrow_mut().take() {
                let _gone = done.send(outcome(&request));
            }
        })
    };
    let on_success = answer(|request| Ok(request.result().unwrap_or_default().unchecked_into()));
    let on_error = answer(|request| Err(from_exception(request.error().ok().flatten(), "opening")));
    let on_blocked = answer(|_| Err(StoreError::Held));
    let for_upgrade = request.clone();
    let on_upgrade = Closure::<dyn FnMut()>::new(move || {
        let Ok(database) = for_upgrade.result().map(JsCast::unchecked_into::<IdbDatabase>) else { return };
        // Failing here aborts the upgrade, and `error` tells of it.
        let _ = database.create_object_store(JOURNAL);
        let _ = database.create_object_store(META);
    });
    request.set_onsuccess(Some(on_success.as_ref().unchecked_ref()));
    request.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    request.set_onblocked(Some(on_blocked.as_ref().unchecked_ref()));
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let outcome = opened.await;
    request.set_onsuccess(None);
    request.set_onerror(None);
    request.set_onblocked(None);
    request.set_onupgradeneeded(None);
    outcome.unwrap_or_else(|_| Err(StoreError::Unavailable("opening ended without a word".into())))
}

/// Raises the epoch and reads every record, in one transaction.
async fn raise_epoch(database: &IdbDatabase) -> Result<Opened, StoreError> {
    let transaction = strict_transaction(database)?;
    let (meta, journal) = (object_store(&transaction, META)?, object_store(&transaction, JOURNAL)?);
    let opened = Rc::new(RefCell::new(Opened::default()));

    let records = journal.get_all().map_err(|why| failed(&why))?;
    let into = Rc::clone(&opened);
    on_success(&records, move |value| {
        into.borrow_mut().records =
            Array::from(&value).iter().map(|bytes| Uint8Array::new(&bytes).to_vec()).collect();
    });
    let epoch = meta.get(&EPOCH.into()).map_err(|why| failed(&why))?;
    let into = Rc::clone(&opened);
    on_success(&epoch, move |value| {
        // Anything but a whole number from 1 is not ours; counting anew fences off whoever wrote it.
        let last = value.as_f64().filter(|epoch| epoch.fract() == 0.0 && *epoch >= 1.0);
        let next = last.unwrap_or(0.0) + 1.0;
        into.borrow_mut().epoch = next as u64;
        // A failure to ask aborts the transaction by itself: the epoch is then not raised, and open fails.
        let _ = meta.put_with_key(&next.into(), &EPOCH.into());
    });
    finished(&transaction, Rc::default())
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("reading ended without a word".into())))?;
    Ok(opened.take())
}

/// Starts the one transaction of a commit: the epoch first, then everything else.
fn begin_commit(
    database: &IdbDatabase,
    commit: &Commit,
) -> Result<oneshot::Receiver<Result<(), StoreError>>, StoreError> {
    let values: Vec<(f64, Uint8Array)> =
        commit.records.iter().map(|(seq, bytes)| (*seq as f64, Uint8Array::from(bytes.as_slice()))).collect();
    let (own, drop_below, drop_from) = (commit.epoch, commit.drop_below, commit.drop_from);
    let transaction = strict_transaction(database)?;
    let (meta, journal) = (object_store(&transaction, META)?, object_store(&transaction, JOURNAL)?);
    let refusal: Rc<RefCell<Option<StoreError>>> = Rc::default();

    let epoch = meta.get(&EPOCH.into()).map_err(|why| failed(&why))?;
    let (in_transaction, refused) = (transaction.clone(), Rc::clone(&refusal));
    on_success(&epoch, move |value| {
        let found = value.as_f64().unwrap_or(0.0) as u64;
        let written = if found == own {
            drop_records(&journal, drop_below, drop_from).and_then(|()| put_records(&journal, &values))
        } else {
            Err(StoreError::Fenced { own, found })
        };
        if let Err(error) = written {
            *refused.borrow_mut() = Some(error);
            let _ = in_transaction.abort();
        }
    });
    Ok(finished(&transaction, refusal))
}

fn drop_records(journal: &IdbObjectStore, below: Option<u64>, from: Option<u64>) -> Result<(), StoreError> {
    let below = below.map(|first_kept| IdbKeyRange::upper_bound_with_open(&(first_kept as f64).into(), true));
    let from = from.map(|first_dropped| IdbKeyRange::lower_bound(&(first_dropped as f64).into()));
    for range in below.into_iter().chain(from) {
        let range = range.map_err(|why| failed(&why))?;
        journal.delete(&range).map_err(|why| failed(&why))?;
    }
    Ok(())
}

fn put_records(journal: &IdbObjectStore, values: &[(f64, Uint8Array)]) -> Result<(), StoreError> {
    for (seq, bytes) in values {
        journal.put_with_key(bytes, &(*seq).into()).map_err(|why| failed(&why))?;
    }
    Ok(())
}

/// A transaction over both object stores that asks for `strict` durability by name: since version 121 Chrome's
/// default survives no power cut.
fn strict_transaction(database: &IdbDatabase) -> Result<IdbTransaction, StoreError> {
    let begin = method(database, "transaction")
        .ok_or_else(|| StoreError::Unavailable("this platform's IndexedDB has no transactions".into()))?;
    let options = Object::new();
    set(&options, "durability", &"strict".into());
    let stores = Array::of2(&JOURNAL.into(), &META.into());
    let mode = JsValue::from(IdbTransactionMode::Readwrite);
    let transaction =
        begin.call3(database, &stores, &mode, &options).map_err(|why| StoreError::Lost(text(&why)))?;
    Ok(transaction.unchecked_into())
}

fn object_store(transaction: &IdbTransaction, name: &str) -> Result<IdbObjectStore, StoreError> {
    transaction.object_store(name).map_err(|why| StoreError::Unavailable(text(&why)))
}

/// Resolves with `complete`, or with the reason of an `abort`: `refusal` where we aborted ourselves.
fn finished(
    transaction: &IdbTransaction,
    refusal: Rc<RefCell<Option<StoreError>>>,
) -> oneshot::Receiver<Result<(), StoreError>> {
    let (done, finished) = oneshot::channel();
    let done = Rc::new(RefCell::new(Some(done)));
    let also_done = Rc::clone(&done);
    let on_complete = Closure::once_into_js(move || {
        if let Some(done) = also_done.borrow_mut().take() {
            let _gone = done.send(Ok(()));
        }
    });
    let aborted = transaction.clone();
    let on_abort = Closure::once_into_js(move || {
        let error = refusal.borrow_mut().take();
        let error = error.unwrap_or_else(|| from_exception(aborted.error(), "writing"));
        if let Some(done) = done.borrow_mut().take() {
            let _gone = done.send(Err(error));
        }
    });
    transaction.set_oncomplete(Some(on_complete.unchecked_ref()));
    transaction.set_onabort(Some(on_abort.unchecked_ref()));
    finished
}

fn on_success(request: &IdbRequest, then: impl FnOnce(JsValue) + 'static) {
    let of = request.clone();
    let handler = Closure::once_into_js(move || then(of.result().unwrap_or_default()));
    request.set_onsuccess(Some(handler.unchecked_ref()));
}

/// A handler that marks the store lost; the connection is closed where the browser asks us to.
fn closing(
    lost: &Rc<RefCell<Option<String>>>,
    why: &'static str,
    close: Option<&IdbDatabase>,
) -> Closure<dyn FnMut()> {
    let (lost, close) = (Rc::clone(lost), close.cloned());
    Closure::new(move || {
        *lost.borrow_mut() = Some(why.to_owned());
        if let Some(database) = &close {
            database.close();
        }
    })
}

fn from_exception(exception: Option<DomException>, doing: &str) -> StoreError {
    let Some(exception) = exception else {
        return StoreError::Unknown(format!("{doing} was aborted without a reason"));
    };
    let what = format!("{doing}: {}: {}", exception.name(), exception.message());
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Full(what),
        "SecurityError" | "InvalidStateError" | "NotFoundError" => StoreError::Unavailable(what),
        _ => StoreError::Failed(what),
    }
}

fn unavailable(why: &JsValue) -> StoreError {
    StoreError::Unavailable(text(why))
}

fn failed(why: &JsValue) -> StoreError {
    StoreError::Failed(text(why))
}

fn text(why: &JsValue) -> String {
    js_sys::Object::from(why.clone()).to_string().into()
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok().and_then(|member| member.dyn_into().ok())
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object of our own cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}
