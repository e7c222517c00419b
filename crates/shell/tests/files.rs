//! Files through the shell: messages of real tools, full volumes, moves between filesystems, devices.

mod world;

use world::{TestHost, World};

fn with_volume(capacity: u64) -> World {
    World::with(TestHost::virtual_clock(1), "debian", &[], Some(capacity))
}

#[tokio::test]
async fn errors_read_like_those_of_the_real_tools() {
    let world = World::of("debian");
    for (script, message) in [
        ("cat /nope", "cat: /nope: No such file or directory"),
        ("cat /tmp", "cat: /tmp: Is a directory"),
        ("cd /nope", "bash: line 1: cd: /nope: No such file or directory"),
        ("echo > /nope/x", "bash: line 1: /nope/x: No such file or directory"),
        ("mkdir /tmp", "mkdir: cannot create directory '/tmp': File exists"),
        ("rmdir /usr", "rmdir: failed to remove '/usr': Directory not empty"),
        ("rm /tmp", "rm: cannot remove '/tmp': Is a directory"),
        ("rm /nope", "rm: cannot remove '/nope': No such file or directory"),
        ("touch /nope/x", "touch: cannot touch '/nope/x': No such file or directory"),
        ("ln -s b /l; ln -s a /l", "ln: failed to create symbolic link '/l': File exists"),
        ("ln -s /x /y; ln -s /y /x; cat /x", "cat: /x: Too many levels of symbolic links"),
        ("cat /etc/passwd/x", "cat: /etc/passwd/x: Not a directory"),
        ("echo x > /dev/full", "bash: line 1: echo: write error: No space left on device"),
    ] {
        let (_, stderr, code) = world.sh(script).await;
        assert_eq!((stderr.trim_end(), code != 0), (message, true), "{script}");
    }
}

#[tokio::test]
async fn a_full_volume_says_so_and_keeps_what_it_has() {
    let world = with_volume(64 * 1024);
    let (_, stderr, code) = world.sh("cd /workspace; echo kept > a; head -c 100000 /dev/zero > a").await;
    let message = "head: error writing 'standard output': No space left on device\n";
    assert_eq!((stderr.as_str(), code), (message, 1));
    assert_eq!(world.sh("stat -c %s /workspace/a; rm /workspace/a").await.0, "65536\n");
    world.sh("echo kept > /workspace/a; seq 90000 > /tmp/long").await;
    let (_, stderr, code) = world.sh("cd /workspace; x=$(cat /tmp/long); echo \"$x\" > a").await;
    assert_eq!((stderr.as_str(), code), ("bash: line 1: echo: write error: No space left on device\n", 1));
    assert_eq!(world.sh("stat -c %s /workspace/a; rm /workspace/a").await.0, "65536\n");
    let script = "cd /workspace; for i in $(seq 100); do echo x > $i || break; done 2>&1; ls | wc -l; rm ?; echo ok > b; cat b";
    let (stdout, ..) = world.sh(script).await;
    assert!(stdout.ends_with("17\nok\n") && stdout.contains("No space left on device"), "{stdout}");
}

#[tokio::test]
async fn moves_cross_filesystems_whole_or_not_at_all() {
    let world = with_volume(64 * 1024);
    world.sh("mkdir -p /tmp/m/n; echo 1 > /tmp/m/n/o; chmod 700 /tmp/m/n; ln -s n /tmp/m/l; touch -d 2020-01-01 /tmp/m/n/o").await;
    assert_eq!(world.sh("mv /tmp/m /workspace/ && cat /workspace/m/l/o; ls /tmp").await.0, "1\n");
    assert_eq!(
        world.sh("stat -c '%a' /workspace/m/n; stat -c %y /workspace/m/n/o | cut -c1-10").await.0,
        "700\n2020-01-01\n"
    );
    world
        .sh("mkdir /tmp/big; head -c 40000 /dev/zero > /tmp/big/a; head -c 40000 /dev/zero > /tmp/big/b")
        .await;
    let (_, stderr, code) = world.sh("mv /tmp/big /workspace/").await;
    assert!(stderr.ends_with("No space left on device\n") && code == 1, "{stderr}");
    assert_eq!(world.sh("ls /tmp/big; ls /workspace").await.0, "a\nb\nm\n");
}

#[tokio::test]
async fn devices_and_the_sandboxs_own_files_are_there() {
    let world = World::of("debian");
    assert_eq!(world.sh("cat /dev/null; echo x > /dev/null; head -c 3 /dev/zero | wc -c").await.0, "3\n");
    assert_eq!(world.sh("echo to-err > /dev/stderr").await.1, "to-err\n");
    assert_eq!(
        world.sh("cat /etc/hostname; grep -c e7847229c547d8 /etc/hosts").await.0,
        "e7847229c547d8\n1\n"
    );
    assert_eq!(world.sh("ls /etc/host*; ls /dev | grep -c null").await.0, "/etc/hostname\n/etc/hosts\n1\n");
    assert_eq!(
        world.sh("echo mine > /etc/hostname; cat /etc/hostname; ls /dev/null").await.0,
        "mine\n/dev/null\n"
    );
    assert_eq!(world.sh("[ -e /dev/tty ] && cat /dev/tty").await.2, 1);
}

#[tokio::test]
async fn the_disk_shows_the_volumes_size() {
    let world = with_volume(1 << 30);
    let (listing, ..) = world.sh("df -h /workspace").await;
    assert!(listing.contains("1.0G") && listing.ends_with("/workspace\n"), "{listing}");
    assert_eq!(world.sh("df -h /nope").await.1, "df: /nope: No such file or directory\n");
    assert!(world.sh("cat /proc/mounts").await.0.contains("/workspace ext4"));
}

#[tokio::test]
async fn long_streams_end_when_nobody_reads() {
    let world = World::of("debian");
    assert_eq!(
        world.sh("yes | head -n 2; seq 1 1000000000 | head -n 2; seq 150000 | tail -n 1").await.0,
        "y\ny\n1\n2\n150000\n"
    );
}
