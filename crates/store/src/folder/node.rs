//! Files through Node's own `fs`.

use bytes::Bytes;
use js_sys::{Array, Error, Object, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;

use super::{Disk, DiskFile};
use crate::StoreError;

#[wasm_bindgen]
extern "C" {
    /// The module `node:fs`, as far as it is used here.
    #[derive(Debug, Clone)]
    pub type NodeFs;

    #[wasm_bindgen(method, structural, catch, js_name = openSync)]
    fn open_sync(this: &NodeFs, path: &str, flags: &str) -> Result<i32, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = closeSync)]
    fn close_sync(this: &NodeFs, file: i32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = fsyncSync)]
    fn fsync_sync(this: &NodeFs, file: i32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = writevSync)]
    fn writev_sync(this: &NodeFs, file: i32, pieces: &Array) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = readSync)]
    fn read_sync(
        this: &NodeFs,
        file: i32,
        into: &Uint8Array,
        offset: u32,
        length: u32,
        at: f64,
    ) -> Result<u32, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = fstatSync)]
    fn fstat_sync(this: &NodeFs, file: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = renameSync)]
    fn rename_sync(this: &NodeFs, from: &str, to: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, js_name = existsSync)]
    fn exists_sync(this: &NodeFs, path: &str) -> bool;
    #[wasm_bindgen(method, structural, catch, js_name = unlinkSync)]
    fn unlink_sync(this: &NodeFs, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = readFileSync)]
    fn read_file_sync(this: &NodeFs, path: &str) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = readdirSync)]
    fn readdir_sync(this: &NodeFs, path: &str) -> Result<Array, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = mkdirSync)]
    fn mkdir_sync(this: &NodeFs, path: &str, options: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(thread_local_v2, js_name = process)]
    static PROCESS: NodeProcess;
    type NodeProcess;
    #[wasm_bindgen(method, getter)]
    fn pid(this: &NodeProcess) -> f64;
    #[wasm_bindgen(method, catch)]
    fn kill(this: &NodeProcess, pid: f64, signal: i32) -> Result<JsValue, JsValue>;
}

/// How many times a lock is tried for whose holder is gone.
const LOCK_TRIES: u32 = 3;
/// Pieces that are written at a time: the system takes no more.
const PIECES_AT_ONCE: usize = 1000;

/// A folder that Node reaches.
#[derive(Debug, Clone)]
pub struct NodeDisk {
    fs: SendWrapper<NodeFs>,
    folder: String,
}

impl NodeDisk {
    /// The folder at a path, by means of the module `node:fs`.
    pub fn new(fs: NodeFs, folder: impl Into<String>) -> Self {
        Self { fs: SendWrapper::new(fs), folder: folder.into() }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn opened<T>(
        &self,
        path: &str,
        flags: &str,
        work: impl FnOnce(i32) -> Result<T, JsValue>,
    ) -> Result<T, JsValue> {
        let file = self.fs.open_sync(path, flags)?;
        let done = work(file);
        self.fs.close_sync(file)?;
        done
    }

    fn write_durably(&self, path: &str, flags: &str, pieces: &[Bytes]) -> Result<(), JsValue> {
        self.opened(path, flags, |file| {
            for some in pieces.chunks(PIECES_AT_ONCE) {
                let wanted: usize = some.iter().map(Bytes::len).sum();
                let views: Array = some.iter().map(|piece| Uint8Array::from(&piece[..])).collect();
                if self.fs.writev_sync(file, &views)? != wanted as f64 {
                    return Err(Error::new("the disk took only a part").into());
                }
            }
            self.fs.fsync_sync(file)
        })
    }

    fn sync_folder(&self) -> Result<(), JsValue> {
        self.opened(&self.folder, "r", |folder| self.fs.fsync_sync(folder))
    }

    fn make_folder(&self) -> Result<(), JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"recursive".into(), &true.into())?;
        self.fs.mkdir_sync(&self.folder, &options).map(drop)
    }
}

impl Disk for NodeDisk {
    fn list(&self) -> Result<Vec<String>, StoreError> {
        self.make_folder().map_err(failed)?;
        let names = self.fs.readdir_sync(&self.folder).map_err(failed)?;
        Ok(names.iter().filter_map(|name| name.as_string()).collect())
    }

    fn read(&self, name: &str) -> Result<Bytes, StoreError> {
        let bytes = self.fs.read_file_sync(&self.path(name)).map_err(failed)?;
        Ok(bytes.to_vec().into())
    }

    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, StoreError> {
        let file = self.fs.open_sync(&self.path(name), "r").map_err(failed)?;
        Ok(Box::new(NodeFile { fs: self.fs.clone(), file }))
    }

    fn write(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError> {
        let (path, aside) = (self.path(name), self.path(&format!("{name}.new")));
        self.write_durably(&aside, "w", pieces)
            .and_then(|()| self.fs.rename_sync(&aside, &path))
            .and_then(|()| self.sync_folder())
            .map_err(failed)
    }

    fn append(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError> {
        let path = self.path(name);
        let is_new = !self.fs.exists_sync(&path);
        self.write_durably(&path, "a", pieces).map_err(failed)?;
        if is_new { self.sync_folder().map_err(failed) } else { Ok(()) }
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.fs.unlink_sync(&self.path(name)) {
            Err(why) if code(&why) != "ENOENT" => Err(failed(why)),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> Result<Box<dyn Send + Sync>, StoreError> {
        self.make_folder().map_err(failed)?;
        let path = self.path("lock");
        let own = PROCESS.with(NodeProcess::pid);
        for _ in 0..LOCK_TRIES {
            let taken = self.opened(&path, "wx", |file| {
                let text = Uint8Array::from(own.to_string().as_bytes());
                self.fs.writev_sync(file, &Array::of1(&text)).map(drop)
            });
            match taken {
                Ok(()) => return Ok(Box::new(Lock { disk: self.clone() })),
                Err(why) if code(&why) != "EEXIST" => return Err(failed(why)),
                Err(_) => {}
            }
            let holder: Option<f64> =
                self.read("lock").ok().and_then(|text| std::str::from_utf8(&text).ok()?.trim().parse().ok());
            // A signal that does nothing tells whether there is such a process; one of another user is one too.
            let lives = holder.is_some_and(|pid| {
                pid == own
                    || PROCESS
                        .with(|process| process.kill(pid, 0))
                        .map_or_else(|why| code(&why) == "EPERM", |_| true)
            });
            if lives {
                return Err(StoreError::Held);
            }
            self.remove("lock")?;
        }
        Err(StoreError::Held)
    }
}

/// The folder's lock; given back when it is dropped, and free when the process is gone.
struct Lock {
    disk: NodeDisk,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A lock that stays names a process that is gone soon.
        let _ = self.disk.remove("lock");
    }
}

#[derive(Debug)]
struct NodeFile {
    fs: SendWrapper<NodeFs>,
    file: i32,
}

impl DiskFile for NodeFile {
    fn size(&self) -> Result<u64, StoreError> {
        let stat = self.fs.fstat_sync(self.file).map_err(failed)?;
        let size = Reflect::get(&stat, &"size".into()).ok().and_then(|size| size.as_f64());
        size.map(|size| size as u64).ok_or_else(|| StoreError::Failed("a file without a size".into()))
    }

    fn read_at(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        let bytes = Uint8Array::new_with_length(len as u32);
        let mut done = 0;
        while done < len as u32 {
            let left = len as u32 - done;
            let read = self.fs.read_sync(self.file, &bytes, done, left, at as f64 + f64::from(done));
            match read.map_err(failed)? {
                0 => return Err(StoreError::Failed("a file ends before what is asked for".into())),
                read => done += read,
            }
        }
        Ok(bytes.to_vec().into())
    }
}

impl Drop for NodeFile {
    fn drop(&mut self) {
        // Closing what was only read loses nothing.
        let _ = self.fs.close_sync(self.file);
    }
}

fn code(why: &JsValue) -> String {
    Reflect::get(why, &"code".into()).ok().and_then(|code| code.as_string()).unwrap_or_default()
}

fn failed(why: JsValue) -> StoreError {
    let text =
        why.dyn_ref::<Error>().map_or_else(|| format!("{why:?}"), |error| String::from(error.message()));
    match code(&why).as_str() {
        "ENOSPC" | "EDQUOT" => StoreError::Full(text),
        "EACCES" | "EPERM" | "EROFS" | "ENOTDIR" => StoreError::Unavailable(text),
        _ => StoreError::Failed(text),
    }
}
