//! One sandbox's shell: runs its commands, knows which run, ends them all when the sandbox ends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sandbox_fs::{Errno, Kind, Namespace, Timestamp};
use sandbox_kernel::{Host, Kernel, Limits, Pid};

use crate::error::{EndReason, ShellError};
use crate::exec::Exec;
use crate::host::OutputSink;
use crate::image::Image;
use crate::request::{ExecOutcome, ExecRequest};
use crate::terminal::{TerminalHandle, TerminalRequest, TerminalSink};

/// What terminals are called: programs write its sequences.
const TERMINAL_TYPE: &str = "xterm-256color";

/// A command that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Number of its process.
    pub pid: u32,
    /// The command as it was given.
    pub command: String,
    /// When it started, on the cloud's clock.
    pub started: Timestamp,
    /// Whether it was started with `background: true`.
    pub background: bool,
}

#[derive(Default)]
struct State {
    ended: Option<EndReason>,
    running: BTreeMap<Pid, ProcessInfo>,
}

/// What all commands of one sandbox share.
struct Sandbox {
    kernel: Arc<Kernel>,
    image: Image,
    env: BTreeMap<String, String>,
    state: Mutex<State>,
}

impl Sandbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shell of one sandbox. Cloning gives another handle to the same.
#[derive(Clone)]
pub struct SandboxShell {
    sandbox: Arc<Sandbox>,
}

impl SandboxShell {
    /// A shell over a sandbox's files. `hostname` is the sandbox's id, `env` what the sandbox was created
    /// with; it wins over the image's environment.
    pub fn new(
        namespace: Namespace,
        image: Image,
        hostname: impl Into<String>,
        env: BTreeMap<String, String>,
        host: Arc<dyn Host>,
    ) -> Self {
        let programs = Arc::clone(image.commands());
        let kernel = Kernel::new(namespace, programs, hostname.into(), host, Limits::default());
        Self { sandbox: Arc::new(Sandbox { kernel, image, env, state: Mutex::default() }) }
    }

    /// Runs a command in a process of its own. Output also goes to `sink` as it comes.
    ///
    /// A foreground command resolves when it has ended and nothing that it left behind can write any more; dropping the
    /// future ends it. A background command resolves at once, with exit code 0, and runs on.
    ///
    /// # Errors
    ///
    /// [`ShellError::Ended`] when the sandbox has ended or ends meanwhile, [`ShellError::CwdNotFound`] and
    /// [`ShellError::CwdNotADirectory`] before anything runs. A command that fails is no error.
    pub async fn exec(
        &self,
        request: ExecRequest,
        sink: Arc<dyn OutputSink>,
    ) -> Result<ExecOutcome, ShellError> {
        let cwd = self.directory(request.cwd.as_deref())?;
        self.unless_ended()?;
        let env = self.environment(&request.env);
        let background = request.background;
        let mut info = ProcessInfo {
            pid: 0,
            command: request.command.display(),
            started: self.sandbox.kernel.host.now(),
            background,
        };
        let exec = match Exec::start(&self.sandbox.kernel, request, cwd, env, sink) {
            Ok(exec) => exec,
            Err(outcome) => return Ok(outcome),
        };
        info.pid = u32::try_from(exec.pid()).unwrap_or_default();
        let listed = Listed::enter(&self.sandbox, exec.pid(), info);
        if background {
            self.sandbox.kernel.host.spawn(Box::pin(async move {
                exec.run().await;
                drop(listed);
            }));
            return Ok(ExecOutcome::default());
        }
        let outcome = exec.run().await;
        drop(listed);
        self.unless_ended()?;
        Ok(outcome)
    }

    /// Opens a terminal with a shell in it, which runs until it exits, until the terminal is hung up, or until the sandbox
    /// ends. What it shows goes to `sink` as it comes, and its exit code in the end.
    ///
    /// A shell that the image does not have is no error: the terminal says so and exits with 127.
    ///
    /// # Errors
    ///
    /// [`ShellError::Ended`] when the sandbox has ended, [`ShellError::CwdNotFound`] and
    /// [`ShellError::CwdNotADirectory`].
    pub fn open_terminal(
        &self,
        request: TerminalRequest,
        sink: Arc<dyn TerminalSink>,
    ) -> Result<TerminalHandle, ShellError> {
        let cwd = self.directory(request.cwd.as_deref())?;
        self.unless_ended()?;
        let mut env = self.environment(&BTreeMap::new());
        env.insert("TERM".to_owned(), TERMINAL_TYPE.to_owned());
        Ok(TerminalHandle::open(&self.sandbox.kernel, request, cwd, env, sink))
    }

    /// Ends every process and refuses new ones; execs under way reject with `reason`. The first call counts.
    pub fn end(&self, reason: EndReason) {
        self.sandbox.lock().ended.get_or_insert(reason);
        self.sandbox.kernel.shut();
    }

    /// The commands that run now, by pid.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        self.sandbox.lock().running.values().cloned().collect()
    }

    fn unless_ended(&self) -> Result<(), ShellError> {
        self.sandbox.lock().ended.map_or(Ok(()), |reason| Err(ShellError::Ended(reason)))
    }

    fn directory(&self, asked: Option<&str>) -> Result<String, ShellError> {
        let Some(cwd) = asked else { return Ok(self.sandbox.image.workdir().to_owned()) };
        match self.sandbox.kernel.root.stat(cwd) {
            Ok(stat) if stat.kind == Kind::Directory => Ok(cwd.to_owned()),
            Ok(_) => Err(ShellError::CwdNotADirectory(cwd.to_owned())),
            Err(error) if error.errno == Errno::ENOTDIR => Err(ShellError::CwdNotADirectory(cwd.to_owned())),
            Err(_) => Err(ShellError::CwdNotFound(cwd.to_owned())),
        }
    }

    /// The exec's variables over the sandbox's over the image's.
    fn environment(&self, exec: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut env = self.sandbox.image.env().clone();
        env.insert("HOSTNAME".to_owned(), self.sandbox.kernel.hostname.clone());
        env.extend(self.sandbox.env.iter().chain(exec).map(|(key, value)| (key.clone(), value.clone())));
        env
    }
}

/// A command in the list of those that run, as long as this is held.
struct Listed {
    sandbox: Arc<Sandbox>,
    pid: Pid,
}

impl Listed {
    fn enter(sandbox: &Arc<Sandbox>, pid: Pid, info: ProcessInfo) -> Self {
        sandbox.lock().running.insert(pid, info);
        Self { sandbox: Arc::clone(sandbox), pid }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.sandbox.lock().running.remove(&self.pid);
    }
}

/// Writes the files of `/etc` that are each sandbox's own, and so in no image: a new sandbox begins with them.
pub fn write_names(files: &Namespace, hostname: &str, now: Timestamp) {
    let hosts =
        format!("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n172.17.0.2\t{hostname}\n");
    for (path, text) in [("/etc/hostname", format!("{hostname}\n")), ("/etc/hosts", hosts)] {
        // A disk without room for them does without.
        let _refused = files.write(path, text, now);
    }
}
