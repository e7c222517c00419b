//! Commands given as words: run as they are, without a shell.

mod world;

use std::sync::Arc;
use std::time::Duration;

use sandbox_shell::{EndReason, ExecRequest, NoSink, ShellError};
use world::{TestHost, World, text};

async fn run(world: &World, argv: &[&str]) -> (String, String, i32) {
    text(world.run(ExecRequest::argv(argv.iter().copied())).await)
}

#[tokio::test]
async fn words_reach_the_program_untouched() {
    let world = World::with(TestHost::virtual_clock(1), "debian", &[("GREETING", "hi")], None);
    assert_eq!(run(&world, &["basename", "/a b/$x*"]).await, ("$x*\n".into(), String::new(), 0));
    assert_eq!(run(&world, &["printenv", "GREETING", "HOSTNAME"]).await.0, "hi\ne7847229c547d8\n");
    assert_eq!(run(&world, &["/usr/bin/env", "-i", "X=1", "env"]).await.0, "X=1\n");
    assert_eq!(run(&world, &["cat"]).await, (String::new(), String::new(), 0));
}

#[tokio::test]
async fn what_cannot_be_run_is_told_as_bash_tells_it() {
    let world = World::of("debian");
    assert_eq!(
        run(&world, &["nope"]).await,
        (String::new(), "bash: line 1: nope: command not found\n".into(), 127)
    );
    assert_eq!(
        run(&world, &["./nope"]).await,
        (String::new(), "bash: line 1: ./nope: No such file or directory\n".into(), 127)
    );
    assert_eq!(
        run(&world, &["/tmp"]).await,
        (String::new(), "bash: line 1: /tmp: Permission denied\n".into(), 126)
    );
}

#[tokio::test]
async fn a_timeout_kills_the_command_and_what_it_began() {
    let world = World::of("debian");
    let request = ExecRequest {
        timeout: Duration::from_secs(5),
        ..ExecRequest::argv(["timeout", "100", "env", "sleep", "1000"])
    };
    let outcome = world.run(request).await;
    assert_eq!((outcome.exit_code, outcome.timed_out), (124, true));
    assert_eq!(run(&world, &["date", "+%T"]).await.0, "00:00:05\n");
    assert_eq!(run(&world, &["pgrep", "sleep"]).await.2, 1);
}

#[tokio::test]
async fn a_command_that_waits_for_nothing_ends_by_real_time() {
    let world = World::of("debian");
    let request = ExecRequest { timeout: Duration::from_millis(100), ..ExecRequest::argv(["yes"]) };
    let outcome = world.run(request).await;
    assert_eq!((outcome.exit_code, outcome.timed_out), (124, true));
    assert!(outcome.stdout.starts_with(b"y\ny\n"));
}

#[tokio::test]
async fn background_commands_are_listed_and_end_with_the_sandbox() {
    let world = World::of("debian");
    let background = ExecRequest { background: true, ..ExecRequest::argv(["sleep", "5"]) };
    assert_eq!(world.run(background.clone()).await.exit_code, 0);
    let listed = world.shell.processes();
    assert_eq!((listed[0].pid, listed[0].command.as_str(), listed[0].background), (7, "sleep 5", true));
    assert_eq!(run(&world, &["ps", "-o", "pid=,args=", "-C", "sleep"]).await.0, "      7 sleep 5\n");
    run(&world, &["sleep", "9"]).await;
    assert!(world.shell.processes().is_empty());
    world.run(background).await;
    let shell = world.shell.clone();
    let argv = ExecRequest::argv(["cat", "/dev/zero"]);
    let pending = tokio::spawn(async move { shell.exec(argv, Arc::new(NoSink)).await });
    tokio::task::yield_now().await;
    world.shell.end(EndReason::Killed);
    assert_eq!(pending.await.unwrap(), Err(ShellError::Ended(EndReason::Killed)));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(world.shell.processes().is_empty());
}

#[tokio::test]
async fn a_dropped_exec_leaves_nothing_behind() {
    let world = World::on(TestHost::real_clock(), "debian");
    let exec = world.shell.exec(ExecRequest::argv(["timeout", "50", "sleep", "100"]), Arc::new(NoSink));
    assert!(tokio::time::timeout(Duration::from_millis(30), exec).await.is_err());
    assert!(world.shell.processes().is_empty());
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(run(&world, &["pgrep", "sleep"]).await.2, 1);
}
