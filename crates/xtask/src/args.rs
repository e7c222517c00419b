//! The command line: which task, with which options.

use std::ffi::OsString;

use lexopt::prelude::*;

use crate::error::{Error, Result};
use crate::nearest::nearest;

pub(crate) const HELP: &str = "\
Every task of the project is one word after `cargo xtask`:

  serve [--release] [--port N] [--open]   build and serve the playground on localhost
  api [--port N]                          serve the HTTP API on localhost, until Ctrl-C
  test [PART...] [--long]                 run every test of the project, or the named parts
  test --list                             the parts and what they check
  build                                   dist/playground (static site) and dist/npm (package)
  bench [NAME] [--json]                   measure beside the peers (names: node, browser, storage)
  format                                  format Rust, TypeScript, CSS and HTML in place

Each task installs what it needs and is missing on this machine, and says so.";

const TASKS: [&str; 7] = ["serve", "api", "test", "build", "bench", "format", "help"];

/// The port of `cargo xtask serve` unless told otherwise.
pub(crate) const DEFAULT_PORT: u16 = 8080;

/// The port of `cargo xtask api` unless told otherwise.
const DEFAULT_API_PORT: u16 = 8000;

#[derive(Debug, PartialEq)]
pub(crate) enum Task {
    Help,
    Serve(Serve),
    Api(Api),
    Test(Test),
    Build,
    Bench(Bench),
    Format,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Serve {
    /// The optimised build instead of the one that builds fast.
    pub(crate) release: bool,
    pub(crate) port: u16,
    /// Open the address in the reader's browser.
    pub(crate) open: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Api {
    pub(crate) port: u16,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Test {
    /// As typed; `test` knows which parts there are. Empty means all.
    pub(crate) parts: Vec<String>,
    /// Many more cases for the tests that search (properties, crash points).
    pub(crate) long: bool,
    /// Print the parts instead of running them.
    pub(crate) list: bool,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Bench {
    pub(crate) name: Option<String>,
    /// Figures for machines instead of a table.
    pub(crate) json: bool,
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Task> {
    let mut parser = lexopt::Parser::from_args(words);
    let task = match next(&mut parser)? {
        None | Some(Long("help") | Short('h')) => return Ok(Task::Help),
        Some(Value(word)) => word.to_string_lossy().into_owned(),
        Some(other) => return Err(unknown_option(&other, "cargo xtask")),
    };
    match task.as_str() {
        "help" => Ok(Task::Help),
        "serve" => parse_serve(&mut parser),
        "api" => parse_api(&mut parser),
        "test" => parse_test(&mut parser),
        "build" => match next(&mut parser)? {
            None => Ok(Task::Build),
            Some(Long("help") | Short('h')) => Ok(Task::Help),
            Some(other) => Err(unknown_option(&other, "cargo xtask build")),
        },
        "bench" => parse_bench(&mut parser),
        "format" => match next(&mut parser)? {
            None => Ok(Task::Format),
            Some(Long("help") | Short('h')) => Ok(Task::Help),
            Some(other) => Err(unknown_option(&other, "cargo xtask format")),
        },
        other => Err(Error::Usage(unknown_word("task", other, &TASKS))),
    }
}

/// One sentence for a word that is none of `known`: the nearest one, and all.
pub(crate) fn unknown_word(kind: &str, word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(nearest) => format!(
            "There is no {kind} `{word}`: did you mean `{nearest}`? The {kind}s are {}.",
            known.join(", ")
        ),
        None => format!("There is no {kind} `{word}`."),
    }
}

fn parse_serve(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut serve = Serve { release: false, port: DEFAULT_PORT, open: false };
    while let Some(argument) = next(parser)? {
        match argument {
            Long("release") => serve.release = true,
            Long("open") => serve.open = true,
            Long("port") | Short('p') => serve.port = port(parser)?,
            Long("help") | Short('h') => return Ok(Task::Help),
            other => return Err(unknown_option(&other, "cargo xtask serve")),
        }
    }
    Ok(Task::Serve(serve))
}

fn parse_api(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut api = Api { port: DEFAULT_API_PORT };
    while let Some(argument) = next(parser)? {
        match argument {
            Long("port") | Short('p') => api.port = port(parser)?,
            Long("help") | Short('h') => return Ok(Task::Help),
            other => return Err(unknown_option(&other, "cargo xtask api")),
        }
    }
    Ok(Task::Api(api))
}

fn parse_test(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut test = Test::default();
    while let Some(argument) = next(parser)? {
        match argument {
            Long("long") => test.long = true,
            Long("list") => test.list = true,
            Value(part) => test.parts.push(part.to_string_lossy().into_owned()),
            Long("help") | Short('h') => return Ok(Task::Help),
            other => return Err(unknown_option(&other, "cargo xtask test")),
        }
    }
    Ok(Task::Test(test))
}

fn parse_bench(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut bench = Bench::default();
    while let Some(argument) = next(parser)? {
        match argument {
            Long("json") => bench.json = true,
            Value(name) if bench.name.is_none() => bench.name = Some(name.to_string_lossy().into_owned()),
            Long("help") | Short('h') => return Ok(Task::Help),
            other => return Err(unknown_option(&other, "cargo xtask bench")),
        }
    }
    Ok(Task::Bench(bench))
}

fn next(parser: &mut lexopt::Parser) -> Result<Option<lexopt::Arg<'_>>> {
    parser.next().map_err(|error| Error::Usage(format!("{error}.")))
}

fn port(parser: &mut lexopt::Parser) -> Result<u16> {
    let value = parser.value().map_err(|_| Error::Usage("--port needs a number from 1 to 65535.".into()))?;
    match value.to_str().and_then(|digits| digits.parse().ok()) {
        Some(port) if port > 0 => Ok(port),
        _ => Err(Error::Usage(format!(
            "--port needs a number from 1 to 65535, not `{}`.",
            value.to_string_lossy()
        ))),
    }
}

fn unknown_option(argument: &lexopt::Arg<'_>, command: &str) -> Error {
    let typed = match argument {
        Short(letter) => format!("-{letter}"),
        Long(name) => format!("--{name}"),
        Value(word) => word.to_string_lossy().into_owned(),
    };
    Error::Usage(format!("`{command}` does not take `{typed}`: see `cargo xtask help`."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn refusal(line: &str) -> String {
        parsed(line).expect_err(line).to_string()
    }

    #[test]
    fn no_word_is_a_call_for_help() {
        assert_eq!(parsed("").unwrap(), Task::Help);
        assert_eq!(parsed("serve --help").unwrap(), Task::Help);
    }

    #[test]
    fn serve_reads_its_options() {
        let plain = Serve { release: false, port: DEFAULT_PORT, open: false };
        assert_eq!(parsed("serve").unwrap(), Task::Serve(plain));
        let all = Serve { release: true, port: 9000, open: true };
        assert_eq!(parsed("serve --release --port 9000 --open").unwrap(), Task::Serve(all));
    }

    #[test]
    fn api_reads_its_port() {
        assert_eq!(parsed("api").unwrap(), Task::Api(Api { port: DEFAULT_API_PORT }));
        assert_eq!(parsed("api --port 9000").unwrap(), Task::Api(Api { port: 9000 }));
    }

    #[test]
    fn a_port_is_a_number_in_range() {
        assert_eq!(refusal("serve --port 0"), "--port needs a number from 1 to 65535, not `0`.");
        assert_eq!(refusal("serve --port 70000"), "--port needs a number from 1 to 65535, not `70000`.");
        assert_eq!(refusal("serve --port"), "--port needs a number from 1 to 65535.");
    }

    #[test]
    fn test_takes_parts_in_any_place() {
        let expected = Test { parts: vec!["core".into(), "fs".into()], long: true, list: false };
        assert_eq!(parsed("test core --long fs").unwrap(), Task::Test(expected));
    }

    #[test]
    fn an_unknown_task_names_the_nearest() {
        let sentence = refusal("tset");
        assert!(sentence.contains("did you mean `test`?"), "{sentence}");
        assert!(sentence.contains("serve, api, test, build"), "{sentence}");
    }

    #[test]
    fn an_unknown_option_is_named() {
        assert_eq!(
            refusal("build --fast"),
            "`cargo xtask build` does not take `--fast`: see `cargo xtask help`."
        );
        assert_eq!(
            refusal("bench node deno"),
            "`cargo xtask bench` does not take `deno`: see `cargo xtask help`."
        );
    }
}
