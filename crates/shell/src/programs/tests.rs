//! Programs on the kernel: what they are given, what they give, how they run others.

use super::testing::World;

fn lines(numbers: std::ops::RangeInclusive<u32>) -> String {
    numbers.map(|number| format!("{number}\n")).collect()
}

#[tokio::test(start_paused = true)]
async fn streams_flow_and_end_with_their_readers() {
    let world = World::new();
    assert_eq!(world.out("seq 3").await, "1\n2\n3\n");
    assert_eq!(world.out("yes | head -n 2").await, "y\ny\n");
    assert_eq!(world.out("seq 100000 | tail -n 1").await, "100000\n");
    assert_eq!(world.out("cat /dev/zero | head -c 3 | od -An -tx1").await, " 00 00 00\n");
    assert_eq!(world.out("seq 5 | tee /tmp/copy | wc -l").await, "5\n");
    assert_eq!(world.files.read("/tmp/copy").unwrap(), lines(1..=5));
    assert_eq!(world.out("seq 3 | sed 's/2/two/' | sort -r").await, "two\n3\n1\n");
    assert!(world.kernel.processes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn devices_and_descriptors_have_names() {
    let world = World::new();
    assert_eq!(world.out("seq 2 | cat /dev/stdin").await, "1\n2\n");
    assert_eq!(world.sh("seq 2 | tee /dev/stderr | wc -l").await, ("2\n".into(), "1\n2\n".into(), 0));
    assert_eq!(world.out("cat /etc/hostname").await, "test\n");
    let (stdout, stderr, code) = world.sh("dd if=/dev/zero of=/dev/full count=1 status=none").await;
    assert_eq!((stdout.as_str(), code), ("", 1));
    assert_eq!(stderr, "dd: error writing '/dev/full': No space left on device\n");
    let (_, stderr, _) = world.sh("cat /dev/tty; cat /nope; cat /tmp").await;
    assert_eq!(
        stderr,
        "cat: /dev/tty: No such device or address\ncat: /nope: No such file or directory\ncat: /tmp: Is a directory\n"
    );
}

#[tokio::test(start_paused = true)]
async fn programs_become_others_and_run_others() {
    let world = World::new();
    assert_eq!(world.out("env A=1 env B=2 printenv A B").await, "1\n2\n");
    assert_eq!(world.out("env -i X=y /usr/bin/env").await, "X=y\n");
    assert_eq!(world.out("env -C /etc sh -c 'cat hostname'").await, "test\n");
    let (_, stderr, code) = world.sh("env nope").await;
    assert_eq!((stderr.as_str(), code), ("env: 'nope': No such file or directory\n", 127));
    let (_, stderr, code) = world.sh("env /tmp").await;
    assert_eq!((stderr.as_str(), code), ("env: '/tmp': Permission denied\n", 126));
    assert_eq!(world.out("stdbuf -oL seq 2").await, "1\n2\n");
}

#[tokio::test(start_paused = true)]
async fn xargs_runs_what_comes_in() {
    let world = World::new();
    assert_eq!(world.out("seq 6 | xargs -n 2 seq -s,").await, "1,2\n3,4\n5,6\n");
    assert_eq!(world.out("seq 3 | xargs -I {} -P 3 seq {} 3 | sort | uniq -c | wc -l").await, "3\n");
    let told = "xargs: basename: terminated by signal 13\n".to_owned();
    assert_eq!(world.sh("yes | xargs -n 2 basename | head -n 2").await, ("y\ny\n".into(), told, 0));
    assert_eq!(world.out("seq 3 | xargs -L 2 basename -a").await, "1\n2\n3\n");
    let (_, stderr, code) = world.sh("seq 3 | xargs nope").await;
    assert_eq!((stderr.as_str(), code), ("xargs: nope: No such file or directory\n", 127));
    assert_eq!(world.sh("seq 3 | xargs -n 1 cat").await.2, 123);
    let (_, stderr, code) = world.sh("seq 2 | xargs -n 1 sh -c 'kill -9 0'").await;
    assert_eq!((stderr.as_str(), code), ("", 137), "it is of the group");
}

#[tokio::test(start_paused = true)]
async fn find_runs_commands_where_it_should() {
    let world = World::new();
    let now = sandbox_fs::Timestamp(0);
    world.files.mkdir_all("/tmp/d/e", 0o755, now).unwrap();
    world.files.write("/tmp/d/e/f", "hello\n", now).unwrap();
    assert_eq!(world.out("find d -name f -exec cat {} +").await, "hello\n");
    assert_eq!(world.out("find d -name f -execdir cat f '{}' +").await, "hello\nhello\n");
    let (_, stderr, _) = world.sh("find d -name f -exec nope {} +").await;
    assert!(
        stderr.contains("find: 'nope': No such file or directory") || stderr.contains("\u{2018}nope"),
        "{stderr}"
    );
}

#[tokio::test(start_paused = true)]
async fn timeouts_strike_on_the_clouds_clock() {
    let world = World::new();
    assert_eq!(world.sh("timeout 2 sleep 5").await, (String::new(), String::new(), 124));
    assert_eq!(world.sh("timeout 5 sleep 2").await.2, 0);
    assert_eq!(world.sh("timeout -s KILL 1 sleep 9").await.2, 137);
    assert_eq!(world.sh("timeout -p 1 sleep 9").await.2, 143);
    let (_, stderr, code) = world.sh("timeout -v -k 1 1 env --ignore-signal=TERM sleep 9").await;
    let told = ["TERM", "KILL"].map(|signal| format!("timeout: sending signal {signal} to command 'env'\n"));
    assert_eq!((stderr, code), (told.concat(), 137));
    assert_eq!(world.out("date +%s").await, format!("{}\n", 1_767_225_600 + 2 + 2 + 1 + 1 + 2));
    assert_eq!(world.sh("timeout 1 nope").await.2, 127);
}

#[tokio::test(start_paused = true)]
async fn processes_are_listed_and_signalled() {
    let world = World::new();
    let listed = world.out("ps -ef").await;
    assert!(listed.starts_with("UID          PID    PPID  C STIME TTY          TIME CMD\n"), "{listed}");
    assert!(listed.contains("root           1       0  0 00:00 ?        00:00:00 /sbin/init\n"), "{listed}");
    assert!(listed.contains(" ps -ef\n"), "{listed}");
    let listed = world.out("ps aux").await;
    assert!(
        listed.starts_with("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n")
    );
    assert!(
        listed.contains("root           1  0.0  0.0      0     0 ?        Ss   00:00   0:00 /sbin/init\n"),
        "{listed}"
    );
    assert_eq!(world.out("ps -o pid= -o comm= -p 1").await, "      1 init\n");
    assert_eq!(world.sh("sleep 50 | timeout 9 pkill sleep; pgrep sleep").await.2, 1);
    let (_, stderr, code) = world.sh("/bin/kill 99999").await;
    assert_eq!((stderr.as_str(), code), ("kill: (99999): No such process\n", 1));
    assert_eq!(world.out("kill -l 143").await, "TERM\n");
}

#[tokio::test(start_paused = true)]
async fn scripts_are_run_by_their_interpreters() {
    let world = World::new();
    let now = sandbox_fs::Timestamp(0);
    world.files.write("/tmp/text", "seq 2\n", now).unwrap();
    world.files.chmod("/tmp/text", 0o755, now).unwrap();
    world.files.write("/tmp/script", "#!/usr/bin/env sh\nseq 3\n", now).unwrap();
    world.files.chmod("/tmp/script", 0o755, now).unwrap();
    assert_eq!(world.out("env ./text").await, "1\n2\n");
    assert_eq!(world.out("env ./script").await, "1\n2\n3\n");
    let manifest = r#"{"name":"n","version":"1.0.0","scripts":{"test":"seq 1"}}"#;
    world.files.write("/tmp/package.json", manifest, now).unwrap();
    assert_eq!(world.out("npm test").await, "\n> n@1.0.0 test\n> seq 1\n\n1\n");
    assert_eq!(world.out("seq 1 | sed 's/1/seq 2/e'").await, "1\n2\n");
}

#[tokio::test(start_paused = true)]
async fn files_belong_to_the_process_and_its_umask() {
    let world = World::new();
    world.out("touch a; mkdir b; mkdir -m 777 c; seq 1 | tee d; chmod +w a").await;
    let mode = |name: &str| world.files.stat(&format!("/tmp/{name}")).unwrap().mode;
    assert_eq!(["a", "b", "c", "d"].map(mode), [0o644, 0o755, 0o777, 0o644]);
    assert_eq!(world.out("cat d; stat -c %x a").await.lines().next(), Some("1"));
}
