//! Running other programs: found where their users expect them, their output shown as it comes.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::project;
use crate::step::{clock, spoken};

/// A program to run in the root of the repository, and what to call it in a message.
pub(crate) struct Job {
    command: Command,
    what: String,
    silence_limit: Option<Duration>,
}

/// How a program's lines are shown.
#[derive(Clone, Copy)]
pub(crate) enum Show {
    /// As they are: the output of tests is for reading.
    Plain,
    /// Indented, behind the time since this moment, on stderr: the output of a build is for knowing that it moves,
    /// and stdout is left to the figures and counts that a task is run for.
    Timed(Instant),
}

/// How a program ended.
pub(crate) struct Ended {
    what: String,
    status: ExitStatus,
}

impl Job {
    /// `program` is a name to look up or a path; `what` names the work in messages.
    pub(crate) fn new(what: &str, program: impl AsRef<OsStr>) -> Job {
        let program = program.as_ref();
        let found = find(Path::new(program)).unwrap_or_else(|| program.into());
        let mut command = Command::new(found);
        command.current_dir(project::root()).env("PATH", search_path()).stdin(Stdio::null());
        if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
        }
        Job { command, what: what.to_owned(), silence_limit: None }
    }

    /// The cargo that runs this task.
    pub(crate) fn cargo(what: &str) -> Job {
        Job::new(what, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Job {
        self.command.args(args);
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Job {
        self.command.arg(arg);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Job {
        self.command.env(name, value);
        self
    }

    pub(crate) fn current_dir(mut self, dir: impl AsRef<Path>) -> Job {
        self.command.current_dir(dir);
        self
    }

    /// A program that prints nothing for this long hangs: it is ended, and has failed.
    pub(crate) fn silence_limit(mut self, limit: Duration) -> Job {
        self.silence_limit = Some(limit);
        self
    }

    /// Everything the program prints to stdout, when it succeeds; its errors are shown as they come.
    pub(crate) fn read(mut self) -> Result<String> {
        let output =
            self.command.stderr(Stdio::inherit()).output().map_err(|source| self.not_started(source))?;
        Ended { what: self.what, status: output.status }.check()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What the program prints to stdout, whatever comes of it; `None` when it cannot be started or fails.
    pub(crate) fn probe(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn not_started(&self, source: std::io::Error) -> Error {
        Error::NotStarted { program: self.command.get_program().to_string_lossy().into_owned(), source }
    }
}

impl Ended {
    /// An error that names the work, unless the program succeeded.
    pub(crate) fn check(self) -> Result<()> {
        if self.status.success() {
            return Ok(());
        }
        Err(Error::Failed { what: self.what, status: self.status.to_string() })
    }
}

/// How long a timed program may be silent before a line says that it still works.
const SILENCE: Duration = Duration::from_secs(15);
/// How long after a program's end its output is read on: something it left behind may hold the pipe open.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// Runs a program to its end, shows its lines as they come and hands each of them to `each_line`.
pub(crate) fn run(mut job: Job, show: Show, mut each_line: impl FnMut(&str)) -> Result<Ended> {
    let spawned = job.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|source| job.not_started(source))?;

    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        send_lines(stdout, sender.clone(), false);
    }
    if let Some(stderr) = child.stderr.take() {
        send_lines(stderr, sender.clone(), true);
    }
    drop(sender);

    let mut last_line = Instant::now();
    let mut ended: Option<(ExitStatus, Instant)> = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok((is_stderr, line)) => {
                print(show, is_stderr, &line);
                each_line(&line);
                last_line = Instant::now();
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => match ended {
                Some((_, at)) if at.elapsed() > AFTERWARDS => break,
                Some(_) => {}
                None => {
                    ended = child.try_wait().ok().flatten().map(|status| (status, Instant::now()));
                    if job.silence_limit.is_some_and(|limit| last_line.elapsed() > limit) && ended.is_none() {
                        end(&mut child);
                        let status = format!("silent for {}, so it was ended", spoken(last_line.elapsed()));
                        return Err(Error::Failed { what: job.what, status });
                    }
                    if last_line.elapsed() > SILENCE && matches!(show, Show::Timed(_)) {
                        print(show, false, "still working");
                        last_line = Instant::now();
                    }
                }
            },
        }
    }
    let status = match ended {
        Some((status, _)) => status,
        None => child.wait().map_err(|source| job.not_started(source))?,
    };
    Ok(Ended { what: job.what, status })
}

/// Asks the program to end, so that it can end its own children, and kills it when it does not.
fn end(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    let began = Instant::now();
    while asked.is_ok() && began.elapsed() < Duration::from_secs(5) {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    // It may have ended meanwhile; either way there is nothing more to do.
    let _ = child.kill();
    let _ = child.wait();
}

fn send_lines(from: impl Read + Send + 'static, to: mpsc::Sender<(bool, String)>, is_stderr: bool) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if to.send((is_stderr, text)).is_err() {
                return;
            }
            line.clear();
        }
    });
}

fn print(show: Show, is_stderr: bool, line: &str) {
    let text = match show {
        Show::Plain => format!("{line}\n"),
        Show::Timed(began) => format!("    {}  {line}\n", clock(began.elapsed())),
    };
    // A reader that went away (`| head`) is no reason to fail.
    let _ = if is_stderr || matches!(show, Show::Timed(_)) {
        std::io::stderr().write_all(text.as_bytes())
    } else {
        std::io::stdout().write_all(text.as_bytes())
    };
}

/// The full path of a program, looked up in `PATH` and where `cargo install` puts programs.
pub(crate) fn find(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_path_buf());
    }
    let file_name = format!("{}{}", program.display(), std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&search_path())
        .flat_map(|dir| [dir.join(&file_name), dir.join(format!("{}.cmd", program.display()))])
        .find(|candidate| candidate.is_file())
}

/// `PATH`, with the folder of `cargo install` at its end for shells that have not been told of it.
fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    dirs.extend(cargo_bin());
    std::env::join_paths(dirs).unwrap_or(path)
}

fn cargo_bin() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))?;
    Some(home.join("bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_streams_arrive_and_the_status_is_kept() {
        let job = Job::cargo("a wrong call").arg("--no-such-option");
        let mut lines = Vec::new();
        let ended = run(job, Show::Plain, |line| lines.push(line.to_owned())).unwrap();
        assert!(lines.iter().any(|line| line.contains("--no-such-option")), "{lines:?}");
        assert!(ended.check().unwrap_err().to_string().starts_with("a wrong call failed"));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(Job::new("nothing", "no-such-program"), Show::Plain, |_| ()).err().unwrap();
        assert!(error.to_string().contains("`no-such-program` could not be started"), "{error}");
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_named() {
        let job = Job::new("a sleeper", "sleep").arg("60").silence_limit(Duration::from_millis(300));
        let began = Instant::now();
        let error = run(job, Show::Plain, |_| ()).err().unwrap();
        assert!(error.to_string().starts_with("a sleeper failed (silent for 0."), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn programs_are_found_by_name() {
        assert!(find(Path::new("cargo")).is_some());
        assert!(find(Path::new("no-such-program")).is_none());
    }
}
