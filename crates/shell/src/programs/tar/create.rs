//! Making archives, and adding to them.

use std::collections::HashMap;

use sandbox_fs::{Errno, Kind as FileKind, Timestamp};

use super::Work;
use super::header::{BLOCK, Kind, Member, padding};
use super::names::{excluded, shown, unsafe_prefix};
use super::options::Action;
use super::reader::{Broken, Next};
use super::writer::Writer;
use crate::limits::PIECE_BYTES;
use crate::programs::date::{Zone, parse};
use crate::programs::inode::Names;
use crate::programs::live::Stop;
use crate::programs::mode::Mode;
use crate::programs::owner::Owner;
use crate::programs::quoting::value;
use crate::programs::tree::{Follow, Found, Step, Walk};

type Done<T = ()> = Result<T, Broken>;

/// What members get instead of what their files have.
#[derive(Default)]
struct Instead {
    owner: Option<Owner>,
    group: Option<Owner>,
    mode: Option<Mode>,
    mtime: Option<Timestamp>,
}

/// An archive that is being made.
struct Making {
    writer: Writer,
    instead: Instead,
    names: (Names, Names),
    /// The archive's own inode, which is left out.
    own: Option<(u32, u64)>,
    /// The first names of files with several.
    linked: HashMap<(u32, u64), String>,
    /// With `-u`, when what is in the archive was changed.
    present: HashMap<String, Timestamp>,
}

impl Work<'_> {
    pub(super) async fn write(&mut self, action: Action) -> Done {
        if self.given.operands.is_empty() && !self.given.has('T') && action == Action::Create {
            return Err(Broken::Misused("Cowardly refusing to create an empty archive"));
        }
        let packed = self.given.has('z')
            || self.given.has('a') && [".gz", ".tgz"].iter().any(|ending| self.shown.ends_with(ending));
        if packed && action != Action::Create {
            return Err(Broken::Misused("Cannot update compressed archives"));
        }
        let instead = match self.instead() {
            Ok(instead) => instead,
            Err(problem) => {
                self.say(&problem).await?;
                return Err(Broken::Fatal(&[]));
            }
        };
        let (mut at, mut present) = (0, HashMap::new());
        let mut own = None;
        if let Some(path) = self.archive.clone() {
            let (files, now) = (self.tool.files(), self.tool.now());
            let is_there = files.stat(&path).is_ok_and(|stat| stat.size > 0);
            let opened = if action == Action::Create {
                files.write(&path, "", now)
            } else {
                files.append(&path, "", now)
            };
            if let Err(error) = opened {
                let text = format!("{}: Cannot open: {error}", self.shown);
                self.say(&text).await?;
                return Err(Broken::Fatal(&[]));
            }
            own = self.tool.files().stat(&path).ok().map(|stat| (stat.dev, stat.ino));
            if action != Action::Create && is_there {
                let mut reader = self.open().await?;
                loop {
                    match reader.next().await? {
                        Next::Member(member) => {
                            present.insert(member.name.trim_end_matches('/').to_owned(), member.mtime);
                        }
                        Next::Garbage { .. } => {
                            return Err(Broken::Fatal(&["This does not look like a tar archive"]));
                        }
                        Next::LoneZeros(_) | Next::End => break,
                    }
                }
                at = reader.position() * BLOCK as u64;
            }
        }
        if action != Action::Update {
            present.clear();
        }
        let run = self.tool.run.clone();
        let names = (Names::read(&run, "/etc/passwd"), Names::read(&run, "/etc/group"));
        let writer = Writer::new(self.archive.clone(), at, packed);
        let mut making = Making { writer, instead, names, own, linked: HashMap::new(), present };
        let mut done = 0;
        let listed = self.listed().await?;
        let operands: Vec<(String, usize)> =
            self.given.operands.iter().cloned().zip(self.given.before.clone()).collect();
        for (operand, before) in operands {
            self.follow_directories(&mut done, before).await?;
            self.options = before;
            self.add_operand(&mut making, &operand).await?;
        }
        self.tell_useless().await?;
        self.options = self.given.options.len();
        self.follow_directories(&mut done, self.given.options.len()).await?;
        for operand in listed {
            self.add_operand(&mut making, &operand).await?;
        }
        let Making { writer, .. } = making;
        Ok(writer.end(&self.tool).await?)
    }

    /// Tells of options that stand after all that they could be for.
    async fn tell_useless(&mut self) -> Done {
        let last = self.given.before.last().copied().unwrap_or(usize::MAX);
        let useless = self.given.options.iter().skip(last).filter(|(letter, _)| *letter == '\u{1}');
        let useless: Vec<String> = useless.map(|(_, pattern)| pattern.clone()).collect();
        if useless.is_empty() || self.given.has('T') {
            return Ok(());
        }
        let text = "The following options were used after any non-optional arguments in archive create or update mode.  \
                    These options are positional and affect only arguments that follow them.  Please, rearrange them \
                    properly.";
        self.problem(text).await?;
        for pattern in useless {
            self.say(&format!("--exclude {} has no effect", value(&pattern))).await?;
        }
        Ok(())
    }

    /// Goes through those `-C` that stand before the operand.
    pub(super) async fn follow_directories(&mut self, done: &mut usize, before: usize) -> Done {
        while *done < before {
            let (letter, text) = self.given.options[*done].clone();
            *done += 1;
            if letter == 'C' {
                self.change_directory(&text).await?;
            }
        }
        Ok(())
    }

    /// The names in the files of `-T`.
    pub(super) async fn listed(&mut self) -> Done<Vec<String>> {
        let mut names = Vec::new();
        let lists: Vec<String> = self
            .given
            .options
            .iter()
            .filter(|(letter, _)| *letter == 'T')
            .map(|(_, text)| text.clone())
            .collect();
        for list in lists {
            let file = if list == "-" { "/dev/stdin" } else { &list };
            let mut source = match crate::programs::source::Source::open(&self.tool.ctx, file) {
                Ok(source) => source,
                Err(reason) => {
                    self.say(&format!("{list}: Cannot open: {reason}")).await?;
                    return Err(Broken::Fatal(&[]));
                }
            };
            let mut text = Vec::new();
            loop {
                let piece = source.read(PIECE_BYTES).await?;
                if piece.is_empty() {
                    break;
                }
                if text.len() + piece.len() > crate::limits::MAX_WHOLE_BYTES as usize {
                    return Err(Broken::Stop(Stop::out_of_memory()));
                }
                text.extend_from_slice(&piece);
            }
            let text = String::from_utf8_lossy(&text).into_owned();
            names.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        }
        Ok(names)
    }

    fn instead(&self) -> Result<Instead, String> {
        let run = &self.tool.run;
        let mut instead = Instead::default();
        if let Some(text) = self.given.value('\u{11}') {
            let text = text.split(':').next().unwrap_or_default();
            let wrong = || format!("{}: Invalid owner", value(text));
            instead.owner = Some(Owner::user(run, text).ok_or_else(wrong)?);
        }
        if let Some(text) = self.given.value('\u{3}') {
            let text = text.split(':').next().unwrap_or_default();
            let wrong = || format!("{}: Invalid group", value(text));
            instead.group = Some(Owner::group(run, text).flatten().ok_or_else(wrong)?);
        }
        if let Some(text) = self.given.value('\u{5}') {
            let wrong = || "Invalid mode given on option".to_owned();
            instead.mode = Some(Mode::parse(text).ok_or_else(wrong)?);
        }
        if let Some(text) = self.given.value('\u{6}') {
            let now = (self.tool.now().as_secs(), 0);
            let (seconds, nanos) = parse(text, now, &Zone::utc()).ok_or_else(|| {
                format!("Substituting -9223372036854775808 for unknown date format {}", value(text))
            })?;
            instead.mtime = Some(Timestamp(seconds.saturating_mul(1_000_000_000).saturating_add(nanos)));
        }
        Ok(instead)
    }

    async fn add_operand(&mut self, making: &mut Making, operand: &str) -> Done {
        let follow = if self.given.has('h') { Follow::Always } else { Follow::Never };
        let operand = match operand.trim_end_matches('/') {
            "" => operand,
            trimmed => trimmed,
        };
        self.safe_name(operand, "member names").await?;
        let mut walk = Walk::new(operand, self.path(operand), follow);
        while let Some(step) = walk.next(&self.tool.run.files) {
            self.tool.turn().await;
            match step {
                Step::Enter(found) => {
                    let goes_on = self.add(making, &found).await?;
                    if !goes_on || self.given.has('\u{7}') {
                        walk.skip();
                    }
                }
                Step::File(found) | Step::Circle(found) => drop(self.add(making, &found).await?),
                Step::Leave(found) => {
                    if self.given.has('\u{13}') {
                        let _ = self.tool.files().rmdir(&found.path, self.tool.now());
                    }
                }
                Step::Unreadable(found, error) => {
                    self.problem(&format!("{}: Cannot open: {error}", shown(&found.shown))).await?;
                }
                Step::Missing(error) => {
                    self.problem(&format!("{}: Cannot stat: {error}", shown(operand))).await?;
                }
            }
        }
        Ok(())
    }

    /// The name without what must not stand before it; that it went is said once.
    pub(super) async fn safe_name(&mut self, name: &str, what: &str) -> Done<String> {
        if self.given.has('P') {
            return Ok(name.to_owned());
        }
        let cut = unsafe_prefix(name);
        if cut == 0 {
            return Ok(name.to_owned());
        }
        let text = format!("Removing leading `{}' from {what}", &name[..cut]);
        if !self.told.contains(&text) {
            self.say(&text).await?;
            self.told.push(text);
        }
        Ok(if name.len() == cut { ".".to_owned() } else { name[cut..].to_owned() })
    }

    /// Adds one file; whether what is in it, if it is a directory, is to be added.
    async fn add(&mut self, making: &mut Making, found: &Found) -> Done<bool> {
        if excluded(self.patterns(), &found.shown) {
            return Ok(false);
        }
        let id = (found.stat.dev, found.stat.ino);
        if making.own == Some(id) {
            self.say(&format!("{}: file is the archive; not dumped", shown(&found.shown))).await?;
            return Ok(false);
        }
        let name = self.safe_name(&found.shown, "member names").await?;
        if making
            .present
            .get(&name)
            .is_some_and(|time| found.is_dir() || time.as_secs() >= found.stat.mtime.as_secs())
        {
            return Ok(true);
        }
        let kind = match found.stat.kind {
            FileKind::Directory => Kind::Directory,
            FileKind::Symlink => Kind::Symlink,
            FileKind::File => Kind::File,
            FileKind::Fifo => Kind::Fifo,
            FileKind::Device => Kind::Device,
        };
        let (stat, instead) = (&found.stat, &making.instead);
        let uid = instead.owner.as_ref().map_or(stat.uid, |owner| owner.id);
        let gid = instead.group.as_ref().map_or(stat.gid, |group| group.id);
        let named = |names: &Names, id: u32| {
            let name = names.name(id);
            if self.given.has('\u{f}') || name == id.to_string() { String::new() } else { name }
        };
        let mut member = Member {
            name: if found.is_dir() && !name.ends_with('/') { format!("{name}/") } else { name.clone() },
            kind,
            mode: instead.mode.as_ref().map_or(stat.mode, |mode| mode.of(stat.mode, found.is_dir(), 0)),
            uid,
            gid,
            user: named(&making.names.0, uid),
            group: named(&making.names.1, gid),
            size: if kind == Kind::File { stat.size } else { 0 },
            mtime: instead.mtime.unwrap_or(stat.mtime),
            target: String::new(),
            device: stat.rdev,
        };
        if kind == Kind::Symlink {
            member.target = self.tool.files().read_link(&found.path).unwrap_or_default();
        }
        if stat.nlink > 1 && !found.is_dir() {
            let target = self.safe_name(&found.shown, "hard link targets").await?;
            if let Some(first) = making.linked.get(&id).cloned() {
                (member.kind, member.size, member.target) = (Kind::HardLink, 0, first);
            } else {
                making.linked.insert(id, target);
            }
        }
        if self.given.has('v') {
            let line = super::extract::line(&self.given, &member, &mut 19);
            match self.archive {
                Some(_) => self.tool.line(&line).await?,
                None => {
                    self.tool.flush().await?;
                    let text = format!("{line}\n");
                    crate::programs::live::say(&self.tool.ctx.stderr, text).await;
                }
            }
        }
        making.writer.put(&self.tool, &member.write()).await?;
        if member.kind == Kind::File {
            self.add_contents(making, found).await?;
        }
        if self.given.has('\u{13}') && !found.is_dir() {
            let _ = self.tool.files().unlink(&found.path, self.tool.now());
        }
        Ok(true)
    }

    async fn add_contents(&mut self, making: &mut Making, found: &Found) -> Done {
        let mut at = 0;
        while at < found.stat.size {
            let wanted = (found.stat.size - at).min(PIECE_BYTES as u64);
            let piece = match self.tool.files().read_range(&found.path, at, wanted) {
                Ok(piece) if piece.is_empty() => Err(Errno::ENOENT.message().to_owned()),
                Ok(piece) => Ok(piece),
                Err(error) => Err(error.to_string()),
            };
            match piece {
                Ok(piece) => {
                    making.writer.put(&self.tool, &piece).await?;
                    at += piece.len() as u64;
                }
                Err(_) => {
                    let text = format!(
                        "{}: File shrank by {} bytes; padding with zeros",
                        shown(&found.shown),
                        found.stat.size - at
                    );
                    self.problem(&text).await?;
                    while at < found.stat.size {
                        let zeros = vec![0; (found.stat.size - at).min(PIECE_BYTES as u64) as usize];
                        making.writer.put(&self.tool, &zeros).await?;
                        at += zeros.len() as u64;
                    }
                }
            }
            sandbox_kernel::pause().await;
        }
        making.writer.put(&self.tool, &vec![0; padding(found.stat.size)]).await?;
        Ok(())
    }
}
