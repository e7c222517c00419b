//! The process table of one sandbox: what runs in it, and how to end it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::task::AtomicWaker;
use sandbox_fs::Timestamp;

use crate::error::EndReason;

/// Number of a process; 1 is the sandbox's own init process.
pub(crate) type Pid = u32;

/// Pid of the first exec. Small numbers belong to the image's own processes.
const FIRST_PID: Pid = 7;

/// One line of the process table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Number of the process.
    pub pid: u32,
    /// The command as it was given.
    pub command: String,
    /// When it started, on the cloud's clock.
    pub started: Timestamp,
    /// Whether it was started with `background: true`.
    pub background: bool,
}

/// What a running process looks at to learn that it must end.
#[derive(Default)]
pub(crate) struct StopFlag {
    /// 0, or the signal that ends the process.
    signal: AtomicI32,
    waker: AtomicWaker,
}

impl StopFlag {
    /// The signal that ends the process, when there is one.
    pub(crate) fn signal(&self) -> Option<i32> {
        Some(self.signal.load(Ordering::Acquire)).filter(|signal| *signal != 0)
    }

    /// Who to wake when a signal comes.
    pub(crate) fn register(&self, waker: &std::task::Waker) {
        self.waker.register(waker);
    }

    fn raise(&self, signal: i32) {
        self.signal.store(signal, Ordering::Release);
        self.waker.wake();
    }
}

struct Entry {
    info: ProcessInfo,
    stop: Arc<StopFlag>,
}

#[derive(Default)]
struct State {
    ended: Option<EndReason>,
    next: Pid,
    running: BTreeMap<Pid, Entry>,
}

/// All processes of one sandbox.
#[derive(Default)]
pub(crate) struct ProcessTable {
    state: Mutex<State>,
}

impl ProcessTable {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a process. It leaves the table when the returned guard is dropped.
    pub(crate) fn start(
        self: &Arc<Self>,
        command: String,
        started: Timestamp,
        background: bool,
    ) -> Result<Process, EndReason> {
        let mut state = self.lock();
        if let Some(reason) = state.ended {
            return Err(reason);
        }
        let pid = state.next.max(FIRST_PID);
        state.next = pid + 1;
        let stop = Arc::new(StopFlag::default());
        let info = ProcessInfo { pid, command, started, background };
        state.running.insert(pid, Entry { info, stop: Arc::clone(&stop) });
        drop(state);
        Ok(Process { pid, stop, table: Arc::clone(self) })
    }

    /// Everything that runs, by pid.
    pub(crate) fn list(&self) -> Vec<ProcessInfo> {
        self.lock().running.values().map(|entry| entry.info.clone()).collect()
    }

    /// Sends `signal` to a process; `false` when there is no such process. Signal 0 only asks.
    pub(crate) fn signal(&self, pid: Pid, signal: i32) -> bool {
        let state = self.lock();
        let Some(entry) = state.running.get(&pid) else { return false };
        let stop = Arc::clone(&entry.stop);
        drop(state);
        if ends_a_process(signal) {
            stop.raise(signal);
        }
        true
    }

    /// Ends every process and refuses new ones.
    pub(crate) fn end(&self, reason: EndReason) {
        let mut state = self.lock();
        state.ended.get_or_insert(reason);
        let stops: Vec<_> = state.running.values().map(|entry| Arc::clone(&entry.stop)).collect();
        drop(state);
        for stop in stops {
            stop.raise(SIGKILL);
        }
    }

    /// Why the sandbox ended, when it did.
    pub(crate) fn ended(&self) -> Option<EndReason> {
        self.lock().ended
    }
}

/// SIGKILL.
pub(crate) const SIGKILL: i32 = 9;

/// Whether a signal's default action ends a process. The others (0, CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG,
/// WINCH) are accepted and do nothing, because nothing can be suspended here.
fn ends_a_process(signal: i32) -> bool {
    !matches!(signal, 0 | 17..=23 | 28)
}

/// A running process; dropping it takes it out of the table.
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) stop: Arc<StopFlag>,
    table: Arc<ProcessTable>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.table.lock().running.remove(&self.pid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Arc<ProcessTable> {
        Arc::new(ProcessTable::default())
    }

    #[test]
    fn a_process_is_listed_while_it_lives() {
        let table = table();
        let first = table.start("a".into(), Timestamp(1), false).unwrap();
        let second = table.start("b".into(), Timestamp(2), true).unwrap();
        assert_eq!(table.list().iter().map(|p| p.pid).collect::<Vec<_>>(), [7, 8]);
        drop(first);
        assert_eq!(table.list()[0].command, "b");
        drop(second);
        assert!(table.list().is_empty());
    }

    #[test]
    fn only_signals_that_end_a_process_stop_it() {
        let table = table();
        let process = table.start("a".into(), Timestamp(0), true).unwrap();
        assert!(table.signal(process.pid, 0));
        assert!(table.signal(process.pid, 18));
        assert_eq!(process.stop.signal(), None);
        assert!(table.signal(process.pid, 15));
        assert_eq!(process.stop.signal(), Some(15));
        assert!(!table.signal(9999, 15));
    }

    #[test]
    fn the_end_stops_everything_and_keeps_its_first_reason() {
        let table = table();
        let process = table.start("a".into(), Timestamp(0), false).unwrap();
        table.end(EndReason::Killed);
        table.end(EndReason::Stopped);
        assert_eq!(process.stop.signal(), Some(SIGKILL));
        assert_eq!(table.start("b".into(), Timestamp(0), false).err(), Some(EndReason::Killed));
    }
}
