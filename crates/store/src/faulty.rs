//! A store that fails on demand: how tests learn what happens when a disk is full or a browser lies.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{Commit, Opened, Store, StoreError, StoreKind};

/// What goes wrong with the next commits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Commits fail with this error and leave nothing.
    Refuse(StoreError),
    /// Commits are kept, but this error is answered: the outcome is unknown to the caller.
    LoseReply(StoreError),
    /// Commits are acknowledged and not kept: the bug that every durability test must find.
    AcknowledgeEarly,
}

/// Wraps a store and plants a [`Fault`] in it.
#[derive(Clone)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    fault: Arc<Mutex<Fault>>,
}

impl FaultyStore {
    /// A store without a fault yet.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, fault: Arc::default() }
    }

    /// Sets what goes wrong from now on.
    pub fn plant(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn fault(&self) -> Fault {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Store for FaultyStore {
    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        self.inner.open().await
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        match self.fault() {
            Fault::None => self.inner.commit(commit).await,
            Fault::Refuse(error) => Err(error),
            Fault::LoseReply(error) => {
                self.inner.commit(commit).await?;
                Err(error)
            }
            Fault::AcknowledgeEarly => Ok(()),
        }
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
