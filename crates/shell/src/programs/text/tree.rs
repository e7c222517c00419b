//! `tree`: what is in directories, drawn as a tree.

use sandbox_fs::{DirEntry, Kind};

use super::super::df::human_size;
use super::super::getopt::{Given, Known};
use super::super::glob::{self, Rules};
use super::super::inode;
use super::super::tree::joined;
use super::tool::{Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "adlfxL:P:I:o:psugDFqNQhrtUvcniACSX",
    long: &[
        ("charset=", 'H'),
        ("dirsfirst", 'J'),
        ("filesfirst", 'K'),
        ("ignore-case", 'E'),
        ("noreport", 'R'),
        ("prune", 'T'),
    ],
};

/// A directory whose names are being shown.
struct Level {
    shown: String,
    path: String,
    entries: std::iter::Peekable<std::vec::IntoIter<DirEntry>>,
    /// What stands before each of them.
    before: String,
}

struct Wish<'a> {
    given: &'a Given,
    depth: usize,
    /// Lines of ASCII.
    plain: bool,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let depth = match given.value('L').map(str::parse) {
        None => usize::MAX,
        Some(Ok(depth)) if depth > 0 => depth,
        Some(_) => return Err(io.fatal("Invalid level, must be greater than 0.").await),
    };
    if let Some(target) = given.value('o') {
        if let Err(reason) = io.create(target).await? {
            return Err(io.fatal(format!("invalid filename '{target}': {reason}")).await);
        }
        io.target = Some(target.to_owned());
    }
    let plain = given.value('H').is_some_and(|charset| !charset.to_ascii_uppercase().starts_with("UTF"));
    let wish = Wish { given: &given, depth, plain };
    let mut operands = given.operands.clone();
    if operands.is_empty() {
        operands.push(".".to_owned());
    }
    let (mut directories, mut files, mut failed) = (0_u64, 0_u64, false);
    for operand in &operands {
        let path = io.ctx.cwd.join(operand).to_string_lossy().into_owned();
        let files_of = io.run.files.clone();
        let stat = match files_of.stat(&path) {
            Ok(stat) if stat.kind == Kind::Directory => stat,
            other => {
                failed = true;
                files += u64::from(other.is_ok());
                io.out.extend_from_slice(format!("{operand}  [error opening dir]\n").as_bytes());
                continue;
            }
        };
        directories += 1;
        let root = DirEntry { name: operand.clone(), stat };
        let text = format!("{}\n", wish.named(&root, operand, None));
        io.out.extend_from_slice(text.as_bytes());
        let entries = wish.entries(&files_of, &path);
        let mut levels = vec![Level { shown: operand.clone(), path, entries, before: String::new() }];
        while let Some(level) = levels.last_mut() {
            let Some(entry) = level.entries.next() else {
                levels.pop();
                continue;
            };
            let is_last = level.entries.peek().is_none();
            let path = joined(&level.path, &entry.name);
            let shown = joined(&level.shown, &entry.name);
            let target = match entry.stat.kind {
                Kind::Symlink => files_of.read_link(&path).ok(),
                _ => None,
            };
            let leads_to_directory =
                target.is_some() && files_of.stat(&path).is_ok_and(|stat| stat.kind == Kind::Directory);
            let is_directory = entry.stat.kind == Kind::Directory;
            let (branch, more) = match (given.has('i'), wish.plain, is_last) {
                (true, ..) => ("", ""),
                (_, true, true) => ("`-- ", "    "),
                (_, true, false) => ("|-- ", "|   "),
                (_, false, true) => ("└── ", "    "),
                (_, false, false) => ("├── ", "│\u{a0}\u{a0} "),
            };
            let name = if given.has('f') { &shown } else { &entry.name };
            let mut text = format!("{}{branch}{}", level.before, wish.named(&entry, name, target.as_deref()));
            if leads_to_directory && given.has('F') {
                text.push('/');
            }
            text.push('\n');
            io.out.extend_from_slice(text.as_bytes());
            if is_directory || leads_to_directory {
                directories += 1;
            } else {
                files += 1;
            }
            let before = format!("{}{more}", level.before);
            let enters = is_directory || leads_to_directory && given.has('l') && levels.len() < 40;
            if enters && levels.len() < wish.depth {
                let entries = wish.entries(&files_of, &path);
                levels.push(Level { shown, path, entries, before });
            }
            io.turn().await?;
        }
    }
    if !given.has('R') {
        let plural =
            |count: u64, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
        let mut report = plural(directories, "directory", "directories");
        if !given.has('d') {
            report = format!("{report}, {}", plural(files, "file", "files"));
        }
        io.out.extend_from_slice(format!("\n{report}\n").as_bytes());
    }
    Ok(if failed { 2 } else { 0 })
}

impl Wish<'_> {
    /// The names of a directory that are shown, in their order.
    fn entries(
        &self,
        files: &sandbox_fs::Namespace,
        path: &str,
    ) -> std::iter::Peekable<std::vec::IntoIter<DirEntry>> {
        let given = self.given;
        let mut entries: Vec<DirEntry> = files.read_dir(path).unwrap_or_default();
        entries.retain(|entry| self.is_shown(entry));
        let leads_to_directory = |entry: &DirEntry| {
            let target = files.stat(&joined(path, &entry.name));
            target.is_ok_and(|stat| stat.kind == Kind::Directory)
        };
        if given.has('d') {
            entries.retain(leads_to_directory);
        }
        if given.has('T') {
            entries.retain(|entry| match entry.stat.kind {
                Kind::Directory => self.has_files(files, joined(path, &entry.name)),
                _ => !leads_to_directory(entry),
            });
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        if given.has('t') {
            entries.sort_by_key(|entry| entry.stat.mtime);
        }
        if given.has('r') {
            entries.reverse();
        }
        let is_directory = |entry: &DirEntry| entry.stat.kind == Kind::Directory;
        if given.has('J') {
            entries.sort_by_key(|entry| !is_directory(entry));
        } else if given.has('K') {
            entries.sort_by_key(is_directory);
        }
        entries.into_iter().peekable()
    }

    fn is_shown(&self, entry: &DirEntry) -> bool {
        let given = self.given;
        let rules = Rules { ignores_case: given.has('E'), ..Rules::default() };
        let matches = |letter: char| {
            let patterns = given.options.iter().filter(move |(given, _)| *given == letter);
            patterns.flat_map(|(_, text)| text.split('|')).any(|text| glob::matches(text, &entry.name, rules))
        };
        let is_directory = entry.stat.kind == Kind::Directory;
        (given.has('a') || !entry.name.starts_with('.'))
            && !matches('I')
            && (is_directory || !given.has('P') || matches('P'))
    }

    /// Whether anything but directories is shown below a path.
    fn has_files(&self, files: &sandbox_fs::Namespace, path: String) -> bool {
        let mut waiting = vec![path];
        while let Some(path) = waiting.pop() {
            for entry in files.read_dir(&path).unwrap_or_default() {
                if !self.is_shown(&entry) {
                    continue;
                }
                if entry.stat.kind != Kind::Directory {
                    return true;
                }
                waiting.push(joined(&path, &entry.name));
            }
        }
        false
    }

    /// A name with what is told of it.
    fn named(&self, entry: &DirEntry, name: &str, target: Option<&str>) -> String {
        let (given, stat) = (self.given, &entry.stat);
        let mut told = Vec::new();
        if given.has('p') {
            told.push(inode::letters(inode::kind_letter(stat.kind), stat.mode));
        }
        if given.has('h') {
            told.push(format!("{:>4}", human_size(stat.size)));
        } else if given.has('s') {
            told.push(format!("{:>11}", stat.size));
        }
        let told = if told.is_empty() { String::new() } else { format!("[{}]  ", told.join(" ")) };
        let quote = if given.has('Q') { "\"" } else { "" };
        let target = target.map(|target| format!(" -> {quote}{target}{quote}")).unwrap_or_default();
        let kind = match stat.kind {
            Kind::Directory if given.has('F') && !name.ends_with('/') => "/",
            Kind::File if given.has('F') && stat.mode & 0o111 != 0 => "*",
            _ => "",
        };
        format!("{told}{quote}{name}{quote}{kind}{target}")
    }
}
