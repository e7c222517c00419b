//! The three transactions: reading everything at the start, committing, and reading one segment back.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use futures_channel::oneshot;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, IdbDatabase, IdbKeyRange, IdbObjectStore};

use super::blob::{blob_of, raw_segment};
use super::database::{
    CONTENTS, EPOCH, JOURNAL, META, finished, object_store, on_success, strict_transaction,
};
use super::js::{failed, from_exception};
use crate::{Commit, Opened, StoreError};

/// What the start reads, as it comes: keys and values of an object store are two requests.
#[derive(Default)]
struct Read {
    epoch: u64,
    seqs: Array,
    records: Array,
    numbers: Array,
    blobs: Array,
}

/// Raises the epoch and reads every record, and the handle of every segment, in one transaction.
pub(super) async fn read_all(database: &IdbDatabase) -> Result<Opened, StoreError> {
    let transaction = strict_transaction(database, &[JOURNAL, META, CONTENTS])?;
    let (meta, journal) = (object_store(&transaction, META)?, object_store(&transaction, JOURNAL)?);
    let contents = object_store(&transaction, CONTENTS)?;
    let read = Rc::new(RefCell::new(Read::default()));

    type Slot = fn(&mut Read) -> &mut Array;
    let requests: [(_, Slot); 4] = [
        (journal.get_all_keys(), |read| &mut read.seqs),
        (journal.get_all(), |read| &mut read.records),
        (contents.get_all_keys(), |read| &mut read.numbers),
        (contents.get_all(), |read| &mut read.blobs),
    ];
    for (request, slot) in requests {
        let into = Rc::clone(&read);
        on_success(&request.map_err(|why| failed(&why))?, move |values| {
            *slot(&mut into.borrow_mut()) = Array::from(&values);
        });
    }
    let epoch = meta.get(&EPOCH.into()).map_err(|why| failed(&why))?;
    let into = Rc::clone(&read);
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

    let Read { epoch, seqs, records, numbers, blobs } = read.take();
    let mut opened = Opened { epoch, ..Opened::default() };
    for (seq, bytes) in seqs.iter().zip(records.iter()) {
        opened.records.push((number_of(&seq)?, Uint8Array::new(&bytes).to_vec().into()));
    }
    for (number, blob) in numbers.iter().zip(blobs.iter()) {
        let number = number_of(&number)?;
        opened.segments.push((number, raw_segment(number, blob).await?));
    }
    Ok(opened)
}

fn number_of(key: &JsValue) -> Result<u64, StoreError> {
    let number = key.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0);
    number.map(|number| number as u64).ok_or_else(|| StoreError::Failed("a key is no number of ours".into()))
}

/// Starts the one transaction of a commit: the epoch first, then everything else.
pub(super) fn begin_commit(
    database: &IdbDatabase,
    commit: &Commit,
) -> Result<oneshot::Receiver<Result<(), StoreError>>, StoreError> {
    let values = Values::of(commit)?;
    let own = commit.epoch;
    let transaction = strict_transaction(database, &[JOURNAL, META, CONTENTS])?;
    let (meta, journal) = (object_store(&transaction, META)?, object_store(&transaction, JOURNAL)?);
    let contents = object_store(&transaction, CONTENTS)?;
    let refusal: Rc<RefCell<Option<StoreError>>> = Rc::default();

    let epoch = meta.get(&EPOCH.into()).map_err(|why| failed(&why))?;
    let (in_transaction, refused) = (transaction.clone(), Rc::clone(&refusal));
    on_success(&epoch, move |value| {
        let found = value.as_f64().unwrap_or(0.0) as u64;
        let written = if found == own {
            values.write(&journal, &contents).map_err(|why| failed(&why))
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

/// A commit in the browser's own values, made before its transaction begins.
struct Values {
    records: Vec<(JsValue, Uint8Array)>,
    segments: Vec<(JsValue, Blob)>,
    below: Option<IdbKeyRange>,
    drop_records: Vec<JsValue>,
    drop_segments: Vec<JsValue>,
}

impl Values {
    fn of(commit: &Commit) -> Result<Self, StoreError> {
        let record = |(seq, bytes): &(u64, Bytes)| (key(*seq), Uint8Array::from(&bytes[..]));
        let segment = |(number, pieces): &(u64, Vec<Bytes>)| Ok((key(*number), blob_of(pieces)?));
        let below =
            commit.drop_records_below.map(|kept| IdbKeyRange::upper_bound_with_open(&key(kept), true));
        Ok(Self {
            records: commit.records.iter().map(record).collect(),
            segments: commit.segments.iter().map(segment).collect::<Result<_, StoreError>>()?,
            below: below.transpose().map_err(|why| failed(&why))?,
            drop_records: commit.drop_records.iter().copied().map(key).collect(),
            drop_segments: commit.drop_segments.iter().copied().map(key).collect(),
        })
    }

    fn write(&self, journal: &IdbObjectStore, contents: &IdbObjectStore) -> Result<(), JsValue> {
        for dropped in self.below.iter().map(AsRef::as_ref).chain(&self.drop_records) {
            journal.delete(dropped)?;
        }
        for dropped in &self.drop_segments {
            contents.delete(dropped)?;
        }
        for (seq, bytes) in &self.records {
            journal.put_with_key(bytes, seq)?;
        }
        for (number, blob) in &self.segments {
            contents.put_with_key(blob, number)?;
        }
        Ok(())
    }
}

fn key(number: u64) -> JsValue {
    (number as f64).into()
}

/// Starts to read the value of a segment: its request is enough, nothing is to become durable.
pub(super) fn begin_read(
    database: &IdbDatabase,
    number: u64,
) -> Result<oneshot::Receiver<Result<JsValue, StoreError>>, StoreError> {
    let transaction = database.transaction_with_str(CONTENTS).map_err(|why| failed(&why))?;
    let request = object_store(&transaction, CONTENTS)?.get(&key(number)).map_err(|why| failed(&why))?;
    let (done, read) = oneshot::channel();
    let done = Rc::new(RefCell::new(Some(done)));
    let failing = (request.clone(), Rc::clone(&done));
    on_success(&request, move |value| {
        if let Some(done) = done.borrow_mut().take() {
            let _gone = done.send(Ok(value));
        }
    });
    let on_error = Closure::once_into_js(move || {
        let (request, done) = failing;
        if let Some(done) = done.borrow_mut().take() {
            let _gone = done.send(Err(from_exception(request.error().ok().flatten(), "reading")));
        }
    });
    request.set_onerror(Some(on_error.unchecked_ref()));
    Ok(read)
}
