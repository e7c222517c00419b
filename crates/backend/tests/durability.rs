//! What an answer promises: whatever was acknowledged is there when another engine opens the same store.

mod cloud;

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use sandbox_backend::Backend;
use sandbox_store::{Fault, FaultyStore, MemoryStore, StoreError};
use serde_json::{Value, json};

use cloud::{call, create, exec, open_with, send};

async fn open(store: &MemoryStore) -> Backend {
    open_with(Arc::new(store.clone()), json!({ "seed": 7, "clock": 1_767_225_600_000_u64 })).await
}

#[tokio::test]
async fn sandboxes_volumes_and_files_of_both_survive_the_engine() {
    let store = MemoryStore::new();
    let first = open(&store).await;
    let id = create(&first, "kept").await;
    exec(&first, &id, "echo on the volume > /workspace/a; echo outside > /var/b; ln -s a /workspace/l").await;
    let before = call(&first, "GET", "/api/v1/sandboxes", Value::Null).await;

    let second = open(&store).await;
    assert_eq!(call(&second, "GET", "/api/v1/sandboxes", Value::Null).await, before);
    let seen = exec(&second, &id, "cat /workspace/l /var/b").await;
    assert_eq!(seen["stdout"], "on the volume\noutside\n");
    let (_, info) = call(&second, "GET", "/api/v1/_mock/info", Value::Null).await;
    assert_eq!((&info["epoch"], &info["processesLost"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn an_engine_that_was_replaced_acknowledges_nothing_more() {
    let store = MemoryStore::new();
    let old = open(&store).await;
    let id = create(&old, "kept").await;
    let new = open(&store).await;
    let (status, answer) =
        call(&old, "PUT", &format!("/api/v1/sandboxes/{id}/files?path=/workspace/x"), json!("late")).await;
    assert_eq!((status, &answer["details"]["reason"]), (503, &json!("storage_failed")));
    assert_eq!(exec(&new, &id, "ls /workspace").await["stdout"], "");
}

#[tokio::test]
async fn a_full_store_is_an_error_to_the_caller_and_loses_nothing() {
    let store = MemoryStore::new();
    let faulty = FaultyStore::new(Arc::new(store.clone()));
    let backend = open_with(Arc::new(faulty.clone()), json!({})).await;
    let id = create(&backend, "kept").await;
    faulty.plant(Fault::Refuse(StoreError::Full("planted".into())));
    let path = format!("/api/v1/sandboxes/{id}/files?path=/workspace/x");
    let (status, answer) = call(&backend, "PUT", &path, json!("contents")).await;
    assert_eq!((status, &answer["details"]["reason"]), (507, &json!("storage_full")));
    faulty.plant(Fault::None);
    exec(&backend, &id, "true").await;
    let next = open_with(Arc::new(store), json!({})).await;
    assert_eq!(exec(&next, &id, "cat /workspace/x").await["stdout"], "\"contents\"");
}

/// What a crash right after each acknowledgement leaves: true where all that was acknowledged is there.
async fn keeps_its_promise(fault: Fault) -> bool {
    let store = MemoryStore::new();
    let faulty = FaultyStore::new(Arc::new(store.clone()));
    let backend = open_with(Arc::new(faulty.clone()), json!({ "seed": 1 })).await;
    let id = create(&backend, "kept").await;
    faulty.plant(fault);
    for step in 0..5 {
        exec(&backend, &id, &format!("echo {step} >> /workspace/log")).await;
        let after_crash = open_with(Arc::new(store.copy()), json!({ "seed": 1 })).await;
        let expected: String = (0..=step).map(|step| format!("{step}\n")).collect();
        if exec(&after_crash, &id, "cat /workspace/log").await["stdout"] != expected {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn acknowledged_is_durable() {
    assert!(keeps_its_promise(Fault::None).await);
}

#[tokio::test]
async fn the_durability_test_finds_an_early_acknowledgement() {
    assert!(!keeps_its_promise(Fault::AcknowledgeEarly).await);
}

#[tokio::test]
async fn a_stop_that_passed_while_nobody_ran_the_cloud_has_happened() {
    let store = MemoryStore::new();
    let first = open(&store).await;
    let id = create(&first, "kept").await;
    let later = json!({ "seed": 7, "clock": 1_767_225_600_000_u64 + 600_000 });
    let second = open_with(Arc::new(store), later).await;
    let (_, answer) = call(&second, "GET", &format!("/api/v1/sandboxes/{id}"), Value::Null).await;
    assert_eq!(answer["sandbox"]["state"], "stopped");
    let (_, volume) = call(&second, "GET", "/api/v1/volumes/kept", Value::Null).await;
    assert_eq!(volume["volume"]["attachedTo"], Value::Null);
}

#[tokio::test]
async fn a_virtual_sleep_past_the_end_stops_the_sandbox_under_the_command() {
    let backend = open(&MemoryStore::new()).await;
    let id = create(&backend, "kept").await;
    call(&backend, "PATCH", &format!("/api/v1/sandboxes/{id}/timeout"), json!({ "timeoutMs": 5_000 })).await;
    let path = format!("/api/v1/sandboxes/{id}/exec");
    let (status, answer) = call(&backend, "POST", &path, json!({ "command": "sleep 10; echo never" })).await;
    assert_eq!((status, &answer["details"]["reason"]), (400, &json!("sandbox_stopped")), "{answer}");
}

#[tokio::test]
async fn a_saved_cloud_loads_into_another_and_a_damaged_one_changes_nothing() {
    let first = open(&MemoryStore::new()).await;
    let id = create(&first, "kept").await;
    exec(&first, &id, "echo hello > /workspace/a").await;
    let saved = send(&first, "GET", "/api/v1/_mock/state", Bytes::new()).await;
    let file = saved.into_body().collect().await.unwrap().to_bytes();

    let store = MemoryStore::new();
    let second = open(&store).await;
    let other = create(&second, "other").await;
    let mut damaged = file.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    let refused = send(&second, "PUT", "/api/v1/_mock/state", damaged).await;
    assert_eq!(refused.status(), 400);
    exec(&second, &other, "true").await;

    assert_eq!(send(&second, "PUT", "/api/v1/_mock/state", file).await.status(), 204);
    assert_eq!(exec(&second, &id, "cat /workspace/a").await["stdout"], "hello\n");
    let reopened = open(&store).await;
    assert_eq!(exec(&reopened, &id, "cat /workspace/a").await["stdout"], "hello\n");
    assert_eq!(send(&reopened, "DELETE", "/api/v1/_mock/state", Bytes::new()).await.status(), 204);
    let (_, emptied) = call(&open(&store).await, "GET", "/api/v1/volumes", Value::Null).await;
    assert_eq!(emptied, json!({ "volumes": [] }));
}

#[tokio::test]
async fn a_long_journal_is_replaced_by_a_snapshot_that_holds_the_same() {
    let store = MemoryStore::new();
    let backend = open(&store).await;
    let id = create(&backend, "kept").await;
    let path = format!("/api/v1/sandboxes/{id}/files?path=/workspace/big");
    let contents = vec![b'x'; 9 << 20];
    for _ in 0..4 {
        assert_eq!(send(&backend, "PUT", &path, contents.clone()).await.status(), 200);
    }
    let kept: usize = store.records().values().map(bytes::Bytes::len).sum();
    assert!(kept < 30 << 20, "{kept} bytes are kept for a file of 9 MiB");
    assert_eq!(exec(&open(&store).await, &id, "wc -c < /workspace/big").await["stdout"], "9437184\n");
}

#[tokio::test]
async fn two_runs_with_one_seed_and_clock_leave_the_same_journal() {
    let mut journals = Vec::new();
    for _ in 0..2 {
        let store = MemoryStore::new();
        let backend = open(&store).await;
        let id = create(&backend, "kept").await;
        exec(&backend, &id, "date; echo $RANDOM > /workspace/r; sleep 3; mktemp -d; npm install express")
            .await;
        call(&backend, "DELETE", &format!("/api/v1/sandboxes/{id}"), Value::Null).await;
        journals.push(store.records());
    }
    assert_eq!(journals[0], journals[1]);
    assert!(!journals[0].is_empty());
}
