//! `help`

use super::options::Options;
use super::outcome::{Outcome, failed};
use super::table::ENTRIES;
use crate::expand::{Marked, Pattern, PatternOptions, VERSION};
use crate::state::Shell;

/// What can be asked about: a name, how it is written, what it does.
type Topic = (&'static str, &'static str, &'static str);

/// Topics that are no builtins.
const GRAMMAR: &[Topic] = &[
    ("%", "job_spec [&]", "Resume job in foreground."),
    ("(( ... ))", "(( expression ))", "Evaluate arithmetic expression."),
    ("[[ ... ]]", "[[ expression ]]", "Execute conditional command."),
    (
        "case",
        "case WORD in [PATTERN [| PATTERN]...) COMMANDS ;;]... esac",
        "Execute commands based on pattern matching.",
    ),
    ("coproc", "coproc [NAME] command [redirections]", "Create a coprocess named NAME."),
    ("for", "for NAME [in WORDS ... ] ; do COMMANDS; done", "Execute commands for each member in a list."),
    ("for ((", "for (( exp1; exp2; exp3 )); do COMMANDS; done", "Arithmetic for loop."),
    ("function", "function name { COMMANDS ; } or name () { COMMANDS ; }", "Define shell function."),
    (
        "if",
        "if COMMANDS; then COMMANDS; [ elif COMMANDS; then COMMANDS; ]... [ else COMMANDS; ] fi",
        "Execute commands based on conditional.",
    ),
    (
        "select",
        "select NAME [in WORDS ... ;] do COMMANDS; done",
        "Select words from a list and execute commands.",
    ),
    ("time", "time [-p] pipeline", "Report time consumed by pipeline's execution."),
    ("until", "until COMMANDS; do COMMANDS-2; done", "Execute commands as long as a test does not succeed."),
    (
        "variables",
        "variables - Names and meanings of some shell variables",
        "Common shell variable names and usage.",
    ),
    ("while", "while COMMANDS; do COMMANDS-2; done", "Execute commands as long as a test succeeds."),
    ("{ ... }", "{ COMMANDS ; }", "Group commands as a unit."),
];

/// All topics, by name.
pub(super) fn topics() -> Vec<Topic> {
    let mut topics: Vec<Topic> =
        ENTRIES.iter().map(|entry| (entry.name, entry.synopsis, entry.help)).collect();
    topics.extend(GRAMMAR);
    topics.sort_unstable();
    topics
}

/// `help`
pub(super) fn help(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "dms");
    let mut form = ' ';
    while let Some(option) = options.next(shell, out)? {
        form = option.letter;
    }
    let patterns = options.operands();
    let mut text = String::new();
    if patterns.is_empty() {
        list(shell, &mut text);
    }
    let is_glob = |pattern: &String| pattern.contains(['*', '?', '[']) && pattern != "[" && pattern != "[[";
    if let [pattern] = patterns
        && is_glob(pattern)
    {
        text.push_str(&format!("Shell commands matching keyword `{pattern}'\n\n"));
    }
    let all = topics();
    let mut is_found = patterns.is_empty();
    for pattern in patterns {
        let matcher = matcher(pattern);
        let is_meant =
            |(name, ..): &&Topic| *name == pattern || is_glob(pattern) && matcher.matches_name(name);
        let mut meant: Vec<&Topic> = all.iter().filter(is_meant).collect();
        if meant.is_empty() {
            meant = all.iter().filter(|(name, ..)| name.starts_with(pattern.as_str())).collect();
        }
        is_found |= !meant.is_empty();
        for topic in meant {
            text.push_str(&shown(topic, form));
        }
    }
    out.extend_from_slice(text.as_bytes());
    match patterns.last() {
        Some(pattern) if !is_found => {
            let advice = format!("Try `help help' or `man -k {pattern}' or `info {pattern}'.");
            Err(failed(shell, format!("help: no help topics match `{pattern}'.  {advice}")))
        }
        _ => Ok(0),
    }
}

fn matcher(pattern: &str) -> Pattern {
    let mut marked = Marked::default();
    marked.push(pattern, false);
    Pattern::new(&marked, PatternOptions { extglob: true, ignore_case: false })
}

fn shown((name, synopsis, sentence): &Topic, form: char) -> String {
    match form {
        'd' => format!("{name} - {sentence}\n"),
        's' => format!("{name}: {synopsis}\n"),
        'm' => {
            let copyright = "Copyright (C) 2022 Free Software Foundation, Inc.";
            let license = "License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>";
            let bash = format!("GNU bash, version {VERSION} (x86_64-pc-linux-gnu)");
            format!(
                "NAME\n    {name} - {sentence}\n\nSYNOPSIS\n    {synopsis}\n\nDESCRIPTION\n    {sentence}\n\n\
                 SEE ALSO\n    bash(1)\n\nIMPLEMENTATION\n    {bash}\n    {copyright}\n    {license}\n\n"
            )
        }
        _ => format!("{name}: {synopsis}\n    {sentence}\n"),
    }
}

/// The list of everything in two columns.
fn list(shell: &Shell, text: &mut String) {
    text.push_str(&format!(
        "GNU bash, version {VERSION} (x86_64-pc-linux-gnu)\n\
         These shell commands are defined internally.  Type `help' to see this list.\n\
         Type `help name' to find out more about the function `name'.\n\
         Use `info bash' to find out more about the shell in general.\n\
         Use `man -k' or `info' to find out more about commands not in this list.\n\n\
         A star (*) next to a name means that the command is disabled.\n\n"
    ));
    let all = topics();
    let cell = |(name, synopsis, _): &Topic, width: usize| {
        let star = if shell.memory.disabled.contains(name) { '*' } else { ' ' };
        match synopsis.len() > width {
            true => format!("{star}{}>", &synopsis[..width - 1]),
            false => format!("{star}{synopsis}"),
        }
    };
    let rows = all.len().div_ceil(2);
    for row in 0..rows {
        let left = cell(&all[row], 38);
        match all.get(row + rows) {
            Some(topic) => text.push_str(&format!("{left:<40}{}\n", cell(topic, 37))),
            None => text.push_str(&format!("{left}\n")),
        }
    }
}
