//! `tsort`: names in an order in which each comes after those that must come before it.

use sandbox_fs::Errno;

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Io, Worked};

pub(super) const KNOWN: Known = Known { letters: "", long: &[] };

/// A name and what comes after it.
struct Item {
    name: String,
    /// How many come before it that were not printed yet.
    waits_for: usize,
    /// The latest first.
    after: Vec<usize>,
    printed: bool,
    /// In a walk along a loop, the one after which this was reached.
    reached_from: Option<usize>,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 1).await?;
    let operand = given.operands.first().map_or("-", String::as_str);
    let shown = quoting::name(operand);
    let text = match io.open(operand).await? {
        Ok(mut input) => match input.rest(io).await {
            Ok(text) => text,
            // Of a directory there is nothing to sort.
            Err(Stop::Input(reason)) if reason == Errno::EISDIR.message() => Vec::new(),
            Err(Stop::Input(reason)) => return Err(io.fatal(format!("{shown}: read error: {reason}")).await),
            Err(stop) => return Err(End::Stop(stop)),
        },
        Err(reason) => return Err(io.fatal(format!("{shown}: {reason}")).await),
    };
    let words: Vec<&[u8]> =
        text.split(|byte| matches!(byte, b' ' | b'\t' | b'\n')).filter(|word| !word.is_empty()).collect();
    if words.len() % 2 == 1 {
        return Err(io.fatal(format!("{shown}: input contains an odd number of tokens")).await);
    }
    let mut items = items(&words);
    loop {
        print(io, &mut items).await?;
        if items.iter().all(|item| item.printed) {
            return Ok(io.code());
        }
        io.complain(format!("{shown}: input contains a loop:")).await?;
        for name in broken_loop(&mut items) {
            io.complain(name).await?;
        }
    }
}

/// The names, sorted, with what comes after each.
fn items(words: &[&[u8]]) -> Vec<Item> {
    let mut names: Vec<&[u8]> = words.to_vec();
    names.sort_unstable();
    names.dedup();
    let mut items: Vec<Item> = names
        .iter()
        .map(|name| Item {
            name: String::from_utf8_lossy(name).into_owned(),
            waits_for: 0,
            after: Vec::new(),
            printed: false,
            reached_from: None,
        })
        .collect();
    let place = |word: &[u8]| names.binary_search(&word).unwrap_or_default();
    for pair in words.chunks_exact(2) {
        let (before, after) = (place(pair[0]), place(pair[1]));
        if before != after {
            items[after].waits_for += 1;
            items[before].after.push(after);
        }
    }
    for item in &mut items {
        item.after.reverse();
    }
    items
}

/// Prints all that waits for nothing, and what then waits for nothing.
async fn print(io: &mut Io<'_>, items: &mut [Item]) -> Worked<()> {
    let mut ready: Vec<usize> =
        (0..items.len()).filter(|at| items[*at].waits_for == 0 && !items[*at].printed).collect();
    let mut next = 0;
    while next < ready.len() {
        let at = ready[next];
        next += 1;
        items[at].printed = true;
        io.out.extend_from_slice(items[at].name.as_bytes());
        io.out.push(b'\n');
        for after in std::mem::take(&mut items[at].after) {
            items[after].waits_for -= 1;
            if items[after].waits_for == 0 {
                ready.push(after);
            }
        }
        if next % 256 == 0 {
            io.turn().await?;
        }
    }
    Ok(())
}

/// Finds a loop, breaks it at one place, and gives its names.
fn broken_loop(items: &mut [Item]) -> Vec<String> {
    let mut current: Option<usize> = None;
    loop {
        let mut moved = false;
        for at in 0..items.len() {
            if items[at].waits_for == 0 {
                continue;
            }
            let Some(reached) = current else {
                current = Some(at);
                moved = true;
                continue;
            };
            let Some(place) = items[at].after.iter().position(|after| *after == reached) else { continue };
            if items[at].reached_from.is_none() {
                items[at].reached_from = Some(reached);
                current = Some(at);
                moved = true;
                continue;
            }
            let mut names = Vec::new();
            let mut member = Some(reached);
            while let Some(one) = member {
                names.push(items[one].name.clone());
                if one == at {
                    break;
                }
                member = items[one].reached_from;
            }
            items[reached].waits_for -= 1;
            items[at].after.remove(place);
            items.iter_mut().for_each(|item| item.reached_from = None);
            return names;
        }
        if !moved {
            return Vec::new();
        }
    }
}
