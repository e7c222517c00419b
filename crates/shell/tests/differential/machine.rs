//! The real side: this machine's own bash and GNU tools, in a root that holds them and nothing else.
//!
//! A case runs in mount, process, network and host name namespaces of its own, so that it can neither harm the machine
//! nor see more of it than a container of `debian:12` would show.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sandbox_shell::CommandLine;

use crate::case::Case;
use crate::outcome::{Content, Entry, Outcome, tell_hard_links};

/// Longest that a case may take on each side.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The packages whose programs the root holds: those of a Debian image that the cases are about.
const PACKAGES: &[&str] = &[
    "bash",
    "coreutils",
    "dash",
    "debianutils",
    "diffutils",
    "findutils",
    "grep",
    "gzip",
    "hostname",
    "libc-bin",
    "mawk",
    "sed",
    "tar",
    "util-linux",
];

/// Packages of other images, whose programs the root holds where this machine has them.
const OTHERS: &[&str] = &["bc", "bzip2", "dc", "file", "less", "patch", "procps", "unzip", "xz-utils", "zip"];

/// Whether this machine has a package.
pub(crate) fn has(package: &str) -> bool {
    Command::new("dpkg").args(["-L", package]).output().is_ok_and(|listed| listed.status.success())
}

/// A prepared root, gone when this is dropped.
pub(crate) struct Machine {
    folder: PathBuf,
    cases: AtomicUsize,
}

impl Machine {
    /// Prepares the root.
    ///
    /// # Errors
    ///
    /// What this machine lacks, and how to install it.
    pub(crate) fn prepare() -> Result<Self, String> {
        if !run("unshare", &["--mount", "--pid", "--fork", "--net", "--uts", "--ipc", "true"]) {
            return Err(
                "the differential test needs Linux, `unshare` (package util-linux) and root".to_owned()
            );
        }
        let bash = Command::new("bash").args(["-c", "echo ${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"]).output();
        if !bash.is_ok_and(|output| output.stdout == b"5.2\n") {
            return Err("the differential test needs bash 5.2: apt-get install bash".to_owned());
        }
        let folder = std::env::temp_dir().join(format!("sandbox-shell-differential-{}", std::process::id()));
        let machine = Self { folder, cases: AtomicUsize::new(0) };
        machine.build().map_err(|error| format!("{}: {error}", machine.folder.display()))?;
        Ok(machine)
    }

    fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    fn build(&self) -> Result<(), String> {
        let root = self.root();
        let made = |path: &str| fs::create_dir_all(root.join(path)).map_err(|error| error.to_string());
        for directory in [
            "usr/bin",
            "usr/sbin",
            "usr/lib",
            "usr/lib64",
            "usr/libexec",
            "usr/share/zoneinfo",
            "usr/local/bin",
            "etc",
            "dev",
            "proc",
            "tmp",
            "root",
            "workspace",
            "home",
            "opt",
            "srv",
            "mnt",
            "media",
            "var/tmp",
            "run",
        ] {
            made(directory)?;
        }
        for name in ["bin", "sbin", "lib", "lib64"] {
            symlink(format!("usr/{name}"), root.join(name)).map_err(|error| error.to_string())?;
        }
        for package in PACKAGES.iter().chain(OTHERS) {
            let listed =
                Command::new("dpkg").args(["-L", package]).output().map_err(|error| error.to_string())?;
            if !listed.status.success() {
                if OTHERS.contains(package) {
                    continue;
                }
                return Err(format!("package {package} is missing: apt-get install {package}"));
            }
            for path in String::from_utf8_lossy(&listed.stdout).lines() {
                let place = path.strip_prefix("/usr").unwrap_or(path);
                if place.starts_with("/bin/") || place.starts_with("/sbin/") {
                    copy_program(Path::new(path), &root.join("usr").join(&place[1..]));
                }
            }
        }
        let _ = symlink("mawk", root.join("usr/bin/awk"));
        let _ = symlink("which.debianutils", root.join("usr/bin/which"));
        for (name, contents) in [
            (
                "passwd",
                "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
            ),
            ("group", "root:x:0:\ndaemon:x:1:\nbin:x:2:\nnogroup:x:65534:\n"),
        ] {
            fs::write(root.join("etc").join(name), contents).map_err(|error| error.to_string())?;
        }
        fs::write(self.folder.join("machine.sh"), include_str!("machine.sh"))
            .map_err(|error| error.to_string())
    }

    /// Runs a case for real.
    pub(crate) fn run(&self, case: &Case) -> Outcome {
        let number = self.cases.fetch_add(1, Ordering::Relaxed);
        let directory = self.folder.join(number.to_string());
        fs::create_dir(&directory).expect("a directory for the case");
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("its mode");
        for (name, contents) in &case.files {
            let path = directory.join(name);
            fs::write(&path, contents).expect("a file of the case");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("its mode");
        }
        // Signals that whoever started the test ignores would be ignored by the case too; and no case may set the
        // machine's clock, which no namespace holds.
        let mut command = Command::new("env");
        command
            .args(["--default-signal", "setpriv", "--bounding-set", "-sys_time", "unshare"])
            .args(["--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc", "sh"])
            .arg(self.folder.join("machine.sh"))
            .arg(self.root())
            .arg(&directory)
            .arg(case.disk.map(|size| size.to_string()).unwrap_or_default());
        match &case.command {
            CommandLine::Script(script) => command.args(["bash", "-c", script]),
            CommandLine::Argv(argv) => command.args(argv),
        };
        let mut outcome = finish(command);
        outcome.left = left(&directory);
        let _ = fs::remove_dir_all(&directory);
        outcome
    }

    /// Whether bash reads this as whole commands.
    pub(crate) fn parses(script: &str) -> bool {
        let output = Command::new("bash").args(["-n", "-c", script]).stdin(Stdio::null()).output();
        // An unfinished here-document is only a warning.
        output.is_ok_and(|output| output.status.success() && output.stderr.is_empty())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn run(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

fn copy_program(from: &Path, to: &Path) {
    match fs::read_link(from) {
        Ok(target) => drop(symlink(target, to)),
        Err(_) if from.is_file() => drop(fs::copy(from, to)),
        Err(_) => {}
    }
}

/// Runs a command to its end or to that of our patience.
fn finish(mut command: Command) -> Outcome {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("unshare, which was there before");
    let mut stdout = child.stdout.take().expect("piped");
    let mut stderr = child.stderr.take().expect("piped");
    let reader = |pipe: &mut dyn Read| {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    };
    let stdout = thread::spawn(move || reader(&mut stdout));
    let stderr = thread::spawn(move || reader(&mut stderr));
    // The outputs end with the last process of the case, which ends with `unshare`.
    let (ended, end) = mpsc::channel::<()>();
    let watched = thread::spawn(move || {
        let read = (stdout.join().expect("a reader"), stderr.join().expect("a reader"));
        drop(ended);
        read
    });
    let timed_out = matches!(end.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Timeout));
    if timed_out {
        let _ = child.kill();
    }
    let status = child.wait().expect("a child of ours");
    let (stdout, stderr) = watched.join().expect("a reader");
    Outcome { stdout, stderr, exit_code: status.code().unwrap_or(-1), timed_out, left: BTreeMap::new() }
}

/// What lies under a directory.
fn left(directory: &Path) -> BTreeMap<String, Entry> {
    let mut left = BTreeMap::new();
    let mut inodes = BTreeMap::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(parent) = pending.pop() {
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(directory).expect("under it").to_string_lossy().into_owned();
            let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
            let kind = metadata.file_type();
            let content = if kind.is_dir() {
                pending.push(path);
                Content::Directory
            } else if kind.is_symlink() {
                Content::Symlink(
                    fs::read_link(&path).map(|to| to.to_string_lossy().into_owned()).unwrap_or_default(),
                )
            } else if kind.is_file() {
                inodes.insert(name.clone(), metadata.ino());
                Content::File(fs::read(&path).unwrap_or_default())
            } else if kind.is_fifo() {
                Content::Fifo
            } else {
                Content::Other
            };
            let owner = (metadata.uid(), metadata.gid());
            left.insert(name, Entry { content, mode: metadata.mode() & 0o7777, owner, same_as: None });
        }
    }
    tell_hard_links(&mut left, &inodes);
    left
}
