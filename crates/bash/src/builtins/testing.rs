//! A shell on a kernel of its own, for tests: its clock is virtual, and stands still unless somebody sleeps.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, future};
use sandbox_fs::{ChangeLog, Namespace, Timestamp, Tree};
use sandbox_kernel::{Description, Descriptors, Host, Kernel, Limits, Program, Programs, Sink};

use super::{Builtin, builtin};
use crate::state::Shell;

/// 2023-11-14 22:13:20 UTC.
const START: i64 = 1_700_000_000;

struct TestHost {
    now: Arc<AtomicI64>,
    random: AtomicU64,
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (now, until) =
            (Arc::clone(&self.now), self.now.load(Ordering::Relaxed) + duration.as_nanos() as i64);
        async move {
            sandbox_kernel::pause().await;
            now.fetch_max(until, Ordering::Relaxed);
        }
        .boxed()
    }

    fn real_sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        future::ready(()).boxed()
    }

    fn real_elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        future::ready(()).boxed()
    }

    fn spawn(&self, _: BoxFuture<'static, ()>) {}

    fn random_u64(&self) -> u64 {
        self.random.fetch_add(1, Ordering::Relaxed)
    }
}

struct NoPrograms;

impl Programs for NoPrograms {
    fn program(&self, _: &str) -> Option<Arc<dyn Program>> {
        None
    }
}

/// What was written to standard error.
#[derive(Default)]
struct Written(Mutex<Vec<u8>>);

impl Sink for Written {
    fn write(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }
}

/// A shell, and what it said.
pub(crate) struct Fixture {
    pub(crate) shell: Shell,
    said: Arc<Written>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let now = Timestamp(START * 1_000_000_000);
        let tree = Tree::new("root".into(), None, ChangeLog::new(), now);
        let root = Namespace::new(Arc::new(Mutex::new(tree)));
        root.mkdir_all("/tmp", 0o777, now).unwrap();
        let host = TestHost { now: Arc::new(AtomicI64::new(now.0)), random: AtomicU64::new(0) };
        let kernel = Kernel::new(root, Arc::new(NoPrograms), "box".into(), Arc::new(host), Limits::default());
        let process = kernel.start(vec!["bash".into()], "/".into(), None).unwrap();
        let said = Arc::new(Written::default());
        let (stderr, _) = Description::sink(Arc::<Written>::clone(&said));
        let empty = || Description::made(Default::default(), "/dev/null".into());
        let mut shell = Shell::of(process, Descriptors::standard(empty(), empty(), stderr), "bash");
        shell.is_command_string = true;
        shell.random = 0;
        Self { shell, said }
    }

    /// What the shell said since this was last asked.
    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.said.0.lock().unwrap())).into_owned()
    }

    /// Runs a builtin: its status, what it wrote, what the shell said without `bash: line 1: `.
    pub(crate) fn run(&mut self, args: &[&str]) -> (i32, String, String) {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut out = Vec::new();
        let status = match builtin(&args[0]).unwrap().builtin {
            Builtin::Now(run) => run(&mut self.shell, &args, &mut out),
            Builtin::Waiting(run) => {
                let mut running = run(&mut self.shell, &args, &mut out);
                let mut polled = None;
                for _ in 0..100 {
                    polled = polled.or_else(|| (&mut running).now_or_never());
                }
                polled.expect("it waits for ever")
            }
            Builtin::Interpreter => panic!("{} is not run here", args[0]),
        };
        let said = self.said();
        (status.unwrap(), String::from_utf8(out).unwrap(), said.replace("bash: line 1: ", ""))
    }
}
