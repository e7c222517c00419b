//! Where the operands of `cp`, `mv` and `install` go.

use sandbox_fs::{Errno, Kind};

use crate::programs::getopt::{Given, extra_operand};
use crate::programs::quoting::quoted_name;
use crate::programs::tool::Tool;
use crate::programs::tree::joined;

/// Where everything goes.
pub(in crate::programs) enum Target {
    /// Into that directory.
    Directory(String),
    /// The one operand gets that name.
    Name(String),
}

/// Why there is no target.
pub(in crate::programs) enum Refused {
    /// Where `--help` helps.
    Usage(String),
    Plainly(String),
}

/// Takes the target from the operands and the options `-t` and `-T`.
pub(super) fn target(tool: &Tool<'_>, given: &mut Given) -> Result<Target, Refused> {
    let directory = given.value('t').map(str::to_owned);
    let least = if directory.is_some() { 1 } else { 2 };
    if given.operands.len() < least {
        return Err(Refused::Usage(match given.operands.first() {
            None => "missing file operand".to_owned(),
            Some(only) => format!("missing destination file operand after {}", quoted_name(only)),
        }));
    }
    let kind = |shown: &str| match tool.files().stat(&tool.path(shown)) {
        Ok(stat) if stat.kind == Kind::Directory => Ok(()),
        Ok(_) => Err(Errno::ENOTDIR),
        Err(error) => Err(error.errno),
    };
    if given.has('T') {
        if directory.is_some() {
            let text = "cannot combine --target-directory (-t) and --no-target-directory (-T)";
            return Err(Refused::Plainly(text.to_owned()));
        }
        if let Some(extra) = given.operands.get(2) {
            return Err(Refused::Usage(extra_operand(extra)));
        }
        return Ok(Target::Name(given.operands.pop().unwrap_or_default()));
    }
    if let Some(directory) = directory {
        return match kind(&directory) {
            Ok(()) => Ok(Target::Directory(directory)),
            Err(errno) => {
                Err(Refused::Plainly(format!("target directory {}: {errno}", quoted_name(&directory))))
            }
        };
    }
    let last = given.operands.pop().unwrap_or_default();
    match kind(&last) {
        Ok(()) => Ok(Target::Directory(last)),
        Err(errno) if given.operands.len() > 1 => {
            Err(Refused::Plainly(format!("target {}: {errno}", quoted_name(&last))))
        }
        Err(_) => Ok(Target::Name(last)),
    }
}

/// The target of `ln`: the working directory where a single operand is given, and with `-n` no link to a directory.
pub(in crate::programs) fn target_of_links(tool: &Tool<'_>, given: &mut Given) -> Result<Target, Refused> {
    if given.operands.is_empty() {
        return Err(Refused::Usage("missing file operand".to_owned()));
    }
    if let Some(directory) = given.value('t').map(str::to_owned) {
        return match tool.files().stat(&tool.path(&directory)) {
            Ok(stat) if stat.kind == Kind::Directory => Ok(Target::Directory(directory)),
            Ok(_) => Err(Refused::Plainly(format!("target {} is not a directory", quoted_name(&directory)))),
            Err(error) => {
                Err(Refused::Plainly(format!("failed to access {}: {error}", quoted_name(&directory))))
            }
        };
    }
    match given.operands.last() {
        Some(_) if given.operands.len() == 1 && !given.has('T') => Ok(Target::Directory(".".to_owned())),
        Some(last)
            if given.operands.len() == 2
                && given.has('n')
                && tool.files().lstat(&tool.path(last)).is_ok_and(|stat| stat.is_symlink()) =>
        {
            Ok(Target::Name(given.operands.pop().unwrap_or_default()))
        }
        _ => target(tool, given),
    }
}

impl Target {
    /// The name that an operand gets.
    pub(in crate::programs) fn name(&self, operand: &str) -> String {
        match self {
            Target::Name(name) => name.clone(),
            Target::Directory(directory) => {
                match operand.trim_end_matches('/').rsplit('/').next().unwrap_or_default() {
                    "" | ".." => directory.clone(),
                    last => joined(directory, last),
                }
            }
        }
    }
}
