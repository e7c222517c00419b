//! What all processes of one sandbox share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use sandbox_fs::{Errno, Ino, Namespace, Timestamp};

use crate::deadline::Deadlines;
use crate::description::Sink;
use crate::host::Host;
use crate::limits::Limits;
use crate::pipe::Pipe;
use crate::proc::{Proc, ROOTS};
use crate::process::{Pid, Process};
use crate::program::Programs;
use crate::signal::{SIGKILL, Signal};
use crate::terminal::Terminal;

/// Pid of the first exec. Small numbers belong to the image's own processes.
const FIRST_PID: Pid = 7;

/// What a sandbox's processes run on.
pub struct Kernel {
    /// The outside world.
    pub host: Arc<dyn Host>,
    /// The sandbox's files as root sees them.
    pub root: Namespace,
    /// Its programs.
    pub programs: Arc<dyn Programs>,
    /// Its name.
    pub hostname: String,
    /// When it was made, on the cloud's clock.
    pub started: Timestamp,
    /// What it may use.
    pub limits: Limits,
    table: Mutex<Table>,
    terminals: Mutex<BTreeMap<u32, Arc<Terminal>>>,
    /// What goes through pipes with names, by their inodes, while they are open.
    pipes: Mutex<BTreeMap<(u32, Ino), Weak<Pipe>>>,
    /// When others last had their turn, in nanoseconds of real time.
    turned_at: AtomicU64,
}

#[derive(Default)]
struct Table {
    is_shut: bool,
    last: Pid,
    processes: BTreeMap<Pid, Arc<Process>>,
}

impl Kernel {
    /// A kernel without processes.
    pub fn new(
        root: Namespace,
        programs: Arc<dyn Programs>,
        hostname: String,
        host: Arc<dyn Host>,
        limits: Limits,
    ) -> Arc<Self> {
        let started = host.now();
        let turned_at = AtomicU64::new(host.real_elapsed().as_nanos() as u64);
        Arc::new_cyclic(|kernel| {
            let made = Proc::new(kernel.clone(), started);
            // On a disk without room for the directories it has to do without.
            let root = root.with_made(made, ROOTS, started).unwrap_or(root);
            Self {
                host,
                root,
                programs,
                hostname,
                started,
                limits,
                table: Mutex::default(),
                terminals: Mutex::default(),
                pipes: Mutex::default(),
                turned_at,
            }
        })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process that no other process began. `cwd` is an existing directory; `limit` is how long it may take.
    ///
    /// # Errors
    ///
    /// `EAGAIN` when there are too many processes, or none can be any more.
    pub fn start(
        self: &Arc<Self>,
        argv: Vec<String>,
        cwd: String,
        limit: Option<Duration>,
    ) -> Result<Arc<Process>, Errno> {
        // Whoever asks comes out of the host's event loop, where others had their turn before.
        if self.table().processes.is_empty() {
            self.turned();
        }
        let none = Deadlines::default();
        let deadlines = limit.map_or(none.clone(), |limit| none.with(self.host.now(), limit));
        self.enter(|pid| Process::first(Arc::clone(self), pid, argv, cwd, deadlines))
    }

    /// Adds a process to the table.
    pub(crate) fn enter(&self, make: impl FnOnce(Pid) -> Process) -> Result<Arc<Process>, Errno> {
        let mut table = self.table();
        if table.is_shut || table.processes.len() >= self.limits.processes {
            return Err(Errno::EAGAIN);
        }
        let pid = if table.last < FIRST_PID { FIRST_PID } else { table.last.wrapping_add(1).max(FIRST_PID) };
        table.last = pid;
        let process = Arc::new(make(pid));
        table.processes.insert(pid, Arc::clone(&process));
        Ok(process)
    }

    pub(crate) fn leave(&self, pid: Pid) {
        let left = self.table().processes.remove(&pid);
        // Dropped without the lock: what it holds may come back here.
        drop(left);
    }

    /// Everything that runs, by pid.
    pub fn processes(&self) -> Vec<Arc<Process>> {
        self.table().processes.values().cloned().collect()
    }

    /// The process of a number.
    pub fn process(&self, pid: Pid) -> Option<Arc<Process>> {
        self.table().processes.get(&pid).cloned()
    }

    /// Sends a signal as `kill(2)` does: to a process, to a group for a negative number, to all for -1.
    ///
    /// # Errors
    ///
    /// `ESRCH` where there is none.
    pub fn signal(&self, pid: Pid, signal: Signal) -> Result<(), Errno> {
        let meant: Vec<_> = self
            .processes()
            .into_iter()
            .filter(|process| match pid {
                -1 => true,
                pid if pid < 0 => pid.checked_neg() == Some(process.group()),
                pid => process.pid == pid,
            })
            .collect();
        if meant.is_empty() && pid != 1 {
            return Err(Errno::ESRCH);
        }
        meant.iter().for_each(|process| process.signal(signal));
        Ok(())
    }

    /// Kills every process and refuses new ones.
    pub fn shut(&self) {
        self.table().is_shut = true;
        for process in self.processes() {
            process.signal(SIGKILL);
        }
    }

    /// The pipe of an inode: the one that others have open, or a new one.
    pub(crate) fn named_pipe(&self, inode: (u32, Ino)) -> Arc<Pipe> {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        pipes.retain(|_, pipe| pipe.strong_count() > 0);
        if let Some(pipe) = pipes.get(&inode).and_then(Weak::upgrade) {
            return pipe;
        }
        let pipe = Arc::new(Pipe::default());
        pipes.insert(inode, Arc::downgrade(&pipe));
        pipe
    }

    fn terminals(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<Terminal>>> {
        self.terminals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new terminal, of the lowest number that is free; nobody's yet. It is there until it is closed.
    pub fn open_terminal(self: &Arc<Self>, output: Arc<dyn Sink>, columns: u16, rows: u16) -> Arc<Terminal> {
        let mut terminals = self.terminals();
        let number = (0..).find(|number| !terminals.contains_key(number)).unwrap_or_default();
        let terminal = Terminal::new(self, number, output, columns, rows);
        terminals.insert(number, Arc::clone(&terminal));
        terminal
    }

    /// Takes a terminal away: its name is free again. Who has it open keeps it.
    pub fn close_terminal(&self, number: u32) {
        self.terminals().remove(&number);
    }

    /// The terminal of a number: `/dev/pts/N`.
    pub fn terminal(&self, number: u32) -> Option<Arc<Terminal>> {
        self.terminals().get(&number).cloned()
    }

    /// The numbers of all terminals.
    pub(crate) fn terminal_numbers(&self) -> Vec<u32> {
        self.terminals().keys().copied().collect()
    }

    /// The terminal of a session: `/dev/tty`.
    pub fn terminal_of(&self, session: Pid) -> Option<Arc<Terminal>> {
        self.terminals().values().find(|terminal| terminal.session() == session).cloned()
    }

    /// Whether others have waited long enough for a turn.
    pub(crate) fn turn_is_due(&self) -> bool {
        let since = Duration::from_nanos(self.turned_at.load(Ordering::Relaxed));
        self.host.real_elapsed().saturating_sub(since) >= self.limits.turn_after
    }

    /// Notes that others have just had their turn.
    fn turned(&self) {
        self.turned_at.store(self.host.real_elapsed().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Gives others their turn when it is due. To be called after every piece of work of a millisecond or so.
    pub async fn breathe(&self) {
        if !self.turn_is_due() {
            return;
        }
        let turned_at = self.turned_at.load(Ordering::Relaxed);
        self.host.turn().await;
        // Of many processes that gave way at once, one looks for all.
        if self.turned_at.load(Ordering::Relaxed) != turned_at {
            return;
        }
        self.turned();
        let now = self.host.now();
        for process in self.processes() {
            process.deadlines.look(now);
        }
    }

    /// Waits while too much of what was written waits for the journal, so that nothing is in memory twice for long.
    /// A journal that stands still slows a writer down and does not stop it: its timeout does.
    pub async fn wait_for_journal(&self) {
        let mut waited = Duration::ZERO;
        while self.root.pending_bytes() > self.limits.pending_bytes && waited < self.limits.pending_wait {
            self.host.real_sleep(self.limits.pending_look).await;
            waited += self.limits.pending_look;
        }
    }
}

impl Process {
    /// Resolves when the process's own deadline passes: when a sleep in it or in a child of it reaches that moment, or
    /// when the clock is past it as somebody looks.
    pub async fn overdue(&self) {
        self.deadlines.look(self.kernel.host.now());
        self.deadlines.passing().await;
    }
}
