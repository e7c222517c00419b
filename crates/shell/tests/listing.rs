//! `ls`, `stat`, `ln`, `ps`: what is shown of inodes and processes.

mod world;

use world::World;

async fn shown(world: &World, script: &str) -> String {
    let (stdout, stderr, _) = world.sh(script).await;
    stdout + &stderr
}

#[tokio::test]
async fn long_listings_read_like_coreutils() {
    let world = World::of("debian");
    world.sh("mkdir -p /w/d /w/.hid; cd /w; echo abc > a; ln a b; ln -s a l; chmod 4755 b; touch -d 2020-05-06 old").await;
    assert_eq!(
        shown(&world, "ls -l /w").await,
        "total 12\n\
         -rwsr-xr-x 2 root root    4 Jan  1 00:00 a\n\
         -rwsr-xr-x 2 root root    4 Jan  1 00:00 b\n\
         drwxr-xr-x 2 root root 4096 Jan  1 00:00 d\n\
         lrwxrwxrwx 1 root root    1 Jan  1 00:00 l -> a\n\
         -rw-r--r-- 1 root root    0 May  6  2020 old\n"
    );
    assert_eq!(shown(&world, "ls -ld /tmp").await, "drwxrwxrwt 2 root root 4096 Jan  1  2025 /tmp\n");
    assert_eq!(
        shown(&world, "ls -l /dev/null").await,
        "crw-rw-rw- 1 root root 1, 3 Jan  1  2025 /dev/null\n"
    );
}

#[tokio::test]
async fn short_listings_read_like_coreutils() {
    let world = World::of("debian");
    world.sh("mkdir -p /w/d/e; cd /w; echo abc > b; echo > a; touch .hid; ln -s d ld").await;
    let at_w = async |script: &str| shown(&world, &format!("cd /w; {script}")).await;
    assert_eq!(at_w("ls").await, "a\nb\nd\nld\n");
    assert_eq!(at_w("ls -A").await, ".hid\na\nb\nd\nld\n");
    assert_eq!(at_w("ls -a | head -3").await, ".\n..\n.hid\n");
    assert_eq!(at_w("ls -F").await, "a\nb\nd/\nld@\n");
    assert_eq!(at_w("ls -S a b").await, "b\na\n");
    assert_eq!(at_w("ls -r").await, "ld\nd\nb\na\n");
    assert_eq!(at_w("ls ld").await, "e\n");
    assert_eq!(at_w("ls -d */").await, "d/\nld/\n");
    assert_eq!(at_w("ls -R d").await, "d:\ne\n\nd/e:\n");
    assert_eq!(at_w("ls a d").await, "a\n\nd:\ne\n");
    assert_eq!(at_w("ls -m").await, "a, b, d, ld\n");
    assert_eq!(at_w("ls x; echo $?").await, "2\nls: cannot access 'x': No such file or directory\n");
    assert_eq!(at_w("mkdir loop; ln -s .. loop/up; ls -LR loop | wc -l").await, "2\n");
}

#[tokio::test]
async fn stat_knows_the_inode() {
    let world = World::of("debian");
    world.sh("echo abc > /a; ln /a /b; ln -s a /l; mkdir /d").await;
    assert_eq!(
        shown(&world, "stat -c '%n %s %a %A %h %U:%G %F' /a /d").await,
        "/a 4 644 -rw-r--r-- 2 root:root regular file\n/d 4096 755 drwxr-xr-x 2 root:root directory\n"
    );
    assert_eq!(
        shown(&world, "stat -c %N /l; stat -L -c %s /l; stat --printf '%s\\t%a\\n' /l").await,
        "'/l' -> 'a'\n4\n1\t777\n"
    );
    assert_eq!(shown(&world, "[ $(stat -c %i /a) = $(stat -c %i /b) ] && echo same").await, "same\n");
    assert_eq!(shown(&world, "stat -c %y /a").await, "2026-01-01 00:00:00.000000000 +0000\n");
    assert_eq!(shown(&world, "stat /x").await, "stat: cannot statx '/x': No such file or directory\n");
    assert!(shown(&world, "stat /a").await.contains("Access: (0644/-rw-r--r--)  Uid: (    0/    root)"));
}

#[tokio::test]
async fn links_share_or_point() {
    let world = World::of("debian");
    assert_eq!(shown(&world, "echo 1 > /a; ln /a /b; echo 2 > /b; cat /a; rm /a; cat /b").await, "2\n2\n");
    assert_eq!(
        shown(&world, "mkdir /d; ln -s /b /d; readlink /d/b; ln -sfv /x /d/b").await,
        "/b\n'/d/b' -> '/x'\n"
    );
    assert_eq!(shown(&world, "ln -s one /l; ln -sfn two /l; readlink /l").await, "two\n");
    assert_eq!(shown(&world, "ln /d /e").await, "ln: /d: hard link not allowed for directory\n");
    assert_eq!(shown(&world, "ln /b /b").await, "ln: failed to create hard link '/b': File exists\n");
    assert_eq!(shown(&world, "ln /no /e").await, "ln: failed to access '/no': No such file or directory\n");
}

#[tokio::test]
async fn processes_are_listed_in_the_usual_forms() {
    let world = World::of("debian");
    assert_eq!(
        shown(&world, "ps aux").await,
        "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n\
         root           1  0.0  0.0      0     0 ?        Ss   00:00   0:00 /sbin/init\n\
         root           7  0.0  0.0      0     0 ?        Rs   00:00   0:00 ps aux\n"
    );
    assert_eq!(shown(&world, "ps -o pid,comm -p 1").await, "    PID COMMAND\n      1 init\n");
    assert_eq!(shown(&world, "ps -o pid= -p 1").await, "      1\n");
    assert_eq!(world.sh("ps -p 999").await.2, 1);
}
