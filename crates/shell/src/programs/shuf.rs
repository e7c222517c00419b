//! `shuf`, from the seeded source.

use crate::programs::command::{Builtin, BuiltinContext, CommandOutput, ExecResult, Result};
use async_trait::async_trait;

use sandbox_fs::OpenFlags;

use super::live::Stop;
use super::random::below;
use super::source::Source;
use super::usage;
use sandbox_kernel::Host;

pub(super) struct Shuf;

#[derive(Default)]
struct Wish {
    echo: bool,
    zero: bool,
    repeat: bool,
    range: Option<(u64, u64)>,
    count: Option<usize>,
    output: Option<String>,
    operands: Vec<String>,
}

/// More numbers than this do not fit into memory.
const MAX_RANGE: u64 = 10_000_000;

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let mut wish = Wish::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (option, attached) = match arg.split_once('=').filter(|_| arg.starts_with("--")) {
            Some((option, value)) => (option, Some(value.to_owned())),
            None if arg.len() > 2 && ["-i", "-n", "-o"].iter().any(|short| arg.starts_with(short)) => {
                (&arg[..2], Some(arg[2..].to_owned()))
            }
            None => (arg.as_str(), None),
        };
        let mut value =
            || attached.clone().or_else(|| args.next().cloned()).ok_or_else(|| usage::missing_value(option));
        match option {
            "-e" | "--echo" => wish.echo = true,
            "-z" | "--zero-terminated" => wish.zero = true,
            "-r" | "--repeat" => wish.repeat = true,
            "-i" | "--input-range" => {
                let text = value()?;
                let range = text
                    .split_once('-')
                    .and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
                let valid = range.filter(|(low, high)| low <= high && high - low < MAX_RANGE);
                wish.range = Some(valid.ok_or_else(|| format!("invalid input range: '{text}'"))?);
            }
            "-n" | "--head-count" => {
                let text = value()?;
                let count = text.parse().map_err(|_| format!("invalid line count: '{text}'"))?;
                wish.count = Some(count);
            }
            "-o" | "--output" => wish.output = Some(value()?),
            "--" => wish.operands.extend(args.by_ref().cloned()),
            operand if operand == "-" || !operand.starts_with('-') => wish.operands.push(operand.to_owned()),
            unknown => return Err(usage::unknown_option(unknown)),
        }
    }
    Ok(wish)
}

#[async_trait]
impl Builtin for Shuf {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(usage::error("shuf", problem)),
        };
        let end = if wish.zero { b'\0' } else { b'\n' };
        let lines: Vec<Vec<u8>> = if let Some((low, high)) = wish.range {
            (low..=high).map(|number| number.to_string().into_bytes()).collect()
        } else if wish.echo {
            wish.operands.iter().map(|operand| operand.clone().into_bytes()).collect()
        } else {
            let input = match wish.operands.first().filter(|operand| *operand != "-") {
                None => Source::stdin(ctx).rest().await,
                Some(file) => match Source::open(ctx, file) {
                    Ok(mut source) => source.rest().await,
                    Err(reason) => return Ok(ExecResult::err(format!("shuf: {file}: {reason}\n"), 1)),
                },
            };
            let input = match input {
                Ok(input) => input,
                Err(Stop::Input(reason) | Stop::Output(reason)) => {
                    return Ok(ExecResult::err(format!("shuf: read error: {reason}\n"), 1));
                }
            };
            let body = input.strip_suffix(&[end]).unwrap_or(&input);
            if input.is_empty() {
                Vec::new()
            } else {
                body.split(|byte| *byte == end).map(<[u8]>::to_vec).collect()
            }
        };
        let chosen = choose(&*run.host, &lines, wish.count, wish.repeat);
        let mut out = Vec::new();
        for line in chosen {
            out.extend_from_slice(line);
            out.push(end);
        }
        match wish.output {
            None => Ok(ExecResult::ok_bytes(out)),
            Some(file) => {
                let written = async {
                    let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE;
                    CommandOutput::open(&run, &file, flags)?.write_all(&out).await
                };
                match written.await {
                    Ok(()) => Ok(ExecResult::ok("")),
                    Err(error) => Ok(ExecResult::err(format!("shuf: {file}: {error}\n"), 1)),
                }
            }
        }
    }
}

/// A random choice of lines: each at most once, or with `repeat` any number of times.
fn choose<'a>(host: &dyn Host, lines: &'a [Vec<u8>], count: Option<usize>, repeat: bool) -> Vec<&'a [u8]> {
    if lines.is_empty() {
        return Vec::new();
    }
    if repeat {
        let count = count.unwrap_or(lines.len());
        return (0..count).map(|_| lines[below(host, lines.len())].as_slice()).collect();
    }
    let mut order: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    let count = count.unwrap_or(order.len()).min(order.len());
    for at in 0..count {
        let other = at + below(host, order.len() - at);
        order.swap(at, other);
    }
    order.truncate(count);
    order
}
