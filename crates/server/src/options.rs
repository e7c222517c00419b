//! The command line of the server.

use std::ffi::OsString;

use lexopt::prelude::{Long, Short, ValueExt as _};
use serde_json::{Map, Value, json};

/// What the server is started with.
#[derive(Debug, Default, PartialEq)]
pub struct Options {
    /// The port on localhost; 0 takes any that is free.
    pub port: u16,
    /// The options of the cloud, as the backend reads them.
    pub cloud: Map<String, Value>,
}

/// Why the command line cannot be read, in one sentence.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{0}")]
pub struct Usage(String);

impl Options {
    /// What `--help` prints.
    pub const HELP: &str = "\
The API of the stand-in on a socket of localhost, until Ctrl-C. Nothing is kept.

  --port N          the port (default 0: any that is free)
  --seed N          makes ids and chance repeatable
  --clock MS        a virtual clock that starts so many milliseconds after 1970 (default: the system's)
  --api-key KEY     requests must carry `Authorization: Bearer KEY`";

    /// Reads the words after the program's name; `None` is a call for help.
    ///
    /// # Errors
    /// An option that there is not, or a value that it cannot have.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, Usage> {
        let mut parser = lexopt::Parser::from_args(words);
        let mut options = Options::default();
        while let Some(argument) = parser.next().map_err(sentence)? {
            match argument {
                Long("port") => options.port = number(&mut parser, "--port", u64::from(u16::MAX))? as u16,
                Long("seed") => options.set("seed", json!(number(&mut parser, "--seed", u64::MAX)?)),
                Long("clock") => options.set("clock", json!(number(&mut parser, "--clock", u64::MAX)?)),
                Long("api-key") => {
                    let key = parser.value().map_err(sentence)?.string().map_err(sentence)?;
                    options.set("apiKey", json!(key));
                }
                Long("help") | Short('h') => return Ok(None),
                other => return Err(sentence(other.unexpected())),
            }
        }
        Ok(Some(options))
    }

    fn set(&mut self, name: &str, value: Value) {
        self.cloud.insert(name.to_owned(), value);
    }
}

fn number(parser: &mut lexopt::Parser, name: &str, max: u64) -> Result<u64, Usage> {
    let text = parser.value().map_err(sentence)?;
    let number = text.to_str().and_then(|digits| digits.parse().ok()).filter(|number| *number <= max);
    number.ok_or_else(|| Usage(format!("{name} needs a whole number up to {max}, not `{}`.", text.display())))
}

fn sentence(problem: lexopt::Error) -> Usage {
    Usage(format!("{problem}: see --help."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Option<Options>, Usage> {
        Options::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_option_is_read() {
        let options = parsed("--port 8000 --seed 7 --clock 0 --api-key secret").unwrap().unwrap();
        assert_eq!(options.port, 8000);
        assert_eq!(Value::from(options.cloud), json!({ "seed": 7, "clock": 0, "apiKey": "secret" }));
        assert_eq!(parsed("").unwrap(), Some(Options::default()));
        assert_eq!(parsed("--help").unwrap(), None);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let refusal = |line| parsed(line).unwrap_err().to_string();
        assert_eq!(refusal("--port 65536"), "--port needs a whole number up to 65535, not `65536`.");
        assert!(refusal("--prot 1").contains("--prot"));
        assert!(refusal("--seed").contains("--seed"));
    }
}
