//! `diff3`: what differs among three files, and their merging.

use std::collections::HashMap;

use super::super::getopt::{Given, Known, extra_operand};
use super::super::live::Stop;
use super::super::quoting;
use super::diff::changes;
use super::tool::{End, Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "3aAeEiL:mTxX",
    long: &[
        ("easy-only", '3'),
        ("ed", 'e'),
        ("initial-tab", 'T'),
        ("label", 'L'),
        ("merge", 'm'),
        ("overlap-only", 'x'),
        ("show-all", 'A'),
        ("show-overlap", 'E'),
        ("text", 'a'),
        ("strip-trailing-cr", 'R'),
    ],
};

/// A place where the files differ: their lines from, and up to, those numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    /// Mine, older, yours.
    lines: [(usize, usize); 3],
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    All,
    /// Only this one differs.
    Only(usize),
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    if given.operands.len() < 3 {
        let last = given.operands.last().map_or("diff3", String::as_str);
        return Err(io.misused(format!("missing operand after {}", quoting::value(last))).await);
    }
    if let Some(extra) = given.operands.get(3) {
        return Err(io.misused(extra_operand(extra)).await);
    }
    if given.options.iter().any(|(letter, _)| "eEAxX3i".contains(*letter)) && !given.has('m') {
        let problem = "scripts for ed are not available in this stand-in yet (simulated sandbox)";
        return Err(io.fatal(problem).await);
    }
    let mut texts = Vec::new();
    for operand in &given.operands {
        let mut input = match io.open(operand).await? {
            Ok(input) => input,
            Err(reason) => return Err(io.fatal(format!("{}: {reason}", quoting::name(operand))).await),
        };
        match input.rest(io).await {
            Ok(text) => texts.push(text),
            Err(Stop::Input(reason)) => {
                return Err(io.fatal(format!("{}: {reason}", quoting::name(operand))).await);
            }
            Err(stop) => return Err(End::Stop(stop)),
        }
    }
    let files: Vec<Vec<&[u8]>> =
        texts.iter().map(|text| text.split_inclusive(|byte| *byte == b'\n').collect()).collect();
    // By default the third is the one that both are compared with; a merge compares with the older.
    let merges = given.has('m');
    let common = if merges { 1 } else { 2 };
    let mut numbers: HashMap<&[u8], u32> = HashMap::new();
    let mut numbered = Vec::new();
    for file in &files {
        let mut lines = Vec::with_capacity(file.len());
        for line in file {
            let next = numbers.len() as u32;
            lines.push(*numbers.entry(*line).or_insert(next));
        }
        numbered.push(lines);
    }
    let others: Vec<usize> = (0..3).filter(|file| *file != common).collect();
    let mut hunks = Vec::new();
    for other in &others {
        hunks.push(changes(io, &numbered[common], &numbered[*other], numbers.len()).await?);
    }
    let blocks = blocks(&hunks, common, &others, &numbered);
    match merges {
        true => merge(io, &given, &blocks, &files),
        false => {
            let prefix = if given.has('T') { "\t" } else { "  " };
            blocks.iter().for_each(|block| show(&mut io.out, block, &files, prefix));
            Ok(0)
        }
    }
}

type Hunk = ((usize, usize), (usize, usize));

/// Runs of changes that touch one another, in all three files.
fn blocks(hunks: &[Vec<Hunk>], common: usize, others: &[usize], numbered: &[Vec<u32>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = [0usize; 2];
    // How far the lines of each are ahead of those of the common one.
    let mut ahead = [0isize; 2];
    loop {
        let next = |side: usize, at: &[usize; 2]| hunks[side].get(at[side]).copied();
        let starts = [next(0, &at), next(1, &at)].map(|hunk| hunk.map_or(usize::MAX, |hunk| hunk.0.0));
        let start = starts[0].min(starts[1]);
        if start == usize::MAX {
            return blocks;
        }
        let mut end = start;
        let before = ahead;
        let mut touched = [false; 2];
        loop {
            let mut any = false;
            for side in 0..2 {
                while let Some(hunk) = next(side, &at).filter(|hunk| hunk.0.0 <= end) {
                    end = end.max(hunk.0.1);
                    let (old, new) = (hunk.0.1 - hunk.0.0, hunk.1.1 - hunk.1.0);
                    ahead[side] += new as isize - old as isize;
                    touched[side] = true;
                    at[side] += 1;
                    any = true;
                }
            }
            if !any {
                break;
            }
        }
        let mut lines = [(0, 0); 3];
        lines[common] = (start, end);
        for (side, other) in others.iter().enumerate() {
            let of = |line: usize, ahead: isize| (line as isize + ahead) as usize;
            lines[*other] = (of(start, before[side]), of(end, ahead[side]));
        }
        let part = |file: usize| &numbered[file][lines[file].0..lines[file].1];
        let kind = match touched {
            [true, false] => Kind::Only(others[0]),
            [false, true] => Kind::Only(others[1]),
            _ if part(others[0]) == part(others[1]) => Kind::Only(common),
            _ => Kind::All,
        };
        blocks.push(Block { lines, kind });
    }
}

fn show(out: &mut Vec<u8>, block: &Block, files: &[Vec<&[u8]>], prefix: &str) {
    let which = match block.kind {
        Kind::All => String::new(),
        Kind::Only(file) => (file + 1).to_string(),
    };
    out.extend_from_slice(format!("===={which}\n").as_bytes());
    // Lines that two files share are shown once, after the second of them.
    let hides = match block.kind {
        Kind::All => None,
        Kind::Only(0) => Some(1),
        Kind::Only(_) => Some(0),
    };
    for (file, lines) in files.iter().enumerate() {
        let (from, to) = block.lines[file];
        let place = match to - from {
            0 => format!("{}:{from}a\n", file + 1),
            1 => format!("{}:{to}c\n", file + 1),
            _ => format!("{}:{},{to}c\n", file + 1, from + 1),
        };
        out.extend_from_slice(place.as_bytes());
        if hides == Some(file) {
            continue;
        }
        for line in &lines[from..to] {
            out.extend_from_slice(prefix.as_bytes());
            out.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
}

fn merge(io: &mut Io<'_>, given: &Given, blocks: &[Block], files: &[Vec<&[u8]>]) -> Worked {
    let labels: Vec<&str> =
        given.options.iter().filter(|(letter, _)| *letter == 'L').map(|(_, value)| value.as_str()).collect();
    let label = |file: usize| labels.get(file).copied().unwrap_or(&given.operands[file]);
    let flagged = given.has('E') || given.has('X');
    let quiet = given.has('e') || given.has('x') || given.has('3');
    let (only_easy, only_overlaps) = (given.has('3'), given.has('x') || given.has('X'));
    let shows_older = !flagged && !quiet;
    let (mut at, mut conflicts) = (0, false);
    let put = |out: &mut Vec<u8>, file: usize, (from, to): (usize, usize)| {
        files[file][from..to].iter().for_each(|line| out.extend_from_slice(line));
    };
    for block in blocks {
        let [mine, older, yours] = block.lines;
        put(&mut io.out, 0, (at, mine.0));
        at = mine.1;
        let out = &mut io.out;
        match block.kind {
            Kind::Only(0) => put(out, 0, mine),
            Kind::Only(2) if !only_overlaps => put(out, 2, yours),
            // Both made the same of the older one.
            Kind::Only(1) if shows_older => {
                conflicts = true;
                out.extend_from_slice(format!("<<<<<<< {}\n", label(1)).as_bytes());
                put(out, 1, older);
                out.extend_from_slice(b"=======\n");
                put(out, 2, yours);
                out.extend_from_slice(format!(">>>>>>> {}\n", label(2)).as_bytes());
            }
            Kind::All if quiet && !only_easy => put(out, 2, yours),
            Kind::All if !only_easy => {
                conflicts = true;
                out.extend_from_slice(format!("<<<<<<< {}\n", label(0)).as_bytes());
                put(out, 0, mine);
                if shows_older {
                    out.extend_from_slice(format!("||||||| {}\n", label(1)).as_bytes());
                    put(out, 1, older);
                }
                out.extend_from_slice(b"=======\n");
                put(out, 2, yours);
                out.extend_from_slice(format!(">>>>>>> {}\n", label(2)).as_bytes());
            }
            _ => put(out, 0, mine),
        }
    }
    put(&mut io.out, 0, (at, files[0].len()));
    Ok(i32::from(conflicts))
}
