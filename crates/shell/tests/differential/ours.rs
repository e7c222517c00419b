//! Our side: the same case in a sandbox of `debian:12`, or of the image that it names.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;

use sandbox_fs::{Kind, Namespace};
use sandbox_shell::ExecRequest;

use crate::case::{Case, DIRECTORY};
use crate::machine::PATIENCE;
use crate::outcome::{Content, Entry, Outcome, tell_hard_links};
use crate::world::{TestHost, World};

/// Deep recursion of a script takes stack, and more of it without optimisation.
const STACK: usize = 512 << 20;

/// Programs of the image that the real root does not hold.
const ABSENT: &[&str] = &["/usr/bin/perl"];

/// Processes before the case's own, so that its pids have two digits, as they have on the real side.
const FIRST_PROCESSES: usize = 5;

/// Runs a case in a sandbox of its own.
///
/// # Errors
///
/// What happened instead of an outcome: a panic, or no end at all.
pub(crate) fn run(case: &Case) -> Result<Outcome, String> {
    let (sender, receiver) = mpsc::channel();
    let running = case.clone();
    let thread = thread::Builder::new()
        .name(case.id.clone())
        .stack_size(STACK)
        .spawn(move || sender.send(run_here(&running)))
        .map_err(|error| error.to_string())?;
    match receiver.recv_timeout(PATIENCE * 2) {
        Ok(outcome) => Ok(outcome),
        Err(mpsc::RecvTimeoutError::Timeout) => Err("ours does not end, not even by its timeout".to_owned()),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panic = thread.join().expect_err("it sent nothing");
            let told = panic.downcast_ref::<String>().cloned();
            Err(format!("ours panicked: {}", told.unwrap_or_default()))
        }
    }
}

fn run_here(case: &Case) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let host = TestHost::real_clock();
        let now = sandbox_shell::Host::now(&*host);
        // A volume is mounted at the directory of the cases.
        let world = World::with(host, &case.image, &[], Some(case.disk.unwrap_or(1 << 30)));
        for (name, contents) in &case.files {
            let path = format!("{DIRECTORY}/{name}");
            world.files.write(&path, contents.clone(), now).expect("a file of the case");
        }
        for path in ABSENT {
            // Not every image has it.
            let _ = world.files.unlink(path, now);
        }
        for _ in 0..FIRST_PROCESSES {
            world.sh(":").await;
        }
        let request = ExecRequest { cwd: Some(DIRECTORY.to_owned()), timeout: PATIENCE, ..case.request() };
        let ended = world.run(request).await;
        Outcome {
            stdout: ended.stdout,
            stderr: ended.stderr,
            exit_code: ended.exit_code,
            timed_out: ended.timed_out,
            left: left(&world.files),
        }
    })
}

/// What lies under the directory of the cases.
pub(crate) fn left(files: &Namespace) -> BTreeMap<String, Entry> {
    let mut left = BTreeMap::new();
    let mut inodes = BTreeMap::new();
    let mut pending = vec![DIRECTORY.to_owned()];
    while let Some(parent) = pending.pop() {
        for entry in files.read_dir(&parent).unwrap_or_default() {
            let path = format!("{parent}/{}", entry.name);
            let name = path[DIRECTORY.len() + 1..].to_owned();
            let content = match entry.stat.kind {
                Kind::Directory => {
                    pending.push(path);
                    Content::Directory
                }
                Kind::Fifo => Content::Fifo,
                Kind::Device => Content::Other,
                Kind::Symlink => Content::Symlink(files.read_link(&path).unwrap_or_default()),
                Kind::File => {
                    inodes.insert(name.clone(), entry.stat.ino);
                    Content::File(files.read(&path).map(|bytes| bytes.to_vec()).unwrap_or_default())
                }
            };
            let owner = (entry.stat.uid, entry.stat.gid);
            left.insert(name, Entry { content, mode: entry.stat.mode, owner, same_as: None });
        }
    }
    tell_hard_links(&mut left, &inodes);
    left
}
