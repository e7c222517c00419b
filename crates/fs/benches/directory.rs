//! What a file costs in a directory of 10,000 beside one of 100: `cargo bench -p sandbox-fs --bench directory`. Every
//! line is the best of several rounds, per file; the promise is a ratio of 1.3 at most.

use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sandbox_fs::{ChangeLog, Namespace, Timestamp, Tree};

const NOW: Timestamp = Timestamp(0);
const ROUNDS: usize = 25;
const SMALL: usize = 100;
const LARGE: usize = 10_000;

/// Which of them.
type Part = fn(&Costs) -> Duration;

/// The time for all files, of each of the three.
struct Costs {
    create: Duration,
    list: Duration,
    remove: Duration,
}

/// Does everything in one directory, as often as it takes for `LARGE` files altogether.
fn round(files: usize) -> Costs {
    let mut costs = Costs { create: Duration::ZERO, list: Duration::ZERO, remove: Duration::ZERO };
    let timed = |sum: &mut Duration, work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        *sum += start.elapsed();
    };
    for _ in 0..LARGE / files {
        let log = ChangeLog::new();
        let tree = Tree::new("tree".into(), None, log.clone(), NOW);
        let fs = Namespace::new(Arc::new(Mutex::new(tree)));
        fs.mkdir("/directory", 0o755, NOW).expect("room");
        let paths: Vec<String> = (0..files).map(|number| format!("/directory/file-{number:05}")).collect();
        timed(&mut costs.create, &mut || {
            for paths in paths.chunks(SMALL) {
                for path in paths {
                    fs.write(path, "contents", NOW).expect("room");
                }
                // As whoever keeps the log does it from time to time.
                log.drain();
            }
        });
        timed(&mut costs.list, &mut || {
            black_box(fs.read_dir("/directory")).expect("a directory");
        });
        timed(&mut costs.remove, &mut || {
            for paths in paths.chunks(SMALL) {
                for path in paths {
                    fs.unlink(path, NOW).expect("a file");
                }
                log.drain();
            }
        });
    }
    costs
}

/// The best round: what else the machine does only adds.
fn best(rounds: &[Costs], of: Part) -> f64 {
    rounds.iter().map(of).min().unwrap_or_default().as_secs_f64() / LARGE as f64 * 1e9
}

fn main() {
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        // In turns, so that what else the machine does meets both.
        rounds[0].push(round(SMALL));
        rounds[1].push(round(LARGE));
    }
    println!("{:<8} {SMALL:>10} {LARGE:>10}   ratio   (ns a file)", "");
    let rows: [(&str, Part); 3] =
        [("create", |costs| costs.create), ("list", |costs| costs.list), ("remove", |costs| costs.remove)];
    for (name, of) in rows {
        let [small, large] = [best(&rounds[0], of), best(&rounds[1], of)];
        println!("{name:<8} {small:>10.0} {large:>10.0} {:>7.2}", large / small);
    }
}
