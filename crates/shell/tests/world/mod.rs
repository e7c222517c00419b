//! A small world for the shell's tests: a host with a virtual or a real clock, and sandboxes in it.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sandbox_fs::{ChangeLog, Namespace, SharedTree, Timestamp, Tree, TreeId};
use sandbox_shell::{
    ExecOutcome, ExecRequest, Host, Image, NoSink, ROOT_DISK_BYTES, SandboxShell, write_names,
};

/// Where every virtual clock starts: 2026-01-01T00:00:00Z.
pub const EPOCH_NANOS: i64 = 1_767_225_600_000_000_000;

/// A host on tokio. Its cloud's clock is virtual unless told otherwise: it jumps to the earliest deadline
/// when nothing else could run for a few turns.
pub struct TestHost {
    begun: Instant,
    clock: Option<Arc<VirtualClock>>,
    random: Mutex<u64>,
    /// Real times at which the event loop got a turn.
    pub turns: Mutex<Vec<Instant>>,
}

#[derive(Default)]
pub struct VirtualClock {
    now: Mutex<i64>,
    sleepers: Mutex<BTreeMap<(i64, u64), Waker>>,
    next: AtomicU64,
}

impl TestHost {
    pub fn virtual_clock(seed: u64) -> Arc<Self> {
        let clock = Arc::new(VirtualClock { now: Mutex::new(EPOCH_NANOS), ..VirtualClock::default() });
        let jumping = Arc::clone(&clock);
        tokio::spawn(async move { jumping.run().await });
        Arc::new(Self {
            begun: Instant::now(),
            clock: Some(clock),
            random: Mutex::new(seed),
            turns: Mutex::default(),
        })
    }

    pub fn real_clock() -> Arc<Self> {
        Arc::new(Self { begun: Instant::now(), clock: None, random: Mutex::new(1), turns: Mutex::default() })
    }
}

impl VirtualClock {
    /// Jumps to the earliest deadline whenever everything is idle: for a while of real time, and for many turns, since on
    /// a busy machine little happens in a while.
    async fn run(&self) {
        const TURNS: u32 = 500;
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            let first = self.sleepers.lock().unwrap().pop_first();
            if let Some(((deadline, _), waker)) = first {
                let mut now = self.now.lock().unwrap();
                *now = deadline.max(*now);
                waker.wake();
            }
        }
    }
}

struct VirtualSleep {
    clock: Arc<VirtualClock>,
    key: (i64, u64),
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if *self.clock.now.lock().unwrap() >= self.key.0 {
            return Poll::Ready(());
        }
        self.clock.sleepers.lock().unwrap().insert(self.key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        self.clock.sleepers.lock().unwrap().remove(&self.key);
    }
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        match &self.clock {
            Some(clock) => Timestamp(*clock.now.lock().unwrap()),
            None => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
                Timestamp(since.as_nanos() as i64)
            }
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match &self.clock {
            Some(clock) => {
                let deadline = *clock.now.lock().unwrap() + duration.as_nanos() as i64;
                let key = (deadline, clock.next.fetch_add(1, Ordering::Relaxed));
                VirtualSleep { clock: Arc::clone(clock), key }.boxed()
            }
            None => tokio::time::sleep(duration).boxed(),
        }
    }

    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn real_elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        self.turns.lock().unwrap().push(Instant::now());
        tokio::task::yield_now().boxed()
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random_u64(&self) -> u64 {
        let mut state = self.random.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// One sandbox with its files.
pub struct World {
    pub host: Arc<TestHost>,
    pub files: Namespace,
    pub shell: SandboxShell,
    pub log: ChangeLog,
}

impl World {
    /// A sandbox of `image` on a virtual clock with seed 1.
    pub fn of(image: &str) -> Self {
        Self::on(TestHost::virtual_clock(1), image)
    }

    pub fn on(host: Arc<TestHost>, image: &str) -> Self {
        Self::with(host, image, &[], None)
    }

    /// A sandbox with variables of its own and perhaps a volume of `capacity` bytes at `/workspace`.
    pub fn with(host: Arc<TestHost>, image: &str, env: &[(&str, &str)], capacity: Option<u64>) -> Self {
        Self::with_log(host, image, env, capacity, ChangeLog::new())
    }

    /// The same over a log of the caller's, which may limit memory.
    pub fn with_log(
        host: Arc<TestHost>,
        image: &str,
        env: &[(&str, &str)],
        capacity: Option<u64>,
        log: ChangeLog,
    ) -> Self {
        let image = Image::resolve(image);
        let disk = Some(ROOT_DISK_BYTES);
        let root = Tree::from_base(image.base(), TreeId::from("root"), disk, log.clone(), host.now());
        let files = Namespace::new(shared(root));
        write_names(&files, "e7847229c547d8", host.now());
        if let Some(capacity) = capacity {
            let volume = Tree::new(TreeId::from("volume"), Some(capacity), log.clone(), host.now());
            files.mount("/workspace", shared(volume), host.now()).unwrap();
        }
        let env = env.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let shell = SandboxShell::new(files.clone(), image, "e7847229c547d8", env, host.clone());
        Self { host, files, shell, log }
    }

    pub async fn run(&self, request: ExecRequest) -> ExecOutcome {
        self.shell.exec(request, Arc::new(NoSink)).await.unwrap()
    }

    /// Runs a script; gives standard output, standard error and the exit code.
    pub async fn sh(&self, script: &str) -> (String, String, i32) {
        text(self.run(ExecRequest::script(script)).await)
    }
}

pub fn text(outcome: ExecOutcome) -> (String, String, i32) {
    let read = |bytes| String::from_utf8(bytes).unwrap();
    (read(outcome.stdout), read(outcome.stderr), outcome.exit_code)
}

fn shared(tree: Tree) -> SharedTree {
    Arc::new(Mutex::new(tree))
}
