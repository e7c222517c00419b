//! `ls`: names, or with `-l` everything that an inode has. Output goes to no terminal, so one name a line.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};
use sandbox_fs::{FsError, Kind};

use super::inode::{Node, device_names, look};
use super::lines::{self, Item};
use super::{no_surroundings, surroundings, usage};
use crate::engine::Run;

pub(super) struct Ls;

/// What is sorted by.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    #[default]
    Name,
    Time,
    Size,
    Extension,
    None,
}

/// Which names are shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Hidden {
    /// None that begins with a dot.
    #[default]
    No,
    /// All but `.` and `..`.
    Almost,
    /// All.
    Yes,
}

/// The options.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) long: bool,
    pub(super) human: bool,
    pub(super) numeric: bool,
    pub(super) inode: bool,
    pub(super) blocks: bool,
    pub(super) full_time: bool,
    pub(super) no_owner: bool,
    pub(super) no_group: bool,
    /// `-F` marks every kind, `-p` only directories.
    pub(super) classify: Option<char>,
    pub(super) commas: bool,
    hidden: Hidden,
    directory: bool,
    recursive: bool,
    reverse: bool,
    follow: bool,
    order: Order,
    paths: Vec<String>,
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let mut wish = Wish::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            wish.paths.extend(args.by_ref().cloned());
        } else if let Some(long) = arg.strip_prefix("--") {
            long_option(&mut wish, long, arg)?;
        } else if arg.len() > 1 && arg.starts_with('-') {
            for letter in arg.chars().skip(1) {
                short_option(&mut wish, letter)?;
            }
        } else {
            wish.paths.push(arg.clone());
        }
    }
    Ok(wish)
}

fn long_option(wish: &mut Wish, long: &str, arg: &str) -> std::result::Result<(), String> {
    match long.split_once('=').unwrap_or((long, "")) {
        ("all", _) => wish.hidden = Hidden::Yes,
        ("almost-all", _) => wish.hidden = Hidden::Almost,
        ("directory", _) => wish.directory = true,
        ("human-readable", _) => wish.human = true,
        ("inode", _) => wish.inode = true,
        ("numeric-uid-gid", _) => (wish.long, wish.numeric) = (true, true),
        ("recursive", _) => wish.recursive = true,
        ("reverse", _) => wish.reverse = true,
        ("classify", _) => wish.classify = Some('F'),
        ("size", _) => wish.blocks = true,
        ("no-group", _) => wish.no_group = true,
        ("dereference", _) => wish.follow = true,
        ("full-time", _) | ("time-style", "full-iso") => (wish.long, wish.full_time) = (true, true),
        ("sort", "time") => wish.order = Order::Time,
        ("sort", "size") => wish.order = Order::Size,
        ("sort", "none") => wish.order = Order::None,
        ("sort", "extension") => wish.order = Order::Extension,
        (
            "color"
            | "sort"
            | "time-style"
            | "group-directories-first"
            | "quoting-style"
            | "format"
            | "literal",
            _,
        ) => {}
        _ => return Err(usage::unknown_option(arg)),
    }
    Ok(())
}

fn short_option(wish: &mut Wish, letter: char) -> std::result::Result<(), String> {
    match letter {
        'l' => wish.long = true,
        'a' => wish.hidden = Hidden::Yes,
        'A' => wish.hidden = Hidden::Almost,
        'd' => wish.directory = true,
        'h' => wish.human = true,
        'i' => wish.inode = true,
        'n' => (wish.long, wish.numeric) = (true, true),
        'g' => (wish.long, wish.no_owner) = (true, true),
        'o' => (wish.long, wish.no_group) = (true, true),
        'G' => wish.no_group = true,
        'R' => wish.recursive = true,
        'r' => wish.reverse = true,
        't' => wish.order = Order::Time,
        'S' => wish.order = Order::Size,
        'X' => wish.order = Order::Extension,
        'U' => wish.order = Order::None,
        'f' => (wish.order, wish.hidden) = (Order::None, Hidden::Yes),
        'F' | 'p' => wish.classify = Some(letter),
        's' => wish.blocks = true,
        'L' | 'H' => wish.follow = true,
        'm' => wish.commas = true,
        '1' | 'C' | 'x' | 'k' | 'N' | 'q' | 'v' | 'c' | 'u' => {}
        _ => return Err(usage::unknown_option(&format!("-{letter}"))),
    }
    Ok(())
}

#[async_trait]
impl Builtin for Ls {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let mut wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(ExecResult { exit_code: 2, ..usage::error("ls", problem) }),
        };
        if wish.paths.is_empty() {
            wish.paths.push(".".to_owned());
        }
        let mut listing =
            Listing { run: &run, wish: &wish, out: String::new(), problems: String::new(), code: 0 };
        let (mut files, mut directories) = (Vec::new(), Vec::new());
        for shown in &wish.paths {
            let path = ctx.cwd.join(shown).to_string_lossy().into_owned();
            // A link named on the command line is followed, unless its own line is asked for.
            let follow = wish.follow || !(wish.long || wish.directory) || shown.ends_with('/');
            let node = look(&run, &path, follow).or_else(|_| look(&run, &path, false));
            match node {
                Ok(node) => {
                    let item = Item { shown: shown.clone(), path, node };
                    if item.is_directory() && !wish.directory {
                        directories.push(item)
                    } else {
                        files.push(item)
                    }
                }
                Err(error) => listing.problem(2, format!("cannot access '{shown}': {error}")),
            }
        }
        let titled = files.len() + directories.len() > 1
            || wish.recursive
            || !listing.problems.is_empty() && wish.paths.len() > 1;
        wish_sort(&wish, &mut files);
        wish_sort(&wish, &mut directories);
        lines::write(&mut listing.out, &run, &wish, &files, false);
        for (at, directory) in directories.iter().enumerate() {
            if at > 0 || !files.is_empty() {
                listing.out.push('\n');
            }
            listing.directory(directory, titled);
        }
        let mut result = ExecResult::err(listing.problems, listing.code);
        result.stdout = listing.out.into();
        Ok(result)
    }
}

/// A listing as it is made.
struct Listing<'a> {
    run: &'a Run,
    wish: &'a Wish,
    out: String,
    problems: String,
    code: i32,
}

impl Listing<'_> {
    fn problem(&mut self, code: i32, text: String) {
        self.problems.push_str(&format!("ls: {text}\n"));
        self.code = self.code.max(code);
    }

    fn directory(&mut self, directory: &Item, titled: bool) {
        if titled {
            self.out.push_str(&format!("{}:\n", directory.shown));
        }
        let mut items = match self.entries(directory) {
            Ok(items) => items,
            Err(error) => {
                return self.problem(1, format!("cannot open directory '{}': {error}", directory.shown));
            }
        };
        wish_sort(self.wish, &mut items);
        lines::write(&mut self.out, self.run, self.wish, &items, true);
        if !self.wish.recursive {
            return;
        }
        for item in items.into_iter().filter(|item| item.shown != "." && item.shown != "..") {
            // A link is never entered here, not even by `-L`: it may lead back.
            let Ok(node) = look(self.run, &item.path, false) else { continue };
            let shown = format!("{}/{}", directory.shown.trim_end_matches('/'), item.shown);
            let below = Item { shown, path: item.path, node };
            if below.is_directory() {
                self.out.push('\n');
                self.directory(&below, true);
            }
        }
    }

    fn entries(&self, directory: &Item) -> std::result::Result<Vec<Item>, FsError> {
        let base = directory.path.trim_end_matches('/');
        let mut names: Vec<String> = self
            .run
            .sandbox
            .namespace
            .read_dir(&directory.path)?
            .into_iter()
            .map(|entry| entry.name)
            .collect();
        if base == "/dev" {
            names.extend(device_names().map(str::to_owned));
        }
        match self.wish.hidden {
            Hidden::No => names.retain(|name| !name.starts_with('.')),
            Hidden::Almost => {}
            Hidden::Yes => names.extend([".".to_owned(), "..".to_owned()]),
        }
        let items = names.into_iter().filter_map(|name| {
            let path = format!("{base}/{name}");
            let node =
                look(self.run, &path, self.wish.follow).or_else(|_| look(self.run, &path, false)).ok()?;
            Some(Item { shown: name, path, node })
        });
        Ok(items.collect())
    }
}

/// Sorts as asked; names decide where the rest is equal.
fn wish_sort(wish: &Wish, items: &mut [Item]) {
    let size = |item: &Item| if let Node::Inode(stat) = &item.node { stat.size } else { 0 };
    let time = |item: &Item| if let Node::Inode(stat) = &item.node { stat.mtime.0 } else { 0 };
    let extension = |item: &Item| {
        item.shown.rsplit_once('.').map(|(_, extension)| extension.to_owned()).unwrap_or_default()
    };
    match wish.order {
        Order::None => return,
        Order::Name => items.sort_by(|a, b| a.shown.cmp(&b.shown)),
        Order::Time => items.sort_by(|a, b| time(b).cmp(&time(a)).then_with(|| a.shown.cmp(&b.shown))),
        Order::Size => items.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.shown.cmp(&b.shown))),
        Order::Extension => {
            items.sort_by(|a, b| extension(a).cmp(&extension(b)).then_with(|| a.shown.cmp(&b.shown)))
        }
    }
    if wish.reverse {
        items.reverse();
    }
}

impl Item {
    fn is_directory(&self) -> bool {
        matches!(&self.node, Node::Inode(stat) if stat.kind == Kind::Directory)
    }
}
