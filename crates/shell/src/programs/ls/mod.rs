//! `ls`, `dir` and `vdir`. Output goes to no terminal, so `ls` writes one name a line.

mod lines;
mod options;
mod quoting;

use std::cmp::Ordering;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, FsError, Kind};

use super::glob::{self, Rules};
use super::inode::look;
use super::live::misused_with;
use super::quoting::quoted_name;
use super::tool::{Tool, Worked, begin};
use super::tree::joined;
use super::version;
use lines::{Item, Text, time_of, width};
use options::{Follow, Format, Hidden, KNOWN, Options, Order, Wrong};

pub(super) struct Ls;

#[async_trait]
impl Command for Ls {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(ctx, &KNOWN, "ls [OPTION]... [FILE]...");
        let options = match options::read(&given, tool.ctx.name, tool.ctx.env) {
            Ok(options) => options,
            Err(Wrong::Word(problem, code)) => return misused_with(&tool.ctx, code, problem).await,
            Err(Wrong::Plainly(problem)) => {
                tool.code = 2;
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        if given.operands.is_empty() {
            given.operands.push(".".to_owned());
        }
        let worked = list(&mut tool, &options, &given.operands).await;
        tool.end(worked).await
    }
}

async fn list(tool: &mut Tool<'_>, options: &Options, operands: &[String]) -> Worked {
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for shown in operands {
        tool.turn().await;
        match named(tool, options, shown) {
            Ok(item) if is_directory(&item) && !options.directory => directories.push(item),
            Ok(item) => files.push(item),
            Err(error) => {
                tool.code = 2;
                tool.problem(format!("cannot access {}: {error}", quoted_name(shown))).await?;
            }
        }
    }
    let titled = operands.len() > 1 || options.recursive;
    sort(options, &mut files);
    sort(options, &mut directories);
    let mut text = Text::default();
    lines::write(&mut text, &tool.run, options, &files, false);
    let mut is_first = files.is_empty();
    // The next to come stands last.
    directories.reverse();
    let mut depth = directories.len();
    while let Some(directory) = directories.pop() {
        tool.turn().await;
        let is_operand = directories.len() < depth;
        depth = depth.min(directories.len());
        let mut items = match entries(tool, options, &directory.path) {
            Ok(items) => items,
            Err(error) => {
                tool.code = tool.code.max(if is_operand { 2 } else { 1 });
                let shown = quoted_name(&directory.shown);
                tool.problem(format!("cannot open directory {shown}: {error}")).await?;
                continue;
            }
        };
        if !std::mem::take(&mut is_first) {
            text.out.push('\n');
        }
        if titled {
            text.out.push_str(if options.dired { "  " } else { "" });
            let begin = text.at();
            text.out.push_str(&options.style.write(&directory.shown));
            let end = text.at();
            text.titles.push((begin, end));
            text.out.push(':');
            text.out.push('\n');
        }
        sort(options, &mut items);
        lines::write(&mut text, &tool.run, options, &items, true);
        if options.recursive {
            let inside = items.into_iter().rev().filter(|item| item.shown != "." && item.shown != "..");
            for item in inside {
                // A link is never entered here, not even by `-L`: it may lead back.
                if let Ok(stat) = look(&tool.run, &item.path, false) {
                    let shown = joined(&directory.shown, &item.shown);
                    let below = Item { shown, path: item.path, stat };
                    if is_directory(&below) {
                        directories.push(below);
                    }
                }
            }
        }
        hand_over(tool, &mut text).await?;
    }
    hand_over(tool, &mut text).await?;
    if options.dired { dired(tool, options, &text).await } else { Ok(()) }
}

async fn hand_over(tool: &mut Tool<'_>, text: &mut Text) -> Worked {
    text.before += text.out.len();
    let out = std::mem::take(&mut text.out);
    tool.put(out.as_bytes()).await
}

/// Tells Emacs where the names are.
async fn dired(tool: &mut Tool<'_>, options: &Options, text: &Text) -> Worked {
    for (word, places) in [("DIRED", &text.names), ("SUBDIRED", &text.titles)] {
        if !places.is_empty() {
            let places: String = places.iter().map(|(begin, end)| format!(" {begin} {end}")).collect();
            tool.line(&format!("//{word}//{places}")).await?;
        }
    }
    let named = quoting::Style::NAMES.iter().find(|(_, style)| *style == options.style);
    let style = named.map_or("literal", |(name, _)| name);
    tool.line(&format!("//DIRED-OPTIONS// --quoting-style={style}")).await
}

/// What an operand names.
fn named(tool: &Tool<'_>, options: &Options, shown: &str) -> std::result::Result<Item, FsError> {
    let path = tool.path(shown);
    let itself =
        options.directory || options.format == Format::Long || options.marks == options::Marks::Classify;
    let stat = match options.follow {
        Follow::Always | Follow::Named => look(&tool.run, &path, true),
        Follow::Unset if itself => look(&tool.run, &path, false),
        // A link to a directory is followed.
        Follow::Unset => match look(&tool.run, &path, true) {
            Ok(stat) if !stat.is_dir() => look(&tool.run, &path, false),
            Err(error) if error.errno == Errno::ENOENT => look(&tool.run, &path, false),
            found => found,
        },
    };
    Ok(Item { shown: shown.to_owned(), path, stat: stat? })
}

fn entries(tool: &Tool<'_>, options: &Options, path: &str) -> std::result::Result<Vec<Item>, FsError> {
    let base = path.trim_end_matches('/');
    let mut items: Vec<Item> = tool
        .files()
        .read_dir(path)?
        .into_iter()
        .map(|entry| Item { path: format!("{base}/{}", entry.name), shown: entry.name, stat: entry.stat })
        .collect();
    let mut add = |name: &str| {
        let path = format!("{base}/{name}");
        if let Ok(stat) = look(&tool.run, &path, false) {
            items.push(Item { shown: name.to_owned(), path, stat });
        }
    };
    if options.hidden == Hidden::Yes {
        [".", ".."].into_iter().for_each(&mut add);
        items.rotate_right(2);
    }
    let rules = Rules { keeps_dots: true, ..Rules::default() };
    let any =
        |patterns: &[String], name: &str| patterns.iter().any(|pattern| glob::matches(pattern, name, rules));
    items.retain(|item| {
        let hides = options.hidden == Hidden::No
            && (item.shown.starts_with('.') || any(&options.left_out, &item.shown));
        !hides && !any(&options.ignored, &item.shown)
    });
    if options.follow == Follow::Always {
        for item in &mut items {
            if let Ok(stat) = look(&tool.run, &item.path, true) {
                item.stat = stat;
            }
        }
    }
    Ok(items)
}

/// Sorts as asked; names decide where the rest is equal.
fn sort(options: &Options, items: &mut [Item]) {
    if options.order != Order::None {
        items.sort_by(|a, b| {
            let order = compare(options, a, b).then_with(|| a.shown.cmp(&b.shown));
            if options.reverse { order.reverse() } else { order }
        });
    }
    if options.directories_first {
        items.sort_by_key(|item| !is_directory(item));
    }
}

fn compare(options: &Options, a: &Item, b: &Item) -> Ordering {
    let size = |item: &Item| item.stat.size;
    let time = |item: &Item| time_of(options.time, &item.stat);
    fn extension(item: &Item) -> &str {
        item.shown.rfind('.').map_or("", |at| &item.shown[at..])
    }
    match options.order {
        Order::Name | Order::None => Ordering::Equal,
        Order::Time => time(b).cmp(&time(a)),
        Order::Size => size(b).cmp(&size(a)),
        Order::Extension => extension(a).cmp(extension(b)),
        Order::Version => version::compare(a.shown.as_bytes(), b.shown.as_bytes()),
        Order::Width => width(&a.shown).cmp(&width(&b.shown)),
    }
}

fn is_directory(item: &Item) -> bool {
    item.stat.kind == Kind::Directory
}
