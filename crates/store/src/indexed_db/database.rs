//! The database: opening and upgrading it, transactions, and how they end.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode,
};

use super::js::{from_exception, method, set, text, unavailable};
use crate::StoreError;

/// The version of the database's layout (its object stores), not of the records in it.
const LAYOUT_VERSION: u32 = 2;
/// Records by sequence number.
pub(super) const JOURNAL: &str = "journal";
/// Segments by number.
pub(super) const CONTENTS: &str = "contents";
pub(super) const META: &str = "meta";
/// A key in `META`.
pub(super) const EPOCH: &str = "epoch";

pub(super) fn factory() -> Result<IdbFactory, StoreError> {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).map_err(|why| unavailable(&why))?;
    factory.dyn_into().map_err(|_| StoreError::Unavailable("this platform has no IndexedDB".into()))
}

/// Opens the database, and makes the object stores that it lacks: all of them the first time.
pub(super) async fn open_database(factory: &IdbFactory, name: &str) -> Result<IdbDatabase, StoreError> {
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
        let there = database.object_store_names();
        for name in [JOURNAL, META, CONTENTS].into_iter().filter(|name| !there.contains(name)) {
            // Failing here aborts the upgrade, and `error` tells of it.
            let _ = database.create_object_store(name);
        }
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

/// A transaction over these object stores that asks for `strict` durability by name: since version 121 Chrome's
/// default survives no power cut.
pub(super) fn strict_transaction(
    database: &IdbDatabase,
    names: &[&str],
) -> Result<IdbTransaction, StoreError> {
    let begin = method(database, "transaction")
        .ok_or_else(|| StoreError::Unavailable("this platform's IndexedDB has no transactions".into()))?;
    let options = Object::new();
    set(&options, "durability", &"strict".into());
    let stores: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
    let mode = JsValue::from(IdbTransactionMode::Readwrite);
    let transaction =
        begin.call3(database, &stores, &mode, &options).map_err(|why| StoreError::Lost(text(&why)))?;
    Ok(transaction.unchecked_into())
}

pub(super) fn object_store(transaction: &IdbTransaction, name: &str) -> Result<IdbObjectStore, StoreError> {
    transaction.object_store(name).map_err(|why| StoreError::Unavailable(text(&why)))
}

/// Resolves with `complete`, or with the reason of an `abort`: `refusal` where we aborted ourselves.
pub(super) fn finished(
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

pub(super) fn on_success(request: &IdbRequest, then: impl FnOnce(JsValue) + 'static) {
    let of = request.clone();
    let handler = Closure::once_into_js(move || then(of.result().unwrap_or_default()));
    request.set_onsuccess(Some(handler.unchecked_ref()));
}

/// A handler that marks the store lost; the connection is closed where the browser asks us to.
pub(super) fn closing(
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
