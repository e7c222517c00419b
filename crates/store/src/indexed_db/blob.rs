//! Segments as Blobs: one that is read back from IndexedDB is a handle, whose contents a worker reads when it
//! needs them.

use std::sync::Arc;

use bytes::Bytes;
use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync};

use super::js::{failed, text};
use crate::memory::Contents;
use crate::{RawSegment, StoreError};

/// The pieces put together, without a buffer of ours for the whole.
pub(super) fn blob_of(pieces: &[Bytes]) -> Result<Blob, StoreError> {
    let parts: Array = pieces.iter().map(|piece| Uint8Array::from(&piece[..])).collect();
    Blob::new_with_u8_array_sequence(&parts).map_err(|why| failed(&why))
}

/// A segment from its value in the database. A page's own thread cannot read a Blob at once: there the contents are
/// read now, and stay in memory.
pub(super) async fn raw_segment(number: u64, value: JsValue) -> Result<Arc<dyn RawSegment>, StoreError> {
    let missing = |_| StoreError::SegmentDamaged { number, what: "it is not there" };
    let blob: Blob = value.dyn_into().map_err(missing)?;
    if reads_at_once() {
        let len = blob.size() as u64;
        return Ok(Arc::new(BlobSegment { blob: SendWrapper::new(blob), len }));
    }
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|why| unreadable(&why))?;
    Ok(Arc::new(Contents(Uint8Array::new(&buffer).to_vec().into())))
}

fn reads_at_once() -> bool {
    Reflect::has(&js_sys::global(), &"FileReaderSync".into()).unwrap_or(false)
}

/// A handle, readable also after the segment was deleted.
#[derive(Debug)]
struct BlobSegment {
    blob: SendWrapper<Blob>,
    len: u64,
}

impl RawSegment for BlobSegment {
    fn len(&self) -> u64 {
        self.len
    }

    fn read(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        let end = at as f64 + len as f64;
        let read = || -> Result<ArrayBuffer, JsValue> {
            let part = self.blob.slice_with_f64_and_f64(at as f64, end)?;
            FileReaderSync::new()?.read_as_array_buffer(&part)
        };
        let buffer = read().map_err(|why| unreadable(&why))?;
        Ok(Uint8Array::new(&buffer).to_vec().into())
    }
}

/// The browser let the contents go: site data was cleared, or the storage was evicted.
fn unreadable(why: &JsValue) -> StoreError {
    StoreError::Lost(text(why))
}
