//! A sandbox for tests of the whole shell: bash alone on a kernel, in an empty tree.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sandbox_bash::program::Bash;
use sandbox_fs::{ChangeLog, Namespace, Timestamp, Tree};
use sandbox_kernel::{
    Call, DEVICES, Description, Descriptors, Host, Kernel, Limits, PROGRAM_MAGIC, Program, Programs, Sink,
};

struct TestHost {
    begun: Instant,
    random: AtomicU64,
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(since.as_nanos() as i64)
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
        tokio::task::yield_now().boxed()
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random_u64(&self) -> u64 {
        self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
    }
}

/// What besides bash there is.
struct Few;

impl Programs for Few {
    fn program(&self, name: &str) -> Option<Arc<dyn Program>> {
        match name {
            "bash" => Some(Arc::new(Bash)),
            "mkdir" => Some(Arc::new(MakeDirectory)),
            _ => None,
        }
    }
}

struct MakeDirectory;

impl Program for MakeDirectory {
    fn run(&self, call: Call) -> BoxFuture<'static, i32> {
        let now = call.process.kernel.host.now();
        let made = call.args[1..]
            .iter()
            .all(|path| call.process.files().mkdir(&call.process.absolute(path), 0o755, now).is_ok());
        futures_util::future::ready(i32::from(!made)).boxed()
    }
}

#[derive(Default)]
struct Written(Mutex<Vec<u8>>);

impl Sink for Written {
    fn write(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }
}

/// What a script wrote to standard output and to standard error, and its exit code.
pub(crate) type Outcome = (String, String, i32);

/// Runs `bash -c script` in `/tmp`, with `HOME` and a locale.
pub(crate) fn ours(script: &str) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(run(script))
}

async fn run(script: &str) -> Outcome {
    let host = Arc::new(TestHost { begun: Instant::now(), random: AtomicU64::new(1) });
    let now = host.now();
    let tree = Tree::new("root".into(), None, ChangeLog::new(), now);
    let root = Namespace::new(Arc::new(Mutex::new(tree)));
    for directory in ["/tmp", "/etc", "/root", "/bin", "/dev"] {
        root.mkdir_all(directory, 0o755, now).unwrap();
    }
    for (name, mode, numbers) in DEVICES {
        root.make_device(&format!("/dev/{name}"), *mode, *numbers, now).unwrap();
    }
    let passwd = "root:x:0:0:root:/root:/bin/bash\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\n";
    root.write("/etc/passwd", passwd, now).unwrap();
    for name in ["bash", "mkdir"] {
        let path = format!("/bin/{name}");
        root.write(&path, [PROGRAM_MAGIC, name.as_bytes(), b"\n"].concat(), now).unwrap();
        root.chmod(&path, 0o755, now).unwrap();
    }
    let kernel = Kernel::new(root, Arc::new(Few), "box".into(), host, Limits::default());
    let args: Vec<String> = ["bash", "--norc", "-c", script].map(str::to_owned).into();
    let process = kernel.start(args.clone(), "/tmp".into(), Some(Duration::from_secs(20))).unwrap();
    let (out, err) = (Arc::new(Written::default()), Arc::new(Written::default()));
    let (stdout, _) = Description::sink(Arc::<Written>::clone(&out));
    let (stderr, _) = Description::sink(Arc::<Written>::clone(&err));
    let stdin = Description::made(Default::default(), "/dev/null".into());
    let env: BTreeMap<String, String> = [("HOME", "/root"), ("LC_ALL", "C.UTF-8"), ("PWD", "/tmp")]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
    let descriptors = Descriptors::standard(stdin, stdout, stderr);
    let call = Call { process: Arc::clone(&process), args, env: Arc::new(env), descriptors };
    let status = process.run(Bash.run(call)).await;
    let text = |written: &Written| sandbox_bash::text::decode(&written.0.lock().unwrap());
    (text(&out), text(&err), status.code())
}

/// The same by the machine's own bash. It may leave things in `/tmp/bxg` only.
pub(crate) fn theirs(script: &str) -> Outcome {
    use std::os::unix::process::CommandExt as _;
    let _none_yet = std::fs::remove_dir_all("/tmp/bxg");
    let run = std::process::Command::new("/bin/bash")
        .arg0("bash")
        .args(["--norc", "-c", script])
        .env_clear()
        .envs([("HOME", "/root"), ("LC_ALL", "C.UTF-8")])
        .current_dir("/tmp")
        .output()
        .expect("bash runs");
    let text = |bytes: &[u8]| sandbox_bash::text::decode(bytes);
    (text(&run.stdout), text(&run.stderr), run.status.code().unwrap_or(-1))
}
