//! A sandbox of `debian` for tests of single programs, with a shell that knows words, `|` and `;`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use sandbox_fs::{ChangeLog, Namespace, Timestamp, Tree, TreeId};
use sandbox_kernel::{
    Call, Description, Descriptors, Host, Kernel, Limits, Process, Program, Programs, Sink,
};
use tokio::time::Instant;

use super::find;
use crate::image::Image;

/// 2026-01-01T00:00:00Z.
const EPOCH_NANOS: i64 = 1_767_225_600_000_000_000;

/// A host whose clock is that of tokio, which tests pause.
struct TestHost {
    begun: Instant,
    random: Mutex<u64>,
    turns: AtomicUsize,
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp(EPOCH_NANOS + self.begun.elapsed().as_nanos() as i64)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn real_elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        self.turns.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().boxed()
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random_u64(&self) -> u64 {
        let mut random = self.random.lock().unwrap();
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *random >> 16
    }
}

/// The image's programs, and the shell.
struct TestPrograms(Image);

impl Programs for TestPrograms {
    fn program(&self, name: &str) -> Option<Arc<dyn Program>> {
        if matches!(name, "bash" | "sh") {
            return Some(Arc::new(Shell));
        }
        self.0.commands().program(name)
    }
}

#[derive(Default)]
struct Written(Mutex<Vec<u8>>);

impl Sink for Written {
    fn write(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// One sandbox.
pub(super) struct World {
    pub(super) kernel: Arc<Kernel>,
    pub(super) files: Namespace,
    host: Arc<TestHost>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    /// One in which every pause is a turn of others.
    pub(super) fn of_many_turns() -> Self {
        Self::with_limits(Limits { turn_after: Duration::ZERO, ..Limits::default() })
    }

    /// How many turns others have had.
    pub(super) fn turns(&self) -> usize {
        self.host.turns.load(Ordering::Relaxed)
    }

    fn with_limits(limits: Limits) -> Self {
        let image = Image::resolve("node:20");
        let host =
            Arc::new(TestHost { begun: Instant::now(), random: Mutex::new(1), turns: AtomicUsize::new(0) });
        let root = Tree::from_base(image.base(), TreeId::from("root"), None, ChangeLog::new(), host.now());
        let files = Namespace::new(Arc::new(Mutex::new(root)));
        let programs = Arc::new(TestPrograms(image));
        crate::write_names(&files, "test", host.now());
        let kernel = Kernel::new(files.clone(), programs, "test".to_owned(), host.clone(), limits);
        Self { kernel, files, host }
    }

    /// Runs a script in `/tmp`: standard output, standard error, exit code.
    pub(super) async fn sh(&self, script: &str) -> (String, String, i32) {
        let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
        let process = self.kernel.start(argv.clone(), "/tmp".to_owned(), None).unwrap();
        let (stdout, stderr) = (Arc::new(Written::default()), Arc::new(Written::default()));
        let stdin = Description::made(Bytes::new(), "/dev/null".to_owned());
        let (out, out_released) = Description::sink(stdout.clone());
        let (err, err_released) = Description::sink(stderr.clone());
        let env = BTreeMap::from([("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned())]);
        let descriptors = Descriptors::standard(stdin, out, err);
        let call = Call { process: Arc::clone(&process), args: argv, env: Arc::new(env), descriptors };
        let status = process.run(Shell.run(call)).await;
        out_released.await;
        err_released.await;
        (stdout.text(), stderr.text(), status.code())
    }

    /// As [`World::sh`], for the output of what goes well.
    pub(super) async fn out(&self, script: &str) -> String {
        let (stdout, stderr, code) = self.sh(script).await;
        assert_eq!((stderr.as_str(), code), ("", 0), "{script}");
        stdout
    }
}

struct Shell;

impl Program for Shell {
    fn run(&self, call: Call) -> BoxFuture<'static, i32> {
        Box::pin(async move {
            let script = match call.args.get(1).map(String::as_str) {
                Some("-c") => call.args[2].clone(),
                Some(file) => {
                    let path = call.process.absolute(file);
                    String::from_utf8(call.process.files().read(&path).unwrap().to_vec()).unwrap()
                }
                None => String::new(),
            };
            let mut code = 0;
            for pipeline in script.split(['\n', ';']).filter(|line| !line.trim().is_empty()) {
                code = run_pipeline(&call, pipeline).await;
            }
            code
        })
    }
}

async fn run_pipeline(call: &Call, pipeline: &str) -> i32 {
    let mut stdin = call.descriptors.get(0).unwrap().clone();
    let mut running: Vec<Arc<Process>> = Vec::new();
    let commands: Vec<&str> = pipeline.split('|').collect();
    let mut code = 0;
    for (at, command) in commands.iter().enumerate() {
        let mut descriptors = call.descriptors.clone();
        descriptors.set(0, stdin.clone()).unwrap();
        if at + 1 < commands.len() {
            let (reader, writer) = Description::pipe();
            descriptors.set(1, writer).unwrap();
            stdin = reader;
        }
        let argv: Vec<String> = words(command);
        let process = call.process.fork(argv.clone()).unwrap();
        let Ok(ready) = find(&process, call.env.get("PATH").map(String::as_str), &argv) else {
            process.end(sandbox_kernel::Status::Exited(127));
            code = 127;
            continue;
        };
        let env = call.env.clone();
        let call = Call { process: Arc::clone(&process), args: ready.args, env, descriptors };
        let run = process.run(ready.program.run(call));
        tokio::spawn(async move {
            run.await;
        });
        running.push(process);
    }
    drop(stdin);
    let statuses = join_all(running.iter().map(|process| process.ended())).await;
    if code == 127 { code } else { statuses.last().map_or(0, |status| status.code()) }
}

/// The words of a command; what stands between `'` is one.
fn words(command: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quoted, mut open) = (false, false);
    for letter in command.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                if !open {
                    words.push(String::new());
                    open = true;
                }
            }
            ' ' if !quoted => open = false,
            letter => {
                if !open {
                    words.push(String::new());
                    open = true;
                }
                words.last_mut().unwrap().push(letter);
            }
        }
    }
    words
}
