//! `cd` and `pwd`.

use sandbox_fs::{Access, Errno};

use super::options::Options;
use super::outcome::{Outcome, Stop, failed};
use super::target;
use crate::state::{SetOption, Shell, ShoptOption, Value, Variable};

/// `cd`
pub(super) fn cd(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "eLP");
    let mut is_physical = shell.options.has(SetOption::PHYSICAL);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'L' => is_physical = false,
            'P' => is_physical = true,
            _ => {}
        }
    }
    let operands = options.operands();
    if operands.len() > 1 {
        return Err(failed(shell, "cd: too many arguments"));
    }
    let (to, shows) = match operands.first().map(String::as_str) {
        None => (value_of(shell, "HOME")?, false),
        Some("-") => (value_of(shell, "OLDPWD")?, true),
        Some(to) => (to.to_owned(), false),
    };
    change(shell, &args[0], &to, is_physical, shows, out)
}

/// The value of a variable that `cd` needs.
fn value_of(shell: &mut Shell, name: &str) -> Outcome<String> {
    match shell.variables.get(name).and_then(Variable::scalar) {
        Some(value) => Ok(value.to_owned()),
        None => Err(failed(shell, format!("cd: {name} not set"))),
    }
}

/// Goes to a directory as `cd` does, `CDPATH` included. What is wrong is told in the name of a builtin.
pub(super) fn change(
    shell: &mut Shell,
    builtin: &str,
    to: &str,
    is_physical: bool,
    shows: bool,
    out: &mut Vec<u8>,
) -> Outcome {
    let is_free = !to.is_empty() && !matches!(to.split('/').next(), Some("" | "." | ".."));
    let search = shell.variables.get("CDPATH").and_then(Variable::scalar).unwrap_or_default().to_owned();
    if is_free && !search.is_empty() {
        for place in search.split(':') {
            let (path, is_named) = match place {
                "" => (to.to_owned(), false),
                place => (format!("{}/{to}", place.trim_end_matches('/')), true),
            };
            if enter(shell, &path, is_physical).is_ok() {
                return moved(shell, is_named || shows, out);
            }
        }
    }
    let Err(errno) = enter(shell, to, is_physical) else { return moved(shell, shows, out) };
    if shell.options.has_shopt(ShoptOption::CDABLE_VARS)
        && let Some(value) = shell.variables.get(to).and_then(Variable::scalar).map(str::to_owned)
        && enter(shell, &value, is_physical).is_ok()
    {
        return moved(shell, true, out);
    }
    Err(failed(shell, format!("{builtin}: {to}: {errno}")))
}

/// Moves the shell into a directory, and notes how it came there.
fn enter(shell: &mut Shell, to: &str, is_physical: bool) -> Result<(), Errno> {
    let here = logical(shell);
    let to = if to.is_empty() { "." } else { to };
    let path = match to.starts_with('/') {
        true => to.to_owned(),
        false => format!("{}/{to}", here.trim_end_matches('/')),
    };
    let files = shell.process.files();
    let is_directory = |path: &str| files.stat(path).is_ok_and(|stat| stat.is_dir());
    // What the names say; where that leads nowhere, what the system says of the same words.
    let by_name = if is_physical { None } else { canonical(&path, is_directory) };
    let there = |path: &str| -> Result<String, Errno> {
        let stat = files.stat(path).map_err(|error| error.errno)?;
        if !stat.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        files.access(path, Access::EXECUTE).map_err(|error| error.errno)?;
        files.canonicalize(path).map_err(|error| error.errno)
    };
    let (name, place) = match by_name.as_deref().map(|name| (name, there(name))) {
        Some((name, Ok(place))) => (name.to_owned(), place),
        _ => {
            let place = there(&shell.process.absolute(to))?;
            (place.clone(), place)
        }
    };
    shell.process.set_cwd(place.clone());
    shell.memory.came_from = Some(here);
    shell.memory.directory = Some((name, place));
    Ok(())
}

/// Lets the variables say where the shell is.
fn moved(shell: &mut Shell, shows: bool, out: &mut Vec<u8>) -> Outcome {
    let here = logical(shell);
    if shows {
        out.extend_from_slice(&crate::text::encode(&here));
        out.push(b'\n');
    }
    let before = shell.memory.came_from.take().unwrap_or_default();
    for (name, value) in [("OLDPWD", before), ("PWD", here)] {
        if shell.variables.get(name).is_some_and(|variable| variable.attributes.readonly) {
            return Err(failed(shell, format!("{name}: readonly variable")));
        }
        let variable = shell.variables.get_or_make(name);
        match &variable.value {
            Value::Unset | Value::Text(_) => variable.value = Value::Text(value),
            _ => target::assign(shell, "cd", name, value)?,
        }
    }
    Ok(0)
}

/// The directory by the names through which the shell came there.
pub(crate) fn logical(shell: &Shell) -> String {
    let place = shell.process.cwd();
    if let Some((name, known)) = &shell.memory.directory
        && *known == place
    {
        return name.clone();
    }
    let name = shell.variables.get("PWD").and_then(Variable::scalar).filter(|name| name.starts_with('/'));
    match name {
        Some(name) if name == place => place,
        Some(name) if shell.process.files().canonicalize(name).is_ok_and(|path| path == place) => {
            name.to_owned()
        }
        _ => place,
    }
}

/// An absolute path without `.`, `..` and doubled slashes, by its names alone; none where a `..` follows what is no
/// directory. Two slashes at the beginning stay two.
fn canonical(path: &str, is_directory: impl Fn(&str) -> bool) -> Option<String> {
    let root = if path.starts_with("//") && !path.starts_with("///") { "//" } else { "/" };
    let mut result = String::from(root);
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if !is_directory(&result) {
                    return None;
                }
                let end = result.rfind('/').unwrap_or(0).max(root.len());
                result.truncate(end.min(result.len()));
            }
            part => {
                if result.len() > root.len() {
                    result.push('/');
                }
                result.push_str(part);
            }
        }
    }
    Some(result)
}

/// `pwd`
pub(super) fn pwd(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "LP");
    let mut is_physical = shell.options.has(SetOption::PHYSICAL);
    while let Some(option) = options.next(shell, out)? {
        is_physical = option.letter == 'P';
    }
    let mut path = logical(shell);
    if is_physical {
        let Ok(place) = shell.process.files().canonicalize(&shell.process.cwd()) else {
            let why = "cannot access parent directories: No such file or directory";
            shell.say(&format!("pwd: error retrieving current directory: getcwd: {why}\n"));
            return Err(Stop::Failed(1));
        };
        path = place;
    }
    out.extend_from_slice(&crate::text::encode(&path));
    out.push(b'\n');
    Ok(0)
}
