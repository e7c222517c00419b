//! Two runs with one seed and one clock are the same to the byte, in their answers and in their changes.

mod world;

use world::{TestHost, World};

const SCRIPTS: &[&str] = &[
    "date; date +%s.%N; sleep 3; date +%s; echo $RANDOM $RANDOM; bash -c 'echo $RANDOM'",
    "mktemp; mktemp -d; mktemp -u; f=$(mktemp /tmp/x.XXXXXX); echo a > $f; echo $f",
    "seq 20 | shuf | tr '\\n' ' '; shuf -n 2 -i 1-100; shuf -e a b c; uuidgen",
    "cat /proc/sys/kernel/random/uuid; head -c 8 /dev/urandom | od -An -tx1",
    "mkdir /w; cd /w; echo abc > f; sed -i s/b/x/ f; touch t; cp f g; ls -l --full-time; stat -c '%Y %n' *",
    "sleep 2 & sleep 1 & wait; date +%T; ps aux; env | sort; set | sort | head -50",
    "cd /w; npm init -y; npm i express; find . | sort",
    "for i in 1 2 3; do echo $i > /w/$i; sleep 1; done; find /w -newer /w/1 | sort",
    "declare -A m=([a]=1 [b]=2 [c]=3 [d]=4); echo ${!m[@]}; awk 'BEGIN { a[1];a[2];a[3]; for (k in a) print k }'",
];

async fn transcript(seed: u64) -> String {
    let world = World::on(TestHost::virtual_clock(seed), "node:20");
    let mut transcript = String::new();
    for script in SCRIPTS {
        let (stdout, stderr, code) = world.sh(script).await;
        transcript.push_str(&format!("$ {script}\n{stdout}{stderr}[{code}]\n"));
    }
    for change in world.log.drain() {
        transcript.push_str(&format!("{change:?}\n"));
    }
    transcript
}

#[tokio::test]
async fn one_seed_gives_one_transcript() {
    let (first, second) = (transcript(7).await, transcript(7).await);
    for (first, second) in first.lines().zip(second.lines()) {
        assert_eq!(first, second);
    }
    assert_eq!(first.len(), second.len());
}

#[tokio::test]
async fn another_seed_gives_another() {
    assert_ne!(transcript(7).await, transcript(8).await);
}
