//! `mkfifo` and `mknod`: named pipes and character devices. There are no block devices.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, FsError};

use super::getopt::{Given, Known, extra_operand, missing_operand};
use super::live::misused;
use super::mode::Mode;
use super::quoting::{name, quoted_name, value};
use super::tool::{Tool, begin};

const KNOWN: Known = Known { letters: "m:Z", long: &[("mode", 'm'), ("context?", 'c')] };

/// What has no other mode asked for.
const MODE: u32 = 0o666;

pub(super) struct Mkfifo;

#[async_trait]
impl Command for Mkfifo {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &KNOWN, "mkfifo [OPTION]... NAME...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let mode = match mode(&tool, &given) {
            Ok(mode) => mode,
            Err(problem) => {
                let told = tool.problem(problem.to_owned()).await;
                return tool.end(told).await;
            }
        };
        let mut worked = Ok(());
        for operand in &given.operands {
            if let Err(error) = make(&tool, operand, mode, None) {
                let problem = format!("cannot create fifo {}: {error}", quoted_name(operand));
                worked = tool.problem(problem).await;
                if worked.is_err() {
                    break;
                }
            }
        }
        tool.end(worked).await
    }
}

pub(super) struct Mknod;

#[async_trait]
impl Command for Mknod {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &KNOWN, "mknod [OPTION]... NAME TYPE [MAJOR MINOR]");
        if let Some(problem) = misuse(&given.operands) {
            return misused(&tool.ctx, problem).await;
        }
        let operand = &given.operands[0];
        let made = mode(&tool, &given).map_err(str::to_owned).and_then(|mode| {
            let device = device(&given.operands)?;
            let made = match given.operands[1].starts_with('b') {
                true => Err(Errno::EPERM.at(operand.as_str())),
                false => make(&tool, operand, mode, device),
            };
            made.map_err(|error| format!("{}: {error}", name(operand)))
        });
        let worked = match made {
            Ok(()) => Ok(()),
            Err(problem) => tool.problem(problem).await,
        };
        tool.end(worked).await
    }
}

/// Makes a pipe or a device. A mode that is asked for is no business of the umask.
fn make(
    tool: &Tool<'_>,
    operand: &str,
    mode: Option<u32>,
    device: Option<(u32, u32)>,
) -> std::result::Result<(), FsError> {
    let (path, files, now) = (tool.path(operand), tool.files(), tool.now());
    match device {
        Some(numbers) => files.make_device(&path, MODE, numbers, now)?,
        None => files.make_fifo(&path, MODE, now)?,
    }
    match mode {
        Some(mode) => files.chmod(&path, mode, now),
        None => Ok(()),
    }
}

/// The mode that is asked for.
fn mode(tool: &Tool<'_>, given: &Given) -> std::result::Result<Option<u32>, &'static str> {
    let Some(text) = given.value('m') else { return Ok(None) };
    let mode = Mode::parse(text).ok_or("invalid mode")?.of(MODE, false, tool.umask());
    if mode & !0o777 == 0 { Ok(Some(mode)) } else { Err("mode must specify only file permission bits") }
}

/// The numbers of a device; none for a pipe.
fn device(operands: &[String]) -> std::result::Result<Option<(u32, u32)>, String> {
    let [_, _, major, minor] = operands else { return Ok(None) };
    let number = |what: &str, text: &str| {
        let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => (digits, 16),
            None => (text, if text.starts_with('0') { 8 } else { 10 }),
        };
        u32::from_str_radix(digits, radix)
            .map_err(|_| format!("invalid {what} device number {}", value(text)))
    };
    Ok(Some((number("major", major)?, number("minor", minor)?)))
}

/// What is wrong with the operands.
fn misuse(operands: &[String]) -> Option<String> {
    let is_pipe = operands.get(1).is_some_and(|kind| kind.starts_with('p'));
    let wanted = if is_pipe { 2 } else { 4 };
    match (operands.len(), wanted) {
        (2, 4) => Some(missing_operand(operands) + "\nSpecial files require major and minor device numbers."),
        (given, _) if given < wanted => Some(missing_operand(operands)),
        (4, 2) => Some(extra_operand(&operands[2]) + "\nFifos do not have major and minor device numbers."),
        (given, _) if given > wanted => Some(extra_operand(&operands[wanted])),
        _ if !operands[1].starts_with(['p', 'b', 'c', 'u']) => {
            Some(format!("invalid device type {}", value(&operands[1])))
        }
        _ => None,
    }
}
