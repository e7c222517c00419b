//! Builtins beside the machine's own bash: each case is a script for `bash -c`, run in a directory of its own.

use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sandbox_bash::program::Bash;
use sandbox_fs::{ChangeLog, Namespace, Timestamp, Tree};
use sandbox_kernel::{
    Call, DEVICES, Description, Descriptors, Host, Kernel, Limits, PROGRAM_MAGIC, Program, Programs, Sink,
};

/// Scripts by subject, one a line; `¶` stands for a newline.
const CASES: &[(&str, &str)] = &[
    ("printf", include_str!("builtins/printf.cases")),
    ("numbers", include_str!("builtins/numbers.cases")),
    ("test", include_str!("builtins/test.cases")),
    ("declare", include_str!("builtins/declare.cases")),
    ("read", include_str!("builtins/read.cases")),
    ("directories", include_str!("builtins/directories.cases")),
    ("others", include_str!("builtins/others.cases")),
];

/// What both shells find in their environment.
const ENVIRONMENT: &[(&str, &str)] =
    &[("HOME", "/root"), ("LC_ALL", "C.UTF-8"), ("PATH", "/usr/local/bin:/usr/bin:/bin")];

/// Where scripts run, as they name it.
const PLACE: &str = "/tmp/beside-bash";

/// Where they run: another place for each run of the tests, so that two of them do not meet.
fn place() -> String {
    format!("{PLACE}-{}", std::process::id())
}

#[tokio::test]
async fn builtins_are_those_of_bash() {
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (subject, cases) in CASES {
        for case in cases.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
            if !subject.contains(&only) && !case.contains(&only) {
                continue;
            }
            count += 1;
            let script = case.replace('¶', "\n").replace(PLACE, &place());
            let (theirs, ours) = (theirs(&script), ours(&script).await);
            if ours != theirs {
                wrong.push(format!("{subject}: {case}\n  ours:   {ours:?}\n  theirs: {theirs:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ\n{}", wrong.len(), wrong.join("\n"));
}

/// Standard output, standard error, exit code.
type Outcome = (String, String, i32);

fn theirs(script: &str) -> Outcome {
    let place = place();
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(format!("{place}/a/b")).unwrap();
    std::fs::write(format!("{place}/f"), "one\ntwo\n").unwrap();
    std::os::unix::fs::symlink("a/b", format!("{place}/l")).unwrap();
    let run = Command::new("/bin/bash")
        .arg0("bash")
        .args(["--norc", "-c", script])
        .env_clear()
        .envs(ENVIRONMENT.iter().copied())
        .current_dir(&place)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let _ = std::fs::remove_dir_all(&place);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&run.stdout), text(&run.stderr), run.status.code().unwrap_or(-1))
}

async fn ours(script: &str) -> Outcome {
    let now = Timestamp(1_700_000_000_000_000_000);
    let tree = Tree::new("root".into(), None, ChangeLog::new(), now);
    let root = Namespace::new(Arc::new(Mutex::new(tree)));
    let place = place();
    for directory in ["/tmp", "/usr/bin", "/etc", "/root", "/dev", &format!("{place}/a/b")] {
        root.mkdir_all(directory, 0o755, now).unwrap();
    }
    for (name, mode, numbers) in DEVICES {
        root.make_device(&format!("/dev/{name}"), *mode, *numbers, now).unwrap();
    }
    root.chmod("/tmp", 0o1777, now).unwrap();
    root.symlink("usr/bin", "/bin", now).unwrap();
    root.write(&format!("{place}/f"), "one\ntwo\n", now).unwrap();
    root.symlink("a/b", &format!("{place}/l"), now).unwrap();
    root.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", now).unwrap();
    root.write("/etc/group", "root:x:0:\n", now).unwrap();
    for name in ["bash", "ls", "cat"] {
        let path = format!("/usr/bin/{name}");
        root.write(&path, [PROGRAM_MAGIC, name.as_bytes(), b"\n"].concat(), now).unwrap();
        root.chmod(&path, 0o755, now).unwrap();
    }
    let host = TestHost { now: Arc::new(AtomicI64::new(now.0)), random: AtomicU64::new(0) };
    let kernel = Kernel::new(root, Arc::new(OnlyBash), "box".into(), Arc::new(host), Limits::default());
    let args: Vec<String> = ["bash", "--norc", "-c", script].map(str::to_owned).into();
    let process = kernel.start(args.clone(), place, None).unwrap();
    let (out, err) = (Arc::new(Written::default()), Arc::new(Written::default()));
    let stdin = Description::device(sandbox_kernel::Device::Null, true, true, "/dev/null".into());
    let descriptors = Descriptors::standard(
        stdin,
        Description::sink(Arc::<Written>::clone(&out)).0,
        Description::sink(Arc::<Written>::clone(&err)).0,
    );
    let env = ENVIRONMENT.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let call = Call { process: Arc::clone(&process), args, env: Arc::new(env.collect()), descriptors };
    let running = process.run(Bash.run(call));
    let status =
        tokio::time::timeout(Duration::from_secs(10), running).await.map_or(-1, |status| status.code());
    (out.text(), err.text(), status)
}

struct OnlyBash;

impl Programs for OnlyBash {
    fn program(&self, name: &str) -> Option<Arc<dyn Program>> {
        (name == "bash").then(|| Arc::new(Bash) as Arc<dyn Program>)
    }
}

#[derive(Default)]
struct Written(Mutex<Vec<u8>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Sink for Written {
    fn write(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }
}

struct TestHost {
    now: Arc<AtomicI64>,
    random: AtomicU64,
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let now = Arc::clone(&self.now);
        let until = now.load(Ordering::Relaxed) + duration.as_nanos() as i64;
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            now.fetch_max(until, Ordering::Relaxed);
        }
        .boxed()
    }

    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn real_elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        tokio::task::yield_now().boxed()
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random_u64(&self) -> u64 {
        self.random.fetch_add(1, Ordering::Relaxed)
    }
}
