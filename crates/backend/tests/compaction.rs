//! Compaction: whatever a cloud holds is there afterwards, whenever it stops, and contents come back from the store.

mod cloud;

use std::sync::Arc;

use sandbox_store::{Fault, FaultyStore, MemoryStore, Store, StoreError};
use serde_json::{Value, json};

use cloud::{call, create, exec, open_with};

/// Nothing stays in memory that need not, and the journal is compacted all the time.
fn forgetful() -> Value {
    json!({ "seed": 3, "storageLimits": { "loadedBytes": 0, "compactAtBytes": 1 } })
}

/// Files of all sizes, in many pieces, with links, holes and modes.
const FILL: &str = r#"
    cd /workspace
    mkdir -p a/b c
    for i in 1 2 3 4 5 6 7 8 9; do echo "small $i" > a/$i; done
    seq 1 30000 > c/large
    head -c 3000000 /dev/zero | tr '\0' x > c/huge
    seq 1 20000 >> c/huge
    truncate -s 50000000 c/sparse
    echo end >> c/sparse
    ln a/1 a/b/hard; ln -s ../c/large a/soft; chmod 640 a/2; touch -d @1000000000 a/3
    rm a/9; mv a/8 c/eight
    dd if=c/large of=c/large bs=1 seek=70000 count=5 conv=notrunc status=none
    echo outside > /var/outside
"#;

/// Everything one could tell two clouds apart by.
const LOOK: &str = r#"
    cd /workspace
    find . -printf '%p %y %m %s %n %l %T@ %b\n' | sort
    find . -type f | sort | xargs sha256sum
    cat /var/outside; df -k /workspace | tail -1
"#;

async fn compact(backend: &sandbox_backend::Backend) -> Value {
    let (status, sizes) = call(backend, "POST", "/api/v1/_mock/compact", Value::Null).await;
    assert_eq!(status, 200, "{sizes}");
    sizes
}

#[tokio::test]
async fn a_compacted_cloud_is_the_same() {
    let store = MemoryStore::new();
    let first = open_with(Arc::new(store.clone()), json!({ "seed": 3 })).await;
    let id = create(&first, "kept").await;
    exec(&first, &id, FILL).await;
    let looks = exec(&first, &id, LOOK).await;
    compact(&first).await;
    assert_eq!(exec(&first, &id, LOOK).await, looks);
    exec(&first, &id, "echo more >> /workspace/c/huge; rm /workspace/a/1").await;
    let later = exec(&first, &id, LOOK).await;

    let second = open_with(Arc::new(store.clone()), forgetful()).await;
    assert_eq!(exec(&second, &id, LOOK).await, later);
    compact(&second).await;
    compact(&second).await;
    assert_eq!(exec(&second, &id, LOOK).await, later);
    let third = open_with(Arc::new(store), json!({})).await;
    assert_eq!(exec(&third, &id, LOOK).await, later);
}

#[tokio::test]
async fn what_is_left_of_a_file_is_kept_although_its_segment_goes() {
    let store = MemoryStore::new();
    let backend = open_with(Arc::new(store.clone()), json!({ "seed": 3 })).await;
    let id = create(&backend, "kept").await;
    exec(&backend, &id, "seq 30000 > /workspace/long; seq 30000 > /workspace/other").await;
    compact(&backend).await;
    exec(&backend, &id, "truncate -s 9 /workspace/long; truncate -s 0 /workspace/other").await;
    compact(&backend).await;
    let next = open_with(Arc::new(store), forgetful()).await;
    assert_eq!(exec(&next, &id, "cat /workspace/long").await["stdout"], "1\n2\n3\n4\n5");
}

#[tokio::test]
async fn what_leaves_the_memory_comes_back() {
    let store = MemoryStore::new();
    let (plain, tight) = (
        open_with(Arc::new(MemoryStore::new()), json!({ "seed": 3 })).await,
        open_with(Arc::new(store.clone()), forgetful()).await,
    );
    let mut looks = Vec::new();
    for backend in [&plain, &tight] {
        let id = create(backend, "kept").await;
        for round in 0..3 {
            exec(backend, &id, &FILL.replace("seq 1 3", &format!("seq {round} 3"))).await;
            exec(
                backend,
                &id,
                "cd /workspace; rm -rf a c/eight; cat c/large c/huge > c/both; head -c 99 c/both > h",
            )
            .await;
        }
        let look = exec(backend, &id, "cd /workspace; find . -type f | sort | xargs sha256sum; cat h").await;
        looks.push(look["stdout"].as_str().unwrap().to_owned());
    }
    assert_eq!(looks[0], looks[1]);
}

#[tokio::test]
async fn whenever_it_fails_nothing_is_lost() {
    let original = MemoryStore::new();
    let backend = open_with(Arc::new(original.clone()), json!({ "seed": 3 })).await;
    let id = create(&backend, "kept").await;
    exec(&backend, &id, FILL).await;
    compact(&backend).await;
    exec(
        &backend,
        &id,
        "cp /workspace/c/huge /workspace/c/second; rm /workspace/c/large; seq 1 500 > /workspace/new",
    )
    .await;
    let looks = exec(&backend, &id, LOOK).await;
    let mut failures = 0;
    for commits in 0.. {
        let store = original.copy();
        let faulty = FaultyStore::new(Arc::new(store.clone()));
        let backend = open_with(Arc::new(faulty.clone()), json!({ "seed": 3 })).await;
        faulty.plant_at(faulty.writes() + commits, Fault::Refuse(StoreError::Full("planted".into())));
        let (status, answer) = call(&backend, "POST", "/api/v1/_mock/compact", Value::Null).await;
        // It goes on as if nothing had happened, and so does whoever comes after a crash.
        assert_eq!(exec(&backend, &id, LOOK).await["stdout"], looks["stdout"]);
        let next = open_with(Arc::new(store), forgetful()).await;
        assert_eq!(exec(&next, &id, LOOK).await["stdout"], looks["stdout"]);
        if status == 200 {
            break;
        }
        assert_eq!(answer["details"]["reason"], "storage_full");
        failures += 1;
    }
    assert!(failures >= 3, "contents, parts and the checkpoint itself are commits of their own");
}

#[tokio::test]
async fn what_nobody_needs_goes() {
    let backend = open_with(Arc::new(MemoryStore::new()), json!({ "seed": 3 })).await;
    let id = create(&backend, "kept").await;
    for round in 0..6 {
        let script =
            format!("cd /workspace; for i in {{1..40}}; do seq {round} 20000 > f$i; done; rm f*[37]");
        exec(&backend, &id, &script).await;
    }
    let sizes = compact(&backend).await;
    let (stored, live) = (sizes["storedBytes"].as_f64().unwrap(), sizes["liveBytes"].as_f64().unwrap());
    assert!(stored <= live * 1.3, "{stored} bytes for {live}");
}

#[tokio::test]
async fn requests_go_on_meanwhile() {
    let store = MemoryStore::new();
    let backend = open_with(Arc::new(store.clone()), forgetful()).await;
    let id = create(&backend, "kept").await;
    exec(&backend, &id, FILL).await;
    let writes = async {
        for step in 0..200 {
            exec(
                &backend,
                &id,
                &format!("echo {step} >> /workspace/log; cp /workspace/log /workspace/c/{step}"),
            )
            .await;
        }
    };
    let compactions = async {
        for _ in 0..20 {
            compact(&backend).await;
        }
    };
    futures_util::join!(writes, compactions);
    let looks = exec(&backend, &id, LOOK).await;
    let next = open_with(Arc::new(store) as Arc<dyn Store>, json!({})).await;
    assert_eq!(exec(&next, &id, LOOK).await["stdout"], looks["stdout"]);
    assert_eq!(exec(&next, &id, "wc -l < /workspace/log").await["stdout"], "200\n");
}
