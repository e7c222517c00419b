//! Nothing is too large to be tried: full disks, full memory, endless inputs, each with an error and none with a lie.

mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sandbox_fs::ChangeLog;
use sandbox_shell::{ExecRequest, NoSink};
use world::{TestHost, World};

const MIB: u64 = 1 << 20;

/// A sandbox with a volume of 2 MiB at `/workspace`.
fn small_volume() -> World {
    World::with(TestHost::virtual_clock(1), "node:20", &[], Some(2 * MIB))
}

/// A sandbox whose files may take 4 MiB of memory, on disks that have room.
fn small_memory() -> World {
    let log = ChangeLog::with_memory_limit(4 * MIB);
    World::with_log(TestHost::virtual_clock(1), "node:20", &[], Some(2 << 30), log)
}

/// Writers that end only with the space, and what they say then.
const WRITERS: &[(&str, &str)] = &[
    ("yes > f", "yes: standard output: "),
    ("seq 9999999 > f", "seq: write error: "),
    ("cat /dev/zero > f", "cat: write error: "),
    ("cat /dev/urandom > f", "cat: write error: "),
    ("cat /dev/zero | cat > f", "cat: write error: "),
    ("head -c 1G /dev/zero > f", "head: error writing 'standard output': "),
    ("yes | head -c 1G > f", "head: error writing 'standard output': "),
    ("dd if=/dev/zero of=f bs=1M status=none", "dd: error writing 'f': "),
    ("dd if=/dev/urandom of=f bs=1000 count=9M status=none", "dd: error writing 'f': "),
    ("dd if=/dev/zero bs=64K status=none > f", "dd: error writing 'standard output': "),
    ("seq 1999999 | tee f > /dev/null", "tee: f: "),
    ("fallocate -l 1G f", "fallocate: fallocate failed: "),
];

#[tokio::test]
async fn a_disk_can_be_filled_to_its_last_block() {
    for (script, says) in WRITERS {
        let world = small_volume();
        let (_, stderr, code) = world.sh(&format!("cd /workspace; echo kept > kept; {script}")).await;
        let expected = format!("{says}No space left on device\n");
        assert_eq!((stderr.as_str(), code), (expected.as_str(), 1), "{script}");
        let (stdout, ..) = world.sh("cat /workspace/kept; stat -c %s /workspace/f").await;
        let len = if script.starts_with("fallocate") { 0 } else { 2 * MIB - 4096 };
        assert_eq!(stdout, format!("kept\n{len}\n"), "{script}");
        assert_eq!(world.sh("cd /workspace; rm f; echo more > more; cat more").await.0, "more\n", "{script}");
    }
}

#[tokio::test]
async fn a_full_memory_is_an_error_and_no_more() {
    for (script, says) in WRITERS {
        let world = small_memory();
        let (_, stderr, code) = world.sh(&format!("cd /workspace; echo kept > kept; {script}")).await;
        let expected = format!("{says}Cannot allocate memory\n");
        assert_eq!((stderr.as_str(), code), (expected.as_str(), 1), "{script}");
        assert!(world.log.memory_bytes() <= 4 * MIB);
        assert_eq!(
            world.sh("cat /workspace/kept; rm /workspace/f; echo x > /y; cat /y").await.0,
            "kept\nx\n"
        );
    }
    let world = small_memory();
    let (_, stderr, code) =
        world.sh("head -c 3M /dev/zero > /a; cp /a /b; echo $?; mv /a /workspace/c").await;
    assert_eq!((stderr.lines().count(), code), (2, 1), "{stderr}");
    assert!(stderr.lines().all(|line| line.ends_with("Cannot allocate memory")), "{stderr}");
    assert_eq!(world.sh("stat -c %s /a; ls /workspace").await.0, "3145728\n");
}

#[tokio::test]
async fn what_is_read_whole_is_refused_when_it_is_too_large() {
    let world = World::of("debian");
    world.sh("truncate -s 3G /sparse; yes '' | head -c 15M > /lines").await;
    for (script, says) in [
        ("sort /dev/zero", "sort: read failed: /dev/zero: Cannot allocate memory\n"),
        ("sort < /dev/zero", "sort: read failed: -: Cannot allocate memory\n"),
        ("tac /sparse", "tac: /sparse: read error: Cannot allocate memory\n"),
        ("tail -n 1 /dev/zero", "tail: error reading '/dev/zero': Cannot allocate memory\n"),
        (
            "dd if=/dev/zero of=/f bs=1G count=1",
            "dd: memory exhausted by input buffer of size 1073741824 bytes (1.0 GiB)\n",
        ),
    ] {
        let (stdout, stderr, code) = world.sh(script).await;
        assert_eq!((stdout.as_str(), stderr.as_str()), ("", says), "{script}");
        assert_ne!(code, 0, "{script}");
    }
    assert_eq!(world.sh("grep -c x < /lines").await, ("0\n".into(), String::new(), 1));
    assert_eq!(world.sh("wc -c /sparse; tail -c 1 /sparse | wc -c").await.0, "3221225472 /sparse\n1\n");
}

#[tokio::test]
async fn an_endless_pipe_into_a_command_that_reads_it_whole_ends_with_an_error() {
    let world = World::of("debian");
    let log = world.log.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(2)).await;
            log.drain();
        }
    });
    for script in
        ["yes | sort | tail -n 1", "yes | cat | sort | tail -n 1", "yes | tee /f | sort | tail -n 1"]
    {
        let (stdout, stderr, _) = world.sh(script).await;
        let expected = ("", "sort: read failed: -: Cannot allocate memory\n");
        assert_eq!((stdout.as_str(), stderr.as_str()), expected, "{script}");
    }
    // What only passes through is not counted for ever.
    let script = "head -c 200M /dev/zero | cat | wc -c; head -c 200M /dev/zero | tail -c 5 | wc -c";
    assert_eq!(world.sh(script).await, ("209715200\n5\n".into(), String::new(), 0));
}

#[tokio::test]
async fn randomness_is_enough_for_a_password_and_follows_the_seed() {
    let password = |seed| async move {
        let world = World::on(TestHost::virtual_clock(seed), "debian");
        world.sh("tr -dc a-z < /dev/urandom | head -c 20; head -c 9 /dev/random | od -An -tx1").await.0
    };
    let (one, again, other) = (password(1).await, password(1).await, password(2).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    assert!(one.len() > 20 && one[..20].bytes().all(|byte| byte.is_ascii_lowercase()), "{one}");
}

#[tokio::test]
async fn a_copy_keeps_holes_and_shares_memory() {
    let world = World::of("debian");
    let script =
        "truncate -s 5G /a; printf end >> /a; cp /a /b; stat -c '%s %b' /a /b; tail -c 4 /b | od -An -c";
    assert_eq!(world.sh(script).await.0, "5368709123 8\n5368709123 8\n  \\0   e   n   d\n");
}

#[tokio::test]
async fn output_reaches_a_file_while_the_command_runs() {
    let world = World::with(TestHost::real_clock(), "debian", &[], Some(64 * MIB));
    let request = ExecRequest { background: true, ..ExecRequest::script("yes | cat > /workspace/f") };
    world.shell.exec(request, Arc::new(NoSink)).await.unwrap();
    let len = || world.files.stat("/workspace/f").map_or(0, |stat| stat.size);
    let (mut seen, mut grew) = (0, 0);
    while grew < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        world.log.drain();
        grew += u32::from(len() > seen);
        seen = len();
    }
    assert!(!world.shell.processes().is_empty() && seen < 64 * MIB);
}

/// Whoever writes waits for the journal: what is pending stays small, whatever the writer.
#[tokio::test]
async fn a_writer_waits_for_the_journal() {
    for (script, _) in WRITERS.iter().filter(|(script, _)| !script.starts_with("fallocate")) {
        let world = World::with(TestHost::virtual_clock(1), "debian", &[], Some(40 * MIB));
        let (log, most) = (world.log.clone(), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&most);
        let journal = async move {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                seen.fetch_max(log.pending_bytes(), Ordering::Relaxed);
                log.drain();
            }
        };
        let script = format!("cd /workspace; {script}");
        tokio::select! {
            _ = world.sh(&script) => {}
            () = journal => unreachable!("it never ends"),
        }
        let most = most.load(Ordering::Relaxed) as u64;
        assert!(most > 0 && most < 20 * MIB, "{script}: {most}");
    }
}

#[tokio::test]
async fn awk_without_end_gives_turns_and_can_be_ended() {
    let world = World::on(TestHost::real_clock(), "debian");
    for program in ["while (1);", "for (;;) f() } function f() { x++", "for (;;) x = x + length(y)"] {
        let (stdout, stderr, _) =
            world.sh(&format!("timeout 0.2 awk 'BEGIN {{ {program} }}'; echo $?")).await;
        assert_eq!((stdout.as_str(), stderr.as_str()), ("124\n", ""), "{program}");
    }
    let (_, stderr, code) = world.sh("awk 'BEGIN { f() } function f() { f() }'").await;
    assert_eq!((stderr.as_str(), code), ("awk: program limit exceeded: eval stack size=1024\n", 2));
}

#[tokio::test]
async fn awk_holds_no_more_than_it_may() {
    for program in
        ["x = \"a\"; while (1) x = x x", "while (1) a[i++] = sprintf(\"%1000000d\", i)", "$1e9 = 1"]
    {
        let (_, stderr, code) = World::of("debian").sh(&format!("awk 'BEGIN {{ {program} }}'")).await;
        assert_eq!((stderr.as_str(), code), ("awk: Cannot allocate memory\n", 2), "{program}");
    }
}

#[tokio::test]
async fn an_output_that_is_cut_says_so() {
    let (stdout, stderr, code) = World::of("debian").sh("head -c 70M /dev/zero").await;
    assert_eq!((stdout.len() as u64, code), (64 * MIB, 0));
    assert_eq!(stderr, "standard output cut after 67108864 bytes (simulated sandbox)\n");
}

#[tokio::test]
async fn tail_follows_what_is_added() {
    let world = World::of("debian");
    let script = "echo one > f; (sleep 3; echo two >> f; sleep 2; echo three >> f) & timeout 8 tail -f -n 1 f; echo $?";
    assert_eq!(world.sh(script).await.0, "one\ntwo\nthree\n124\n");
}

#[tokio::test]
async fn texts_that_grow_without_end_end_the_shell() {
    let world = World::of("debian");
    for script in [
        "x=a; while :; do x=$x$x; done",
        "x=$(yes)",
        "x=$(head -c 1000000 /dev/zero | tr '\\0' a); x=${x//a/$x}",
        "x=$(head -c 9000000 /dev/zero | tr '\\0' a); while :; do a+=(\"$x\"); done",
        "f() { local x=$1$1; f \"$x\"; }; f aaaaaaaa",
    ] {
        let (stdout, stderr, code) = world.sh(script).await;
        assert!(stderr.contains("xrealloc: cannot allocate"), "{script}: {stderr}");
        assert_eq!((stdout.as_str(), code), ("", 2), "{script}");
    }
    assert_eq!(world.sh("echo still here").await.0, "still here\n");
}
