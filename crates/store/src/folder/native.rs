//! Files of the platform that this was compiled for.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::{Disk, DiskFile};
use crate::StoreError;

/// A folder of this machine.
#[derive(Debug)]
pub struct NativeDisk {
    folder: PathBuf,
}

impl NativeDisk {
    /// The folder at a path.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// A name in a folder is there for good when the folder itself is written.
    fn sync_folder(&self) -> Result<(), StoreError> {
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

impl Disk for NativeDisk {
    fn list(&self) -> Result<Vec<String>, StoreError> {
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        let entries = std::fs::read_dir(&self.folder).map_err(failed)?;
        entries.map(|entry| Ok(entry.map_err(failed)?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn read(&self, name: &str) -> Result<Bytes, StoreError> {
        std::fs::read(self.folder.join(name)).map(Bytes::from).map_err(failed)
    }

    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, StoreError> {
        let file = File::open(self.folder.join(name)).map_err(failed)?;
        Ok(Box::new(NativeFile(Mutex::new(file))))
    }

    fn write(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError> {
        let aside = self.folder.join(format!("{name}.new"));
        let mut file = File::create(&aside).map_err(failed)?;
        pieces.iter().try_for_each(|piece| file.write_all(piece)).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        std::fs::rename(&aside, self.folder.join(name)).map_err(failed)?;
        self.sync_folder()
    }

    fn append(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        let is_new = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        pieces.iter().try_for_each(|piece| file.write_all(piece)).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        if is_new { self.sync_folder() } else { Ok(()) }
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        match std::fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> Result<Box<dyn Send + Sync>, StoreError> {
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        let file = File::create(self.folder.join("lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Held),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

#[derive(Debug)]
struct NativeFile(Mutex<File>);

impl DiskFile for NativeFile {
    fn size(&self) -> Result<u64, StoreError> {
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.metadata().map(|metadata| metadata.len()).map_err(failed)
    }

    fn read_at(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; len];
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes)).map_err(failed)?;
        Ok(bytes.into())
    }
}

fn failed(error: std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full(error.to_string()),
        _ => StoreError::Failed(error.to_string()),
    }
}
