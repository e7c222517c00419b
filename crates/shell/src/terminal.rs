//! Terminals: a shell that somebody types into.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::BoxFuture;
use sandbox_kernel::{
    Call, Description, Descriptors, Kernel, Process, Progress, SIGHUP, Sink, Status, Terminal,
};

use crate::exec::complaint;
use crate::programs::{Ready, find};

/// Exit code of a terminal for whose shell there is no process.
const NO_PROCESS: i32 = 254;

/// A terminal as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalRequest {
    /// The shell that runs in it: `bash`, `sh`, or another program of the image.
    pub shell: String,
    /// Absolute working directory; the image's own when absent.
    pub cwd: Option<String>,
    /// Width in characters.
    pub columns: u16,
    /// Height in lines.
    pub rows: u16,
}

impl Default for TerminalRequest {
    fn default() -> Self {
        Self { shell: "bash".to_owned(), cwd: None, columns: 80, rows: 24 }
    }
}

/// Where what a terminal shows goes, outside of the sandbox.
pub trait TerminalSink: Send + Sync {
    /// Bytes for the screen, in order.
    fn output(&self, bytes: &[u8]);

    /// The shell has ended; nothing comes after this. It is told once.
    fn exited(&self, code: i32);
}

/// A terminal's other side: the keyboard. Dropping it leaves the shell running.
#[derive(Clone)]
pub struct TerminalHandle {
    terminal: Arc<Terminal>,
    /// The shell; none where there could be no process.
    process: Option<Arc<Process>>,
}

impl TerminalHandle {
    /// Opens a terminal in an existing directory and starts its shell with its whole environment.
    pub(crate) fn open(
        kernel: &Arc<Kernel>,
        request: TerminalRequest,
        cwd: String,
        env: BTreeMap<String, String>,
        sink: Arc<dyn TerminalSink>,
    ) -> Self {
        let screen = Arc::new(Screen { sink, is_closed: AtomicBool::new(false) });
        let terminal =
            kernel.open_terminal(Arc::clone(&screen) as Arc<dyn Sink>, request.columns, request.rows);
        let argv = vec![request.shell];
        let process = match kernel.start(argv.clone(), cwd, None) {
            Ok(process) => process,
            Err(errno) => {
                terminal.write(format!("{}: fork: {errno}\n", argv[0]).as_bytes());
                kernel.close_terminal(terminal.number);
                screen.close(NO_PROCESS);
                return Self { terminal, process: None };
            }
        };
        terminal.control(process.pid);
        let body = shell_of(&process, &terminal, argv, env);
        let running = process.run(body);
        let (kernel_of_it, number) = (Arc::clone(kernel), terminal.number);
        let leader = Arc::clone(&process);
        kernel.host.spawn(Box::pin(async move {
            let status = running.await;
            leave_session(&leader);
            kernel_of_it.close_terminal(number);
            screen.close(status.code());
        }));
        Self { terminal, process: Some(process) }
    }

    /// Types bytes: text, and the sequences of keys.
    pub fn type_in(&self, bytes: &[u8]) {
        self.terminal.type_in(bytes);
    }

    /// Changes the size; programs learn of it by a signal.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.terminal.resize(columns, rows);
    }

    /// Whether what runs there waits for keys, and there are none.
    pub fn is_idle(&self) -> bool {
        self.terminal.is_idle()
    }

    /// Takes the line away: the shell and what runs in its foreground end, unless they ignore it.
    pub fn hang_up(&self) {
        self.terminal.hang_up();
    }

    /// Resolves with the exit code when the shell has ended.
    pub fn ended(&self) -> impl Future<Output = i32> + Send + use<> {
        let process = self.process.clone();
        async move {
            match process {
                Some(process) => process.ended().await.code(),
                None => NO_PROCESS,
            }
        }
    }

    /// The exit code, once the shell has ended.
    pub fn exit_code(&self) -> Option<i32> {
        match self.process.as_ref().map_or(Progress::Ended(Status::Exited(NO_PROCESS)), |it| it.progress()) {
            Progress::Ended(status) => Some(status.code()),
            _ => None,
        }
    }
}

/// What the shell's process does.
fn shell_of(
    process: &Arc<Process>,
    terminal: &Arc<Terminal>,
    argv: Vec<String>,
    env: BTreeMap<String, String>,
) -> BoxFuture<'static, i32> {
    let ready = find(process, env.get("PATH").map(String::as_str), &argv);
    match ready {
        Ok(Ready { program, args }) => {
            let opened = Description::terminal(Arc::clone(terminal));
            let descriptors = Descriptors::standard(Arc::clone(&opened), Arc::clone(&opened), opened);
            program.run(Call { process: Arc::clone(process), args, env: Arc::new(env), descriptors })
        }
        Err(missing) => {
            terminal.write(complaint(missing, &argv[0]).as_bytes());
            let code = missing.code();
            Box::pin(async move { code })
        }
    }
}

/// A session's leader has ended: what is in its foreground is hung up.
fn leave_session(leader: &Process) {
    let kernel = &leader.kernel;
    if let Some(terminal) = kernel.terminal_of(leader.session()) {
        // A group without processes has nobody to tell.
        let _nobody = kernel.signal(-terminal.foreground().max(2), SIGHUP);
    }
}

/// A terminal's output on its way out.
struct Screen {
    sink: Arc<dyn TerminalSink>,
    /// Whether the shell has ended: what others still write is shown to nobody.
    is_closed: AtomicBool,
}

impl Screen {
    /// Tells the exit code; nothing comes after it.
    fn close(&self, code: i32) {
        self.is_closed.store(true, Ordering::Release);
        self.sink.exited(code);
    }
}

impl Sink for Screen {
    fn write(&self, bytes: &[u8]) {
        if !self.is_closed.load(Ordering::Acquire) {
            self.sink.output(bytes);
        }
    }
}
