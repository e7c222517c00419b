//! Programs that bash has built in too: what `env`, `xargs`, `find -exec` and a path such as `/usr/bin/echo` run.

mod echo;
mod plain;
mod printf;
mod test;

use bashkit::BuiltinRegistry;

use super::text::tool::Tool;

macro_rules! program {
    ($name:literal, $work:path) => {
        ($name, Tool { known: None, usage: "", work: |io, given| Box::pin($work(io, given)) })
    };
    ($name:literal, $work:path, $known:path, $usage:literal) => {
        ($name, Tool { known: Some(&$known), usage: $usage, work: |io, given| Box::pin($work(io, given)) })
    };
}

/// By the paths that stand for them, since their names are the shell's.
static PROGRAMS: &[(&str, Tool)] = &[
    program!("/usr/bin/[", test::run),
    program!("/usr/bin/echo", echo::run),
    program!("/usr/bin/false", plain::run_false),
    program!("/usr/bin/printf", printf::run),
    program!("/usr/bin/pwd", plain::pwd, plain::PWD, "pwd [OPTION]..."),
    program!("/usr/bin/test", test::run),
    program!("/usr/bin/true", plain::run_true),
];

/// Adds all of them to the commands of an image.
pub(super) fn insert(registry: &BuiltinRegistry) {
    for (path, tool) in PROGRAMS {
        registry.insert_command(*path, tool);
    }
}

/// The path of the program `name`, if it is one of these.
pub(crate) fn path_of(name: &str) -> Option<&'static str> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let mut paths = PROGRAMS.iter().map(|(path, _)| *path);
    paths.find(|path| path.rsplit('/').next() == Some(base))
}

/// A command line that runs the program, where the shell would take its own.
pub(super) fn as_program(words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    if let Some(first) = words.first_mut()
        && let Some(path) = path_of(first)
    {
        *first = path.to_owned();
    }
    words
}
