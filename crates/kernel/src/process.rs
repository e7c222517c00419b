//! One process: who it is, what signals do to it, how it ends.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sandbox_fs::{Credentials, Errno, Namespace, Timestamp};

use crate::deadline::Deadlines;
use crate::descriptors::{Descriptors, ShownDescriptor};
use crate::kernel::Kernel;
use crate::signal::{Action, SIGCHLD, SIGCONT, SIGKILL, Signal, SignalSet, default_action};
use crate::waiting::Waiting;

/// Number of a process; 1 is the sandbox's own init process.
pub type Pid = i32;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// By itself, with an exit code from 0 to 255.
    Exited(i32),
    /// By a signal.
    Signalled(Signal),
}

impl Status {
    /// The code as a shell has it: 128 and the signal's number for a signal.
    pub fn code(self) -> i32 {
        match self {
            Status::Exited(code) => code,
            Status::Signalled(signal) => 128 + signal,
        }
    }
}

/// Whether a process goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It runs, or waits for something.
    Running,
    /// A signal holds it.
    Stopped(Signal),
    /// It has ended.
    Ended(Status),
}

struct State {
    parent: Pid,
    group: Pid,
    session: Pid,
    /// The command with its arguments.
    argv: Vec<String>,
    cwd: String,
    files: Namespace,
    credentials: Credentials,
    progress: Progress,
    ignored: SignalSet,
    /// Signals that the process handles by itself.
    caught: SignalSet,
    /// Caught signals that it has not handled yet.
    pending: SignalSet,
    /// How many children have ended whose SIGCHLD is pending.
    ended_children: u32,
    /// The file of its program.
    exe: String,
    /// The environment that its program began with.
    env: Arc<BTreeMap<String, String>>,
    /// Its descriptors when they were last told.
    shown: Vec<ShownDescriptor>,
    /// What it does from now on instead of what it did.
    next: Option<BoxFuture<'static, i32>>,
}

/// A process. It is in its sandbox's table until it ends; whoever holds it can still ask how it did.
pub struct Process {
    /// What it runs on.
    pub kernel: Arc<Kernel>,
    /// Its number.
    pub pid: Pid,
    /// When it began, on the cloud's clock.
    pub started: Timestamp,
    pub(crate) deadlines: Deadlines,
    state: Mutex<State>,
    /// Those who wait for a signal, for its end, or for its going on.
    changed: Waiting,
}

impl Process {
    /// The first process of an exec.
    pub(crate) fn first(
        kernel: Arc<Kernel>,
        pid: Pid,
        argv: Vec<String>,
        cwd: String,
        deadlines: Deadlines,
    ) -> Self {
        let credentials = Credentials::root();
        let files = kernel.root.as_user(credentials.clone()).seen_by(pid);
        let started = kernel.host.now();
        let state = State {
            parent: 1,
            group: pid,
            session: pid,
            argv,
            cwd,
            files,
            credentials,
            progress: Progress::Running,
            ignored: SignalSet::default(),
            caught: SignalSet::default(),
            pending: SignalSet::default(),
            ended_children: 0,
            exe: String::new(),
            env: Arc::default(),
            shown: Vec::new(),
            next: None,
        };
        Self { kernel, pid, started, deadlines, state: Mutex::new(state), changed: Waiting::default() }
    }

    /// A child: it has its parent's group, directory, user and ignored signals.
    ///
    /// # Errors
    ///
    /// `EAGAIN` when the sandbox has as many processes as it may have, or has ended.
    pub fn fork(self: &Arc<Self>, argv: Vec<String>) -> Result<Arc<Process>, Errno> {
        let deadlines = self.deadlines.clone();
        self.fork_with(argv, deadlines)
    }

    /// A child that must have ended within `limit`, on the cloud's clock; then it is killed, and
    /// [`Process::is_overdue`] tells why.
    ///
    /// # Errors
    ///
    /// As [`Process::fork`].
    pub fn fork_for(self: &Arc<Self>, argv: Vec<String>, limit: Duration) -> Result<Arc<Process>, Errno> {
        let deadlines = self.deadlines.with(self.kernel.host.now(), limit);
        self.fork_with(argv, deadlines)
    }

    fn fork_with(self: &Arc<Self>, argv: Vec<String>, deadlines: Deadlines) -> Result<Arc<Process>, Errno> {
        let parent = self.lock();
        let child = State {
            parent: self.pid,
            group: parent.group,
            session: parent.session,
            argv,
            cwd: parent.cwd.clone(),
            files: parent.files.clone(),
            credentials: parent.credentials.clone(),
            progress: Progress::Running,
            ignored: parent.ignored,
            caught: SignalSet::default(),
            pending: SignalSet::default(),
            ended_children: 0,
            exe: parent.exe.clone(),
            env: Arc::clone(&parent.env),
            shown: parent.shown.clone(),
            next: None,
        };
        drop(parent);
        self.kernel.enter(|pid| Process {
            kernel: Arc::clone(&self.kernel),
            pid,
            started: self.kernel.host.now(),
            deadlines,
            state: Mutex::new(State { files: child.files.seen_by(pid), ..child }),
            changed: Waiting::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its parent's number; 1 once that has ended.
    pub fn parent(&self) -> Pid {
        let parent = self.lock().parent;
        self.kernel.process(parent).map_or(1, |parent| parent.pid)
    }

    /// Its process group.
    pub fn group(&self) -> Pid {
        self.lock().group
    }

    /// Its session.
    pub fn session(&self) -> Pid {
        self.lock().session
    }

    /// Moves it into another process group.
    pub fn set_group(&self, group: Pid) {
        self.lock().group = group;
    }

    /// Makes it the leader of a session and a group of its own.
    pub fn lead_session(&self) {
        let mut state = self.lock();
        (state.session, state.group) = (self.pid, self.pid);
    }

    /// The command with its arguments.
    pub fn argv(&self) -> Vec<String> {
        self.lock().argv.clone()
    }

    /// Gives it another command: what `exec` does.
    pub fn set_argv(&self, argv: Vec<String>) {
        self.lock().argv = argv;
    }

    /// The file of its program, absolute; empty before it has one.
    pub fn exe(&self) -> String {
        self.lock().exe.clone()
    }

    /// Notes the file of its program.
    pub fn set_exe(&self, exe: String) {
        self.lock().exe = exe;
    }

    /// The environment that its program began with.
    pub fn initial_env(&self) -> Arc<BTreeMap<String, String>> {
        Arc::clone(&self.lock().env)
    }

    /// Notes what its program began with, for `/proc`.
    pub fn begin(&self, env: &Arc<BTreeMap<String, String>>, descriptors: &Descriptors) {
        let shown = descriptors.shown();
        let mut state = self.lock();
        (state.env, state.shown) = (Arc::clone(env), shown);
    }

    /// Tells which descriptors it has now, for `/proc`. It keeps none of them open.
    pub fn show_descriptors(&self, descriptors: &Descriptors) {
        let shown = descriptors.shown();
        self.lock().shown = shown;
    }

    /// Its descriptors when they were last told, as far as they are open.
    pub(crate) fn shown_descriptors(&self) -> Vec<ShownDescriptor> {
        self.lock().shown.iter().filter(|shown| shown.description.strong_count() > 0).cloned().collect()
    }

    /// Pending, ignored and caught signals, as bits.
    pub(crate) fn signal_sets(&self) -> [u64; 3] {
        let state = self.lock();
        [state.pending.bits(), state.ignored.bits(), state.caught.bits()]
    }

    /// Its working directory, absolute.
    pub fn cwd(&self) -> String {
        self.lock().cwd.clone()
    }

    /// Moves it to another directory, which must be one.
    pub fn set_cwd(&self, cwd: String) {
        self.lock().cwd = cwd;
    }

    /// The absolute path of what the process calls `path`. An empty one stays empty: nothing is there.
    pub fn absolute(&self, path: &str) -> String {
        match path {
            "" => String::new(),
            path if path.starts_with('/') => path.to_owned(),
            path => {
                let state = self.lock();
                match &*state.cwd {
                    "/" => format!("/{path}"),
                    cwd => format!("{cwd}/{path}"),
                }
            }
        }
    }

    /// The sandbox's files as this process's user may use them.
    pub fn files(&self) -> Namespace {
        self.lock().files.clone()
    }

    /// Whom it acts for.
    pub fn credentials(&self) -> Credentials {
        self.lock().credentials.clone()
    }

    /// Makes it act for another user, or with another umask.
    pub fn set_credentials(&self, credentials: Credentials) {
        let mut state = self.lock();
        state.files = self.kernel.root.as_user(credentials.clone()).seen_by(self.pid);
        state.credentials = credentials;
    }

    /// Whether it runs.
    pub fn progress(&self) -> Progress {
        self.lock().progress
    }

    /// Whether a deadline has ended it.
    pub fn is_overdue(&self) -> bool {
        self.deadlines.own_passed()
    }

    /// Sends it a signal. Signal 0 does nothing.
    pub fn signal(&self, signal: Signal) {
        let mut state = self.lock();
        if signal == 0 || matches!(state.progress, Progress::Ended(_)) {
            return;
        }
        if matches!(state.progress, Progress::Stopped(_)) && matches!(signal, SIGCONT | SIGKILL) {
            state.progress = Progress::Running;
        }
        if signal != SIGKILL && signal != crate::signal::SIGSTOP {
            if state.caught.has(signal) {
                state.pending.set(signal, true);
                if signal == SIGCHLD {
                    state.ended_children += 1;
                }
                drop(state);
                return self.changed.wake();
            }
            if state.ignored.has(signal) {
                drop(state);
                return self.changed.wake();
            }
        }
        match default_action(signal) {
            Action::End => state.progress = Progress::Ended(Status::Signalled(signal)),
            Action::Stop => state.progress = Progress::Stopped(signal),
            Action::Continue | Action::Nothing => {}
        }
        drop(state);
        self.changed.wake();
    }

    /// Says what a signal does to it from now on.
    pub fn dispose(&self, signal: Signal, disposition: Disposition) {
        let mut state = self.lock();
        state.caught.set(signal, disposition == Disposition::Caught);
        state.ignored.set(signal, disposition == Disposition::Ignored);
        if disposition != Disposition::Caught {
            state.pending.set(signal, false);
            if signal == SIGCHLD {
                state.ended_children = 0;
            }
        }
    }

    /// Whether it ignores a signal.
    pub fn ignores(&self, signal: Signal) -> bool {
        self.lock().ignored.has(signal)
    }

    /// Takes a caught signal that has come.
    pub fn take_signal(&self) -> Option<Signal> {
        let mut state = self.lock();
        let signal = state.pending.pop()?;
        if signal == SIGCHLD {
            // Each child counts.
            state.ended_children = state.ended_children.saturating_sub(1);
            let is_left = state.ended_children > 0;
            state.pending.set(SIGCHLD, is_left);
        }
        Some(signal)
    }

    /// Whether a caught signal has come.
    pub fn has_signal(&self) -> bool {
        !self.lock().pending.is_empty()
    }

    /// Whether a signal has come that asks for something: to be handled, to stop, to end.
    pub fn is_interrupted(&self) -> bool {
        let state = self.lock();
        !state.pending.is_empty() || state.progress != Progress::Running
    }

    /// Waits until a caught signal has come that is not of a child's end. It is still to be taken.
    pub async fn signalled_by_others(&self) {
        let come = || {
            let mut pending = self.lock().pending;
            pending.set(SIGCHLD, false);
            (!pending.is_empty()).then_some(())
        };
        self.changed.until(come).await;
    }

    /// Waits until a caught signal has come. It is still to be taken.
    pub async fn signalled(&self) {
        self.changed.until(|| self.has_signal().then_some(())).await;
    }

    /// Waits for its end.
    pub async fn ended(&self) -> Status {
        self.changed
            .until(|| match self.progress() {
                Progress::Ended(status) => Some(status),
                _ => None,
            })
            .await
    }

    /// Waits until it ends or stops.
    pub async fn ended_or_stopped(&self) -> Progress {
        self.changed.until(|| Some(self.progress()).filter(|progress| *progress != Progress::Running)).await
    }

    /// Waits on the cloud's clock. A wait beyond a deadline goes up to it and never ends: the deadline ends the process.
    /// So a virtual clock never jumps past the moment at which a timeout should have struck.
    pub async fn sleep(&self, duration: Duration) {
        self.deadlines.sleep(&*self.kernel.host, duration).await;
    }

    /// Lets it do something else from now on, as `exec` does: what it did before is dropped, and this never resolves. It
    /// is for what [`Process::run`] runs.
    pub async fn replace(&self, body: BoxFuture<'static, i32>) -> Infallible {
        let before = self.lock().next.replace(body);
        drop(before);
        // Who runs the process may not be who polls this.
        self.changed.wake();
        pending().await
    }

    /// A part of what the process does that is polled beside it: only while the process runs.
    pub fn heeded<F: Future>(self: &Arc<Self>, part: F) -> impl Future<Output = F::Output> + use<F> {
        let process = Arc::clone(self);
        let mut part = Box::pin(part);
        poll_fn(move |cx| {
            process.changed.register(cx.waker());
            match process.progress() {
                Progress::Running => part.as_mut().poll(cx),
                Progress::Stopped(_) | Progress::Ended(_) => Poll::Pending,
            }
        })
    }

    /// Notes the end, tells those who wait, and leaves the table. The first end counts.
    pub fn end(&self, status: Status) {
        let mut state = self.lock();
        if !matches!(state.progress, Progress::Ended(_)) {
            state.progress = Progress::Ended(status);
        }
        let next = state.next.take();
        drop(state);
        // Dropped without the lock: it holds the process.
        drop(next);
        self.kernel.leave(self.pid);
        self.changed.wake();
        self.tell_parent();
    }

    /// Sends SIGCHLD to a parent that asks for it; to all others it means nothing.
    fn tell_parent(&self) {
        let number = self.lock().parent;
        if let Some(parent) = self.kernel.process(number)
            && parent.catches(SIGCHLD)
        {
            parent.signal(SIGCHLD);
        }
    }

    fn catches(&self, signal: Signal) -> bool {
        self.lock().caught.has(signal)
    }

    /// Runs what the process does, until it ends by itself or by a signal; while it is stopped it is not polled. Where
    /// it pauses others get their turn when it is due. Dropping the future kills the process.
    pub fn run<F: Future<Output = i32>>(self: &Arc<Self>, body: F) -> Running<F> {
        Running { process: Arc::clone(self), body: Some(Body::First(Box::pin(body))), turn: None }
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").field("pid", &self.pid).finish_non_exhaustive()
    }
}

/// What a signal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// What the system does by default.
    Default,
    /// Nothing.
    Ignored,
    /// It waits until the process takes it.
    Caught,
}

/// A process that runs: see [`Process::run`].
pub struct Running<F: Future<Output = i32>> {
    process: Arc<Process>,
    body: Option<Body<F>>,
    /// The turn of others that is under way.
    turn: Option<BoxFuture<'static, ()>>,
}

/// What a process does.
enum Body<F> {
    First(Pin<Box<F>>),
    /// What replaced it.
    Next(BoxFuture<'static, i32>),
}

impl<F: Future<Output = i32>> Body<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<i32> {
        match self {
            Body::First(body) => body.as_mut().poll(cx),
            Body::Next(body) => body.as_mut().poll(cx),
        }
    }
}

impl<F: Future<Output = i32>> Running<F> {
    fn finish(&mut self, status: Status) -> Poll<Status> {
        // What it holds (files, pipes, children) goes before others learn of the end.
        self.body = None;
        self.process.end(status);
        Poll::Ready(status)
    }
}

impl<F: Future<Output = i32>> Future for Running<F> {
    type Output = Status;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Status> {
        loop {
            match self.process.progress() {
                Progress::Ended(status) => return self.finish(status),
                Progress::Stopped(_) => {
                    self.process.changed.register(cx.waker());
                    // It may have been told to go on in between.
                    if matches!(self.process.progress(), Progress::Stopped(_)) {
                        return Poll::Pending;
                    }
                }
                Progress::Running => {
                    if self.turn.is_none() && self.process.kernel.turn_is_due() {
                        let kernel = Arc::clone(&self.process.kernel);
                        self.turn = Some(Box::pin(async move { kernel.breathe().await }));
                    }
                    if let Some(turn) = &mut self.turn {
                        if turn.as_mut().poll(cx).is_pending() {
                            return Poll::Pending;
                        }
                        self.turn = None;
                        // A signal may have come in between.
                        if self.process.progress() != Progress::Running {
                            continue;
                        }
                    }
                    let Some(body) = &mut self.body else { return Poll::Pending };
                    if let Poll::Ready(code) = body.poll(cx) {
                        return match self.process.progress() {
                            // It ended itself by a signal.
                            Progress::Ended(status) => self.finish(status),
                            _ => self.finish(Status::Exited(code & 0xff)),
                        };
                    }
                    let next = self.process.lock().next.take();
                    if let Some(next) = next {
                        self.body = Some(Body::Next(next));
                        continue;
                    }
                    self.process.changed.register(cx.waker());
                    if self.process.progress() == Progress::Running {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl<F: Future<Output = i32>> Drop for Running<F> {
    fn drop(&mut self) {
        if self.body.take().is_some() {
            self.process.end(Status::Signalled(SIGKILL));
        }
    }
}
