//! Programs that bash has built in too: what `env`, `xargs`, `find -exec` and a path such as `/usr/bin/echo` run.

mod echo;
mod plain;
mod printf;
mod test;

use super::command::Registry;

use super::text::tool::Tool;

macro_rules! program {
    ($name:literal, $work:path) => {
        ($name, Tool { known: None, usage: "", work: |io, given| Box::pin($work(io, given)) })
    };
    ($name:literal, $work:path, $known:path, $usage:literal) => {
        ($name, Tool { known: Some(&$known), usage: $usage, work: |io, given| Box::pin($work(io, given)) })
    };
}

static PROGRAMS: &[(&str, Tool)] = &[
    program!("[", test::run),
    program!("echo", echo::run),
    program!("false", plain::run_false),
    program!("printf", printf::run),
    program!("pwd", plain::pwd, plain::PWD, "pwd [OPTION]..."),
    program!("test", test::run),
    program!("true", plain::run_true),
];

/// Adds the program `name` to those of an image, if it is one of these.
pub(super) fn insert(name: &str, registry: &mut Registry) -> bool {
    let Some((_, tool)) = PROGRAMS.iter().find(|(known, _)| *known == name) else { return false };
    registry.insert_command(name, tool);
    true
}
