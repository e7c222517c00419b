//! Copies of single files and links.

use sandbox_fs::{Allocation, BLOCK_SIZE, Errno, Kind, OpenFlags, Stat};

use super::{Copier, Make, Place, id};
use crate::limits::PIECE_BYTES;
use crate::programs::command::{CommandOutput, Run};
use crate::programs::copying::copy_contents;
use crate::programs::live::Stop;
use crate::programs::quoting::{name, quoted_name};
use crate::programs::source::Source;
use crate::programs::tool::Worked;
use crate::programs::tree::{Follow, Found};

/// Whether that is read like a stream: what is in no tree, and a pipe or a device unless it is copied as what it is.
pub(super) fn is_special(run: &Run, path: &str, as_it_is: bool) -> bool {
    let special = |stat: &Stat| matches!(stat.kind, Kind::Fifo | Kind::Device);
    !as_it_is && run.files.stat(path).is_ok_and(|stat| special(&stat))
        || run.files.made(path).is_ok_and(|made| made.is_some())
}

impl Copier<'_, '_> {
    /// Copies a file or a link, or makes a link to it.
    pub(super) async fn file(&mut self, found: &Found, place: &str) -> Worked {
        let follows =
            self.options.follow == Follow::Always || self.options.follow == Follow::First && found.depth == 0;
        let shown = quoted_name(&found.shown);
        if follows && found.stat.kind == Kind::Symlink {
            let reason = self.tool.files().stat(&found.path).err().map_or(Errno::ENOENT, |error| error.errno);
            return self.problem(format!("cannot stat {shown}: {reason}")).await;
        }
        let last = found.shown.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        if found.depth == 0
            && !self.options.moves
            && self.options.backups.is_none()
            && !self.seen.insert((found.stat.dev, found.stat.ino, last))
        {
            return self.tool.warn(format!("warning: source file {shown} specified more than once")).await;
        }
        let to_device =
            self.tool.files().stat(&self.tool.path(place)).is_ok_and(|stat| stat.kind == Kind::Device);
        if to_device && !self.options.moves {
            return self.copy_special(&found.shown, place).await;
        }
        let Some(at) = self.destination(found, place).await? else { return Ok(()) };
        if self.options.moves && found.depth == 0 {
            if self.renamed(found, &at, place).await? {
                return Ok(());
            }
            if self.options.verbose {
                self.told("copied ", found, place, at.backup.as_ref()).await?;
            }
        } else if self.options.verbose && !self.options.moves {
            self.told("", found, place, at.backup.as_ref()).await?;
        }
        let made = match self.options.make {
            Make::HardLink => self.hard_link(found, &at, place).await?,
            Make::Symlink => self.symbolic_link(found, &at, place).await?,
            Make::Copy | Make::Nothing => self.copy(found, &at, place).await?,
        };
        if made
            && found.depth == 0
            && let Ok(stat) = self.tool.files().lstat(&at.path)
        {
            self.made.insert(id(&stat));
            self.top = Some(id(&stat));
        }
        Ok(())
    }

    async fn hard_link(&mut self, found: &Found, at: &Place, place: &str) -> Worked<bool> {
        let (files, now) = (self.tool.files(), self.tool.now());
        if self.options.force && at.there.is_some() {
            let _ = files.unlink(&at.path, now);
        }
        match files.link(&found.path, &at.path, now) {
            Ok(()) => Ok(true),
            Err(error) => {
                let (source, shown) = (quoted_name(&found.shown), quoted_name(place));
                self.problem(format!("cannot create hard link {shown} to {source}: {error}")).await?;
                Ok(false)
            }
        }
    }

    async fn symbolic_link(&mut self, found: &Found, at: &Place, place: &str) -> Worked<bool> {
        let (files, now) = (self.tool.files(), self.tool.now());
        let here = files.stat(&self.tool.path(".")).ok();
        let parent = at.path.trim_end_matches('/').rsplit_once('/').map(|(parent, _)| format!("{parent}/"));
        let is_here = parent.and_then(|parent| files.stat(&parent).ok()).map(|stat| id(&stat))
            == here.map(|stat| id(&stat));
        if !found.shown.starts_with('/') && !is_here {
            let text = "can make relative symbolic links only in current directory";
            self.problem(format!("{}: {text}", name(place))).await?;
            return Ok(false);
        }
        if self.options.force && at.there.is_some() {
            let _ = files.unlink(&at.path, now);
        }
        match files.symlink(&found.shown, &at.path, now) {
            Ok(()) => Ok(true),
            Err(error) => {
                let (source, shown) = (quoted_name(&found.shown), quoted_name(place));
                self.problem(format!("cannot create symbolic link {shown} to {source}: {error}")).await?;
                Ok(false)
            }
        }
    }

    async fn copy(&mut self, found: &Found, at: &Place, place: &str) -> Worked<bool> {
        let shown = quoted_name(place);
        if self.options.preserve.links && found.stat.nlink > 1 {
            if let Some(earlier) = self.copied.get(&id(&found.stat)) {
                let (files, now) = (self.tool.files(), self.tool.now());
                let _ = files.unlink(&at.path, now);
                if let Err(error) = files.link(earlier, &at.path, now) {
                    let source = quoted_name(&found.shown);
                    self.problem(format!("cannot create hard link {shown} to {source}: {error}")).await?;
                    return Ok(false);
                }
                return Ok(true);
            }
            self.copied.insert(id(&found.stat), at.path.clone());
        }
        let (files, now) = (self.tool.files(), self.tool.now());
        if found.stat.kind == Kind::Symlink {
            if let Err(error) =
                files.read_link(&found.path).and_then(|target| files.symlink(&target, &at.path, now))
            {
                self.problem(format!("cannot create symbolic link {shown}: {error}")).await?;
                return Ok(false);
            }
            self.take_over(found, place).await?;
            return Ok(true);
        }
        if matches!(found.stat.kind, Kind::Fifo | Kind::Device) {
            let mode = found.stat.mode & 0o777;
            let made = match found.stat.kind {
                Kind::Fifo => files.make_fifo(&at.path, mode, now),
                _ => files.make_device(&at.path, mode, found.stat.rdev, now),
            };
            if let Err(error) = made {
                let what = if found.stat.kind == Kind::Fifo { "fifo" } else { "special file" };
                self.problem(format!("cannot create {what} {shown}: {error}")).await?;
                return Ok(false);
            }
            self.take_over(found, place).await?;
            return Ok(true);
        }
        if at.there.is_none() {
            let mode = if self.options.preserve.no_mode { 0o666 } else { found.stat.mode & 0o777 };
            if let Err(error) = files.create_exclusive(&at.path, mode, now) {
                let is_link = files.lstat(&at.path).is_ok_and(|stat| stat.is_symlink());
                let problem = match error.errno {
                    Errno::EEXIST if is_link => format!("not writing through dangling symlink {shown}"),
                    Errno::EISDIR => {
                        format!("cannot create regular file {shown}: {}", Errno::ENOTDIR)
                    }
                    _ => format!("cannot create regular file {shown}: {error}"),
                };
                self.problem(problem).await?;
                return Ok(false);
            }
        }
        if self.options.make == Make::Copy {
            if let Err(error) = copy_contents(&self.tool.run, &found.path, &at.path).await {
                let problem = match error.errno {
                    Errno::ENOSPC | Errno::ENOMEM => {
                        format!("error copying {} to {shown}: {error}", quoted_name(&found.shown))
                    }
                    _ => format!("cannot create regular file {shown}: {error}"),
                };
                self.problem(problem).await?;
                return Ok(false);
            }
            if self.options.all_sparse {
                self.dig_holes(&at.path).await;
            }
        }
        self.take_over(found, place).await?;
        Ok(true)
    }

    /// Makes holes of the blocks that hold nothing but zeros.
    async fn dig_holes(&mut self, path: &str) {
        let (files, now) = (self.tool.files(), self.tool.now());
        let Ok(file) = files.open(path, OpenFlags::READ | OpenFlags::WRITE, 0, now) else { return };
        let mut at = 0;
        while let Ok(Some(start)) = file.seek_data(at) {
            let start = start - start % BLOCK_SIZE;
            let Ok(piece) = file.read_at(start, PIECE_BYTES as u64, now) else { return };
            for (index, block) in piece.chunks(BLOCK_SIZE as usize).enumerate() {
                if block.iter().all(|byte| *byte == 0) {
                    let offset = start + index as u64 * BLOCK_SIZE;
                    let _ = file.allocate(Allocation::PunchHole, offset, BLOCK_SIZE, now);
                }
            }
            at = start + PIECE_BYTES as u64;
            self.tool.turn().await;
        }
    }

    /// Copies from or to what is no file of the tree: a device, a stream.
    pub(super) async fn copy_special(&mut self, source: &str, place: &str) -> Worked {
        let mut from = match Source::open(&self.tool.ctx, source) {
            Ok(from) => from,
            Err(reason) => {
                return self.problem(format!("cannot stat {}: {reason}", quoted_name(source))).await;
            }
        };
        let shown = quoted_name(place);
        let to = match CommandOutput::open(&self.tool.run, place, OpenFlags::CREATE | OpenFlags::TRUNCATE) {
            Ok(to) => to,
            Err(error) => {
                return self.problem(format!("cannot create regular file {shown}: {error}")).await;
            }
        };
        loop {
            let bytes = match from.read(PIECE_BYTES).await {
                Ok(bytes) if bytes.is_empty() => return Ok(()),
                Ok(bytes) => bytes,
                Err(Stop::Input(reason)) => {
                    return self.problem(format!("error reading {}: {reason}", quoted_name(source))).await;
                }
                Err(stop) => return Err(stop),
            };
            if let Err(error) = to.write_all(&bytes).await {
                return self.problem(format!("error writing {shown}: {error}")).await;
            }
            sandbox_kernel::pause().await;
        }
    }
}
