//! Listing archives, taking files out of them, and comparing.

use std::fmt::Write as _;

use sandbox_fs::{Errno, Kind as FileKind, Stat};

use super::Work;
use super::header::{Kind, Member};
use super::names::{excluded, is_meant, shown, stripped};
use super::options::Action;
use super::reader::{Broken, Next, Reader};
use crate::programs::date::{Zone, formatted};
use crate::programs::getopt::Given;
use crate::programs::inode::{Names, letters};

type Done<T = ()> = Result<T, Broken>;

/// A line of the listing. `width` is how wide owner and size are so far.
pub(super) fn line(given: &Given, member: &Member, width: &mut usize) -> String {
    let verbosity = given.options.iter().filter(|(letter, _)| *letter == 'v').count();
    let is_listing = given.has('t');
    if verbosity < if is_listing { 1 } else { 2 } {
        return shown(&member.name);
    }
    let kind = match member.kind {
        Kind::Directory => 'd',
        Kind::Symlink => 'l',
        Kind::HardLink => 'h',
        Kind::Fifo => 'p',
        Kind::Device => 'c',
        _ => '-',
    };
    let name = |name: &str, id: u32| {
        if name.is_empty() || given.has('\u{f}') { id.to_string() } else { name.to_owned() }
    };
    let owner = format!("{}/{}", name(&member.user, member.uid), name(&member.group, member.gid));
    let size = match (member.kind, member.device) {
        (Kind::Device, (major, minor)) => format!("{major},{minor}"),
        _ => member.stored().to_string(),
    };
    *width = (*width).max(owner.len() + 1 + size.len());
    let format = if given.has('\u{2}') { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    let time = formatted(format, member.mtime, &Zone::utc());
    let mut line = letters(kind, member.mode);
    let pad = *width - owner.len();
    let _ = write!(line, " {owner}{size:>pad$} {time} {}", shown(&member.name));
    match member.kind {
        Kind::Symlink => {
            let _ = write!(line, " -> {}", shown(&member.target));
        }
        Kind::HardLink => {
            let _ = write!(line, " link to {}", shown(&member.target));
        }
        _ => {}
    }
    line
}

impl Work<'_> {
    /// Goes through an archive.
    pub(super) async fn read(&mut self, reader: &mut Reader, action: Action) -> Done {
        self.follow_directories(&mut 0, self.given.options.len()).await?;
        let mut operands = self.given.operands.clone();
        operands.extend(self.listed().await?);
        let mut met = vec![false; operands.len()];
        let wildcards = self.given.has('\u{1a}');
        let mut width = 19;
        // Directories get their modes and times when nothing more is put into them.
        let mut directories: Vec<(String, Member)> = Vec::new();
        loop {
            self.tool.turn().await;
            let member = match reader.next().await? {
                Next::Member(member) => member,
                Next::Garbage { first, more } => {
                    if first {
                        self.problem("This does not look like a tar archive").await?;
                    }
                    if !more {
                        break;
                    }
                    self.problem("Skipping to next header").await?;
                    continue;
                }
                Next::LoneZeros(block) => {
                    self.say(&format!("A lone zero block at {block}")).await?;
                    break;
                }
                Next::End => break,
            };
            let mut meant = operands.is_empty();
            for (operand, met) in operands.iter().zip(&mut met) {
                if is_meant(operand, &member.name, wildcards) {
                    (meant, *met) = (true, true);
                }
            }
            if !meant || excluded(self.patterns(), &member.name) {
                continue;
            }
            if action == Action::List {
                let line = line(&self.given, &member, &mut width);
                self.tool.line(&line).await?;
                self.safe_name(&member.name, "member names").await?;
                continue;
            }
            let mut told = member.clone();
            let parts = self.given.value('\u{17}').and_then(|parts| parts.parse().ok()).unwrap_or(0);
            let safe = self.safe_name(&member.name, "member names").await?;
            let Some(name) = stripped(&safe, parts).map(str::to_owned) else { continue };
            let name = if self.given.has('P') && parts == 0 { safe } else { name };
            if self.given.has('\u{1b}') {
                told.name = name.clone();
            }
            if self.given.has('v') {
                let line = line(&self.given, &told, &mut width);
                if self.given.has('O') {
                    self.tool.flush().await?;
                    let text = format!("{line}\n");
                    let stderr = &self.tool.ctx.stderr;
                    crate::programs::live::say(stderr, text).await;
                } else {
                    self.tool.line(&line).await?;
                }
            }
            match action {
                Action::Compare => self.compare(reader, &member, &name).await?,
                _ if self.given.has('O') => {
                    if member.kind == Kind::File {
                        loop {
                            let piece = reader.data().await?;
                            if piece.is_empty() {
                                break;
                            }
                            self.tool.put(&piece).await?;
                        }
                    }
                }
                _ => self.extract(reader, member, &name, parts, &mut directories).await?,
            }
        }
        for (path, member) in directories.into_iter().rev() {
            self.take_over(&path, &member);
        }
        let missing = operands.into_iter().zip(met).filter(|(_, met)| !met).map(|(operand, _)| operand);
        for operand in missing.collect::<Vec<_>>() {
            let is_pattern = operand.contains(['*', '?', '[']) && !wildcards && !self.given.has('\u{e}');
            if is_pattern {
                self.say("Pattern matching characters used in file names").await?;
                let text =
                    "Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning";
                self.say(text).await?;
            }
            self.problem(&format!("{}: Not found in archive", shown(&operand))).await?;
        }
        Ok(())
    }

    async fn extract(
        &mut self,
        reader: &mut Reader,
        member: Member,
        name: &str,
        parts: usize,
        directories: &mut Vec<(String, Member)>,
    ) -> Done {
        let path = self.path(name.trim_end_matches('/'));
        let shown_name = shown(name);
        let now = self.tool.now();
        let there = self.tool.files().lstat(&path).ok();
        if member.kind == Kind::Directory {
            let is_there = self.tool.files().stat(&path).is_ok_and(|stat| stat.is_dir());
            if !is_there {
                if there.is_some() {
                    let _ = self.tool.files().unlink(&path, now);
                }
                if let Err(error) = self.tool.files().mkdir_all(&path, 0o755, now) {
                    return Ok(self.problem(&format!("{shown_name}: Cannot mkdir: {error}")).await?);
                }
            }
            directories.push((path, member));
            return Ok(());
        }
        if let Some(there) = &there {
            if self.given.has('\u{15}') {
                return Ok(());
            }
            if self.given.has('\u{4}') && there.mtime >= member.mtime {
                return Ok(self.say(&format!("Current '{shown_name}' is newer or same age")).await?);
            }
            let removed = match (self.given.has('k'), there.is_dir()) {
                (true, _) => Err(Errno::EEXIST),
                (false, true) => self.tool.files().rmdir(&path, now).map_err(|_| Errno::EEXIST),
                (false, false) => self.tool.files().unlink(&path, now).map_err(|error| error.errno),
            };
            if let Err(errno) = removed {
                let problem = match member.kind {
                    Kind::Symlink => {
                        format!("{shown_name}: Cannot create symlink to '{}': {errno}", shown(&member.target))
                    }
                    // Another name of the same file is there already.
                    Kind::HardLink => return Ok(()),
                    _ => format!("{shown_name}: Cannot open: {errno}"),
                };
                return Ok(self.problem(&problem).await?);
            }
        }
        if let Some((parent, _)) = path.rsplit_once('/')
            && !parent.is_empty()
            && self.tool.files().stat(parent).is_err()
        {
            let _ = self.tool.files().mkdir_all(parent, 0o755, now);
        }
        let made = match member.kind {
            Kind::Symlink => self
                .tool
                .files()
                .symlink(&member.target, &path, now)
                .map_err(|error| format!("Cannot create symlink to '{}': {error}", shown(&member.target))),
            Kind::HardLink => {
                let target = stripped(&member.target, parts).unwrap_or(&member.target).to_owned();
                let existing = self.path(&target);
                let linked = self.tool.files().link(&existing, &path, now);
                return match linked {
                    Ok(()) => Ok(()),
                    Err(error) => {
                        let text = format!("{shown_name}: Cannot hard link to '{}': {error}", shown(&target));
                        Ok(self.problem(&text).await?)
                    }
                };
            }
            Kind::File => self.write_contents(reader, &path).await?,
            Kind::Fifo => {
                let made = self.tool.files().make_fifo(&path, member.mode, now);
                made.map_err(|error| format!("Cannot mkfifo: {error}"))
            }
            Kind::Device => {
                let made = self.tool.files().make_device(&path, member.mode, member.device, now);
                made.map_err(|error| format!("Cannot mknod: {error}"))
            }
            _ => Err("Cannot mknod: Operation not permitted".to_owned()),
        };
        match made {
            Ok(()) => {
                self.take_over(&path, &member);
                Ok(())
            }
            Err(problem) => Ok(self.problem(&format!("{shown_name}: {problem}")).await?),
        }
    }

    async fn write_contents(&mut self, reader: &mut Reader, path: &str) -> Done<Result<(), String>> {
        if let Err(error) = self.tool.files().write(path, "", self.tool.now()) {
            return Ok(Err(format!("Cannot open: {error}")));
        }
        let mut at = 0;
        loop {
            let piece = reader.data().await?;
            if piece.is_empty() {
                return Ok(Ok(()));
            }
            self.tool.run.wait_for_journal().await;
            let len = piece.len() as u64;
            if let Err(error) = self.tool.files().write_at(path, at, piece.clone(), self.tool.now()) {
                let now = self.tool.now();
                let wrote =
                    crate::programs::copying::write_what_fits(self.tool.files(), path, at, &piece, now);
                return Ok(Err(match wrote {
                    0 => format!("Cannot write: {error}"),
                    wrote => format!("Wrote only {wrote} of {len} bytes"),
                }));
            }
            at += len;
            sandbox_kernel::pause().await;
        }
    }

    /// Gives what was taken out its owner, mode and time.
    fn take_over(&self, path: &str, member: &Member) {
        let (files, now) = (self.tool.files(), self.tool.now());
        let is_link = member.kind == Kind::Symlink;
        if !self.given.has('o') {
            let id = |table: &str, name: &str, id: u32| match name {
                name if name.is_empty() || self.given.has('\u{f}') => id,
                name => Names::read(&self.tool.run, table).number(name).unwrap_or(id),
            };
            let uid = id("/etc/passwd", &member.user, member.uid);
            let gid = id("/etc/group", &member.group, member.gid);
            let _ = files.lchown(path, Some(uid), Some(gid), now);
        }
        if !is_link {
            let mode = if self.given.has('\u{8}') { member.mode & 0o755 } else { member.mode };
            let _ = files.chmod(path, mode, now);
        }
        if !self.given.has('m') {
            let _ = files.lset_times(path, Some(now), Some(member.mtime), now);
        }
    }

    async fn compare(&mut self, reader: &mut Reader, member: &Member, name: &str) -> Done {
        let path = self.path(name.trim_end_matches('/'));
        let stat = match self.tool.files().lstat(&path) {
            Ok(stat) => stat,
            Err(error) => {
                self.tool.code = self.tool.code.max(1);
                return Ok(self.say(&format!("{}: Warning: Cannot stat: {error}", shown(name))).await?);
            }
        };
        for difference in self.differences(reader, member, &path, &stat).await? {
            self.tool.code = self.tool.code.max(1);
            self.tool.line(&format!("{}: {difference}", shown(name))).await?;
        }
        Ok(())
    }

    async fn differences(
        &mut self,
        reader: &mut Reader,
        member: &Member,
        path: &str,
        stat: &Stat,
    ) -> Done<Vec<String>> {
        let mut found = Vec::new();
        let files = self.tool.files();
        if member.kind == Kind::HardLink {
            let same = files.lstat(&self.path(&member.target)).is_ok_and(|other| other.ino == stat.ino);
            if !same {
                found.push(format!("Not linked to {}", shown(&member.target)));
            }
            return Ok(found);
        }
        let kind = match stat.kind {
            FileKind::Directory => Kind::Directory,
            FileKind::Symlink => Kind::Symlink,
            FileKind::File => Kind::File,
            FileKind::Fifo => Kind::Fifo,
            FileKind::Device => Kind::Device,
        };
        if kind != member.kind {
            return Ok(vec!["File type differs".to_owned()]);
        }
        if kind == Kind::Symlink {
            if files.read_link(path).is_ok_and(|target| target != member.target) {
                found.push("Symlink differs".to_owned());
            }
            return Ok(found);
        }
        if stat.mode != member.mode {
            found.push("Mode differs".to_owned());
        }
        if kind == Kind::Directory {
            return Ok(found);
        }
        if stat.uid != member.uid {
            found.push("Uid differs".to_owned());
        }
        if stat.gid != member.gid {
            found.push("Gid differs".to_owned());
        }
        if stat.mtime.as_secs() != member.mtime.as_secs() {
            found.push("Mod time differs".to_owned());
        }
        if stat.size != member.size {
            found.push("Size differs".to_owned());
            return Ok(found);
        }
        let mut at = 0;
        loop {
            let piece = reader.data().await?;
            if piece.is_empty() {
                return Ok(found);
            }
            let ours = self.tool.files().read_range(path, at, piece.len() as u64);
            if ours.is_ok_and(|ours| ours != piece) {
                found.push("Contents differ".to_owned());
                return Ok(found);
            }
            at += piece.len() as u64;
            sandbox_kernel::pause().await;
        }
    }
}
