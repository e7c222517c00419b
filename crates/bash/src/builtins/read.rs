//! `read`

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::OptionFuture;
use futures_util::{FutureExt as _, select_biased};
use sandbox_kernel::Pace;

use super::input::{Input, delimiter, descriptor};
use super::locale::is_utf8;
use super::numbers::integer;
use super::options::Options;
use super::outcome::{Outcome, Stop, failed, not_an_identifier};
use super::splitting::{Fields, Line};
use super::target;
use crate::expand::LONG;
use crate::state::{Shell, Value};

/// The status of a `read` that took too long.
const TOO_LATE: i32 = 142;

/// What the options ask for.
#[derive(Default)]
struct Wish<'a> {
    /// `-r`: a backslash is a character like others.
    raw: bool,
    silent: bool,
    array: Option<&'a str>,
    delimiter: u8,
    /// `-n` and `-N`
    characters: Option<usize>,
    /// `-N`: nothing ends it but the number.
    exact: bool,
    prompt: Option<&'a str>,
    timeout: Option<Duration>,
    descriptor: i32,
}

/// How reading ended.
enum End {
    /// All that was asked for was there.
    Done,
    /// There was nothing more.
    Over,
    Failed(sandbox_fs::Errno),
}

/// `read`
pub(super) async fn read(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let (wish, names) = options(shell, args, out)?;
    for name in names.iter().map(String::as_str).take(1).chain(wish.array) {
        if !target::is_target(name) {
            not_an_identifier(shell, "read", name);
            return Err(Stop::Failed(1));
        }
    }
    let mut input = match Input::open(shell, wish.descriptor) {
        Ok(input) => input,
        Err(errno) => {
            return Err(failed(shell, format!("read: read error: {}: {errno}", wish.descriptor)));
        }
    };
    if wish.timeout == Some(Duration::ZERO) {
        return Ok(if input.description().is_ready() { 0 } else { 1 });
    }
    let terminal = input.description().as_terminal().cloned();
    if let Some(prompt) = wish.prompt
        && terminal.is_some()
    {
        shell.say(prompt);
    }
    let modes = terminal.as_ref().map(|terminal| terminal.modes());
    if let (Some(terminal), Some(modes)) = (&terminal, modes) {
        terminal.set_modes(wish.modes(modes));
    }
    let (mut bytes, mut quoted) = (Vec::new(), Vec::new());
    let is_utf8 = is_utf8(shell);
    let process = Arc::clone(&shell.process);
    let end = {
        let mut reading = std::pin::pin!(wish.read(&mut input, is_utf8, &mut bytes, &mut quoted).fuse());
        let mut waiting =
            std::pin::pin!(OptionFuture::from(wish.timeout.map(|time| process.sleep(time))).fuse());
        loop {
            select_biased! {
                end = reading => break Some(end),
                late = waiting => if late.is_some() {
                    break None;
                },
                // Traps run at once, and reading goes on.
                () = process.signalled().fuse() => shell.run_signal_traps().await?,
            }
        }
    };
    drop(input);
    if let (Some(terminal), Some(modes)) = (&terminal, modes) {
        terminal.set_modes(modes);
    }
    let status = match end {
        Some(End::Done) => 0,
        Some(End::Over) => 1,
        None => TOO_LATE,
        Some(End::Failed(errno)) => {
            return Err(failed(shell, format!("read: read error: {}: {errno}", wish.descriptor)));
        }
    };
    give(shell, &wish, names, &Line::new(&bytes, &quoted)).await?;
    Ok(status)
}

fn options<'a>(
    shell: &mut Shell,
    args: &'a [String],
    out: &mut Vec<u8>,
) -> Outcome<(Wish<'a>, &'a [String])> {
    let mut options = Options::new(args, "ersa:d:i:n:p:t:u:N:");
    let mut wish = Wish { delimiter: b'\n', ..Wish::default() };
    while let Some(option) = options.next(shell, out)? {
        let text = option.argument.unwrap_or_default();
        match option.letter {
            'r' => wish.raw = true,
            's' => wish.silent = true,
            'a' => wish.array = Some(text),
            'd' => wish.delimiter = delimiter(text),
            'p' => wish.prompt = Some(text),
            'u' => wish.descriptor = descriptor(shell, "read", text)?,
            letter @ ('n' | 'N') => {
                let Some(count) = integer(text).and_then(|count| usize::try_from(count).ok()) else {
                    return Err(failed(shell, format!("read: {text}: invalid number")));
                };
                (wish.characters, wish.exact) = (Some(count), letter == 'N');
            }
            't' => {
                let seconds =
                    text.parse().ok().and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
                let Some(timeout) = seconds else {
                    return Err(failed(shell, format!("read: {text}: invalid timeout specification")));
                };
                wish.timeout = Some(timeout);
            }
            _ => {}
        }
    }
    Ok((wish, options.operands()))
}

impl Wish<'_> {
    /// How a terminal is to behave meanwhile.
    fn modes(&self, modes: sandbox_kernel::Modes) -> sandbox_kernel::Modes {
        let by_lines = self.characters.is_none() && self.delimiter == b'\n';
        sandbox_kernel::Modes {
            canonical: modes.canonical && by_lines,
            echo: modes.echo && !self.silent,
            ..modes
        }
    }

    /// Reads what is asked for into `bytes`; `quoted` gets the places of bytes after a backslash.
    async fn read(
        &self,
        input: &mut Input,
        is_utf8: bool,
        bytes: &mut Vec<u8>,
        quoted: &mut Vec<usize>,
    ) -> End {
        if self.characters == Some(0) {
            return End::Done;
        }
        if self.raw && self.characters.is_none() {
            return match input.until(self.delimiter).await {
                Ok(line) => {
                    let is_whole = line.last() == Some(&self.delimiter);
                    bytes
                        .extend(line[..line.len() - usize::from(is_whole)].iter().filter(|byte| **byte != 0));
                    if is_whole { End::Done } else { End::Over }
                }
                Err(errno) => End::Failed(errno),
            };
        }
        let (mut characters, mut after_backslash, mut missing) = (0, false, 0);
        loop {
            let byte = match input.byte().await {
                Ok(Some(byte)) => byte,
                Ok(None) => return End::Over,
                Err(errno) => return End::Failed(errno),
            };
            let is_quoted = std::mem::take(&mut after_backslash);
            if byte == self.delimiter && !self.exact && !is_quoted {
                return End::Done;
            }
            match byte {
                b'\n' if is_quoted => continue,
                b'\\' if !self.raw && !is_quoted => after_backslash = true,
                0 => {}
                byte => {
                    if is_quoted {
                        quoted.push(bytes.len());
                    }
                    bytes.push(byte);
                }
            }
            // A character of several bytes counts when its last byte has come.
            match byte {
                0xc2..=0xf4 if is_utf8 => {
                    missing = if byte < 0xe0 {
                        1
                    } else if byte < 0xf0 {
                        2
                    } else {
                        3
                    }
                }
                0x80..=0xbf if missing > 0 => missing -= 1,
                _ => missing = 0,
            }
            characters += usize::from(missing == 0);
            if self.characters.is_some_and(|most| characters >= most) {
                return End::Done;
            }
        }
    }
}

/// Gives the variables their values.
async fn give(shell: &mut Shell, wish: &Wish<'_>, names: &[String], line: &Line) -> Outcome<()> {
    let ifs = shell.value("IFS").map_or_else(|| " \t\n".to_owned(), |ifs| ifs.into_owned());
    if let Some(array) = wish.array {
        target::clear_array(shell, "read", array)?;
        let mut fields = Fields::new(line, &ifs);
        let mut elements = Vec::new();
        let mut pace = Pace::default();
        while let Some(field) = fields.next() {
            pace.did(4 + field.len()).await;
            elements.push(field.into());
        }
        return shell
            .assign_elements(array, elements, false)
            .await
            .map_err(|error| target::refused(shell, "", &error));
    }
    let [first, rest @ ..] = names else {
        return target::assign(shell, "", "REPLY", line.text());
    };
    if wish.exact {
        target::assign(shell, "", first, line.text())?;
        return rest.iter().try_for_each(|name| assign_checked(shell, name, String::new()));
    }
    let mut fields = Fields::new(line, &ifs);
    let (last, before) = names.split_last().unwrap_or((first, &[]));
    for name in before {
        let field = fields.next().unwrap_or_default();
        assign_checked(shell, name, field)?;
    }
    assign_checked(shell, last, fields.last())
}

fn assign_checked(shell: &mut Shell, name: &str, value: String) -> Outcome<()> {
    // The usual variable is changed in place: loops over lines do nothing else.
    if let Some(variable) = shell.variables.get_mut(name)
        && variable.attributes == Default::default()
        && name != "PATH"
        && name != "OPTIND"
        && let Value::Text(text) = &mut variable.value
    {
        shell.has_long |= value.len() > LONG;
        *text = value;
        return Ok(());
    }
    if !target::is_target(name) {
        not_an_identifier(shell, "read", name);
        return Err(Stop::Failed(1));
    }
    target::assign(shell, "", name, value)
}
