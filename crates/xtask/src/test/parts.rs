//! The parts of `cargo xtask test`: a table of what each needs and runs.

use std::fs;
use std::path::{Path, PathBuf};

use super::ground::{Ground, Need, webdriver_settings};
use crate::error::{Error, Result};
use crate::format;
use crate::process::Job;
use crate::project;
use crate::tools::{Tool, npm, schemathesis};

/// Some tests that belong together and can be run alone.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    /// What it checks, in a few words.
    pub(crate) about: &'static str,
    pub(crate) needs: &'static [Need],
    pub(crate) checks: fn(&Ground) -> Result<Vec<Check>>,
}

/// One program to run.
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) job: Job,
    /// It runs tests, so it must run at least one.
    pub(crate) is_tests: bool,
}

const NPM: Need = Need::Tool(Tool::Npm);
const WASM: Need = Need::Tool(Tool::WasmTarget);
const BROWSER: Need = Need::Tool(Tool::Chromium);
const WASM_IN_BROWSER: [Need; 4] = [WASM, Need::Tool(Tool::WasmBindgen), Need::Tool(Tool::WasmPack), BROWSER];

/// In the order in which they are run: the quick ones first.
pub(crate) const PARTS: [Part; 15] = [
    Part {
        name: "format",
        about: "cargo fmt and prettier have nothing to change",
        needs: &[NPM],
        checks: formatting,
    },
    Part {
        name: "lint",
        about: "clippy (native and wasm) and tsc, no warnings",
        needs: &[NPM, WASM],
        checks: lint,
    },
    Part {
        name: "xtask",
        about: "the tasks themselves, and the arithmetic of the benchmarks",
        needs: &[],
        checks: tasks,
    },
    Part {
        name: "core",
        about: "the control plane",
        needs: &[],
        checks: |ground| cargo_test(ground, "sandbox-core"),
    },
    Part {
        name: "fs",
        about: "the filesystem",
        needs: &[],
        checks: |ground| cargo_test(ground, "sandbox-fs"),
    },
    Part {
        name: "store",
        about: "durability",
        needs: &[],
        checks: |ground| cargo_test(ground, "sandbox-store"),
    },
    Part {
        name: "shell",
        about: "exec and its programs",
        needs: &[],
        checks: |ground| cargo_test_without(ground, "sandbox-shell", "crates/shell", DIFFERENTIAL),
    },
    Part {
        name: "differential",
        about: "the shell beside this machine's bash and GNU tools",
        needs: &[Need::Tool(Tool::Manuals)],
        checks: differential,
    },
    Part { name: "backend", about: "the service and its routes", needs: &[], checks: backend },
    Part {
        name: "api",
        about: "the API on a socket, its OpenAPI document, and schemathesis on both",
        needs: &[Need::Tool(Tool::Schemathesis)],
        checks: api,
    },
    Part {
        name: "conformance",
        about: "the scenarios: native, HTTP, wasm in Node and in Chromium, SDK",
        needs: &[WASM, Need::Tool(Tool::WasmBindgen), Need::Tool(Tool::WasmPack), BROWSER, Need::Package],
        checks: conformance,
    },
    Part {
        name: "wasm",
        about: "the wasm crates in headless Chromium",
        needs: &WASM_IN_BROWSER,
        checks: wasm,
    },
    Part { name: "node", about: "the npm package in Node", needs: &[Need::Package], checks: node },
    Part {
        name: "packaging",
        about: "the packed npm package in projects of every kind",
        needs: &[Need::Package, BROWSER],
        checks: |ground| node_test(ground, "tests/packaging"),
    },
    Part {
        name: "browser",
        about: "the playground by real clicks",
        needs: &[Need::Site, BROWSER],
        checks: browser,
    },
];

fn formatting(_: &Ground) -> Result<Vec<Check>> {
    let rust = Job::cargo("cargo fmt").args(["fmt", "--all", "--check"]);
    Ok(vec![check("cargo fmt", rust), check("prettier", format::prettier("--check"))])
}

fn lint(_: &Ground) -> Result<Vec<Check>> {
    let clippy =
        |scope: &[&str]| Job::cargo("clippy").arg("clippy").args(scope).args(["--", "-D", "warnings"]);
    let native = ["--workspace", "--exclude", "sandbox-wasm", "--exclude", "playground", "--all-targets"];
    let for_wasm = ["--target", "wasm32-unknown-unknown"];
    // The two browser crates are for wasm alone. The store has parts that only wasm sees; its tests are native.
    let browser = [&["-p", "sandbox-wasm", "-p", "playground", "--all-targets"], &for_wasm[..]].concat();
    let store = [&["-p", "sandbox-store"], &for_wasm[..]].concat();
    let mut checks = vec![
        check("clippy", clippy(&native)),
        check("clippy for wasm", clippy(&browser)),
        check("clippy for wasm, the store", clippy(&store)),
    ];
    for config in files_below(&project::path("www"), &|name| name == "tsconfig.json") {
        let types = Job::new("tsc", npm::program("tsc")).args(["--noEmit", "-p"]).arg(&config);
        checks.push(check(&format!("tsc {}", project::shown(&config)), types));
    }
    Ok(checks)
}

fn tasks(ground: &Ground) -> Result<Vec<Check>> {
    let mut checks = cargo_test(ground, "xtask")?;
    checks.extend(node_test(ground, "tests/bench")?);
    Ok(checks)
}

fn cargo_test(ground: &Ground, package: &str) -> Result<Vec<Check>> {
    let job = Job::cargo("cargo test").args(["test", "--no-fail-fast", "-p", package]);
    Ok(vec![tests(&format!("cargo test -p {package}"), searching(ground, job))])
}

/// The tests of a crate without those of one target, which is a part of its own.
fn cargo_test_without(ground: &Ground, package: &str, folder: &str, target: &str) -> Result<Vec<Check>> {
    let mut job = Job::cargo("cargo test").args(["test", "--no-fail-fast", "-p", package, "--lib"]);
    for other in test_targets(folder) {
        if other != target {
            job = job.args(["--test", &other]);
        }
    }
    let examples = Job::cargo("cargo test").args(["test", "--no-fail-fast", "-p", package, "--doc"]);
    Ok(vec![
        tests(&format!("cargo test -p {package}"), searching(ground, job)),
        check("examples in its documentation", examples),
    ])
}

/// The server, the document, and requests made from the document: few, or with `--long` all that are promised.
fn api(ground: &Ground) -> Result<Vec<Check>> {
    let server = ["test", "--no-fail-fast", "-p", "sandbox-server", "--lib", "--bins", "--test", "socket"];
    let build = Job::cargo("cargo build").args(["build", "-p", "sandbox-server"]);
    let requests = if ground.long { "5000" } else { "1000" };
    let searching = Job::new("schemathesis", schemathesis::python())
        .arg(project::path("tests/api/run.py"))
        .arg(project::target().join(format!("debug/sandbox-server{}", std::env::consts::EXE_SUFFIX)))
        .args(["--requests", requests]);
    let valid = Job::new("openapi-spec-validator", schemathesis::python())
        .args(["-m", "openapi_spec_validator"])
        .arg(project::path("docs/openapi.json"));
    let mut checks = cargo_test(ground, "sandbox-openapi")?;
    checks.extend([
        check("the document is valid", valid),
        tests("cargo test -p sandbox-server", Job::cargo("cargo test").args(server)),
        check("the server", build),
        tests(&format!("schemathesis, {requests} requests"), searching),
    ]);
    Ok(checks)
}

fn differential(_: &Ground) -> Result<Vec<Check>> {
    let job = Job::cargo("cargo test").args(["test", "-p", "sandbox-shell", "--test", DIFFERENTIAL]);
    Ok(vec![tests("bash, GNU and ours", job)])
}

/// The name of the test target that compares the shell with the machine's.
const DIFFERENTIAL: &str = "differential";

/// The service's own tests; the scenarios are a part of their own.
fn backend(ground: &Ground) -> Result<Vec<Check>> {
    cargo_test_without(ground, "sandbox-backend", "crates/backend", CONFORMANCE)
}

/// The name of the test targets that run the scenarios.
const CONFORMANCE: &str = "conformance";

fn conformance(ground: &Ground) -> Result<Vec<Check>> {
    let runner = Job::cargo("cargo test").args(["test", "--no-fail-fast", "-p", "conformance"]);
    // Before the others: its transcripts are what those of Node are compared with.
    let native = Job::cargo("cargo test").args(["test", "-p", "sandbox-backend", "--test", CONFORMANCE]);
    let mut checks = vec![
        tests("the scenarios' runner", runner),
        tests("native router", native),
        tests("HTTP", Job::cargo("cargo test").args(["test", "-p", "sandbox-server", "--test", CONFORMANCE])),
        tests("wasm in headless Chromium", wasm_pack(ground, "crates/wasm", &[CONFORMANCE.to_owned()])?),
    ];
    checks.extend(node_test(ground, "tests/conformance")?);
    Ok(checks)
}

/// Every crate that has tests for a browser; the scenarios are a part of their own.
fn wasm(ground: &Ground) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for manifest in files_below(&project::path("crates"), &|name| name == "Cargo.toml") {
        let text = fs::read_to_string(&manifest).map_err(Error::io(&manifest))?;
        let Some(folder) = manifest.parent().map(project::shown) else { continue };
        if !text.lines().any(|line| line.starts_with("wasm-bindgen-test")) {
            continue;
        }
        let targets: Vec<String> = test_targets(&folder)
            .into_iter()
            .filter(|target| target != CONFORMANCE && for_browser(&folder, target))
            .collect();
        if !targets.is_empty() {
            checks.push(tests(&format!("wasm-pack test {folder}"), wasm_pack(ground, &folder, &targets)?));
        }
    }
    if checks.is_empty() {
        return Err(Error::Missing("No crate has tests for a browser.".into()));
    }
    Ok(checks)
}

/// `wasm-pack test --headless --chrome` with the browser and the tools of this machine.
fn wasm_pack(ground: &Ground, folder: &str, targets: &[String]) -> Result<Job> {
    let browser =
        ground.browser().ok_or_else(|| Error::Missing("There is no Chromium to test in.".into()))?;
    let mut job = Job::new("wasm-pack test", "wasm-pack")
        .args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"])
        .arg(&browser.driver)
        .arg(project::path(folder))
        // The profile of the engine in tests and in `serve`: its dependencies are compiled once for all of them.
        .args(["--profile", "wasm-dev"]);
    for target in targets {
        job = job.args(["--test", target]);
    }
    Ok(job
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", webdriver_settings(browser)?)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "600"))
}

fn node(ground: &Ground) -> Result<Vec<Check>> {
    node_test(ground, "tests/node")
}

fn browser(ground: &Ground) -> Result<Vec<Check>> {
    let on_the_site = |check: Check| Check { job: check.job.env("PLAYGROUND_DIR", ground.site()), ..check };
    Ok(node_test(ground, "tests/browser")?.into_iter().map(on_the_site).collect())
}

/// `node --test` over the files of a folder that end in `.test.mjs` (or `.js`, `.cjs`).
fn node_test(ground: &Ground, folder: &str) -> Result<Vec<Check>> {
    let is_test = |name: &str| [".test.mjs", ".test.js", ".test.cjs"].iter().any(|end| name.ends_with(end));
    let files = files_below(&project::path(folder), &is_test);
    if files.is_empty() {
        return Err(Error::Missing(format!("There are no tests in {folder}.")));
    }
    let mut job = Job::new("node --test", "node").args(["--test", "--test-reporter=spec"]).args(&files);
    if let Some(browser) = ground.browser() {
        job = job.env("CHROME_PATH", &browser.chromium);
    }
    Ok(vec![tests(&format!("node --test {folder}"), job)])
}

/// With `--long`, tests that search for counterexamples look at many more cases.
fn searching(ground: &Ground, job: Job) -> Job {
    if ground.long { job.env("PROPTEST_CASES", "20000") } else { job }
}

fn check(name: &str, job: Job) -> Check {
    Check { name: name.to_owned(), job, is_tests: false }
}

fn tests(name: &str, job: Job) -> Check {
    Check { name: name.to_owned(), job, is_tests: true }
}

/// The integration tests of a crate, by the names that `--test` takes.
fn test_targets(folder: &str) -> Vec<String> {
    let files = fs::read_dir(project::path(folder).join("tests")).into_iter().flatten();
    let mut names: Vec<String> = files
        .filter_map(|file| {
            let path = file.ok()?.path();
            let is_target =
                path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").exists();
            is_target.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
        })
        .collect();
    names.sort();
    names
}

/// The target's source uses the harness for browsers.
fn for_browser(folder: &str, target: &str) -> bool {
    let source = project::path(folder).join("tests").join(format!("{target}.rs"));
    fs::read_to_string(source).is_ok_and(|text| text.contains("wasm_bindgen_test"))
}

/// All files below a folder whose name is wanted, in order.
fn files_below(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_dir() {
            files.extend(wanted(&name).then_some(path));
        } else if !["node_modules", "dist", "target", "pkg"].contains(&name.as_str()) {
            files.extend(files_below(&path, wanted));
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_name_of_its_own() {
        let mut names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PARTS.len());
    }

    #[test]
    fn files_are_found_below_a_folder_in_order() {
        let found =
            files_below(&project::path("crates/xtask"), &|name| name == "counts.rs" || name == "args.rs");
        let shown: Vec<String> = found.iter().map(|path| project::shown(path)).collect();
        assert_eq!(shown, ["crates/xtask/src/args.rs", "crates/xtask/src/test/counts.rs"]);
    }
}
