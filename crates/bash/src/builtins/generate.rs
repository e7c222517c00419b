//! The words that a completion offers.

use sandbox_fs::Kind;
use sandbox_kernel::{LAST_SIGNAL, signal_name};

use super::completion::Spec;
use super::listing::{all_variables, function_names};
use super::naming::KEYWORDS;
use super::table::ENTRIES;
use crate::expand::{Marked, Pattern, PatternOptions};
use crate::state::{Flow, SET_OPTIONS, SHOPT_OPTIONS, Shell, Value, Variable};
use crate::{syntax, text};

/// The words that begin with `word`.
pub(crate) async fn words(shell: &mut Shell, spec: &Spec, word: &str) -> Flow<Vec<String>> {
    let mut found = Vec::new();
    for action in spec.actions() {
        found.extend(of_action(shell, action, word));
    }
    if let Some(glob) = spec.text('G') {
        let mut marked = Marked::default();
        marked.push(glob, false);
        found.extend(shell.pathnames(&marked).unwrap_or_default());
    }
    if let Some(list) = spec.text('W') {
        found.extend(of_list(shell, list).await?);
    }
    found.retain(|candidate| candidate.starts_with(word));
    if let Some(filter) = spec.text('X') {
        let (filter, keeps) = filter.strip_prefix('!').map_or((filter, false), |filter| (filter, true));
        let mut marked = Marked::default();
        marked.push(&filter.replace('&', word), false);
        let pattern = Pattern::new(&marked, PatternOptions { extglob: true, ignore_case: false });
        found.retain(|candidate| pattern.matches_name(candidate) == keeps);
    }
    let (prefix, suffix) = (spec.text('P').unwrap_or_default(), spec.text('S').unwrap_or_default());
    Ok(found.into_iter().map(|candidate| format!("{prefix}{candidate}{suffix}")).collect())
}

/// The words of `-W`, split by `IFS` outside of quotes and expanded.
async fn of_list(shell: &mut Shell, list: &str) -> Flow<Vec<String>> {
    let ifs = shell.value("IFS").map_or_else(|| " \t\n".to_owned(), |ifs| ifs.into_owned());
    let (mut pieces, mut piece, mut quote, mut escaped) = (Vec::new(), String::new(), None, false);
    for character in list.chars() {
        if quote.is_none() && !escaped && ifs.contains(character) {
            pieces.push(std::mem::take(&mut piece));
            continue;
        }
        match (character, quote) {
            ('\'' | '"', None) if !escaped => quote = Some(character),
            (character, Some(open)) if character == open && !escaped => quote = None,
            _ => {}
        }
        escaped = character == '\\' && !escaped && quote != Some('\'');
        piece.push(character);
    }
    pieces.push(piece);
    let mut words = Vec::new();
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        match syntax::word(piece) {
            Ok(word) => words.push(shell.expand_text(&word).await?),
            Err(_) => words.push(piece.clone()),
        }
    }
    Ok(words)
}

fn of_action(shell: &mut Shell, action: &str, word: &str) -> Vec<String> {
    let owned = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
    let is_on = |shell: &Shell, name: &str| !shell.memory.disabled.contains(name);
    match action {
        "alias" => shell.aliases.keys().cloned().collect(),
        "builtin" => owned(&mut ENTRIES.iter().map(|entry| entry.name)),
        "enabled" => owned(&mut ENTRIES.iter().map(|entry| entry.name).filter(|name| is_on(shell, name))),
        "disabled" => shell.memory.disabled.iter().map(|name| (*name).to_owned()).collect(),
        "keyword" => owned(&mut KEYWORDS.iter().copied()),
        "function" => function_names(shell),
        "helptopic" => owned(&mut super::help::topics().iter().map(|(name, ..)| *name)),
        "setopt" => owned(&mut SET_OPTIONS.iter().map(|(name, _)| *name)),
        "shopt" => owned(&mut SHOPT_OPTIONS.iter().map(|(name, _)| *name)),
        "signal" => (1..=LAST_SIGNAL).filter_map(signal_name).map(|name| format!("SIG{name}")).collect(),
        "variable" => variables(shell, |_| true),
        "export" => variables(shell, |variable| variable.attributes.exported),
        "arrayvar" => variables(shell, |variable| matches!(variable.value, Value::Indexed(_))),
        "file" => files(shell, word, false),
        "directory" => files(shell, word, true),
        "user" => first_fields(shell, "/etc/passwd"),
        "group" => first_fields(shell, "/etc/group"),
        "hostname" => vec!["localhost".to_owned()],
        "command" => commands(shell, word),
        // Jobs are told by their names only to who types.
        _ => Vec::new(),
    }
}

/// The names of all variables.
pub(crate) fn variable_names(shell: &mut Shell) -> Vec<String> {
    variables(shell, |_| true)
}

fn variables(shell: &mut Shell, is_meant: fn(&Variable) -> bool) -> Vec<String> {
    all_variables(shell)
        .into_iter()
        .filter(|(_, variable)| is_meant(variable))
        .map(|(name, _)| name)
        .collect()
}

fn first_fields(shell: &Shell, path: &str) -> Vec<String> {
    let contents = shell.process.files().read(path).unwrap_or_default();
    text::decode(&contents).lines().filter_map(|line| line.split(':').next()).map(str::to_owned).collect()
}

/// Files whose names begin with a word.
fn files(shell: &Shell, word: &str, only_directories: bool) -> Vec<String> {
    let (directory, start) = word.rfind('/').map_or(("", word), |slash| word.split_at(slash + 1));
    let place = shell.process.absolute(if directory.is_empty() { "." } else { directory });
    let entries = shell.process.files().read_dir(&place).unwrap_or_default();
    let is_directory = |name: &str| {
        shell.process.files().stat(&format!("{place}/{name}")).is_ok_and(|stat| stat.kind == Kind::Directory)
    };
    entries
        .into_iter()
        .filter(|entry| entry.name.starts_with(start) && (!start.is_empty() || !entry.name.starts_with('.')))
        .filter(|entry| !only_directories || is_directory(&entry.name))
        .map(|entry| format!("{directory}{}", entry.name))
        .collect()
}

/// Everything that can be run.
fn commands(shell: &mut Shell, word: &str) -> Vec<String> {
    let mut names: Vec<String> = shell.aliases.keys().cloned().collect();
    names.extend(KEYWORDS.iter().map(|name| (*name).to_owned()));
    names.extend(function_names(shell));
    names.extend(ENTRIES.iter().map(|entry| entry.name.to_owned()));
    let path = shell.value("PATH").map(|path| path.into_owned()).unwrap_or_default();
    for directory in path.split(':').filter(|directory| !directory.is_empty()) {
        let entries = shell.process.files().read_dir(directory).unwrap_or_default();
        names.extend(entries.into_iter().map(|entry| entry.name).filter(|name| name.starts_with(word)));
    }
    names
}
