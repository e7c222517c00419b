//! The sandbox's files as the engine wants them: its `FileSystem` trait over our [`Namespace`].
//!
//! The engine's contract: reads and writes may follow links, `stat` must not (its own outer layer follows).
//! Paths come absolute and already normalised by text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bashkit::time::{SystemTime, UNIX_EPOCH};
use bashkit::{DirEntry, FileSystem, FileSystemExt, FileType, Metadata, Result};
use bytes::Bytes;
use sandbox_fs::{Errno, Kind, Namespace, Stat, Timestamp};

use super::copying::{copy_contents, write_what_fits};
use super::devices::{DEV_NAMES, Device, OWN_FILES};
use super::diagnostics::without_hints;
use super::errors::{errno, io_error};
use super::run::Run;
use super::weight::weight;
use crate::limits::{MAX_WEIGHT, MAX_WHOLE_BYTES};

/// A time this near to the machine's clock means "now": the engine's `touch` reads the machine's clock, and
/// files here get the cloud's.
const MEANS_NOW: Duration = Duration::from_secs(2);

/// The files of one sandbox, for one command.
pub(crate) struct SandboxFiles {
    run: Arc<Run>,
    /// The engine's names of temporary files hold true randomness; ours come from the seed.
    temporaries: Mutex<HashMap<String, String>>,
}

impl SandboxFiles {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        Self { run, temporaries: Mutex::default() }
    }

    fn files(&self) -> &Namespace {
        &self.run.sandbox.namespace
    }

    fn now(&self) -> Timestamp {
        self.run.sandbox.host.now()
    }

    /// `path` as ours, after a pause where one is due: what the engine's commands do to many files is no loop of the
    /// shell's, and takes its turns here.
    async fn at<'a>(&self, path: &'a Path) -> Result<Cow<'a, str>> {
        self.run.breathe().await;
        self.path(path)
    }

    fn path<'a>(&self, path: &'a Path) -> Result<Cow<'a, str>> {
        let text = path.to_str().ok_or_else(|| errno(Errno::EINVAL))?;
        match text.rsplit_once('/') {
            Some((parent, name)) if is_engine_temporary(name) => {
                Ok(Cow::Owned(format!("{parent}/{}", self.temporary(name))))
            }
            _ => Ok(Cow::Borrowed(text)),
        }
    }

    fn temporary(&self, name: &str) -> String {
        let mut names = self.temporaries.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .entry(name.to_owned())
            .or_insert_with(|| format!("sed{}", crate::programs::random_name(&*self.run.sandbox.host, 6)))
            .clone()
    }

    /// What is made when it is read: a device, or a file of the sandbox's own that nobody has replaced.
    fn device(&self, path: &str) -> Option<Device> {
        Device::at(path).or_else(|| Device::own_file(path).filter(|_| self.files().lstat(path).is_err()))
    }

    fn device_metadata(&self, device: Device) -> Metadata {
        let at = system_time(self.run.sandbox.started);
        Metadata { file_type: FileType::File, size: 0, mode: device.mode(), modified: at, created: at }
    }
}

/// `.bashkit-sed-<hex>.tmp`, which the engine writes beside a file that it replaces.
fn is_engine_temporary(name: &str) -> bool {
    name.starts_with(".bashkit-") && name.ends_with(".tmp")
}

fn metadata(stat: &Stat) -> Metadata {
    Metadata {
        file_type: match stat.kind {
            Kind::File => FileType::File,
            Kind::Directory => FileType::Directory,
            Kind::Symlink => FileType::Symlink,
        },
        size: stat.size,
        mode: stat.mode,
        modified: system_time(stat.mtime),
        created: system_time(stat.btime),
    }
}

pub(super) fn system_time(time: Timestamp) -> SystemTime {
    match u64::try_from(time.0) {
        Ok(nanos) => UNIX_EPOCH + Duration::from_nanos(nanos),
        // The browser's clock knows no time before 1970, and panics where one is asked for.
        Err(_) => UNIX_EPOCH.checked_sub(Duration::from_nanos(time.0.unsigned_abs())).unwrap_or(UNIX_EPOCH),
    }
}

pub(super) fn timestamp(time: SystemTime) -> Timestamp {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)),
        Err(before) => Timestamp(-i64::try_from(before.duration().as_nanos()).unwrap_or(i64::MAX)),
    }
}

fn is_now(time: SystemTime) -> bool {
    let machine = SystemTime::now();
    let apart = machine.duration_since(time).or_else(|_| time.duration_since(machine)).unwrap_or_default();
    apart < MEANS_NOW
}

#[async_trait]
impl FileSystemExt for SandboxFiles {
    fn backend_kind(&self) -> &'static str {
        "sandbox"
    }
}

#[async_trait]
impl FileSystem for SandboxFiles {
    async fn read_file(&self, path: &Path) -> Result<Vec<u8>> {
        let path = self.at(path).await?;
        if let Some(device) = self.device(&path) {
            return device.read(&self.run.sandbox);
        }
        if self.files().stat(&path).map_err(io_error)?.size > MAX_WHOLE_BYTES {
            return Err(errno(Errno::ENOMEM));
        }
        let contents = self.files().read(&path).map_err(io_error)?;
        if weight(&contents) > MAX_WEIGHT {
            return Err(errno(Errno::ENOMEM));
        }
        Ok(contents.to_vec())
    }

    async fn write_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        let path = self.at(path).await?;
        match Device::at(&path) {
            Some(device) => write_device(device, content),
            None => {
                self.run.sandbox.wait_for_journal().await;
                self.files()
                    .write(&path, Bytes::copy_from_slice(&without_hints(content)), self.now())
                    .map_err(io_error)
            }
        }
    }

    async fn append_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.run.flow.reaches_a_file();
        let path = self.at(path).await?;
        match Device::at(&path) {
            Some(device) => write_device(device, content),
            None => {
                self.run.sandbox.wait_for_journal().await;
                let content = Bytes::copy_from_slice(&without_hints(content));
                let (files, now) = (self.files(), self.now());
                files.append(&path, content.clone(), now).map_err(|error| {
                    if let (Errno::ENOSPC, Ok(stat)) = (error.errno, files.stat(&path)) {
                        write_what_fits(files, &path, stat.size, &content, now);
                    }
                    io_error(error)
                })
            }
        }
    }

    async fn mkdir(&self, path: &Path, recursive: bool) -> Result<()> {
        let path = self.at(path).await?;
        if recursive {
            self.files().mkdir_all(&path, 0o755, self.now()).map_err(io_error)
        } else {
            self.files().mkdir(&path, 0o755, self.now()).map_err(io_error)
        }
    }

    async fn remove(&self, path: &Path, recursive: bool) -> Result<()> {
        let path = self.at(path).await?;
        let files = self.files();
        let kind = files.lstat(&path).map_err(io_error)?.kind;
        let removed = match kind {
            Kind::Directory if recursive => files.remove_all(&path, self.now()),
            Kind::Directory => files.rmdir(&path, self.now()),
            Kind::File | Kind::Symlink => files.unlink(&path, self.now()),
        };
        removed.map_err(io_error)
    }

    async fn stat(&self, path: &Path) -> Result<Metadata> {
        let path = self.at(path).await?;
        match self.device(&path) {
            Some(device) => Ok(self.device_metadata(device)),
            None => self.files().lstat(&path).map(|stat| metadata(&stat)).map_err(io_error),
        }
    }

    async fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let path = self.at(path).await?;
        let mut entries: Vec<DirEntry> = self
            .files()
            .read_dir(&path)
            .map_err(io_error)?
            .into_iter()
            .map(|entry| DirEntry { name: entry.name, metadata: metadata(&entry.stat) })
            .collect();
        let made: &[&str] = match &*path {
            "/dev" => DEV_NAMES,
            "/etc" => OWN_FILES,
            _ => &[],
        };
        if !made.is_empty() {
            entries.extend(made.iter().filter_map(|name| {
                let device = self.device(&format!("{path}/{name}"))?;
                Some(DirEntry { name: (*name).to_owned(), metadata: self.device_metadata(device) })
            }));
            entries.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(entries)
    }

    async fn exists(&self, path: &Path) -> Result<bool> {
        let path = self.at(path).await?;
        // `sed -i` asks for a temporary file with a name that no seed gives; refused, it writes the file itself.
        if path.rsplit('/').next().is_some_and(|name| name.starts_with(".bashkit-")) {
            return Err(errno(Errno::EACCES));
        }
        Ok(self.device(&path).is_some() || self.files().lstat(&path).is_ok())
    }

    async fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let (from, to) = (self.at(from).await?, self.path(to)?);
        self.files().rename(&from, &to, self.now()).map_err(io_error)
    }

    async fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        if let Some(text) = to.to_str().filter(|text| Device::at(text).is_some()) {
            let content = self.read_file(from).await?;
            return self.write_file(Path::new(text), &content).await;
        }
        if from.to_str().is_some_and(|text| Device::at(text).is_some()) {
            let content = self.read_file(from).await?;
            return self.write_file(to, &content).await;
        }
        let (from, to) = (self.at(from).await?, self.path(to)?);
        let files = self.files();
        let mode = files.stat(&from).map_err(io_error)?.mode;
        let is_new = files.stat(&to).is_err();
        copy_contents(&self.run.sandbox, &from, &to).await.map_err(io_error)?;
        if is_new {
            files.chmod(&to, mode, self.now()).map_err(io_error)?;
        }
        Ok(())
    }

    async fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        let target = target.to_str().ok_or_else(|| errno(Errno::EINVAL))?;
        let link = self.at(link).await?;
        self.files().symlink(target, &link, self.now()).map_err(io_error)
    }

    async fn read_link(&self, path: &Path) -> Result<PathBuf> {
        let path = self.at(path).await?;
        self.files().read_link(&path).map(PathBuf::from).map_err(io_error)
    }

    async fn chmod(&self, path: &Path, mode: u32) -> Result<()> {
        let path = self.at(path).await?;
        self.files().chmod(&path, mode & 0o7777, self.now()).map_err(io_error)
    }

    async fn set_modified_time(&self, path: &Path, time: SystemTime) -> Result<()> {
        let path = self.at(path).await?;
        let now = self.now();
        let time = if is_now(time) { now } else { timestamp(time) };
        self.files().set_times(&path, Some(time), Some(time), now).map_err(io_error)
    }
}

fn write_device(device: Device, content: &[u8]) -> Result<()> {
    match device {
        Device::Full if !content.is_empty() => Err(errno(Errno::ENOSPC)),
        Device::Uuid | Device::Uptime | Device::Mounts => Err(errno(Errno::EACCES)),
        _ => Ok(()),
    }
}
