//! One sandbox's shell: runs its commands, knows its processes, ends them all when the sandbox ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sandbox_fs::{Errno, Kind, Namespace, Timestamp};

use crate::engine::{Driven, Ended, Job, Output, Run, drive, execute};
use crate::error::{EndReason, ShellError};
use crate::host::{Host, OutputSink};
use crate::image::Image;
use crate::limits::{
    BACKGROUND_TIMEOUT, ENGINE_TIMEOUT_GRACE, MAX_PENDING_BYTES, PENDING_LOOK, PENDING_WAIT,
};
use crate::process::{Process, ProcessInfo, ProcessTable};
use crate::request::{ExecOutcome, ExecRequest};

/// Exit code of a command that its timeout ended, as `timeout(1)` has it.
const TIMED_OUT: i32 = 124;

/// What all commands of one sandbox share.
pub(crate) struct Sandbox {
    pub(crate) namespace: Namespace,
    pub(crate) image: Image,
    pub(crate) hostname: String,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) processes: Arc<ProcessTable>,
    /// When the sandbox's shell was made.
    pub(crate) started: Timestamp,
    env: BTreeMap<String, String>,
}

impl Sandbox {
    /// Waits while too much of what was written waits for the journal, so that nothing is in memory twice for long.
    /// A journal that stands still slows a writer down and does not stop it: its timeout does.
    pub(crate) async fn wait_for_journal(&self) {
        let mut waited = Duration::ZERO;
        while self.namespace.pending_bytes() > MAX_PENDING_BYTES && waited < PENDING_WAIT {
            self.host.real_sleep(PENDING_LOOK).await;
            waited += PENDING_LOOK;
        }
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
        let started = host.now();
        let processes = Arc::default();
        let hostname = hostname.into();
        Self { sandbox: Arc::new(Sandbox { namespace, image, hostname, host, processes, started, env }) }
    }

    /// Runs a command in a fresh shell. Output also goes to `sink` as it comes.
    ///
    /// A foreground command resolves when it ended, dropping the future ends it. A background command
    /// resolves at once, with exit code 0, and runs on.
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
        let started = self.sandbox.host.now();
        let process = self
            .sandbox
            .processes
            .start(request.command.display(), started, request.background)
            .map_err(ShellError::Ended)?;
        let env = self.environment(&request.env, &cwd);
        let script = request.command.script();
        if request.background {
            let output = Output::passing(sink);
            let run = Run::exec(Arc::clone(&self.sandbox), &process, None);
            let job = Job {
                run: Arc::clone(&run),
                script,
                cwd,
                env,
                stdin: Vec::new(),
                timeout: BACKGROUND_TIMEOUT,
                output,
            };
            let task = async move {
                let _listed: Process = process;
                drive(execute(job), &run, None).await;
            };
            self.sandbox.host.spawn(Box::pin(task));
            return Ok(ExecOutcome::default());
        }
        self.foreground(process, script, cwd, env, request.timeout, sink).await
    }

    async fn foreground(
        &self,
        process: Process,
        script: String,
        cwd: String,
        env: BTreeMap<String, String>,
        timeout: Duration,
        sink: Arc<dyn OutputSink>,
    ) -> Result<ExecOutcome, ShellError> {
        let output = Output::kept(sink);
        let run = Run::exec(Arc::clone(&self.sandbox), &process, Some(timeout));
        let job = Job {
            run: Arc::clone(&run),
            script,
            cwd,
            env,
            stdin: Vec::new(),
            timeout: timeout + ENGINE_TIMEOUT_GRACE,
            output: Arc::clone(&output),
        };
        let driven = drive(execute(job), &run, Some(timeout)).await;
        if let Some(reason) = self.sandbox.processes.ended() {
            return Err(ShellError::Ended(reason));
        }
        let (exit_code, timed_out) = match driven {
            Driven::Done(Ended::Exit(code)) => (code, false),
            Driven::Done(Ended::TimedOut) | Driven::TimedOut => (TIMED_OUT, true),
            Driven::Signalled(signal) => (128 + signal, false),
        };
        let kept = output.take();
        Ok(ExecOutcome { exit_code, stdout: kept.stdout, stderr: kept.stderr, timed_out })
    }

    /// Ends every process and refuses new ones; execs under way reject with `reason`. The first call counts.
    pub fn end(&self, reason: EndReason) {
        self.sandbox.processes.end(reason);
    }

    /// What runs now, by pid.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        self.sandbox.processes.list()
    }

    fn directory(&self, asked: Option<&str>) -> Result<String, ShellError> {
        let Some(cwd) = asked else { return Ok(self.sandbox.image.workdir().to_owned()) };
        match self.sandbox.namespace.stat(cwd) {
            Ok(stat) if stat.kind == Kind::Directory => Ok(cwd.to_owned()),
            Ok(_) => Err(ShellError::CwdNotADirectory(cwd.to_owned())),
            Err(error) if error.errno == Errno::ENOTDIR => Err(ShellError::CwdNotADirectory(cwd.to_owned())),
            Err(_) => Err(ShellError::CwdNotFound(cwd.to_owned())),
        }
    }

    /// The exec's variables over the sandbox's over the image's.
    fn environment(&self, exec: &BTreeMap<String, String>, cwd: &str) -> BTreeMap<String, String> {
        let mut env = self.sandbox.image.env().clone();
        env.insert("HOSTNAME".to_owned(), self.sandbox.hostname.clone());
        env.extend(self.sandbox.env.iter().map(|(key, value)| (key.clone(), value.clone())));
        env.extend(exec.iter().map(|(key, value)| (key.clone(), value.clone())));
        env.insert("PWD".to_owned(), cwd.to_owned());
        env
    }
}
