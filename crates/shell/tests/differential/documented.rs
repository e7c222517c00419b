//! Cases from the manuals of bash and the GNU tools: taken from the installed pages, none of their text is here.
//!
//! The rule is in `tests/shell/README.md`, "The documented cases". `tests/shell/documented/cases.json` lists what the
//! rule chose, each with the digest of its text, so that the set is fixed and a changed manual is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use regex::Regex;
use sandbox_shell::CommandLine;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::{Case, IMAGE, data};
use crate::machine::Machine;
use crate::normalise::Normaliser;
use crate::outcome::Outcome;

/// The manuals, in the order of choosing, each with the Debian package that brings it.
const MANUALS: &[(&str, &str)] = &[
    ("bash", "bash-doc"),
    ("coreutils", "coreutils"),
    ("sed", "sed"),
    ("grep", "grep"),
    ("find", "findutils"),
    ("diffutils", "diffutils"),
];

/// Words of commands that need a terminal, a network, other users or the machine's own state.
const STATEFUL: &str = r"\b(who|users|uptime|hostid|hostname|uname|nproc|df|mount|umount|free|groups|id|whoami|logname|pinky|tty|stty|ps|top|locale|updatedb|locate|sudo|su|chroot|kill|nice|renice|sync|history|fc|bind|bg|fg|jobs|shutdown|wget|curl|ftp|rsh|ssh|mail|RANDOM|SRANDOM|SECONDS|EPOCHREALTIME|EPOCHSECONDS)\b";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    case: String,
    /// The first 16 digits of the SHA-256 of the script and of the files that the manual shows for it.
    text: String,
}

/// One example as the manual has it.
struct Example {
    case: Case,
    prompted: bool,
    /// It shows no output, so that what follows in its node may build on it.
    silent: bool,
    node: String,
}

/// The listed cases, from the manuals of this machine.
///
/// # Errors
///
/// Which package is missing, or what in a manual is not as it was when the cases were chosen.
pub(crate) fn documented() -> Result<Vec<Case>, String> {
    let text = fs::read_to_string(data().join("documented/cases.json")).map_err(|error| error.to_string())?;
    let listed: Vec<Listed> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let wanted: BTreeSet<&str> = listed.iter().map(|one| one.case.as_str()).collect();
    let examples = examples(|id| wanted.contains(id))?;
    let mut cases = Vec::new();
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    for example in examples {
        cases.push(prepared(&example, &mut before));
    }
    let mut changed = Vec::new();
    for one in &listed {
        match cases.iter().find(|case| case.id == one.case) {
            None => changed.push(format!("{}: not in the manual", one.case)),
            Some(case) if digest(case) != one.text => {
                changed.push(format!("{}: its text is another", one.case))
            }
            Some(_) => {}
        }
    }
    if changed.is_empty() {
        return Ok(cases);
    }
    Err(format!(
        "the manuals of this machine are not those that the cases were chosen from (Debian 12):\n{}",
        changed.join("\n")
    ))
}

/// Chooses by the rule and writes the list.
pub(crate) fn choose(machine: &Machine) -> Result<(), String> {
    let stateful = Regex::new(STATEFUL).expect("a pattern");
    let mut chosen: Vec<(Case, Outcome)> = Vec::new();
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    let mut scripts = BTreeSet::new();
    for example in examples(|_| true)? {
        let text = example.case.text();
        if stateful.is_match(&text) || leaves_the_directory(&text) || !scripts.insert(text) {
            continue;
        }
        let mut kept = before.clone();
        let case = prepared(&example, &mut kept);
        let outcome = machine.run(&case);
        if holds(&example, &case, &outcome) {
            before = kept;
            chosen.push((case, outcome));
        }
    }
    thread::sleep(Duration::from_millis(1100));
    let mut listed = Vec::new();
    for (case, first) in chosen {
        let second = machine.run(&case);
        if second == first {
            listed.push(Listed { text: digest(&case), case: case.id });
        }
    }
    println!("{} documented cases", listed.len());
    let lines: Vec<String> = listed
        .iter()
        .map(|one| format!("  {{ \"case\": {:?}, \"text\": {:?} }}", one.case, one.text))
        .collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    fs::write(data().join("documented/cases.json"), text).map_err(|error| error.to_string())
}

/// Whether the machine's own run speaks for an example.
fn holds(example: &Example, case: &Case, outcome: &Outcome) -> bool {
    let told = String::from_utf8_lossy(&outcome.stderr);
    if outcome.timed_out || told.contains("command not found") || told.contains("syntax error") {
        return false;
    }
    let before: BTreeSet<&String> = case.files.keys().collect();
    let changed = outcome.left.keys().collect::<BTreeSet<_>>() != before;
    example.prompted || (outcome.exit_code == 0 && told.is_empty() && (!outcome.stdout.is_empty() || changed))
}

/// The case of an example: after the silent examples of its node.
fn prepared(example: &Example, before: &mut BTreeMap<String, String>) -> Case {
    let mut case = example.case.clone();
    let text = case.text();
    let earlier = before.entry(example.node.clone()).or_default();
    case.command = CommandLine::Script(format!("{earlier}{text}"));
    if example.silent {
        *earlier = format!("{earlier}{text}\n");
    }
    case
}

fn digest(case: &Case) -> String {
    let mut hash = Sha256::new();
    hash.update(case.text());
    for (name, contents) in &case.files {
        hash.update([0]);
        hash.update(name);
        hash.update([0]);
        hash.update(contents);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn leaves_the_directory(script: &str) -> bool {
    const HERE: &[&str] = &[
        "/dev/null",
        "/dev/full",
        "/dev/zero",
        "/dev/stdin",
        "/dev/stdout",
        "/dev/stderr",
        "/dev/fd/",
        "/tmp",
        "/bin/",
        "/usr/bin/",
    ];
    let absolute = Regex::new(r#"(?:^|[\s"'=:<>(,])((?:~|\$HOME|/[A-Za-z])[A-Za-z0-9_./-]*)|\s(/)(?:\s|$)"#)
        .expect("a pattern");
    absolute.captures_iter(script).any(|found| {
        let path = found.get(1).or(found.get(2)).expect("one of the two").as_str();
        // `/word/` in a script of sed is an address: it is a path where one is there.
        let there = path.starts_with(['~', '$']) || Path::new(path).exists();
        there && !HERE.iter().any(|here| path.starts_with(here))
    })
}

/// The examples of every manual in order; of those that are not `wanted` nothing more is read.
fn examples(wanted: impl Fn(&str) -> bool) -> Result<Vec<Example>, String> {
    let files = input_files();
    // Directories have no order of their own.
    let unordered = Regex::new(r"\b(find|du|ls -[a-zA-Z]*[UR])\b").expect("a pattern");
    let mut found = Vec::new();
    for (manual, package) in MANUALS {
        for (node, lines) in nodes(&read_manual(manual, package)?) {
            let mut files = files.clone();
            let mut ordinal = 0;
            for (introduced, block) in blocks(&lines) {
                ordinal += 1;
                let prompted = block[0].starts_with("$ ");
                if !prompted && !introduced {
                    continue;
                }
                if let Some((name, contents)) = shown_file(&block) {
                    files.insert(name, contents.into_bytes());
                    continue;
                }
                let id = format!("{manual}:{}:{ordinal}", node.replace(' ', "-"));
                if !wanted(&id) {
                    continue;
                }
                let Some((script, silent)) = (if prompted { commands(&block) } else { whole(&block) }) else {
                    continue;
                };
                let normalisers =
                    if unordered.is_match(&script) { vec![Normaliser::Sorted] } else { Vec::new() };
                let command = CommandLine::Script(script);
                let case = Case {
                    id,
                    command,
                    files: files.clone(),
                    disk: None,
                    normalisers,
                    image: IMAGE.to_owned(),
                    package: None,
                };
                found.push(Example {
                    case,
                    prompted,
                    silent: prompted && silent,
                    node: format!("{manual} {node}"),
                });
            }
        }
    }
    Ok(found)
}

/// What every documented case finds in its directory.
fn input_files() -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(data().join("documented/files"))
        .expect("tests/shell/documented/files")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("an input file"))
        })
        .collect()
}

fn read_manual(manual: &str, package: &str) -> Result<String, String> {
    let missing = || format!("the manual of {manual} is missing: apt-get install {package}");
    let mut parts: Vec<_> = fs::read_dir("/usr/share/info")
        .map_err(|_| missing())?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.strip_prefix(manual)
                .and_then(|rest| rest.strip_prefix(".info"))
                .and_then(|rest| rest.strip_suffix(".gz"))
                .is_some_and(|part| part.is_empty() || part.starts_with('-'))
        })
        .collect();
    if parts.is_empty() {
        return Err(missing());
    }
    parts.sort();
    let output = Command::new("gzip").arg("-dc").args(parts).output().map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The nodes of an info file: names and lines.
fn nodes(text: &str) -> Vec<(String, Vec<&str>)> {
    text.split('\u{1f}')
        .filter_map(|node| {
            let mut lines = node.lines().skip_while(|line| line.is_empty());
            let header = lines.next()?;
            let name = header.split_once("  Node: ")?.1.split(",  ").next()?;
            Some((name.to_owned(), lines.collect()))
        })
        .collect()
}

/// The indented blocks of a node, without their indentation, and whether a line that ends in a colon comes before.
fn blocks<'a>(lines: &[&'a str]) -> Vec<(bool, Vec<&'a str>)> {
    let mut blocks = Vec::new();
    let mut previous = "";
    for block in lines.split(|line| line.trim().is_empty()).filter(|block| !block.is_empty()) {
        let indented =
            block.iter().map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0);
        if indented >= 5 {
            blocks.push((previous.ends_with(':'), block.iter().map(|line| &line[indented..]).collect()));
        }
        previous = block[block.len() - 1].trim_end();
    }
    blocks
}

/// A block that is one `cat NAME` and what it shows.
fn shown_file(block: &[&str]) -> Option<(String, String)> {
    let name = block[0].strip_prefix("$ cat ")?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let shown = &block[1..];
    if !plain || shown.is_empty() || shown.iter().any(|line| line.starts_with("$ ")) {
        return None;
    }
    let lines = shown.iter().map(|line| line.strip_prefix("⊣").map_or(*line, str::trim_start));
    Some((name.to_owned(), lines.map(|line| format!("{line}\n")).collect()))
}

/// The commands of a block with prompts, and whether it shows nothing else.
fn commands(block: &[&str]) -> Option<(String, bool)> {
    let mut script = String::new();
    let mut silent = true;
    let mut rest = block;
    while let Some((first, after)) = rest.split_first() {
        let Some(command) = first.strip_prefix("$ ") else {
            silent = false;
            rest = after;
            continue;
        };
        let mut command = columns(command);
        rest = after;
        while !Machine::parses(&command) || command.ends_with('\\') {
            let (next, after) = rest.split_first()?;
            command = format!("{command}\n{}", next.strip_prefix("> ").unwrap_or(next));
            rest = after;
        }
        script.push_str(&command);
        script.push('\n');
    }
    Some((script, silent))
}

/// A line with a second prompt further right holds two commands.
fn columns(command: &str) -> String {
    match command.split_once("   $ ") {
        Some((left, right)) => format!("{}\n{right}", left.trim_end()),
        None => command.to_owned(),
    }
}

/// A block without prompts, if bash can read it.
fn whole(block: &[&str]) -> Option<(String, bool)> {
    let script = block.join("\n") + "\n";
    Machine::parses(&script).then_some((script, false))
}
