//! What the tests of the journal share.

use std::sync::Arc;

use futures_util::FutureExt;
use sandbox_store::{Journal, MemoryStore, Recovered, Store, StoreError};

/// A journal whose entries are a name and a place.
pub(crate) type Log = Journal<&'static str>;
pub(crate) type Back = Recovered<Vec<String>, (String, u64)>;

/// Everything in these tests is ready at once: a future that waits is a failure.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("nothing here has to wait")
}

pub(crate) fn store() -> MemoryStore {
    MemoryStore::new()
}

pub(crate) fn open(store: &MemoryStore) -> (Log, Back) {
    open_on(store.clone()).expect("the store opens")
}

pub(crate) fn open_on(store: impl Store + 'static) -> Result<(Log, Back), StoreError> {
    now(Log::open(Arc::new(store) as Arc<dyn Store>))
}
