//! What `sed` writes: standard output or the file that it edits, and the files of `w`.

use crate::programs::command::CommandContext;
use sandbox_fs::{FsError, Kind};

use super::super::live::{Stop, say, write};
use super::super::random_name;
use crate::limits::PIECE_BYTES;
use crate::programs::command::Run;

pub(super) struct Output<'a> {
    ctx: &'a CommandContext<'a>,
    run: &'a Run,
    main: Stream,
    files: Vec<(String, Stream)>,
    edited: Option<Edited>,
    /// The ending of a backup's name, where one is kept.
    backup: String,
    unbuffered: bool,
}

#[derive(Default)]
struct Stream {
    held: Vec<u8>,
    /// Whether its last line had no end. It gets one when another follows.
    open: bool,
}

/// A file that is edited, under the name that its new contents have until they are whole.
struct Edited {
    path: String,
    new: String,
    standard: Stream,
}

impl Stream {
    fn add(&mut self, text: &[u8], end: Option<u8>) {
        self.raw(text);
        match end {
            Some(end) => self.held.push(end),
            None => self.open = true,
        }
    }

    fn raw(&mut self, text: &[u8]) {
        if std::mem::take(&mut self.open) {
            self.held.push(b'\n');
        }
        self.held.extend_from_slice(text);
    }
}

impl<'a> Output<'a> {
    pub(super) fn new(
        ctx: &'a CommandContext<'a>,
        run: &'a Run,
        names: &[String],
        backup: String,
        unbuffered: bool,
    ) -> Result<Self, String> {
        let mut files = Vec::new();
        for name in names {
            let path = ctx.cwd.join(name).to_string_lossy().into_owned();
            let is_stream = matches!(path.as_str(), "/dev/stdout" | "/dev/stderr" | "/dev/null");
            if !is_stream {
                let made = run.files.write(&path, Vec::new(), run.host.now());
                made.map_err(|error| format!("couldn't open file {name}: {error}"))?;
            }
            files.push((path, Stream::default()));
        }
        Ok(Self { ctx, run, main: Stream::default(), files, edited: None, backup, unbuffered })
    }

    /// Writes a line.
    pub(super) async fn line(&mut self, text: &[u8], end: Option<u8>) -> Result<(), Stop> {
        self.main.add(text, end);
        self.relieve().await
    }

    /// Writes what is no line, or several.
    pub(super) async fn text(&mut self, text: &[u8]) -> Result<(), Stop> {
        self.main.raw(text);
        self.relieve().await
    }

    async fn relieve(&mut self) -> Result<(), Stop> {
        if self.unbuffered || self.main.held.len() >= PIECE_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Writes a line to one of the files.
    pub(super) async fn line_to(&mut self, file: usize, text: &[u8], end: Option<u8>) -> Result<(), Stop> {
        let (path, stream) = &mut self.files[file];
        match path.as_str() {
            "/dev/stdout" => {
                let standard = self.edited.as_mut().map_or(&mut self.main, |edited| &mut edited.standard);
                standard.add(text, end);
                return self.relieve().await;
            }
            "/dev/null" => return Ok(()),
            _ => stream.add(text, end),
        }
        if stream.held.len() >= PIECE_BYTES { self.flush_files().await } else { Ok(()) }
    }

    /// Passes on what is held.
    pub(super) async fn flush(&mut self) -> Result<(), Stop> {
        let held = std::mem::take(&mut self.main.held);
        match &self.edited {
            _ if held.is_empty() => Ok(()),
            Some(edited) => self.append(&edited.new, held),
            None => write(self.ctx, &held).await,
        }
    }

    pub(super) async fn flush_files(&mut self) -> Result<(), Stop> {
        for at in 0..self.files.len() {
            let held = std::mem::take(&mut self.files[at].1.held);
            let path = &self.files[at].0;
            if held.is_empty() {
                continue;
            }
            if path == "/dev/stderr" {
                let text = String::from_utf8_lossy(&held).into_owned();
                say(&self.ctx.stderr, text).await;
            } else {
                self.append(path, held)?;
            }
        }
        self.run.wait_for_journal().await;
        Ok(())
    }

    fn append(&self, path: &str, bytes: Vec<u8>) -> Result<(), Stop> {
        Ok(self.run.files.append(path, bytes, self.run.host.now())?)
    }

    /// Begins to edit a file; the inner error is why there is none.
    pub(super) fn edit(&mut self, name: &str, path: &str) -> Result<Result<(), String>, Stop> {
        let files = &self.run.files;
        match files.stat(path) {
            Ok(stat) if stat.kind == Kind::File => {
                let (directory, _) = path.rsplit_once('/').unwrap_or_default();
                let new = format!("{directory}/sed{}", random_name(&*self.run.host, 6));
                files.write(&new, Vec::new(), self.run.host.now())?;
                let path = path.to_owned();
                self.edited = Some(Edited { path, new, standard: std::mem::take(&mut self.main) });
                Ok(Ok(()))
            }
            Ok(_) => Err(Stop::Input(format!("couldn't edit {name}: not a regular file"))),
            Err(error) => Ok(Err(format!("can't read {name}: {error}"))),
        }
    }

    /// Puts the new contents in the place of the old.
    pub(super) async fn finish_edit(&mut self) -> Result<(), Stop> {
        self.flush().await?;
        let Some(edited) = self.edited.take() else { return Ok(()) };
        self.main = edited.standard;
        self.replace(&edited.path, &edited.new)?;
        self.run.wait_for_journal().await;
        Ok(())
    }

    fn replace(&self, path: &str, new: &str) -> Result<(), FsError> {
        let (files, now) = (&self.run.files, self.run.host.now());
        let stat = files.stat(path)?;
        files.chmod(new, stat.mode & 0o7777, now)?;
        files.chown(new, Some(stat.uid), Some(stat.gid), now)?;
        if !self.backup.is_empty() {
            let (directory, name) = path.rsplit_once('/').unwrap_or_default();
            let kept = match self.backup.contains('*') {
                true => self.backup.replace('*', name),
                false => format!("{name}{}", self.backup),
            };
            let kept = match kept.contains('/') {
                true => self.ctx.cwd.join(&kept).to_string_lossy().into_owned(),
                false => format!("{directory}/{kept}"),
            };
            files.rename(path, &kept, now)?;
        }
        files.rename(new, path, now)
    }
}
