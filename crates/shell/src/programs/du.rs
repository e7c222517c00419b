//! `du`: the blocks that files take, each inode once.

use std::collections::HashSet;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::Stat;

use super::block_size::{self, BlockSize};
use super::getopt::{Given, Known};
use super::glob::{self, Rules};
use super::live::{misused, say};
use super::quoting::{quoted_name, value};
use super::tool::{Tool, Worked, begin};
use super::tree::{Follow, Found, Step, Walk};

pub(super) struct Du;

const KNOWN: Known = Known {
    letters: "0abcd:hHklmst:xB:DLPSX:",
    long: &[
        ("all", 'a'),
        ("apparent-size", 'A'),
        ("block-size", 'B'),
        ("bytes", 'b'),
        ("count-links", 'l'),
        ("dereference", 'L'),
        ("dereference-args", 'D'),
        ("exclude=", 'E'),
        ("human-readable", 'h'),
        ("inodes", 'I'),
        ("si", 'i'),
        ("max-depth", 'd'),
        ("null", '0'),
        ("no-dereference", 'P'),
        ("one-file-system", 'x'),
        ("separate-dirs", 'S'),
        ("summarize", 's'),
        ("total", 'c'),
        ("threshold", 't'),
    ],
};

struct Wish {
    unit: BlockSize,
    apparent: bool,
    inodes: bool,
    follow: Follow,
    max_depth: usize,
    threshold: Option<i64>,
}

/// What was wrong with the options.
enum Wrong {
    Usage(String),
    Plainly(String),
}

fn wish(given: &Given) -> std::result::Result<Wish, Wrong> {
    let mut wish = Wish {
        unit: BlockSize::bytes(1024),
        apparent: given.has('A') || given.has('b'),
        inodes: given.has('I'),
        follow: Follow::Never,
        max_depth: usize::MAX,
        threshold: None,
    };
    let invalid =
        |option: &str, text: &str| Wrong::Plainly(format!("invalid {option} argument {}", value(text)));
    for (letter, text) in &given.options {
        match letter {
            'b' => wish.unit = BlockSize::bytes(1),
            'k' => wish.unit = BlockSize::bytes(1024),
            'm' => wish.unit = BlockSize::bytes(1 << 20),
            'h' => wish.unit = BlockSize::Human,
            'i' => wish.unit = BlockSize::Si,
            'B' => wish.unit = BlockSize::parse(text).ok_or_else(|| invalid("-B", text))?,
            'D' | 'H' => wish.follow = Follow::First,
            'L' => wish.follow = Follow::Always,
            'P' => wish.follow = Follow::Never,
            'd' => {
                let wrong = || Wrong::Usage(format!("invalid maximum depth {}", value(text)));
                wish.max_depth = text.parse().map_err(|_| wrong())?;
            }
            't' => {
                let (sign, digits) = text.strip_prefix('-').map_or((1, &**text), |digits| (-1, digits));
                let size = block_size::number(digits).and_then(|size| i64::try_from(size).ok());
                wish.threshold = Some(sign * size.ok_or_else(|| invalid("-t", text))?);
                if wish.threshold == Some(0) && sign < 0 {
                    return Err(Wrong::Plainly("invalid -t argument '-0'".to_owned()));
                }
            }
            _ => {}
        }
    }
    if wish.inodes {
        wish.unit = BlockSize::bytes(1);
    }
    if given.has('s') {
        if given.has('a') {
            return Err(Wrong::Usage("cannot both summarize and show all entries".to_owned()));
        }
        if given.has('d') && wish.max_depth > 0 {
            let text = format!("warning: summarizing conflicts with --max-depth={}", wish.max_depth);
            return Err(Wrong::Usage(text));
        }
        wish.max_depth = 0;
    }
    Ok(wish)
}

#[async_trait]
impl Command for Du {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(ctx, &KNOWN, "du [OPTION]... [FILE]...");
        let wish = match wish(&given) {
            Ok(wish) => wish,
            Err(Wrong::Usage(problem)) => return misused(&tool.ctx, problem).await,
            Err(Wrong::Plainly(problem)) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        if given.has('s') && given.has('d') {
            let text = "du: warning: summarizing is the same as using --max-depth=0\n";
            say(&tool.ctx.stderr, text.to_owned()).await;
        }
        if given.operands.is_empty() {
            given.operands.push(".".to_owned());
        }
        let worked = count_all(&mut tool, &wish, &given).await;
        tool.end(worked).await
    }
}

async fn count_all(tool: &mut Tool<'_>, wish: &Wish, given: &Given) -> Worked {
    let mut seen = HashSet::new();
    let mut total = 0;
    for operand in &given.operands {
        if operand.is_empty() {
            tool.problem("invalid zero-length file name".to_owned()).await?;
            continue;
        }
        total += count(tool, wish, given, operand, &mut seen).await?;
    }
    if given.has('c') {
        show(tool, wish, given, total, "total").await?;
    }
    Ok(())
}

/// Counts one operand and gives its size.
async fn count(
    tool: &mut Tool<'_>,
    wish: &Wish,
    given: &Given,
    operand: &str,
    seen: &mut HashSet<(u32, u64)>,
) -> Worked<u64> {
    let path = tool.path(operand);
    let all = given.operands.len() > 1 || wish.follow == Follow::Always;
    let mut walk = Walk::new(operand, path, wish.follow);
    let mut device = None;
    // What is in each of the directories that one is in: of itself and its files, and of the directories below.
    let mut sums: Vec<(u64, u64)> = Vec::new();
    let mut total = 0;
    while let Some(step) = walk.next(&tool.run.files) {
        tool.turn().await;
        match step {
            Step::Enter(found) => {
                let other_device = given.has('x') && device.is_some_and(|device| device != found.stat.dev);
                device = device.or(Some(found.stat.dev));
                let again = all && !given.has('l') && !seen.insert((found.stat.dev, found.stat.ino));
                if other_device || again || excluded(given, &found) {
                    walk.skip();
                } else {
                    sums.push((size(wish, &found.stat), 0));
                }
            }
            Step::Leave(found) => {
                let Some((own, below)) = sums.pop() else { continue };
                let whole = own + below;
                if let Some(above) = sums.last_mut() {
                    above.1 += whole;
                }
                total = whole;
                if found.depth <= wish.max_depth {
                    let shown = if given.has('S') { own } else { whole };
                    show(tool, wish, given, shown, &found.shown).await?;
                }
            }
            Step::File(found) => {
                let counted = (found.stat.nlink > 1 || all) && !given.has('l');
                let again = counted && !seen.insert((found.stat.dev, found.stat.ino));
                let dangling = wish.follow == Follow::Always && found.stat.is_symlink();
                if dangling {
                    let shown = quoted_name(&found.shown);
                    tool.problem(format!("cannot access {shown}: No such file or directory")).await?;
                }
                if again || dangling || excluded(given, &found) {
                    continue;
                }
                let size = size(wish, &found.stat);
                match sums.last_mut() {
                    Some(above) => above.0 += size,
                    None => total = size,
                }
                if found.depth == 0 || given.has('a') && found.depth <= wish.max_depth {
                    show(tool, wish, given, size, &found.shown).await?;
                }
            }
            Step::Circle(_) => {}
            Step::Unreadable(found, error) => {
                let shown = quoted_name(&found.shown);
                tool.problem(format!("cannot read directory {shown}: {error}")).await?;
            }
            Step::Missing(error) => {
                tool.problem(format!("cannot access {}: {error}", quoted_name(operand))).await?;
            }
        }
    }
    Ok(total)
}

fn size(wish: &Wish, stat: &Stat) -> u64 {
    match (wish.inodes, wish.apparent) {
        (true, _) => 1,
        (false, true) => stat.size,
        (false, false) => stat.blocks * 512,
    }
}

fn excluded(given: &Given, found: &Found) -> bool {
    let name = found.shown.rsplit('/').next().unwrap_or_default();
    let mut patterns = given.options.iter().filter(|(letter, _)| *letter == 'E');
    patterns.any(|(_, pattern)| {
        glob::matches(pattern, name, Rules::default())
            || glob::matches(pattern, &found.shown, Rules::default())
    })
}

async fn show(tool: &mut Tool<'_>, wish: &Wish, given: &Given, size: u64, shown: &str) -> Worked {
    let signed = i64::try_from(size).unwrap_or(i64::MAX);
    let too_small = |limit: i64| if limit < 0 { signed > -limit } else { signed < limit };
    if wish.threshold.is_some_and(too_small) {
        return Ok(());
    }
    let end = if given.has('0') { '\0' } else { '\n' };
    tool.put(format!("{}\t{shown}{end}", wish.unit.show(size)).as_bytes()).await
}
