//! The Web Lock that lets one engine write.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::js::{method, set, unavailable};
use crate::StoreError;

/// A Web Lock that is held.
pub(super) struct Lock {
    /// Gives it back.
    release: Function,
    /// Resolves once it is free for others.
    released: Promise,
}

impl Lock {
    pub(super) async fn give_back(self) {
        // Both only fail where the page is going away, and the lock with it.
        let _ = self.release.call0(&JsValue::UNDEFINED);
        let _ = JsFuture::from(self.released).await;
    }
}

/// The lock that lets one engine write: refused at once when another tab holds it. Platforms without Web Locks
/// have none to take; there the epoch alone fences.
pub(super) async fn take_lock(name: &str) -> Result<Option<Lock>, StoreError> {
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
