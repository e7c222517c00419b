//! Commands that run on: timeouts, turns of the event loop, background, kill, the end of the sandbox.

mod world;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sandbox_shell::{EndReason, ExecRequest, NoSink, OutputSink, ShellError};
use world::{TestHost, World};

fn limited(script: &str, millis: u64) -> ExecRequest {
    ExecRequest { timeout: Duration::from_millis(millis), ..ExecRequest::script(script) }
}

fn background(script: &str) -> ExecRequest {
    ExecRequest { background: true, ..ExecRequest::script(script) }
}

/// Lets everything that can run now run.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

const ENDLESS: &[&str] = &[
    "while :; do :; done",
    "i=0; while ((1)); do ((i++)); done",
    "f() { while true; do g=$((g+1)); done; }; f",
    "eval 'while :; do :; done'",
    "echo 'while :; do x=1; done' > /tmp/loop.sh; bash /tmp/loop.sh",
    "while :; do echo x; done | cat",
    "x=$(while :; do :; done)",
    "for ((;;)); do :; done",
    "until false; do [[ a == b ]]; done",
    "while :; do :; done & wait",
    "timeout 1000 bash -c 'while :; do :; done'",
    "yes > /dev/null",
    "cat /dev/zero > /dev/null",
    "head -c 1E /dev/zero > /dev/null",
    "tail -c 1 /dev/zero",
    "wc -l /dev/urandom",
    "dd if=/dev/zero of=/dev/null bs=1M",
    "dd if=/dev/zero of=/dev/null bs=1",
    "tee < /dev/null; yes | tee /dev/null > /dev/null | cat; yes | head -c 1E > /dev/null",
];

/// The longest time for which a task beside `script` got no turn.
async fn longest_wait(script: &str) -> Duration {
    let world = World::on(TestHost::real_clock(), "node:20");
    let longest = Mutex::new(Duration::ZERO);
    let beside = async {
        let mut last = Instant::now();
        loop {
            tokio::task::yield_now().await;
            let mut longest = longest.lock().unwrap();
            *longest = longest.max(last.elapsed());
            last = Instant::now();
        }
    };
    let outcome = tokio::select! {
        outcome = world.run(limited(script, 150)) => outcome,
        () = beside => unreachable!("it never ends"),
    };
    assert_eq!((outcome.exit_code, outcome.timed_out), (124, true), "{script}");
    assert_eq!(world.sh("echo usable").await.0, "usable\n", "after {script}");
    longest.into_inner().unwrap()
}

#[tokio::test]
async fn endless_loops_end_at_their_timeout_and_give_turns() {
    for script in ENDLESS {
        // A busy machine may take the processor away from us; it does not do so three times in a row.
        let mut best = Duration::MAX;
        for _ in 0..3 {
            best = best.min(longest_wait(script).await);
            if best < Duration::from_millis(100) {
                break;
            }
        }
        assert!(best < Duration::from_millis(100), "{script}: no turn for {best:?}");
    }
}

#[tokio::test]
async fn a_timeout_gives_what_was_written_so_far() {
    let world = World::on(TestHost::real_clock(), "debian");
    let outcome = world.run(limited("echo before; echo problem >&2; while :; do :; done", 100)).await;
    assert_eq!((outcome.exit_code, outcome.timed_out), (124, true));
    assert_eq!((outcome.stdout.as_slice(), outcome.stderr.as_slice()), (&b"before\n"[..], &b"problem\n"[..]));
    assert!(world.shell.processes().is_empty());
}

#[tokio::test]
async fn a_sleep_beyond_the_timeout_ends_there_on_a_virtual_clock_too() {
    let world = World::of("debian");
    let begun = Instant::now();
    let outcome = world.run(ExecRequest::script("echo a; sleep 1000; echo b")).await;
    assert_eq!((outcome.stdout.as_slice(), outcome.exit_code), (&b"a\n"[..], 124));
    assert_eq!(world.sh("date +%T").await.0, "00:01:00\n");
    assert!(begun.elapsed() < Duration::from_secs(10), "a virtual minute takes no real one");
}

#[tokio::test]
async fn timeout_is_on_the_clouds_clock() {
    let world = World::of("debian");
    assert_eq!(
        world.sh("timeout 2 sleep 5; echo $?; timeout 5 sleep 2; echo $?; date +%S").await.0,
        "124\n0\n04\n"
    );
    assert_eq!(world.sh("timeout 2 bash -c 'echo a; sleep 9; echo b'; echo $?").await.0, "a\n124\n");
    assert_eq!(
        world.sh("timeout -s KILL 1 sleep 5; echo $?; timeout 1 false; echo $?; timeout x").await.2,
        125
    );
}

#[tokio::test]
async fn background_returns_at_once_and_runs_on() {
    let world = World::of("debian");
    let outcome = world.run(background("sleep 5; echo done > /tmp/log 2>&1")).await;
    assert_eq!((outcome.exit_code, outcome.stdout.len()), (0, 0));
    assert!(world.files.read("/tmp/log").is_err());
    assert_eq!(world.sh("sleep 10; cat /tmp/log").await.0, "done\n");
    assert!(world.shell.processes().is_empty());
}

#[tokio::test]
async fn background_commands_are_seen_and_killed() {
    let world = World::of("node:20");
    world.run(background("while :; do sleep 1; done")).await;
    world.run(background("sleep 500; : my server")).await;
    settle().await;
    assert_eq!(world.sh("pgrep -f 'my server'").await, ("8\n".into(), String::new(), 0));
    let (listing, ..) = world.sh("ps aux").await;
    assert!(
        listing.contains("       8  0.0  0.0") && listing.contains("sleep 500; : my server"),
        "{listing}"
    );
    assert!(world.sh("ps -ef").await.0.contains("while :; do sleep 1; done"));
    assert_eq!(world.sh("kill 8; kill -0 7; echo $?").await.0, "0\n");
    settle().await;
    assert_eq!(world.sh("pgrep -f 'my server'").await.2, 1);
    // A shell that is killed leaves what it ran.
    assert_eq!(world.sh("pkill -9 -f '^bash -c while'; sleep 1; pgrep -c -x sleep").await.0, "1\n");
    assert_eq!(world.sh("pkill -x sleep; pgrep -x sleep").await.2, 1);
    let (_, stderr, code) = world.sh("kill 8").await;
    assert_eq!((stderr.as_str(), code), ("bash: line 1: kill: (8) - No such process\n", 1));
}

#[tokio::test]
async fn jobs_of_a_script_are_its_own() {
    let world = World::of("debian");
    assert_eq!(world.sh("sleep 9 & kill $!; wait $!; echo $?").await.0, "143\n");
    assert_eq!(world.sh("sleep 2 & sleep 1 & wait; date +%S").await.0, "02\n");
    assert_eq!(world.sh("kill $$; echo not reached").await, (String::new(), String::new(), 143));
}

#[tokio::test]
async fn a_job_outlives_its_exec_where_its_output_goes_elsewhere() {
    let world = World::of("debian");
    let (stdout, stderr, code) = world.sh("sleep 100 > /tmp/log 2>&1 & echo started").await;
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("started\n", "", 0));
    assert_eq!(world.sh("date +%s > /tmp/now; pgrep -x sleep > /dev/null; echo $?").await.0, "0\n");
    assert_eq!(world.sh("pkill -x sleep; pgrep -c -x sleep").await.0, "0\n");
    for job in [
        "(sleep 20; echo x) > /tmp/log 2>&1 &",
        "{ sleep 20; } > /tmp/log 2>&1 &",
        "for i in 1 2; do sleep 20; done > /tmp/log 2>&1 &",
        "f() { sleep 20; sleep 1; }; f &> /tmp/log &",
        "sleep 20 2>&1 | cat > /tmp/log 2>&1 &",
        "(sleep 20 > /tmp/log 2>&1) &",
    ] {
        // On a virtual clock the job's own sleep would pass as soon as it is looked at.
        let world = World::on(TestHost::real_clock(), "debian");
        let began = Instant::now();
        assert_eq!(world.sh(&format!("{job} echo started")).await.0, "started\n", "{job}");
        assert!(began.elapsed() < Duration::from_secs(10), "{job} held its exec");
    }
    // One that holds the exec's output keeps the exec.
    assert_eq!(world.sh("(sleep 3; echo late) & echo early").await.0, "early\nlate\n");
}

#[tokio::test]
async fn traps_of_signals_run() {
    let world = World::of("debian");
    let script = "trap 'echo got TERM > /tmp/got; exit 3' TERM; while :; do sleep 1; done";
    world.run(background(script)).await;
    settle().await;
    assert_eq!(world.sh("pkill -f '^bash -c trap'; sleep 2; cat /tmp/got").await.0, "got TERM\n");
    assert_eq!(
        world.sh("trap 'echo int' INT; trap 'echo bye' EXIT; kill -INT $$; echo on").await.0,
        "int\non\nbye\n"
    );
    assert_eq!(
        world.sh("(trap '' TERM; sleep 2; echo stayed) & sleep 1; kill $!; wait $!; echo $?").await.0,
        "stayed\n0\n"
    );
}

#[tokio::test]
async fn a_child_whose_parent_has_ended_is_of_the_first_process() {
    let world = World::of("debian");
    let script = "bash -c '(sleep 1; ps -o ppid= -p $BASHPID) & true' | tr -d ' '";
    assert_eq!(world.sh(script).await.0, "1\n");
}

#[tokio::test]
async fn a_made_file_is_appended_to_as_it_is_read() {
    let world = World::of("debian");
    let (stdout, _, _) =
        world.sh("echo 10.0.0.1 added >> /etc/hosts; head -n 1 /etc/hosts; tail -n 1 /etc/hosts").await;
    assert_eq!(stdout, "127.0.0.1\tlocalhost\n10.0.0.1 added\n");
    assert_eq!(
        world.sh("echo new > /etc/hosts; cat /etc/hosts; kill -- -2147483648 2>/dev/null; echo $?").await.0,
        "new\n1\n"
    );
}

#[tokio::test]
async fn two_execs_run_side_by_side_and_see_each_other_s_files() {
    let world = World::of("debian");
    let waiting = world.sh("until [ -e /tmp/flag ]; do sleep 0.1; done; cat /tmp/flag");
    let writing = world.sh("sleep 1; echo from beside > /tmp/flag; ps -ef | grep -c '[u]ntil'");
    let (waited, wrote) = futures_util::join!(waiting, writing);
    assert_eq!((waited.0.as_str(), wrote.0.as_str()), ("from beside\n", "1\n"));
}

#[tokio::test]
async fn the_end_of_the_sandbox_ends_everything() {
    let host = TestHost::real_clock();
    let world = World::on(host, "debian");
    world.run(background("while :; do :; done")).await;
    world.run(background("sleep 3600")).await;
    let shell = world.shell.clone();
    let pending =
        tokio::spawn(async move { shell.exec(ExecRequest::script("sleep 3600"), Arc::new(NoSink)).await });
    settle().await;
    assert_eq!(world.shell.processes().len(), 3);
    world.shell.end(EndReason::Stopped);
    assert_eq!(pending.await.unwrap(), Err(ShellError::Ended(EndReason::Stopped)));
    settle().await;
    assert!(world.shell.processes().is_empty());
    let after = world.shell.exec(ExecRequest::script("echo"), Arc::new(NoSink)).await;
    assert_eq!(after, Err(ShellError::Ended(EndReason::Stopped)));
}

#[tokio::test]
async fn a_dropped_exec_leaves_nothing_behind() {
    let world = World::on(TestHost::real_clock(), "debian");
    let exec = world.shell.exec(ExecRequest::script("sleep 100"), Arc::new(NoSink));
    assert!(tokio::time::timeout(Duration::from_millis(30), exec).await.is_err());
    assert!(world.shell.processes().is_empty());
}

#[derive(Default)]
struct Recorder(Mutex<Vec<(u8, String)>>);

impl OutputSink for Recorder {
    fn stdout(&self, bytes: &[u8]) {
        self.0.lock().unwrap().push((1, String::from_utf8_lossy(bytes).into_owned()));
    }

    fn stderr(&self, bytes: &[u8]) {
        self.0.lock().unwrap().push((2, String::from_utf8_lossy(bytes).into_owned()));
    }
}

#[tokio::test]
async fn output_streams_while_the_command_runs() {
    let world = World::of("debian");
    let sink = Arc::new(Recorder::default());
    let shell = world.shell.clone();
    let recorder = Arc::clone(&sink);
    let script = "echo one; echo two >&2; until [ -e /tmp/go ]; do sleep 1; done; echo three";
    let exec = tokio::spawn(async move { shell.exec(ExecRequest::script(script), recorder).await });
    settle().await;
    let seen = |sink: &Recorder| sink.0.lock().unwrap().clone();
    assert_eq!(seen(&sink), [(1, "one\n".to_owned()), (2, "two\n".to_owned())]);
    world.files.write("/tmp/go", "", sandbox_fs::Timestamp(0)).unwrap();
    assert_eq!(exec.await.unwrap().unwrap().stdout, b"one\nthree\n");
    assert_eq!(seen(&sink).last(), Some(&(1, "three\n".to_owned())));
}
