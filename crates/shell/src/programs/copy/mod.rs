//! What `cp`, `mv` and `install` share: one operand after another to its place, with all that is in it.

mod backup;
mod cp;
mod file;
mod install;
mod mv;
mod target;

use std::collections::{HashMap, HashSet};

use sandbox_fs::{Errno, Kind, Stat};

use super::quoting::quoted_name;
use super::tool::{Tool, Worked};
use super::tree::{Follow, Found, Step, Walk};
pub(super) use backup::Backups;
pub(super) use cp::Cp;
pub(super) use install::Install;
pub(super) use mv::Mv;
pub(super) use target::{Refused, Target, target_of_links};

/// What becomes of a name that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Overwrite {
    #[default]
    Always,
    Ask,
    Never,
}

/// What is made of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Make {
    #[default]
    Copy,
    HardLink,
    Symlink,
    /// A copy of attributes alone.
    Nothing,
}

/// What a copy takes over.
#[derive(Clone, Copy, Debug, Default)]
struct Preserve {
    mode: bool,
    owner: bool,
    times: bool,
    links: bool,
    /// Not even the permission bits of the source count.
    no_mode: bool,
}

/// The options, whichever command has them.
#[derive(Debug)]
struct Options {
    recursive: bool,
    follow: Follow,
    preserve: Preserve,
    overwrite: Overwrite,
    /// What stands in the way is removed and tried again.
    force: bool,
    remove_destination: bool,
    update: bool,
    verbose: bool,
    make: Make,
    backups: Option<Backups>,
    all_sparse: bool,
    moves: bool,
}

/// The work under way.
struct Copier<'t, 'a> {
    tool: &'t mut Tool<'a>,
    options: Options,
    /// Copies of files with several names, by the source's device and number.
    copied: HashMap<(u32, u64), String>,
    /// Files that were made for an operand: no later one may replace them.
    made: HashSet<(u32, u64)>,
    /// Operands that were done, by their number and their last name.
    seen: HashSet<(u32, u64, String)>,
    /// The directory that was made for the operand under way.
    top: Option<(u32, u64)>,
    /// Whether the operand under way goes to another filesystem.
    crosses: bool,
    failed: bool,
}

fn id(stat: &Stat) -> (u32, u64) {
    (stat.dev, stat.ino)
}

impl<'t, 'a> Copier<'t, 'a> {
    fn new(tool: &'t mut Tool<'a>, options: Options) -> Self {
        Self {
            tool,
            options,
            copied: HashMap::new(),
            made: HashSet::new(),
            seen: HashSet::new(),
            top: None,
            crosses: false,
            failed: false,
        }
    }

    async fn problem(&mut self, text: String) -> Worked {
        self.failed = true;
        self.tool.problem(text).await
    }

    /// Does one operand; whether all of it went well.
    async fn operand(&mut self, source: &str, destination: &str) -> Worked<bool> {
        (self.failed, self.crosses, self.top) = (false, false, None);
        let path = self.tool.path(source);
        if file::is_special(&self.tool.run, &path, self.options.recursive) {
            self.copy_special(source, destination).await?;
            if self.options.moves
                && !self.failed
                && let Err(error) = self.tool.files().unlink(&path, self.tool.now())
            {
                self.problem(format!("cannot remove {}: {error}", quoted_name(source))).await?;
            }
            return Ok(!self.failed);
        }
        let mut walk = Walk::new(source, path.clone(), self.options.follow);
        let root = source.len();
        while let Some(step) = walk.next(&self.tool.run.files) {
            self.tool.turn().await;
            match step {
                Step::Enter(found) => {
                    let place = format!("{destination}{}", &found.shown[root..]);
                    if !self.enter(&found, &place, source, destination).await? {
                        walk.skip();
                    }
                }
                Step::Leave(found) => {
                    let place = format!("{destination}{}", &found.shown[root..]);
                    self.take_over(&found, &place).await?;
                }
                Step::File(found) => {
                    let place = format!("{destination}{}", &found.shown[root..]);
                    self.file(&found, &place).await?;
                }
                Step::Circle(found) => {
                    let shown = quoted_name(&found.shown);
                    self.problem(format!("cannot copy cyclic symbolic link {shown}")).await?;
                }
                Step::Unreadable(found, error) => {
                    let shown = quoted_name(&found.shown);
                    self.problem(format!("cannot access {shown}: {error}")).await?;
                }
                Step::Missing(error) => {
                    self.problem(format!("cannot stat {}: {error}", quoted_name(source))).await?;
                }
            }
        }
        if self.crosses && self.failed {
            // The original is whole, and no part of it is left elsewhere.
            let _ = self.tool.files().remove_all(&self.tool.path(destination), self.tool.now());
        } else if self.crosses {
            self.remove_moved(source, &path).await?;
        }
        Ok(!self.failed)
    }

    /// After a move to another filesystem, which was a copy.
    async fn remove_moved(&mut self, source: &str, path: &str) -> Worked {
        match self.tool.files().remove_all(path, self.tool.now()) {
            Ok(()) if self.options.verbose => {
                self.tool.line(&format!("removed {}", quoted_name(source))).await
            }
            Ok(()) => Ok(()),
            Err(error) => self.problem(format!("cannot remove {}: {error}", quoted_name(source))).await,
        }
    }

    /// What lies at the destination, and whether there is something to do there at all.
    async fn destination(&mut self, found: &Found, place: &str) -> Worked<Option<Place>> {
        let path = self.tool.path(place);
        let options = &self.options;
        let itself = found.stat.kind != Kind::File
            || options.moves
            || options.make != Make::Copy
            || options.backups.is_some()
            || options.remove_destination;
        let files = self.tool.files();
        let looked = if itself { files.lstat(&path) } else { files.stat(&path) };
        let there = match looked {
            Ok(stat) => stat,
            Err(error) if error.errno == Errno::ENOENT => {
                return Ok(Some(Place { path, there: None, backup: None }));
            }
            Err(error) if error.errno == Errno::ELOOP && options.force => {
                return Ok(Some(Place { path, there: None, backup: None }));
            }
            Err(error) => {
                self.problem(format!("cannot stat {}: {error}", quoted_name(place))).await?;
                return Ok(None);
            }
        };
        let (source, shown) = (quoted_name(&found.shown), quoted_name(place));
        if id(&there) == id(&found.stat) && !self.may_be_same(found, &path) {
            self.problem(format!("{source} and {shown} are the same file")).await?;
            return Ok(None);
        }
        let (from_directory, onto_directory) = (found.is_dir(), there.is_dir());
        if id(&there) == id(&found.stat) && !from_directory {
            let options = &self.options;
            if options.make == Make::HardLink {
                return Ok(None);
            }
            if options.moves && options.backups.is_none() {
                // Two names of one file: the old one goes.
                if let Err(error) = self.tool.files().unlink(&found.path, self.tool.now()) {
                    self.problem(format!("cannot remove {source}: {error}")).await?;
                }
                return Ok(None);
            }
        }
        if !from_directory || self.options.moves {
            if self.options.update && !from_directory && there.mtime >= found.stat.mtime {
                return Ok(None);
            }
            let skips = match self.options.overwrite {
                Overwrite::Always => false,
                Overwrite::Never => true,
                Overwrite::Ask => !self.tool.agrees(&format!("overwrite {shown}")).await?,
            };
            if skips {
                return Ok(None);
            }
        }
        if from_directory && !onto_directory {
            let backs_up = self.options.moves && self.options.backups.is_some();
            if !backs_up {
                self.problem(format!("cannot overwrite non-directory {shown} with directory {source}"))
                    .await?;
                return Ok(None);
            }
        }
        if !from_directory && onto_directory {
            self.problem(format!("cannot overwrite directory {shown} with non-directory")).await?;
            return Ok(None);
        }
        let numbered = self.options.backups.as_ref().is_some_and(Backups::is_numbered);
        if found.depth == 0 && !from_directory && !numbered && self.made.contains(&id(&there)) {
            self.problem(format!("will not overwrite just-created {shown} with {source}")).await?;
            return Ok(None);
        }
        self.make_room(found, Place { path, there: Some(there), backup: None }, place).await
    }

    /// Saves or removes what is in the way, where that is asked for.
    async fn make_room(&mut self, found: &Found, mut at: Place, place: &str) -> Worked<Option<Place>> {
        let Some(there) = at.there.clone() else { return Ok(Some(at)) };
        let (files, now) = (self.tool.files(), self.tool.now());
        if let Some(backups) = &self.options.backups
            && (self.options.moves || !there.is_dir())
        {
            let backup = backups.name(files, &at.path, place);
            let path = self.tool.path(&backup);
            if files.lstat(&path).is_ok_and(|stat| id(&stat) == id(&found.stat)) {
                let done = if self.options.moves { "moved" } else { "copied" };
                let (shown, source) = (quoted_name(place), quoted_name(&found.shown));
                self.problem(format!("backing up {shown} might destroy source;  {source} not {done}"))
                    .await?;
                return Ok(None);
            }
            if let Err(error) = files.rename(&at.path, &path, now) {
                self.problem(format!("cannot backup {}: {error}", quoted_name(place))).await?;
                return Ok(None);
            }
            (at.there, at.backup) = (None, Some(backup));
            return Ok(Some(at));
        }
        let options = &self.options;
        let replaces_name = options.remove_destination
            || options.preserve.links && there.nlink > 1
            || options.follow == Follow::Never && found.stat.kind != Kind::File;
        if !there.is_dir() && !options.moves && options.make != Make::HardLink && replaces_name {
            if options.make == Make::Symlink && !options.remove_destination {
                return Ok(Some(at));
            }
            if let Err(error) = files.unlink(&at.path, now) {
                self.problem(format!("cannot remove {}: {error}", quoted_name(place))).await?;
                return Ok(None);
            }
            at.there = None;
            if options.verbose {
                self.tool.line(&format!("removed {}", quoted_name(place))).await?;
            }
        }
        Ok(Some(at))
    }

    /// Whether it is fine that source and destination are one file.
    fn may_be_same(&self, found: &Found, path: &str) -> bool {
        let options = &self.options;
        if found.is_dir() {
            return options.recursive && !options.moves;
        }
        let files = self.tool.files();
        // The same name in the same directory, however it was written.
        let entry = |path: &str| {
            let (directory, name) = path.trim_end_matches('/').rsplit_once('/')?;
            let directory = files.stat(if directory.is_empty() { "/" } else { directory }).ok()?;
            Some((id(&directory), name.to_owned()))
        };
        let same_name = entry(&found.path) == entry(path);
        match options.make {
            Make::HardLink => true,
            Make::Symlink => false,
            Make::Copy | Make::Nothing => {
                let through_link = files.lstat(path).is_ok_and(|stat| stat.is_symlink());
                let replaced =
                    options.moves || options.backups.is_some() || options.remove_destination || options.force;
                !same_name && replaced && !(through_link && !options.moves && !options.remove_destination)
            }
        }
    }

    async fn told(&mut self, what: &str, found: &Found, place: &str, backup: Option<&String>) -> Worked {
        let backup = backup.map(|name| format!(" (backup: {})", quoted_name(name))).unwrap_or_default();
        let line = format!("{what}{} -> {}{backup}", quoted_name(&found.shown), quoted_name(place));
        self.tool.line(&line).await
    }

    /// Tries to move by a change of names alone; whether nothing is left to do.
    async fn renamed(&mut self, found: &Found, at: &Place, place: &str) -> Worked<bool> {
        let (source, shown) = (quoted_name(&found.shown), quoted_name(place));
        let (files, now) = (self.tool.files(), self.tool.now());
        let problem = match files.rename(&found.path, &at.path, now) {
            Ok(()) => {
                if let Ok(stat) = files.lstat(&at.path) {
                    self.made.insert(id(&stat));
                }
                if self.options.verbose {
                    self.told("renamed ", found, place, at.backup.as_ref()).await?;
                }
                return Ok(true);
            }
            Err(error) if error.errno == Errno::EXDEV => {
                let cleared = match &at.there {
                    Some(there) if there.is_dir() => files.rmdir(&at.path, now),
                    Some(_) => files.unlink(&at.path, now),
                    None => Ok(()),
                };
                let Err(error) = cleared else {
                    self.crosses = true;
                    return Ok(false);
                };
                format!("inter-device move failed: {source} to {shown}; unable to remove target: {error}")
            }
            Err(error) if error.errno == Errno::EINVAL && found.is_dir() => {
                format!("cannot move {source} to a subdirectory of itself, {shown}")
            }
            Err(error) => format!("cannot move {source} to {shown}: {error}"),
        };
        if let Some(backup) = &at.backup {
            let _ = files.rename(&self.tool.path(backup), &at.path, now);
        }
        self.problem(problem).await?;
        Ok(true)
    }

    /// Comes to a directory; whether to go into it.
    async fn enter(&mut self, found: &Found, place: &str, source: &str, destination: &str) -> Worked<bool> {
        let shown = quoted_name(&found.shown);
        if !self.options.recursive {
            self.problem(format!("-r not specified; omitting directory {shown}")).await?;
            return Ok(false);
        }
        if self.top.is_some_and(|top| top == id(&found.stat)) {
            let (source, destination) = (quoted_name(source), quoted_name(destination));
            self.problem(format!("cannot copy a directory, {source}, into itself, {destination}")).await?;
            return Ok(false);
        }
        let last = found.shown.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        if found.depth == 0 && !self.seen.insert((found.stat.dev, found.stat.ino, last)) {
            self.tool.warn(format!("warning: source directory {shown} specified more than once")).await?;
            return Ok(false);
        }
        let Some(at) = self.destination(found, place).await? else { return Ok(false) };
        if self.options.moves && found.depth == 0 && self.renamed(found, &at, place).await? {
            return Ok(false);
        }
        let (files, now) = (self.tool.files(), self.tool.now());
        let is_new = self.options.moves && found.depth == 0 || at.there.is_none();
        if is_new {
            let preserved = if self.options.preserve.no_mode { 0o777 } else { found.stat.mode & 0o777 };
            if let Err(error) = files.mkdir(&at.path, preserved, now) {
                self.problem(format!("cannot create directory {}: {error}", quoted_name(place))).await?;
                return Ok(false);
            }
        }
        if found.depth == 0 {
            self.top = files.stat(&at.path).ok().map(|stat| id(&stat));
        }
        if self.options.verbose && is_new && self.options.moves {
            self.tool.line(&format!("created directory {}", quoted_name(place))).await?;
        } else if self.options.verbose && is_new {
            self.told("", found, place, None).await?;
        }
        Ok(true)
    }

    /// Gives what was made at `place` the attributes of its source that are to be kept.
    async fn take_over(&mut self, found: &Found, place: &str) -> Worked {
        let (preserve, path) = (self.options.preserve, self.tool.path(place));
        let (files, now, stat) = (self.tool.files(), self.tool.now(), &found.stat);
        let shown = quoted_name(place);
        if preserve.owner
            && let Err(error) = files.lchown(&path, Some(stat.uid), Some(stat.gid), now)
        {
            self.problem(format!("failed to preserve ownership for {shown}: {error}")).await?;
        }
        let files = self.tool.files();
        if preserve.mode
            && stat.kind != Kind::Symlink
            && let Err(error) = files.chmod(&path, stat.mode, now)
        {
            self.problem(format!("preserving permissions for {shown}: {error}")).await?;
        }
        let files = self.tool.files();
        if preserve.times
            && let Err(error) = files.lset_times(&path, Some(stat.atime), Some(stat.mtime), now)
        {
            self.problem(format!("preserving times for {shown}: {error}")).await?;
        }
        Ok(())
    }
}

/// Where something goes.
struct Place {
    /// Absolute.
    path: String,
    /// What is there and stays until it is overwritten.
    there: Option<Stat>,
    /// The name of what was there before, where it was saved.
    backup: Option<String>,
}
