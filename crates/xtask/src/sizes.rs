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
    counts: fn(&str) -> bool,
}

impl Budget {
    /// The engine, loaded with a progress bar when first needed.
    pub(crate) const ENGINE: Budget = Budget { name: "engine", limit: 1_800_000, counts: is_engine };
    /// What is loaded before the engine. Every other file of the site is counted, those that load late too.
    pub(crate) const BEFORE_ENGINE: Budget =
        Budget { name: "all but the engine", limit: 250_000, counts: |file| !is_engine(file) };
}

fn is_engine(file: &str) -> bool {
    file.ends_with(".wasm") && !file.rsplit('/').next().unwrap_or(file).starts_with("playground")
}

struct Size {
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
        let used =
            sizes.iter().filter(|size| (budget.counts)(&size.file)).map(|size| size.brotli).sum::<u64>();
        println!("  {} of {} bytes (brotli): {}", used, budget.limit, budget.name);
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
    fn the_engine_is_told_from_the_page() {
        assert!(is_engine("assets/sandbox_wasm_bg-0123.wasm"));
        assert!(!is_engine("playground-0123_bg.wasm"));
        assert!(!is_engine("assets/sandbox_wasm.js"));
    }
}
