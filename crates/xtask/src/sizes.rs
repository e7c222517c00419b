//! How many bytes users download: a table of raw, gzip and brotli sizes, and the budgets that hold.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::process::Job;

/// A limit on the brotli size of some files together.
pub(crate) struct Budget {
    name: &'static str,
    /// In bytes.
    limit: u64,
    /// The files that count, of a site in this folder.
    files: fn(&Path, &[Size]) -> Result<Vec<String>>,
}

impl Budget {
    /// The engine, loaded with a progress bar when first needed.
    pub(crate) const ENGINE: Budget = Budget { name: "the engine", limit: 1_800_000, files: engine };
    /// What the page loads by itself, before the reader does anything.
    pub(crate) const START: Budget =
        Budget { name: "the page at its start", limit: 250_000, files: at_start };
}

fn engine(_: &Path, sizes: &[Size]) -> Result<Vec<String>> {
    let is_engine = |size: &&Size| size.file.starts_with("engine/") && size.file.ends_with(".wasm");
    Ok(sizes.iter().filter(is_engine).map(|size| size.file.clone()).collect())
}

/// `index.html`, the files it names, and what their scripts import when they are loaded (not when they are told to).
fn at_start(folder: &Path, sizes: &[Size]) -> Result<Vec<String>> {
    let mut loaded = vec!["index.html".to_owned()];
    let mut read = 0;
    while let Some(file) = loaded.get(read).cloned() {
        read += 1;
        if !file.ends_with(".html") && !file.ends_with(".js") {
            continue;
        }
        let path = folder.join(&file);
        let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
        for Size { file: other, .. } in sizes {
            let is_named =
                if file.ends_with(".html") { text.contains(other.as_str()) } else { imports(&text, other) };
            if is_named && !loaded.contains(other) {
                loaded.push(other.clone());
            }
        }
    }
    Ok(loaded)
}

/// The script has a static import of the file: `from"./x.js"` or `import"./x.js"`, and not `import("./x.js")`.
fn imports(script: &str, file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    script.match_indices(name).any(|(at, _)| {
        let before = script[..at].rsplit(['"', '\'']).nth(1).unwrap_or_default().trim_end();
        before.ends_with("from") || before.ends_with("import")
    })
}

/// What one file costs.
pub(crate) struct Size {
    file: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the sizes of all files below `folder`; an error names the first budget that does not hold.
pub(crate) fn report(folder: &Path, budgets: &[Budget]) -> Result<()> {
    let sizes = measure(folder)?;
    println!("  {:>10} {:>10} {:>10}", "raw", "gzip", "brotli");
    for size in &sizes {
        println!("  {:>10} {:>10} {:>10}  {}", size.raw, size.gzip, size.brotli, size.file);
    }
    let total = |of: fn(&Size) -> u64| sizes.iter().map(of).sum::<u64>();
    println!("  {:>10} {:>10} {:>10}  total", total(|s| s.raw), total(|s| s.gzip), total(|s| s.brotli));

    let mut broken = None;
    for budget in budgets {
        let files = (budget.files)(folder, &sizes)?;
        let used =
            sizes.iter().filter(|size| files.contains(&size.file)).map(|size| size.brotli).sum::<u64>();
        if used == 0 {
            let what = format!("there are no files of {}", budget.name);
            return Err(Error::Unexpected { path: folder.to_path_buf(), what });
        }
        println!("  {}: {used} of {} bytes (brotli)", budget.name, budget.limit);
        if used > budget.limit && broken.is_none() {
            broken = Some(format!(
                "Too large: {} is {used} bytes (brotli), and at most {} are allowed.",
                budget.name, budget.limit
            ));
        }
    }
    broken.map_or(Ok(()), |sentence| Err(Error::TooLarge(sentence)))
}

fn measure(folder: &Path) -> Result<Vec<Size>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let script = Job::new("The measuring of sizes", "node").args(["--input-type=module", "-e"]);
    let printed = script.arg(include_str!("sizes.mjs")).arg("--").args(&files).read()?;
    let sizes = files.iter().zip(printed.lines()).filter_map(|(file, line)| {
        let mut numbers = line.split(' ').filter_map(|number| number.parse().ok());
        let file = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
        Some(Size { file, raw: numbers.next()?, gzip: numbers.next()?, brotli: numbers.next()? })
    });
    let sizes: Vec<Size> = sizes.collect();
    if sizes.len() != files.len() {
        let what = format!("{} files, but sizes of {}", files.len(), sizes.len());
        return Err(Error::Unexpected { path: folder.to_path_buf(), what });
    }
    Ok(sizes)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_imports_are_told_from_those_made_later() {
        let script =
            r#"import{a}from"./chunks/chunk-A.js";import "./b.js";const c=()=>import("./chunks/c.js")"#;
        assert!(imports(script, "chunks/chunk-A.js"));
        assert!(imports(script, "b.js"));
        assert!(!imports(script, "chunks/c.js"));
        assert!(!imports(script, "d.js"));
    }

    #[test]
    fn a_page_starts_with_what_it_names_and_what_that_imports() {
        let folder = std::env::temp_dir().join(format!("xtask-sizes-{}", std::process::id()));
        fs::create_dir_all(folder.join("engine")).unwrap();
        for (file, text) in [
            ("index.html", r#"<script type="module" src="./a.js"></script>"#),
            ("a.js", r#"import{b}from"./b.js";import("./late.js")"#),
            ("b.js", ""),
            ("late.js", ""),
            ("engine/x.wasm", ""),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
        let size = |file: &str| Size { file: file.to_owned(), raw: 1, gzip: 1, brotli: 1 };
        let sizes = ["a.js", "b.js", "engine/x.wasm", "index.html", "late.js"].map(size);
        assert_eq!(at_start(&folder, &sizes).unwrap(), ["index.html", "a.js", "b.js"]);
        assert_eq!(engine(&folder, &sizes).unwrap(), ["engine/x.wasm"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
