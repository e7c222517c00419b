//! npm without a registry: what it writes, what it prints, how it fails.

mod world;

use serde_json::{Value, json};
use world::{TestHost, World};

const SIMULATED: &str =
    "npm: simulated: nothing was downloaded, packages in node_modules are stand-ins (simulated sandbox)\n";

fn read(world: &World, path: &str) -> Value {
    serde_json::from_slice(&world.files.read(path).unwrap()).unwrap()
}

fn installed(counts: &str) -> (String, String, i32) {
    (format!("\n{counts} in 1s\n\nfound 0 vulnerabilities\n"), SIMULATED.to_owned(), 0)
}

#[tokio::test]
async fn an_install_leaves_what_npm_leaves() {
    let world = World::of("node:20");
    let answer = world.sh("mkdir /app; cd /app; npm install express").await;
    assert_eq!(answer, installed("added 1 package, and audited 2 packages"));
    assert_eq!(read(&world, "/app/package.json"), json!({ "dependencies": { "express": "^5.1.0" } }));
    let lock = read(&world, "/app/package-lock.json");
    assert_eq!((&lock["name"], &lock["lockfileVersion"]), (&json!("app"), &json!(3)));
    assert_eq!(lock["packages"][""]["dependencies"]["express"], "^5.1.0");
    assert_eq!(lock["packages"]["node_modules/express"]["version"], "5.1.0");
    let hidden = read(&world, "/app/node_modules/.package-lock.json");
    assert!(hidden["packages"].get("").is_none());
    let package = read(&world, "/app/node_modules/express/package.json");
    assert_eq!((&package["name"], &package["version"]), (&json!("express"), &json!("5.1.0")));
    assert!(world.files.exists("/app/node_modules/express/index.js"));
}

#[tokio::test]
async fn installs_add_up() {
    let world = World::of("node:20");
    world.sh("mkdir /app && cd /app && npm init -y && npm i lodash@4.17.20 && npm i -D @types/node@20").await;
    assert_eq!(world.sh("cd /app; npm i").await, installed("up to date, audited 3 packages"));
    assert_eq!(
        world.sh("cd /app; npm i lodash@4.17.21").await,
        installed("changed 1 package, and audited 3 packages")
    );
    let manifest = read(&world, "/app/package.json");
    assert_eq!(manifest["dependencies"], json!({ "lodash": "^4.17.21" }));
    assert_eq!(manifest["devDependencies"], json!({ "@types/node": "^20.19.17" }));
    assert_eq!(
        world.sh("cd /app; npm ls").await.0,
        "app@1.0.0 /app\n+-- @types/node@20.19.17\n`-- lodash@4.17.21\n\n"
    );
    assert_eq!(
        world.sh("cd /app; npm rm lodash").await,
        installed("removed 1 package, and audited 2 packages")
    );
    assert!(!world.files.exists("/app/node_modules/lodash"));
    assert!(read(&world, "/app/package.json").get("dependencies").is_none());
}

#[tokio::test]
async fn what_is_installed_is_listed_also_as_json() {
    let world = World::of("node:20");
    world
        .sh("mkdir /app && cd /app && npm init -y && npm i lodash@4.17.21 && npm i --no-save koa@3.0.1")
        .await;
    let (stdout, stderr, code) = world.sh("cd /app; npm list --json").await;
    // As npm 10 and 11 print it, but for what a registry would add.
    let expected = r#"{
  "version": "1.0.0",
  "name": "app",
  "problems": [
    "extraneous: koa@3.0.1 /app/node_modules/koa"
  ],
  "dependencies": {
    "koa": {
      "version": "3.0.1",
      "overridden": false,
      "extraneous": true,
      "problems": [
        "extraneous: koa@3.0.1 /app/node_modules/koa"
      ]
    },
    "lodash": {
      "version": "4.17.21",
      "overridden": false
    }
  }
}
"#;
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (expected, "", 0));
    let of = async |command: &str| {
        let (stdout, _, code) = world.sh(&format!("cd /app; {command}")).await;
        (stdout, code)
    };
    assert_eq!(of("npm ls lodash").await, ("app@1.0.0 /app\n`-- lodash@4.17.21\n\n".to_owned(), 0));
    assert_eq!(of("npm ls nope").await, ("app@1.0.0 /app\n`-- (empty)\n\n".to_owned(), 1));
    let nothing = "{\n  \"version\": \"1.0.0\",\n  \"name\": \"app\"\n}\n";
    assert_eq!(of("npm ls --json nope").await, (nothing.to_owned(), 1));
    assert_eq!(of("mkdir /empty; cd /empty; npm ls --json").await, ("{}\n".to_owned(), 0));
    assert_eq!(of("cd /empty; npm ls").await, ("/empty\n`-- (empty)\n\n".to_owned(), 0));
}

#[tokio::test]
async fn what_is_missing_is_listed_as_a_problem() {
    let world = World::of("node:20");
    let manifest = r#"{"name":"app","version":"1.0.0","dependencies":{"b":"^3.0.0"},"devDependencies":{"a":"^1.0.0"},"optionalDependencies":{"c":"2"}}"#;
    world.files.mkdir("/app", 0o755, sandbox_fs::Timestamp(0)).unwrap();
    world.files.write("/app/package.json", manifest, sandbox_fs::Timestamp(0)).unwrap();
    let problems = ["missing: a@^1.0.0, required by app@1.0.0", "missing: b@^3.0.0, required by app@1.0.0"];
    let told = format!("npm error code ELSPROBLEMS\nnpm error {}\nnpm error {}\n", problems[0], problems[1]);
    assert_eq!(
        world.sh("cd /app; npm ls").await,
        (
            "app@1.0.0 /app\n+-- UNMET DEPENDENCY a@^1.0.0\n+-- UNMET DEPENDENCY b@^3.0.0\n`-- UNMET OPTIONAL DEPENDENCY c@2\n\n".to_owned(),
            told.clone(),
            1
        )
    );
    let (stdout, stderr, code) = world.sh("cd /app; npm ls --json").await;
    assert_eq!((stderr, code), (told, 1));
    assert_eq!(
        serde_json::from_str::<Value>(&stdout).unwrap(),
        json!({
            "version": "1.0.0",
            "name": "app",
            "problems": problems,
            "dependencies": {
                "a": { "required": "^1.0.0", "missing": true, "problems": [problems[0]] },
                "b": { "missing": true, "problems": [problems[1]] },
                "c": {},
            },
            "error": { "code": "ELSPROBLEMS", "summary": problems.join("\n"), "detail": "" },
        })
    );
}

#[tokio::test]
async fn a_fresh_checkout_installs_from_its_manifest() {
    let world = World::of("node:20");
    let manifest = r#"{"name":"x","version":"2.0.0","dependencies":{"zod":"^3.0.0"},"devDependencies":{"vite":"~5.4.0"}}"#;
    world.files.mkdir("/app", 0o755, sandbox_fs::Timestamp(0)).unwrap();
    world.files.write("/app/package.json", manifest, sandbox_fs::Timestamp(0)).unwrap();
    assert_eq!(world.sh("cd /app; npm ls").await.2, 1);
    assert_eq!(world.sh("cd /app; npm install").await, installed("added 2 packages, and audited 3 packages"));
    assert_eq!(
        world.files.read("/app/package.json").unwrap(),
        manifest,
        "an install without names leaves it as it is"
    );
    assert_eq!(read(&world, "/app/node_modules/zod/package.json")["version"], "3.25.76");
    world.sh("cd /app; npm ci --omit=dev").await;
    assert!(!world.files.exists("/app/node_modules/vite"));
}

#[tokio::test]
async fn bad_names_are_refused_and_change_nothing() {
    let world = World::of("node:20");
    world.sh("mkdir /app").await;
    let (stdout, stderr, code) = world.sh("cd /app; npm install express 'Bad Name'").await;
    assert_eq!((stdout.as_str(), code), ("", 1));
    assert!(
        stderr.starts_with("npm error code EINVALIDPACKAGENAME\nnpm error Invalid package name \"Bad Name\""),
        "{stderr}"
    );
    assert!(world.sh("cd /app; npm install Express").await.1.starts_with("npm error code E404\n"));
    assert_eq!(world.sh("ls -A /app").await.0, "");
    world.sh("echo '{' > /app/package.json").await;
    assert!(world.sh("cd /app; npm install").await.1.starts_with("npm error code EJSONPARSE\n"));
}

#[tokio::test]
async fn a_full_volume_is_left_as_it_was() {
    let host = TestHost::virtual_clock(1);
    let world = World::with(host, "node:20", &[], Some(48 * 1024));
    world.sh("cd /workspace; npm init -y; npm i lodash").await;
    let before = world.sh("cd /workspace; find . | sort; cat package.json package-lock.json").await.0;
    let (stdout, stderr, code) = world.sh("cd /workspace; npm i react vue chalk axios koa").await;
    assert_eq!((stdout.as_str(), code), ("", 228));
    assert!(stderr.starts_with("npm error code ENOSPC\n"), "{stderr}");
    assert!(stderr.contains("ENOSPC: no space left on device, write"));
    let after = world.sh("cd /workspace; find . | sort; cat package.json package-lock.json").await.0;
    assert_eq!(before, after);
}

#[tokio::test]
async fn scripts_are_run_for_real() {
    let world = World::of("node:20");
    world.sh("mkdir /app; cd /app; npm init -y").await;
    let (stdout, _, code) = world.sh("cd /app; npm test").await;
    assert_eq!(code, 1);
    assert!(
        stdout.starts_with(
            "\n> app@1.0.0 test\n> echo \"Error: no test specified\" && exit 1\n\nError: no test"
        )
    );
    let manifest = r#"{"name":"app","scripts":{"prebuild":"echo before","build":"echo built > out; pwd"}}"#;
    world.files.write("/app/package.json", manifest, sandbox_fs::Timestamp(0)).unwrap();
    let (stdout, _, code) = world.sh("mkdir /app/sub; cd /app/sub; npm run -s build").await;
    assert_eq!((stdout.as_str(), code), ("before\n/app\n", 0));
    assert_eq!(world.sh("cat /app/out").await.0, "built\n");
    let (_, stderr, code) = world.sh("cd /app; npm run nothing").await;
    assert_eq!(code, 1);
    assert!(stderr.starts_with("npm error Missing script: \"nothing\"\n"), "{stderr}");
}

#[tokio::test]
async fn versions_are_the_images() {
    assert_eq!(World::of("node:20").sh("npm --version").await.0, "10.8.2\n");
    let (_, stderr, _) = World::of("node:16").sh("npm run x").await;
    assert!(stderr.starts_with("npm ERR! code ENOENT\n"), "{stderr}");
}
