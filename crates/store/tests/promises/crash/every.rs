//! Every workload of at most three operations, with every fault at every write, in the recovery as well.

use sandbox_store::{Fault, FaultyStore, MemoryStore, StoreError};

use super::{Run, Step};
use crate::support::now;

/// One operation, and whether it is made durable before the next.
#[derive(Debug, Clone, Copy)]
enum Operation {
    Do(Step, bool),
    Checkpoint,
}

fn operations() -> Vec<Operation> {
    let steps = [Step::Put(1), Step::PutApart(1), Step::PutApart(2), Step::Delete(1), Step::Import];
    let both = steps.into_iter().flat_map(|step| [Operation::Do(step, true), Operation::Do(step, false)]);
    both.chain([Operation::Checkpoint]).collect()
}

fn workloads() -> Vec<Vec<Operation>> {
    let mut all = Vec::new();
    let mut last = vec![Vec::new()];
    for _ in 0..3 {
        last = last
            .iter()
            .flat_map(|before: &Vec<Operation>| {
                operations().into_iter().map(|next| before.iter().copied().chain([next]).collect())
            })
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::Refuse(StoreError::Full("planted".into())),
        Fault::LoseReply(StoreError::Unknown("planted".into())),
        Fault::CutBefore,
        Fault::CutWithin(1),
        Fault::CutWithin(2),
        Fault::CutWithin(3),
        Fault::CutAfter,
    ]
}

/// Does the operations, then makes everything durable that is not yet.
fn work(run: &mut Run, operations: &[Operation]) {
    let flush = |run: &mut Run| {
        let point = run.now_at();
        // What fails once goes with the next attempt.
        if now(run.cloud.flush()).is_ok() {
            run.acknowledge(point);
        }
        now(run.cloud.let_go());
    };
    for operation in operations {
        match operation {
            Operation::Do(step, durable) => {
                run.step(*step);
                if *durable {
                    flush(run);
                }
            }
            Operation::Checkpoint => {
                let _fails_with_the_store = now(run.cloud.checkpoint());
                flush(run);
            }
        }
    }
    flush(run);
    flush(run);
}

/// Runs a workload with faults at some writes, and says how many writes it took.
fn run(operations: &[Operation], plan: &[(u64, Fault)]) -> Result<u64, String> {
    let disk = MemoryStore::new();
    let store = FaultyStore::new(std::sync::Arc::new(disk.clone()));
    for (write, fault) in plan {
        store.plant_at(*write, fault.clone());
    }
    if let Ok(mut run) = Run::begin(disk, store.clone()) {
        work(&mut run, operations);
        if !store.is_off() && run.acknowledged != run.now_at() {
            return Err("a fault that passed left something that cannot be made durable".into());
        }
        run.recover(|_| ())?;
        // The cloud is alive: it takes more, and keeps that as well.
        work(&mut run, &[Operation::Do(Step::PutApart(3), true), Operation::Checkpoint]);
        run.recover(|_| ())?;
    }
    Ok(store.writes())
}

#[test]
fn every_small_workload_survives_every_fault_at_every_write() {
    let mut runs = 0;
    for operations in workloads() {
        let writes = run(&operations, &[]).unwrap_or_else(|why| panic!("{operations:?}: {why}"));
        for first in 0..writes {
            for fault in faults() {
                let plan = [(first, fault)];
                runs += 1;
                if let Err(why) = run(&operations, &plan) {
                    panic!("{operations:?}\n{plan:?}: {why}");
                }
            }
        }
    }
    eprintln!("{runs} runs");
}

#[test]
fn every_small_workload_survives_a_second_power_cut_while_it_recovers() {
    let cuts = [Fault::CutBefore, Fault::CutWithin(1), Fault::CutWithin(2), Fault::CutAfter];
    let mut runs = 0;
    for operations in workloads().into_iter().filter(|operations| operations.len() <= 2) {
        let writes = run(&operations, &[]).unwrap_or_else(|why| panic!("{operations:?}: {why}"));
        for first in 0..writes {
            for (fault, again) in cuts.iter().flat_map(|fault| cuts.iter().map(move |again| (fault, again))) {
                for later in 1..4 {
                    let plan = [(first, fault.clone()), (first + later, again.clone())];
                    runs += 1;
                    if let Err(why) = run(&operations, &plan) {
                        panic!("{operations:?}\n{plan:?}: {why}");
                    }
                }
            }
        }
    }
    eprintln!("{runs} runs");
}

#[test]
fn an_early_acknowledgement_is_found() {
    let found = workloads().into_iter().find_map(|operations| {
        // The power goes before anything else is written.
        let disk = MemoryStore::new();
        let store = FaultyStore::new(std::sync::Arc::new(disk.clone()));
        let mut run = Run::begin(disk, store.clone()).expect("nothing fails yet");
        store.plant(Fault::AcknowledgeEarly);
        work(&mut run, &operations);
        store.cut();
        run.recover(|_| ()).err()
    });
    let why = found.expect("an early acknowledgement went unseen");
    assert!(why.contains("acknowledged was 1, found is 0"), "{why}");
}
