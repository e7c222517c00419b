//! Errors in the use of a command, in coreutils' form.

use bashkit::ExecResult;

/// `name: problem` and where to read more; exit code 1.
pub(crate) fn error(name: &str, problem: impl std::fmt::Display) -> ExecResult {
    ExecResult::err(format!("{name}: {problem}\nTry '{name} --help' for more information.\n"), 1)
}

/// An option that the command does not know.
pub(crate) fn unknown_option(name: &str, option: &str) -> ExecResult {
    match option.strip_prefix("--") {
        Some(_) => error(name, format!("unrecognized option '{option}'")),
        None => error(
            name,
            format!("invalid option -- '{}'", option.trim_start_matches('-').chars().next().unwrap_or('-')),
        ),
    }
}
