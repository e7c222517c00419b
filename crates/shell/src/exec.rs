//! One exec: a process, what it writes to, and how both end.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, join, select};
use sandbox_fs::Errno;
use sandbox_kernel::{
    Call, Description, Descriptors, Device, Kernel, Pid, Process, Released, SIGKILL, Status,
};

use crate::host::OutputSink;
use crate::output::{Output, Stderr, Stdout};
use crate::programs::{Missing, Ready, find};
use crate::request::{CommandLine, ExecOutcome, ExecRequest};

/// Exit code of a command that its timeout ended, as `timeout(1)` has it.
const TIMED_OUT: i32 = 124;

/// The shell of scripts.
const SHELL: &str = "bash";

/// Its file.
const SHELL_FILE: &str = "/usr/bin/bash";

/// A command that has been started. Dropping it kills its processes.
pub(crate) struct Exec {
    process: Arc<Process>,
    body: Option<BoxFuture<'static, i32>>,
    output: Arc<Output>,
    /// Tell when nobody can write any more.
    released: [Released; 2],
    /// For how long it may run; a background command may run for ever.
    timeout: Option<Duration>,
    /// Whether it came to its end by itself: what it left running goes on.
    is_done: bool,
}

impl Exec {
    /// Starts a command in an existing directory, with its whole environment.
    ///
    /// # Errors
    ///
    /// The outcome of a command for which there is no process.
    pub(crate) fn start(
        kernel: &Arc<Kernel>,
        request: ExecRequest,
        cwd: String,
        env: BTreeMap<String, String>,
        sink: Arc<dyn OutputSink>,
    ) -> Result<Self, ExecOutcome> {
        let timeout = (!request.background).then_some(request.timeout);
        let output = if request.background { Output::passing(sink) } else { Output::kept(sink) };
        let (is_script, argv) = match request.command {
            CommandLine::Script(script) => (true, vec![SHELL.to_owned(), "-c".to_owned(), script]),
            CommandLine::Argv(argv) => (false, argv),
        };
        let process = kernel.start(argv.clone(), cwd, timeout).map_err(no_process)?;
        let stdin = Description::device(Device::Null, true, false, "/dev/null".to_owned());
        let (stdout, stdout_released) = Description::sink(Arc::new(Stdout(Arc::clone(&output))));
        let (stderr, stderr_released) = Description::sink(Arc::new(Stderr(Arc::clone(&output))));
        let descriptors = Descriptors::standard(stdin, stdout, stderr);
        let shell = kernel.programs.program(SHELL).filter(|_| is_script);
        let ready = match shell {
            Some(program) => {
                process.set_exe(SHELL_FILE.to_owned());
                Ok(Ready { program, args: argv })
            }
            None => find(&process, env.get("PATH").map(String::as_str), &argv)
                .map_err(|missing| (missing, argv.into_iter().next().unwrap_or_default())),
        };
        let body = match ready {
            Ok(Ready { program, args }) => {
                program.run(Call { process: Arc::clone(&process), args, env: Arc::new(env), descriptors })
            }
            Err((missing, name)) => {
                let code = missing.code();
                output.stderr(complaint(missing, &name).as_bytes());
                Box::pin(async move { code })
            }
        };
        let released = [stdout_released, stderr_released];
        Ok(Self { process, body: Some(body), output, released, timeout, is_done: false })
    }

    pub(crate) fn pid(&self) -> Pid {
        self.process.pid
    }

    /// Runs it to its end, or to its timeout, which kills what is left of it.
    pub(crate) async fn run(mut self) -> ExecOutcome {
        let Some(body) = self.body.take() else { return ExecOutcome::default() };
        let status = match self.timeout {
            None => Some(self.to_its_end(body).await),
            Some(timeout) => {
                let process = Arc::clone(&self.process);
                let ended = pin!(self.to_its_end(body));
                // Polled after the command, and so with a timer only for one that waits.
                let late = pin!(async {
                    let real = pin!(async { process.kernel.host.real_sleep(timeout).await });
                    select(pin!(process.overdue()), real).await;
                });
                match select(ended, late).await {
                    Either::Left((status, _)) => Some(status),
                    Either::Right(_) => None,
                }
            }
        };
        self.is_done = status.is_some();
        let kept = self.output.close();
        ExecOutcome {
            exit_code: status.map_or(TIMED_OUT, Status::code),
            stdout: kept.stdout,
            stderr: kept.stderr,
            timed_out: status.is_none(),
        }
    }

    fn to_its_end(&self, body: BoxFuture<'static, i32>) -> impl Future<Output = Status> + use<> {
        let running = self.process.run(body);
        let [stdout, stderr] = self.released.clone();
        async move {
            let status = running.await;
            join(stdout, stderr).await;
            status
        }
    }
}

impl Drop for Exec {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        for process in self.process.kernel.processes() {
            if process.session() == self.process.pid {
                process.signal(SIGKILL);
            }
        }
    }
}

/// What bash says of a command that it does not find.
pub(crate) fn complaint(missing: Missing, name: &str) -> String {
    let is_name = missing.0 == Errno::ENOENT && !name.contains('/');
    let reason = if is_name { "command not found" } else { missing.reason() };
    format!("bash: line 1: {name}: {reason}\n")
}

/// The outcome where no process can be made, as bash has it.
fn no_process(errno: Errno) -> ExecOutcome {
    let stderr = format!("bash: fork: retry: {errno}\n").into_bytes();
    ExecOutcome { exit_code: 254, stderr, ..ExecOutcome::default() }
}
