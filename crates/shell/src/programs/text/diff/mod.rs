//! `diff`: what differs between files, and between the files of directories.

mod beside;
mod script;
mod show;

use std::collections::HashMap;

use regex::bytes::Regex;
use sandbox_fs::{Errno, Kind, Timestamp};

use super::super::getopt::{Given, Known, extra_operand};
use super::super::inode::Moment;
use super::super::live::Stop;
use super::super::quoting;
use super::bre;
use super::tool::{End, Io, Worked};
use script::Hunk;

pub(super) const KNOWN: Known = Known {
    letters: "0123456789abBcC:deEiI:L:nNpqrsS:tuU:wW:x:yZ",
    long: &[
        ("brief", 'q'),
        ("color?", 'K'),
        ("context?", 'C'),
        ("ed", 'e'),
        ("exclude", 'x'),
        ("expand-tabs", 't'),
        ("ignore-all-space", 'w'),
        ("ignore-blank-lines", 'B'),
        ("ignore-case", 'i'),
        ("ignore-matching-lines", 'I'),
        ("ignore-space-change", 'b'),
        ("ignore-tab-expansion", 'E'),
        ("ignore-trailing-space", 'Z'),
        ("label", 'L'),
        ("left-column", 'l'),
        ("minimal", 'd'),
        ("new-file", 'N'),
        ("normal", 'M'),
        ("recursive", 'r'),
        ("report-identical-files", 's'),
        ("side-by-side", 'y'),
        ("speed-large-files", 'H'),
        ("strip-trailing-cr", 'R'),
        ("suppress-common-lines", 'k'),
        ("text", 'a'),
        ("unified?", 'U'),
        ("width", 'W'),
    ],
};

/// How differences are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Normal,
    Ed,
    Unified(usize),
    Context(usize),
    SideBySide,
}

struct Wish {
    form: Form,
    brief: bool,
    tell_identical: bool,
    recursive: bool,
    absent_is_empty: bool,
    as_text: bool,
    strip_returns: bool,
    ignore_case: bool,
    /// `w`: no blank counts. `b`: how many does not. `Z`: those at the end do not.
    blanks: Option<char>,
    ignore_blank_lines: bool,
    ignored: Vec<Regex>,
    excluded: Vec<String>,
    labels: Vec<String>,
    width: usize,
    expand_tabs: bool,
    left_column: bool,
    suppress_common: bool,
    /// The options as they were typed.
    switches: String,
}

pub(super) const SDIFF: Known = Known {
    letters: "abBdEHiI:lo:stw:WZ",
    long: &[
        ("expand-tabs", 't'),
        ("ignore-all-space", 'W'),
        ("ignore-blank-lines", 'B'),
        ("ignore-case", 'i'),
        ("ignore-matching-lines", 'I'),
        ("ignore-space-change", 'b'),
        ("ignore-tab-expansion", 'E'),
        ("ignore-trailing-space", 'Z'),
        ("left-column", 'l'),
        ("minimal", 'd'),
        ("output", 'o'),
        ("speed-large-files", 'H'),
        ("suppress-common-lines", 's'),
        ("text", 'a'),
        ("width", 'w'),
    ],
};

/// `sdiff` without output of its own is `diff -y`, whose options have other letters.
pub(super) async fn run_sdiff(io: &mut Io<'_>, mut given: Given) -> Worked {
    if given.has('o') {
        return Err(io.fatal("-o is not available in this stand-in yet (simulated sandbox)").await);
    }
    for (letter, _) in &mut given.options {
        *letter = match *letter {
            's' => 'k',
            'w' => 'W',
            'W' => 'w',
            other => other,
        };
    }
    given.options.push(('y', String::new()));
    run(io, given).await
}

/// The runs of lines that change from one file to another: from, and up to, those numbers of each.
pub(super) async fn changes(
    io: &mut Io<'_>,
    first: &[u32],
    second: &[u32],
    kinds: usize,
) -> Result<Vec<((usize, usize), (usize, usize))>, Stop> {
    let changed = script::compare(io, first, second, kinds).await?;
    Ok(script::hunks(&changed).into_iter().map(|hunk| (hunk.first, hunk.second)).collect())
}

/// Lines of context where none are named.
const CONTEXT: usize = 3;

fn wish(given: &Given, args: &[String]) -> Result<Wish, String> {
    let number = |what: &str, value: &str| {
        value.parse::<usize>().map_err(|_| format!("invalid {what} {}", quoting::value(value)))
    };
    let mut form = None;
    let mut context = None;
    let mut blanks = None;
    let mut width = 130;
    let mut ignored = Vec::new();
    for (letter, value) in &given.options {
        let chosen = match letter {
            'u' => Some(Form::Unified(CONTEXT)),
            'c' => Some(Form::Context(CONTEXT)),
            'U' | 'C' => {
                let lines = if value.is_empty() { CONTEXT } else { number("context length", value)? };
                context = context.max(Some(lines));
                Some(if *letter == 'U' { Form::Unified(lines) } else { Form::Context(lines) })
            }
            'e' => Some(Form::Ed),
            'y' => Some(Form::SideBySide),
            'M' => Some(Form::Normal),
            'w' => {
                blanks = Some('w');
                None
            }
            'b' | 'Z' if blanks != Some('w') => {
                blanks = Some(if blanks == Some('b') { 'b' } else { *letter });
                None
            }
            'W' => {
                width = number("width", value)?;
                if width == 0 {
                    return Err(format!("invalid width {}", quoting::value(value)));
                }
                None
            }
            'I' => {
                ignored.push(bre::compile(value).map_err(|problem| format!("{value}: {problem}"))?);
                None
            }
            'n' | 'p' | 'S' | 'E' => {
                return Err(format!("-{letter} is not available in this stand-in yet (simulated sandbox)"));
            }
            _ => None,
        };
        if let Some(chosen) = chosen {
            if form.is_some_and(|form| std::mem::discriminant(&form) != std::mem::discriminant(&chosen)) {
                return Err("conflicting output style options".to_owned());
            }
            form = Some(chosen);
        }
    }
    let digits: String =
        given.options.iter().map(|(letter, _)| *letter).filter(char::is_ascii_digit).collect();
    if let Ok(lines) = digits.parse() {
        context = Some(lines);
    }
    let form = match (form.unwrap_or(Form::Normal), context) {
        (Form::Unified(_), Some(lines)) => Form::Unified(lines),
        (Form::Context(_), Some(lines)) => Form::Context(lines),
        (form, _) => form,
    };
    let all = |letter: char| {
        given
            .options
            .iter()
            .filter(move |(given, _)| *given == letter)
            .map(|(_, value)| value.clone())
            .collect()
    };
    let switches = args
        .iter()
        .take_while(|arg| *arg != "--")
        .filter(|arg| !given.operands.contains(arg))
        .map(|arg| format!(" {}", quoting::name(arg)))
        .collect();
    Ok(Wish {
        form,
        brief: given.has('q'),
        tell_identical: given.has('s'),
        recursive: given.has('r'),
        absent_is_empty: given.has('N'),
        as_text: given.has('a'),
        strip_returns: given.has('R'),
        ignore_case: given.has('i'),
        blanks,
        ignore_blank_lines: given.has('B'),
        ignored,
        excluded: all('x'),
        labels: all('L'),
        width,
        expand_tabs: given.has('t'),
        left_column: given.has('l'),
        suppress_common: given.has('k'),
        switches,
    })
}

/// The contents of a file, by lines.
struct Text {
    bytes: Vec<u8>,
    /// Where each line starts, and the end of the last.
    starts: Vec<usize>,
}

impl Text {
    fn new(mut bytes: Vec<u8>, strip_returns: bool) -> Text {
        if strip_returns {
            let mut kept = Vec::with_capacity(bytes.len());
            for (at, byte) in bytes.iter().enumerate() {
                if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
                    kept.push(*byte);
                }
            }
            bytes = kept;
        }
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let mut starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
        if starts.last() != Some(&bytes.len()) {
            starts.push(bytes.len());
        }
        Text { bytes, starts }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// A line without its newline.
    fn line(&self, at: usize) -> &[u8] {
        let line = &self.bytes[self.starts[at]..self.starts[at + 1]];
        line.strip_suffix(b"\n").unwrap_or(line)
    }

    /// Whether a line has a newline.
    fn ends(&self, at: usize) -> bool {
        self.bytes[self.starts[at + 1] - 1] == b'\n'
    }

    fn is_binary(&self) -> bool {
        const LOOKED_AT: usize = 32 << 10;
        self.bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0)
    }
}

impl Wish {
    /// What of a line is compared.
    fn key(&self, line: &[u8]) -> Vec<u8> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | 11 | 12);
        let mut key = Vec::with_capacity(line.len());
        for &byte in line {
            let byte = if self.ignore_case { byte.to_ascii_lowercase() } else { byte };
            match self.blanks {
                Some('w') if blank(&byte) => {}
                Some('b') if blank(&byte) => {
                    if key.last() != Some(&b' ') {
                        key.push(b' ');
                    }
                }
                _ => key.push(byte),
            }
        }
        if self.blanks.is_some() {
            while key.last().is_some_and(blank) {
                key.pop();
            }
        }
        key
    }

    fn numbered(&self, text: &Text, numbers: &mut HashMap<Vec<u8>, u32>) -> Vec<u32> {
        let mut lines = Vec::with_capacity(text.len());
        for at in 0..text.len() {
            let mut key = self.key(text.line(at));
            if !text.ends(at) && self.blanks.is_none() {
                key.push(b'\n');
            }
            let next = numbers.len() as u32;
            lines.push(*numbers.entry(key).or_insert(next));
        }
        lines
    }

    /// Whether all that a hunk changes was to be ignored.
    fn ignores(&self, texts: [&Text; 2], hunk: &Hunk) -> bool {
        let ignored = |line: &[u8]| {
            let empty = match self.blanks {
                None => line.is_empty(),
                Some(_) => self.key(line).is_empty(),
            };
            self.ignore_blank_lines && empty || self.ignored.iter().any(|pattern| pattern.is_match(line))
        };
        (hunk.first.0..hunk.first.1).all(|at| ignored(texts[0].line(at)))
            && (hunk.second.0..hunk.second.1).all(|at| ignored(texts[1].line(at)))
    }
}

/// One of the two things that are compared.
struct Side {
    name: String,
    /// Nothing: it is not there, and taken as empty.
    kind: Option<Kind>,
    time: Timestamp,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match wish(&given, io.ctx.args) {
        Ok(wish) => wish,
        Err(problem) => return Err(io.misused(problem).await),
    };
    let operands = &given.operands;
    if operands.len() < 2 {
        let last = operands.last().map_or(io.ctx.name, String::as_str);
        return Err(io.misused(format!("missing operand after {}", quoting::value(last))).await);
    }
    if let Some(extra) = operands.get(2) {
        return Err(io.misused(extra_operand(extra)).await);
    }
    let mut names = [operands[0].clone(), operands[1].clone()];
    // A file and a directory: the file of the same name in it.
    let kinds = names.each_ref().map(|name| kind_of(io, name));
    for (nth, other) in [(0, 1), (1, 0)] {
        let file = kinds[other].is_some_and(|kind| kind != Kind::Directory);
        if kinds[nth] == Some(Kind::Directory) && file && names[other] != "-" {
            let base = names[other].trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
            names[nth] = format!("{}/{base}", names[nth].trim_end_matches('/'));
        }
    }
    let mut code = 0;
    let mut waiting = vec![(names, true)];
    while let Some((names, top)) = waiting.pop() {
        if let Some(directory) = names[0].strip_prefix(ONLY_IN) {
            io.out.extend_from_slice(format!("Only in {directory}: {}\n", names[1]).as_bytes());
            continue;
        }
        let compared = compare(io, &wish, names, top, &mut waiting).await?;
        code = code.max(compared);
        io.turn().await?;
    }
    Ok(code)
}

fn path(io: &Io<'_>, name: &str) -> String {
    io.ctx.cwd.join(name).to_string_lossy().into_owned()
}

fn kind_of(io: &Io<'_>, name: &str) -> Option<Kind> {
    io.run.files.stat(&path(io, name)).ok().map(|stat| stat.kind)
}

/// What is known of one side; the reason if there is none.
async fn side(io: &mut Io<'_>, name: &str) -> Result<Result<Side, String>, Stop> {
    let name = name.to_owned();
    match io.run.files.stat(&path(io, &name)) {
        Ok(stat) if name != "-" => Ok(Ok(Side { name, kind: Some(stat.kind), time: stat.mtime })),
        _ => {
            let time = io.run.host.now();
            let opened = io.open(&name).await?;
            Ok(opened.map(|_| Side { name, kind: Some(Kind::File), time }))
        }
    }
}

async fn compare(
    io: &mut Io<'_>,
    wish: &Wish,
    names: [String; 2],
    top: bool,
    waiting: &mut Vec<([String; 2], bool)>,
) -> Worked {
    let mut sides = Vec::new();
    let mut missing = Vec::new();
    for name in &names {
        match side(io, name).await? {
            Ok(side) => sides.push(side),
            Err(reason) => {
                missing.push((name.clone(), reason));
                sides.push(Side { name: name.clone(), kind: None, time: Timestamp(0) });
            }
        }
    }
    let absent = |reason: &str| reason == Errno::ENOENT.message();
    let taken_as_empty = wish.absent_is_empty && missing.len() == 1 && absent(&missing[0].1);
    if !missing.is_empty() && !taken_as_empty {
        for (name, reason) in missing {
            io.complain(format!("{}: {reason}", quoting::name(&name))).await?;
        }
        return Ok(2);
    }
    let kinds = [&sides[0], &sides[1]].map(|side| side.kind);
    match kinds {
        [Some(Kind::Directory), Some(Kind::Directory)] => {
            if !top && !wish.recursive {
                let line = format!("Common subdirectories: {} and {}\n", names[0], names[1]);
                io.out.extend_from_slice(line.as_bytes());
                return Ok(0);
            }
            return match names[0] == names[1] {
                true => Ok(0),
                false => directories(io, wish, &names, waiting),
            };
        }
        [Some(Kind::Directory), None] | [None, Some(Kind::Directory)] => {
            return directories(io, wish, &names, waiting);
        }
        [Some(one), Some(other)] if (one == Kind::Directory) != (other == Kind::Directory) => {
            let told = |kind: Kind| if kind == Kind::Directory { "directory" } else { "regular file" };
            let (first, second) = (told(one), told(other));
            let line = format!("File {} is a {first} while file {} is a {second}\n", names[0], names[1]);
            io.out.extend_from_slice(line.as_bytes());
            return Ok(1);
        }
        _ => {}
    }
    files(io, wish, &sides, top).await
}

/// What two directories have in common is to be compared next, in the order of its names.
fn directories(
    io: &mut Io<'_>,
    wish: &Wish,
    names: &[String; 2],
    waiting: &mut Vec<([String; 2], bool)>,
) -> Worked {
    let mut entries: Vec<(String, [bool; 2])> = Vec::new();
    for (nth, name) in names.iter().enumerate() {
        for entry in io.run.files.read_dir(&path(io, name)).unwrap_or_default() {
            if wish.excluded.iter().any(|pattern| matches(pattern.as_bytes(), entry.name.as_bytes())) {
                continue;
            }
            match entries.iter_mut().find(|(known, _)| nth == 1 && *known == entry.name) {
                Some((_, there)) => there[nth] = true,
                None => entries.push((entry.name, [nth == 0, nth == 1])),
            }
        }
    }
    entries.sort_unstable();
    let mut later = Vec::new();
    let mut code = 0;
    for (entry, there) in entries {
        let inside = names.each_ref().map(|name| format!("{}/{entry}", name.trim_end_matches('/')));
        if there == [true, true] || wish.absent_is_empty {
            later.push((inside, false));
        } else {
            // In its place among the others: what is written waits like they do.
            later.push(([ONLY_IN.to_owned() + &names[usize::from(there[1])], entry], false));
            code = 1;
        }
    }
    waiting.extend(later.into_iter().rev());
    Ok(code)
}

/// Marks a line to be told in its turn.
const ONLY_IN: &str = "\0only in ";

/// A name's pattern with `*` and `?`.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|at| matches(rest, &name[at..])),
        ([b'?', rest @ ..], [_, name @ ..]) => matches(rest, name),
        ([byte, rest @ ..], [other, name @ ..]) => byte == other && matches(rest, name),
        _ => false,
    }
}

async fn files(io: &mut Io<'_>, wish: &Wish, sides: &[Side], top: bool) -> Worked {
    let mut texts = Vec::new();
    for side in sides {
        let bytes = match side.kind {
            None => Vec::new(),
            Some(_) if side.name == "-" && texts.len() == 1 && sides[0].name == "-" => Vec::new(),
            Some(_) => match io.open(&side.name).await? {
                Ok(mut input) => match input.rest(io).await {
                    Ok(bytes) => bytes,
                    Err(Stop::Input(reason)) => {
                        io.complain(format!("{}: {reason}", quoting::name(&side.name))).await?;
                        return Ok(2);
                    }
                    Err(stop) => return Err(End::Stop(stop)),
                },
                Err(reason) => {
                    io.complain(format!("{}: {reason}", quoting::name(&side.name))).await?;
                    return Ok(2);
                }
            },
        };
        texts.push(Text::new(bytes, wish.strip_returns));
    }
    let names = [&sides[0], &sides[1]].map(|side| side.name.as_str());
    let same = names == ["-", "-"] || texts[0].bytes == texts[1].bytes;
    let hunks = match same {
        true => Vec::new(),
        false if !wish.as_text && texts.iter().any(Text::is_binary) => {
            let what = if wish.brief { "Files" } else { "Binary files" };
            io.out.extend_from_slice(format!("{what} {} and {} differ\n", names[0], names[1]).as_bytes());
            return Ok(1);
        }
        false => {
            let mut numbers = HashMap::new();
            let lines = [&texts[0], &texts[1]].map(|text| wish.numbered(text, &mut numbers));
            let changed = script::compare(io, &lines[0], &lines[1], numbers.len()).await?;
            script::hunks(&changed)
        }
    };
    let both = [&texts[0], &texts[1]];
    let counts = hunks.iter().any(|hunk| !wish.ignores(both, hunk));
    if !counts && wish.tell_identical {
        let line = format!("Files {} and {} are identical\n", names[0], names[1]);
        io.out.extend_from_slice(line.as_bytes());
    }
    if !counts && wish.form != Form::SideBySide {
        return Ok(0);
    }
    if wish.brief {
        if counts {
            io.out.extend_from_slice(format!("Files {} and {} differ\n", names[0], names[1]).as_bytes());
        }
        return Ok(i32::from(counts));
    }
    if !top && counts {
        let line = format!("diff{} {} {}\n", wish.switches, quoting::name(names[0]), quoting::name(names[1]));
        io.out.extend_from_slice(line.as_bytes());
    }
    let label = |nth: usize| match wish.labels.get(nth) {
        Some(label) => label.clone(),
        None => format!("{}\t{}", sides[nth].name, Moment::of(sides[nth].time).full()),
    };
    let pair = show::Pair { texts: both, labels: [label(0), label(1)] };
    let shown: Vec<Hunk> = match wish.form {
        Form::Unified(_) | Form::Context(_) | Form::SideBySide => hunks,
        Form::Normal | Form::Ed => hunks.into_iter().filter(|hunk| !wish.ignores(both, hunk)).collect(),
    };
    show::show(&mut io.out, wish, &pair, &shown);
    if wish.form == Form::Ed {
        for (text, name) in both.into_iter().zip(names) {
            if text.len() > 0 && !text.ends(text.len() - 1) {
                io.say(format!("{}: No newline at end of file\n", quoting::name(name))).await?;
            }
        }
    }
    Ok(i32::from(counts))
}
