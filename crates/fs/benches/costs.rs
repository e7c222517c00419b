//! What operations cost: `cargo bench -p sandbox-fs`. Each line is the median of several rounds, per operation.

use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sandbox_fs::{Base, ChangeLog, Namespace, Timestamp, Tree};

const NOW: Timestamp = Timestamp(0);
const ROUNDS: usize = 9;

/// Runs `operation` `count` times on a fresh world in each round.
fn measure<W>(name: &str, count: u32, world: impl Fn() -> W, mut operation: impl FnMut(&mut W, u32)) {
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let mut world = world();
            let start = Instant::now();
            for number in 0..count {
                operation(&mut world, number);
            }
            start.elapsed() / count
        })
        .collect();
    rounds.sort();
    println!("{name:<62} {:>10.3} µs", rounds[ROUNDS / 2].as_secs_f64() * 1e6);
}

fn image(files: u32) -> Arc<Base> {
    let file = |builder: sandbox_fs::BaseBuilder, number| {
        builder.file(&format!("/usr/lib/{}/{number}", number % 10), 0o644, vec![0; 1000])
    };
    (0..files).fold(Base::builder(), file).build().expect("a valid image")
}

fn empty() -> (Namespace, ChangeLog) {
    let log = ChangeLog::new();
    let tree = Tree::new("tree".into(), Some(100 << 30), log.clone(), NOW);
    (Namespace::new(Arc::new(Mutex::new(tree))), log)
}

/// A sandbox's root with a volume at `/work`, holding one file of that size.
fn sandbox(base: &Arc<Base>, size: usize) -> (Namespace, ChangeLog) {
    let log = ChangeLog::new();
    let shared = |tree| Arc::new(Mutex::new(tree));
    let fs = Namespace::new(shared(Tree::from_base(base, "root".into(), None, log.clone(), NOW)));
    let volume = Tree::new("volume".into(), Some(1 << 30), log.clone(), NOW);
    fs.mount("/work", shared(volume), NOW).expect("a free place");
    fs.mkdir_all("/work/a/b/c", 0o755, NOW).expect("room");
    fs.write("/work/a/b/c/file", vec![7; size], NOW).expect("room");
    log.drain();
    (fs, log)
}

fn main() {
    let base = image(300);
    measure(
        "a tree over a base of 300 files",
        1000,
        || (),
        |(), _| {
            black_box(Tree::from_base(&base, "root".into(), None, ChangeLog::new(), NOW));
        },
    );
    measure(
        "stat, five names deep, in a mount",
        10_000,
        || sandbox(&base, 100),
        |(fs, _), _| {
            black_box(fs.stat("/work/a/b/c/file")).expect("a file");
        },
    );
    measure(
        "read 10 MB whole",
        1000,
        || sandbox(&base, 10_000_000),
        |(fs, _), _| {
            black_box(fs.read("/work/a/b/c/file")).expect("a file");
        },
    );
    measure(
        "replace 1 KB",
        10_000,
        || sandbox(&base, 1000),
        |(fs, _), _| {
            fs.write("/work/a/b/c/file", vec![1; 1000], NOW).expect("room");
        },
    );
    for (name, size) in [("1 KB", 1000), ("10 MB", 10_000_000)] {
        measure(
            &format!("append 10 bytes to a file of {name}"),
            10_000,
            || sandbox(&base, size),
            |(fs, _), _| {
                fs.append("/work/a/b/c/file", "0123456789", NOW).expect("room");
            },
        );
        measure(
            &format!("append 10 bytes to {name}, read whole after each"),
            50,
            || sandbox(&base, size),
            |(fs, _), _| {
                fs.append("/work/a/b/c/file", "0123456789", NOW).expect("room");
                black_box(fs.read("/work/a/b/c/file")).expect("a file");
            },
        );
    }
    measure(
        "write 4 KB somewhere in 10 MB",
        10_000,
        || sandbox(&base, 10_000_000),
        |(fs, _), number| {
            let offset = u64::from(number.wrapping_mul(2_654_435_761) % 9_990_000);
            fs.write_at("/work/a/b/c/file", offset, vec![1; 4096], NOW).expect("room");
        },
    );
    for count in [1_000, 100_000] {
        measure(&format!("create one of {count} files in a directory"), count, empty, |(fs, _), number| {
            fs.write(&format!("/{number}"), "1", NOW).expect("room");
        });
    }
    let full = || {
        let (fs, log) = empty();
        for number in 0..10_000 {
            fs.mkdir_all(&format!("/d/{}", number % 100), 0o755, NOW).expect("room");
            fs.write(&format!("/d/{}/{number}", number % 100), "1", NOW).expect("room");
        }
        (fs, log)
    };
    measure("remove a directory with 10,000 files", 1, full, |(fs, _), _| {
        fs.remove_all("/d", NOW).expect("a directory")
    });
    measure("list a directory of 100 files", 100, full, |(fs, _), _| {
        black_box(fs.read_dir("/d/7")).expect("a directory");
    });
}
