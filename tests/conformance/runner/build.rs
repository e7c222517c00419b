//! Embeds the scenario files, and writes the macro that makes one test of each scenario.
//!
//! The browser has no folder to read, so the files travel inside the test's binary; natively they travel the same way.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());

    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the scenarios folder")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();

    let mut files = String::new();
    let mut modules = String::new();
    for path in &paths {
        println!("cargo::rerun-if-changed={}", path.display());
        let stem = path.file_stem().unwrap().to_str().expect("an ASCII file name");
        let text = fs::read_to_string(path).expect("a readable scenario file");
        let path = fs::canonicalize(path).expect("an existing file");
        writeln!(files, "    ({stem:?}, include_str!({path:?})),").unwrap();

        let mut seen = BTreeSet::new();
        write!(modules, "            {} {{", identifier(stem)).unwrap();
        for name in names(stem, &text) {
            let test = identifier(&name);
            assert!(seen.insert(test.clone()), "{stem}.json holds two scenarios named {name:?}");
            write!(modules, " {test}").unwrap();
        }
        modules.push_str(" }\n");
    }

    let generated = format!(
        "/// Every scenario file: its name without `.json`, and its text.\n\
         pub(crate) static FILES: &[(&str, &str)] = &[\n{files}];\n\n\
         /// Calls the macro `$each` once with all scenarios, as `file {{ scenario scenario … }} file {{ … }}`, so that a\n\
         /// test target can make a module of each file and a test of each scenario.\n\
         #[macro_export]\n\
         macro_rules! for_each_scenario {{\n    ($each:ident) => {{\n        $each! {{\n{modules}        }}\n    }};\n}}\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("scenarios.rs"), generated)
        .expect("a writable OUT_DIR");
}

/// The names of the scenarios in a file, which holds one scenario or an array of them.
fn names(stem: &str, text: &str) -> Vec<String> {
    let value: serde_json::Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{stem}.json is not JSON: {error}"));
    let scenarios = match value {
        serde_json::Value::Array(scenarios) => scenarios,
        one => vec![one],
    };
    scenarios
        .iter()
        .map(|scenario| {
            scenario["name"].as_str().unwrap_or_else(|| panic!("{stem}.json: a scenario without a name"))
        })
        .map(str::to_owned)
        .collect()
}

include!("src/identifier.rs");
