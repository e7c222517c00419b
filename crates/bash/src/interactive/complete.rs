//! What Tab offers: commands, files, variables, users, and what `complete` was told.

use sandbox_fs::Kind;

use super::line::Line;
use crate::builtins::{CompletionSpec, completion_words};
use crate::state::{Flow, Shell};

/// What a word can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    /// Where what is replaced begins.
    pub(super) from: usize,
    /// What stands there then: all that the choices have in common.
    pub(super) replacement: String,
    /// As they are listed.
    pub(super) choices: Vec<String>,
}

/// The word before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// Where it begins in the line.
    from: usize,
    /// What it means, without its quotes.
    meaning: String,
    /// The quote in which the cursor is.
    quote: Option<char>,
    /// The words of its command before it.
    before: Vec<String>,
}

/// Words after which a command begins.
const BEFORE_COMMANDS: &[&str] = &[
    "if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "exec", "sudo", "nohup",
    "command",
];

impl Word {
    fn of(line: &Line) -> Self {
        let mut word = Self { from: 0, meaning: String::new(), quote: None, before: Vec::new() };
        let mut at = 0;
        let mut has_begun = false;
        while at < line.at {
            let character = line.text[at];
            at += 1;
            match (character, word.quote) {
                ('\\', None | Some('"')) if at < line.at => {
                    word.meaning.push(line.text[at]);
                    at += 1;
                }
                (character, Some(quote)) if character == quote => word.quote = None,
                ('\'' | '"', None) => word.quote = Some(character),
                (' ' | '\t' | '\n', None) => {
                    let piece = std::mem::take(&mut word.meaning);
                    match word.before.last_mut().filter(|last| last.ends_with('=')) {
                        // It is the value of an assignment.
                        Some(last) => last.push_str(&piece),
                        None if has_begun => word.before.push(piece),
                        None => {}
                    }
                    (word.from, has_begun) = (at, false);
                    continue;
                }
                (';' | '|' | '&' | '(' | '`', None) => {
                    word.before.clear();
                    word.meaning.clear();
                    (word.from, has_begun) = (at, false);
                    continue;
                }
                ('<' | '>', None) => {
                    // A file's name follows, which is no command.
                    word.before.push(std::mem::take(&mut word.meaning));
                    word.before.push(character.to_string());
                    (word.from, has_begun) = (at, false);
                    continue;
                }
                ('=' | ':', None) if has_begun && !word.meaning.contains('/') || character == '=' => {
                    // As COMP_WORDBREAKS has it: `PATH=/us`, `a:b`.
                    if word.before.is_empty() && word.quote.is_none() && character == '=' {
                        word.before.push(format!("{}=", word.meaning));
                    }
                    word.meaning.clear();
                    word.from = at;
                    has_begun = true;
                    continue;
                }
                (character, _) => word.meaning.push(character),
            }
            has_begun = true;
        }
        word
    }

    /// Whether it is a command's name.
    fn is_command(&self) -> bool {
        self.before.iter().all(|word| BEFORE_COMMANDS.contains(&word.as_str()) || is_assignment(word))
            && self.before.last().is_none_or(|word| !word.ends_with('='))
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| crate::syntax::is_name(name))
}

impl Shell {
    /// What the word before the cursor can become; none where there is nothing.
    pub(super) async fn completion(&mut self, line: &Line) -> Flow<Option<Completion>> {
        let word = Word::of(line);
        if let Some(completion) = self.variable_completion(line, &word) {
            return Ok(completion);
        }
        if word.meaning.starts_with('~') && !word.meaning.contains('/') && word.quote.is_none() {
            let users = self.words_of("user", &word.meaning[1..]).await?;
            let users = users.into_iter().map(|user| format!("~{user}")).collect();
            return Ok(made(&word, users, "/", false));
        }
        let is_path = word.meaning.contains('/');
        if word.is_command() && !is_path {
            let mut commands = self.words_of("command", &word.meaning).await?;
            commands.retain(|name| name != "[" || word.meaning == "[");
            if !commands.is_empty() {
                return Ok(made(&word, commands, " ", true));
            }
        } else if let Some(completion) = self.told_completion(line, &word).await? {
            return Ok(completion);
        }
        Ok(self.file_completion(&word))
    }

    async fn words_of(&mut self, action: &str, start: &str) -> Flow<Vec<String>> {
        completion_words(self, &CompletionSpec::of_action(action), start).await
    }

    /// `$HO`
    fn variable_completion(&mut self, line: &Line, word: &Word) -> Option<Option<Completion>> {
        let dollar = word.meaning.rfind('$').filter(|_| word.quote != Some('\''))?;
        let (sign, start) = match word.meaning[dollar + 1..].strip_prefix('{') {
            Some(start) => ("${", start),
            None => ("$", &word.meaning[dollar + 1..]),
        };
        if !start.chars().all(|character| character == '_' || character.is_alphanumeric()) {
            return None;
        }
        let close = if sign == "${" { "}" } else { "" };
        let mut names: Vec<String> = crate::builtins::variable_names(self);
        names.retain(|name| name.starts_with(start));
        let names = names.into_iter().map(|name| format!("{sign}{name}{close}")).collect();
        let from = line.text[..line.at].iter().rposition(|character| *character == '$')?;
        let word = Word { from, quote: None, ..word.clone() };
        Some(plain(&word, names, ""))
    }

    /// What `complete` was told for the command.
    async fn told_completion(&mut self, line: &Line, word: &Word) -> Flow<Option<Option<Completion>>> {
        let Some(command) = word.before.iter().find(|word| !is_assignment(word)).cloned() else {
            return Ok(None);
        };
        let name = command.rsplit('/').next().unwrap_or_default();
        let Some(spec) = self.memory.completions.get(&command).or(self.memory.completions.get(name)).cloned()
        else {
            // Some take nothing but directories.
            let directories = matches!(name, "cd" | "pushd" | "rmdir");
            return Ok(directories.then(|| self.files_for(word, true)));
        };
        let mut found = completion_words(self, &spec, &word.meaning).await?;
        if let Some(function) = spec.text('F').map(str::to_owned) {
            found.extend(self.ask_function(&function, line, word).await?);
        }
        if found.is_empty() {
            return Ok(None);
        }
        Ok(Some(made(word, found, if spec.has_option("nospace") { "" } else { " " }, true)))
    }

    /// Lets a function of the user's say what there is.
    async fn ask_function(&mut self, function: &str, line: &Line, word: &Word) -> Flow<Vec<String>> {
        let Some(definition) = self.functions.get(function).cloned() else { return Ok(Vec::new()) };
        let words: Vec<String> = word.before.iter().chain([&word.meaning]).cloned().collect();
        self.assign_array_or_complain("COMP_WORDS", &words);
        self.assign_or_complain("COMP_CWORD", word.before.len().to_string());
        self.assign_or_complain("COMP_LINE", line.text());
        self.assign_or_complain("COMP_POINT", line.at.to_string());
        self.variables.remove("COMPREPLY");
        let previous = word.before.last().cloned().unwrap_or_default();
        let arguments = vec![words[0].clone(), word.meaning.clone(), previous];
        let status = self.status;
        Box::pin(self.call_function(definition, arguments)).await?;
        self.status = status;
        let found = self.variables.get("COMPREPLY").map(|variable| variable.elements()).unwrap_or_default();
        for name in ["COMP_WORDS", "COMP_CWORD", "COMP_LINE", "COMP_POINT", "COMPREPLY"] {
            self.variables.remove(name);
        }
        Ok(found)
    }

    fn file_completion(&self, word: &Word) -> Option<Completion> {
        self.files_for(word, false)
    }

    /// Files whose paths begin with the word.
    fn files_for(&self, word: &Word, only_directories: bool) -> Option<Completion> {
        let (directory, start) =
            word.meaning.rfind('/').map_or(("", &*word.meaning), |at| word.meaning.split_at(at + 1));
        let home = self.variables.get("HOME").and_then(|home| home.scalar()).unwrap_or("/");
        let place = match directory.strip_prefix('~') {
            Some(rest) if rest.starts_with('/') && word.quote.is_none() => format!("{home}{rest}"),
            _ if directory.is_empty() => ".".to_owned(),
            _ => directory.to_owned(),
        };
        let place = self.process.absolute(&place);
        let files = self.process.files();
        let is_directory = |name: &str| {
            files.stat(&format!("{place}/{name}")).is_ok_and(|stat| stat.kind == Kind::Directory)
        };
        let mut names: Vec<String> = files
            .read_dir(&place)
            .unwrap_or_default()
            .into_iter()
            .map(|entry| entry.name)
            .filter(|name| name.starts_with(start) && (!start.is_empty() || !name.starts_with('.')))
            .filter(|name| !only_directories || is_directory(name))
            .collect();
        names.sort();
        let after = match &names[..] {
            [only] if is_directory(only) => "/",
            _ => " ",
        };
        let shown = names
            .iter()
            .map(|name| match is_directory(name) {
                true => format!("{name}/"),
                false => name.clone(),
            })
            .collect();
        let paths = names.iter().map(|name| format!("{directory}{name}")).collect();
        made(word, paths, after, true).map(|completion| Completion { choices: shown, ..completion })
    }
}

/// The completion of a word by others, which are quoted where they must be. `after` comes where there is only one.
fn made(word: &Word, choices: Vec<String>, after: &str, quotes: bool) -> Option<Completion> {
    let (common, choices) = in_common(choices)?;
    let mut replacement = match (quotes, word.quote) {
        (true, Some(quote)) => format!("{quote}{common}"),
        (true, None) => escaped(&common),
        (false, _) => common,
    };
    if choices.len() == 1 {
        if let Some(quote) = word.quote.filter(|_| after != "/") {
            replacement.push(quote);
        }
        replacement.push_str(after);
    }
    Some(Completion { from: word.from, replacement, choices })
}

fn plain(word: &Word, choices: Vec<String>, after: &str) -> Option<Completion> {
    made(word, choices, after, false)
}

/// What all choices begin with, and the choices in order.
fn in_common(mut choices: Vec<String>) -> Option<(String, Vec<String>)> {
    choices.sort();
    choices.dedup();
    let (first, last) = (choices.first()?, choices.last()?);
    let common = first.chars().zip(last.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    Some((common, choices))
}

/// A path with backslashes before what the shell would take for something else; `~` at its begin stays.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if " \t\n\\'\"`$&|;<>()[]{}*?!#".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        Word::of(&Line::of(text))
    }

    #[test]
    fn the_word_before_the_cursor_is_known_by_its_place() {
        assert!(word("ec").is_command() && word("a | l").is_command() && word("X=1 l").is_command());
        assert!(!word("cat f").is_command() && !word("> f").is_command());
        let quoted = word("cat \"a b/c");
        assert_eq!((quoted.from, &*quoted.meaning, quoted.quote), (4, "a b/c", Some('"')));
        assert_eq!(word("cat a\\ b").meaning, "a b");
        assert_eq!(word("PATH=/us").meaning, "/us");
        assert!(!word("PATH=/us").is_command());
    }

    #[test]
    fn what_is_in_common_is_put_in_and_quoted() {
        let choices = vec!["my file".to_owned(), "my folder".to_owned()];
        let completion = made(&word("cat my"), choices, " ", true).unwrap();
        assert_eq!((completion.from, &*completion.replacement), (4, "my\\ f"));
        let one = made(&word("cat 'my"), vec!["my file".to_owned()], " ", true).unwrap();
        assert_eq!(one.replacement, "'my file' ");
    }
}
