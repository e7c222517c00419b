//! Commands that take long run on a thread of their own, and nobody can tell by what they do.

mod world;

use std::sync::atomic::Ordering;

use world::{TestHost, World};

/// Makes the files that the scripts below read.
const PREPARE: &str =
    "mkdir -p /d/sub && cd /d && seq 40000 > n && seq 40000 | sort -r > r && echo small > sub/s";

/// Each is run without threads and with them, in `/d`, and leaves the same behind.
const SCRIPTS: &[&str] = &[
    "sort n | tail -1; sort -rn n | head -1; sort -o n n; tail -1 n",
    "tsort n | tail -1; seq 40000 | tsort | wc -l; tsort sub/s; echo $?",
    "tsort n r | tail -1; tsort /nowhere; echo $?",
    "pr n | tail -1; pr -t -3 n | head -2; pr /nowhere; echo $?",
    "iconv -f utf-8 -t latin1 n | tail -1; iconv -f utf-8 -t utf-16 n | od -c | tail -1",
    "bzip2 -k n && bunzip2 -c n.bz2 | tail -1; bzcat n.bz2 | cmp - n; ls",
    "seq 40000 | bzip2 | bunzip2 | tail -1",
    "cd sub; pr ../n | tail -1; tsort ../n | tail -1; pwd",
    "cat n | iconv -f latin1 -t utf-8 | wc -l; iconv -f bogus n; echo $?",
    "sed -n '$p' n; sed -i 's/^1$/one/' n; head -1 n; stat -c '%a %n' n; ls",
    "sed ':a;N;$!ba;s/\\n/,/g' sub/s n | cut -c1-20",
    "printf 'a\\nb\\n' | sed ':x; s/a/b/; tx'",
    "uniq -c n | tail -1; cut -c1 n | uniq | head -2 | paste -s",
    "gzip -k n && gunzip -c n.gz | cmp - n && zcat n.gz | tail -1; ls",
    "sha256sum n | cut -c1-16; md5sum < n | cut -c1-16; base64 n | tail -1",
    "tar cf t.tar n r sub && tar tf t.tar && mkdir x && tar xf t.tar -C x && diff -r sub x/sub && ls x",
    "diff n r | wc -l; comm -12 <(sort n) <(sort r) | wc -l",
    "sort n /nowhere; echo $?",
    "sort --bogus n; echo $?",
    "cat n r | sort -u | wc -l",
    "sort n > /d/sorted; x=$(sort -r n | head -1); echo $x; tail -1 < sorted",
    "split -l 20000 n part-; ls; tac n | head -1; od -c n | tail -1; nl n | tail -1",
    "cd sub; sort ../n | head -1; pwd",
    "chmod 000 n; ln -s n link; sort link | tail -1; ls -l link | cut -c1-10",
];

#[tokio::test]
async fn a_thread_changes_nothing_but_who_waits() {
    let threads = TestHost::with_threads();
    for script in SCRIPTS {
        let script = format!("{PREPARE}; {script}");
        let alone = World::on(TestHost::real_clock(), "node:20").sh(&script).await;
        let beside = World::on(threads.clone(), "node:20").sh(&script).await;
        assert_eq!(beside, alone, "{script}");
    }
    let threads = threads.threads.as_ref().unwrap();
    let started = threads.started.load(Ordering::Relaxed);
    assert!(started <= 3, "{started} threads for one command after the other");
}

#[tokio::test]
async fn what_is_quickly_done_needs_no_thread() {
    let host = TestHost::with_threads();
    let world = World::on(host.clone(), "node:20");
    let quick = "seq 10 > n; sort n | awk '{ print $1 }' | sed s/1/2/ | uniq | md5sum; tar cf t n; diff n n";
    assert_eq!(world.sh(quick).await.2, 0);
    assert_eq!(host.threads.as_ref().unwrap().started.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_another_program_of_ours_is_run_by_stays() {
    let world = World::on(TestHost::with_threads(), "node:20");
    let script = "awk 'BEGIN { for (;;) { system(\"ps -o comm= | head -1\"); exit } }'";
    let alone = World::on(TestHost::real_clock(), "node:20").sh(script).await;
    assert_eq!(world.sh(script).await, alone);
}
