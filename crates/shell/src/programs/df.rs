//! `df`: the sandbox's disk and its volume, with the volume's true size.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};

use super::{no_surroundings, surroundings, usage};
use crate::engine::volume_device;
use crate::limits::ROOT_DISK_BYTES;

pub(super) struct Df;

struct Row {
    device: &'static str,
    path: String,
    size: u64,
    used: u64,
}

#[async_trait]
impl Builtin for Df {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let (mut human, mut posix, mut paths) = (false, false, Vec::new());
        for arg in ctx.args {
            match arg.as_str() {
                "-h" | "--human-readable" | "-H" => human = true,
                "-P" | "--portability" => posix = true,
                "-k" | "-a" | "-l" => {}
                "-hP" | "-Ph" => (human, posix) = (true, true),
                option if option.starts_with('-') => {
                    return Ok(usage::error("df", usage::unknown_option(option)));
                }
                path => paths.push(path),
            }
        }
        let files = &run.sandbox.namespace;
        let all: Vec<Row> = files
            .mounts()
            .into_iter()
            .map(|mount| Row {
                device: if mount.path == "/" { "overlay" } else { volume_device() },
                path: mount.path,
                size: mount.capacity.unwrap_or(ROOT_DISK_BYTES),
                used: mount.used,
            })
            .collect();
        if paths.is_empty() {
            return Ok(ExecResult::ok(render(&all.iter().collect::<Vec<_>>(), human, posix)));
        }
        let (mut shown, mut problems) = (Vec::new(), String::new());
        for path in paths {
            match files.statfs(&ctx.cwd.join(path).to_string_lossy()) {
                Ok(found) => shown.extend(all.iter().filter(|row| row.path == found.mount_path)),
                Err(error) => problems.push_str(&format!("df: {path}: {error}\n")),
            }
        }
        let mut result = ExecResult::err(problems.clone(), i32::from(!problems.is_empty()));
        if !shown.is_empty() {
            result.stdout = render(&shown, human, posix).into();
        }
        Ok(result)
    }
}

fn render(rows: &[&Row], human: bool, posix: bool) -> String {
    let size = |bytes: u64| if human { human_size(bytes) } else { bytes.div_ceil(1024).to_string() };
    let unit = match (human, posix) {
        (true, _) => "Size",
        (false, true) => "1024-blocks",
        (false, false) => "1K-blocks",
    };
    let use_header = if posix { "Capacity" } else { "Use%" };
    let mut out = format!(
        "{:<12} {unit:>11} {:>9} {:>9} {use_header:>4} Mounted on\n",
        "Filesystem",
        "Used",
        if human { "Avail" } else { "Available" }
    );
    for row in rows {
        let free = row.size.saturating_sub(row.used);
        let percent = (row.used * 100).div_ceil(row.size.max(1));
        out.push_str(&format!(
            "{:<12} {:>11} {:>9} {:>9} {:>width$}% {}\n",
            row.device,
            size(row.size),
            size(row.used),
            size(free),
            percent,
            row.path,
            width = use_header.len() - 1
        ));
    }
    out
}

/// As coreutils: powers of 1024, one decimal below ten, rounded up.
pub(super) fn human_size(bytes: u64) -> String {
    const UNITS: &[&str] = &["", "K", "M", "G", "T"];
    let (mut size, mut unit) = (bytes as f64, 0);
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit > 0 && size < 10.0 {
        return format!("{:.1}{}", (size * 10.0).ceil() / 10.0, UNITS[unit]);
    }
    format!("{:.0}{}", size.ceil(), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::human_size;

    #[test]
    fn sizes_read_like_coreutils() {
        for (bytes, text) in [
            (0, "0"),
            (512, "512"),
            (1024, "1.0K"),
            (1 << 30, "1.0G"),
            (10 << 30, "10G"),
            ((1 << 30) + 1, "1.1G"),
        ] {
            assert_eq!(human_size(bytes), text);
        }
    }
}
