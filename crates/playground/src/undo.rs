//! One step back: what was done last and can be undone.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::cloud::{Cloud, Saved};

/// An offer that stands until it is taken, dismissed or replaced by the next.
#[derive(Clone)]
pub(crate) struct Offer {
    /// What was done.
    pub(crate) message: String,
    undo: Option<Rc<dyn Fn()>>,
}

/// A handle: copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct Undos {
    pub(crate) current: RwSignal<Option<Offer>, LocalStorage>,
}

impl Offer {
    pub(crate) fn can_be_undone(&self) -> bool {
        self.undo.is_some()
    }
}

impl Undos {
    pub(crate) fn new() -> Self {
        Self { current: RwSignal::new_local(None) }
    }

    /// Tells what was done, and offers to take it back.
    pub(crate) fn offer(self, message: String, undo: impl Fn() + 'static) {
        self.current.set(Some(Offer { message, undo: Some(Rc::new(undo)) }));
    }

    /// Tells what was done to the cloud, and offers to put the saved one back.
    pub(crate) fn offer_cloud(self, message: String, cloud: Cloud, saved: Saved) {
        self.offer(message, move || {
            let saved = saved.clone();
            spawn_local(async move {
                match cloud.replace(Some(&saved)).await {
                    Ok(()) => self.tell("The cloud is back as it was.".to_owned()),
                    Err(refusal) => self.tell(format!("It could not be brought back: {}", refusal.message)),
                }
            });
        });
    }

    /// Only tells.
    pub(crate) fn tell(self, message: String) {
        self.current.set(Some(Offer { message, undo: None }));
    }

    pub(crate) fn take(self) {
        let offer = self.current.get_untracked();
        self.dismiss();
        if let Some(undo) = offer.and_then(|offer| offer.undo) {
            undo();
        }
    }

    pub(crate) fn dismiss(self) {
        self.current.set(None);
    }
}
