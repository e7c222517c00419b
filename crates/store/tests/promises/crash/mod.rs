//! Crashes. Whatever was acknowledged is there afterwards, and everything else wholly or not at all.

mod cloud;
mod every;
mod random;

use std::rc::Rc;
use std::sync::Arc;

use sandbox_store::{FaultyStore, MemoryStore, Store, StoreError};

use crate::support::now;
use cloud::{Cloud, Files};

/// What is done to a cloud, one thing after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Put(u8),
    PutApart(u8),
    Delete(u8),
    Import,
}

/// A cloud on a store that may fail, and everything it ever was.
struct Run {
    disk: MemoryStore,
    store: FaultyStore,
    cloud: Rc<Cloud>,
    /// What the files were after each step, beginning with what the last crash left.
    history: Vec<Files>,
    /// How much of the history is acknowledged.
    acknowledged: usize,
    /// Makes contents that are never the same twice.
    steps: u32,
}

impl Run {
    /// A new cloud; `None` where the store fails already.
    fn begin(disk: MemoryStore, store: FaultyStore) -> Result<Self, StoreError> {
        let (cloud, _) = now(Cloud::open(Arc::new(store.clone()) as Arc<dyn Store>))?;
        Ok(Self { disk, store, cloud, history: vec![Files::new()], acknowledged: 0, steps: 0 })
    }

    fn step(&mut self, step: Step) {
        let mut files = self.history.last().expect("it begins with one").clone();
        self.steps += 1;
        let contents = format!("contents of step {}", self.steps).into_bytes();
        match step {
            Step::Put(name) => {
                self.cloud.put(name, contents.clone());
                files.insert(name, contents);
            }
            Step::PutApart(name) => {
                self.cloud.put_apart(name, contents.clone());
                files.insert(name, contents);
            }
            Step::Delete(name) => {
                self.cloud.delete(name);
                files.remove(&name);
            }
            Step::Import => {
                files = Files::from([(9, contents)]);
                self.cloud.import(&files);
            }
        }
        self.history.push(files);
    }

    /// The last of the history, and what a flush that begins now promises.
    fn now_at(&self) -> usize {
        self.history.len() - 1
    }

    fn acknowledge(&mut self, upto: usize) {
        self.acknowledged = self.acknowledged.max(upto);
    }

    /// What a new engine finds on the disk, held against the history: which point of it that is.
    fn check(&self) -> Result<usize, String> {
        let (cloud, back) = now(Cloud::open(Arc::new(self.disk.copy()) as Arc<dyn Store>))
            .map_err(|error| format!("it does not open: {error}"))?;
        let files = cloud.read_all().map_err(|error| format!("a file cannot be read: {error}"))?;
        let point = self.history.iter().rposition(|was| *was == files);
        match point {
            Some(point) if point >= self.acknowledged => Ok(point),
            Some(point) => {
                Err(format!("acknowledged was {}, found is {point} ({:?})", self.acknowledged, back.damaged))
            }
            None => Err(format!("{files:?} never was ({:?})", back.damaged)),
        }
    }

    /// The power comes back, and a new engine opens what is there; `again` is called before each attempt.
    fn recover(&mut self, mut again: impl FnMut(&FaultyStore)) -> Result<(), String> {
        for _ in 0..10 {
            let point = self.check()?;
            self.store.restart();
            again(&self.store);
            match now(Cloud::open(Arc::new(self.store.clone()) as Arc<dyn Store>)) {
                Ok((cloud, _)) => {
                    self.cloud = cloud;
                    // What is found is durable: it must not be lost by a later crash.
                    self.history = vec![self.history.swap_remove(point)];
                    self.acknowledged = 0;
                    return Ok(());
                }
                Err(_) => continue,
            }
        }
        Err("it does not open after ten attempts".into())
    }
}
