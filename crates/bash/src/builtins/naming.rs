//! What a command's name means: `type`, `command -v`, `command -V`.

use sandbox_fs::Access;

use super::files::{Type, look, may};
use super::options::Options;
use super::outcome::Outcome;
use super::{alias, builtin};
use crate::state::{SetOption, Shell, ShoptOption, Variable};
use crate::{syntax, text};

/// Words that begin compound commands, and those within them.
pub(crate) const KEYWORDS: &[&str] = &[
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done",
    "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

/// What a name may mean.
enum Meaning {
    Alias(String),
    Keyword,
    Function,
    Builtin {
        special: bool,
    },
    /// A file, and whether it was remembered.
    File(String, bool),
}

/// How names are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// `ls is /bin/ls`
    Sentence,
    /// `file`
    Kind,
    /// Only paths of files.
    Path,
    /// What can be typed again.
    Reusable,
}

/// What to look for.
#[derive(Clone, Copy, Default)]
struct Search {
    all: bool,
    no_functions: bool,
    /// Files even where something else comes first.
    only_files: bool,
    /// Nothing that a `command` would not run by itself.
    default_path: bool,
}

/// Where `command -p` looks.
pub(crate) const STANDARD_PATH: &str = "/bin:/usr/bin";

/// The files of a program on `PATH`, in its order; of a name with a slash that file.
pub(crate) fn on_path(shell: &Shell, name: &str, default_path: bool) -> Vec<String> {
    let is_program = |path: &str| {
        look(shell, path, true).is_some_and(|facts| facts.kind == Type::File)
            && may(shell, path, Access::EXECUTE)
    };
    if name.contains('/') {
        return [name.to_owned()].into_iter().filter(|path| is_program(path)).collect();
    }
    let path = match default_path {
        true => STANDARD_PATH,
        false => shell.variables.get("PATH").and_then(Variable::scalar).unwrap_or_default(),
    };
    if name.is_empty() || path.is_empty() {
        return Vec::new();
    }
    let file = |place: &str| match place {
        "" => format!("./{name}"),
        place => format!("{}/{name}", place.trim_end_matches('/')),
    };
    path.split(':').map(file).filter(|path| is_program(path)).collect()
}

impl Search {
    fn meanings(self, shell: &Shell, name: &str) -> Vec<Meaning> {
        let mut found = Vec::new();
        if !self.only_files {
            if shell.options.has_shopt(ShoptOption::EXPAND_ALIASES)
                && let Some(value) = shell.aliases.get(name)
            {
                found.push(Meaning::Alias(value.clone()));
            }
            if KEYWORDS.contains(&name) {
                found.push(Meaning::Keyword);
            }
            if !self.no_functions && shell.functions.contains_key(name) {
                found.push(Meaning::Function);
            }
            if let Some(entry) = builtin(name).filter(|entry| !shell.memory.disabled.contains(entry.name)) {
                found.push(Meaning::Builtin { special: entry.special });
            }
        }
        if self.all || found.is_empty() {
            match shell.hashed.get(name).filter(|_| !self.all && !self.default_path) {
                Some((path, _)) => found.push(Meaning::File(path.clone(), true)),
                None => {
                    let files = on_path(shell, name, self.default_path);
                    found.extend(files.into_iter().map(|path| Meaning::File(path, false)));
                }
            }
        }
        if !self.all {
            found.truncate(1);
        }
        found
    }
}

fn tell(shell: &Shell, name: &str, meaning: &Meaning, telling: Telling) -> String {
    let kind = |word: &str| match telling {
        Telling::Kind => format!("{word}\n"),
        _ => String::new(),
    };
    match (meaning, telling) {
        (Meaning::Alias(value), Telling::Sentence) => format!("{name} is aliased to `{value}'\n"),
        (Meaning::Alias(value), Telling::Reusable) => format!("{}\n", alias::definition(name, value)),
        (Meaning::Alias(_), _) => kind("alias"),
        (Meaning::Keyword, Telling::Sentence) => format!("{name} is a shell keyword\n"),
        (Meaning::Function, Telling::Sentence) => {
            let body = shell.functions.get(name).map(|known| syntax::declaration(name, &known.function.body));
            format!("{name} is a function\n{}\n", body.unwrap_or_default())
        }
        (Meaning::Builtin { special: true }, Telling::Sentence) if shell.options.has(SetOption::POSIX) => {
            format!("{name} is a special shell builtin\n")
        }
        (Meaning::Builtin { .. }, Telling::Sentence) => format!("{name} is a shell builtin\n"),
        (Meaning::Keyword | Meaning::Function | Meaning::Builtin { .. }, Telling::Reusable) => {
            format!("{name}\n")
        }
        (Meaning::Keyword, _) => kind("keyword"),
        (Meaning::Function, _) => kind("function"),
        (Meaning::Builtin { .. }, _) => kind("builtin"),
        (Meaning::File(path, true), Telling::Sentence) => format!("{name} is hashed ({path})\n"),
        (Meaning::File(path, _), Telling::Sentence) => format!("{name} is {path}\n"),
        (Meaning::File(path, _), Telling::Path | Telling::Reusable) => format!("{path}\n"),
        (Meaning::File(..), Telling::Kind) => kind("file"),
    }
}

/// `type`
pub(super) fn type_of(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "afptP");
    let (mut search, mut telling) = (Search::default(), Telling::Sentence);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'a' => search.all = true,
            'f' => search.no_functions = true,
            'p' => telling = Telling::Path,
            't' => telling = Telling::Kind,
            _ => (search.only_files, telling) = (true, Telling::Path),
        }
    }
    let mut status = 0;
    for name in options.operands() {
        let found = search.meanings(shell, name);
        for meaning in &found {
            out.extend_from_slice(&text::encode(&tell(shell, name, meaning, telling)));
        }
        if found.is_empty() {
            status = 1;
            if telling == Telling::Sentence {
                shell.complain(format!("type: {name}: not found"));
            }
        }
    }
    Ok(status)
}

/// What `command -v`, or with `in_words` `command -V`, tells of names. The status is 0 when one of them is known.
pub(crate) fn describe_commands(
    shell: &mut Shell,
    names: &[String],
    in_words: bool,
    default_path: bool,
    out: &mut Vec<u8>,
) -> i32 {
    let search = Search { default_path, ..Search::default() };
    let telling = if in_words { Telling::Sentence } else { Telling::Reusable };
    let mut status = 1;
    for name in names {
        match search.meanings(shell, name).first() {
            Some(meaning) => {
                out.extend_from_slice(&text::encode(&tell(shell, name, meaning, telling)));
                status = 0;
            }
            None if in_words => shell.complain(format!("command: {name}: not found")),
            None => {}
        }
    }
    status
}
