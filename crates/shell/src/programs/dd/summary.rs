//! What `dd` says at its end.

use super::Counts;
use super::operands::{Operands, Status};

/// The lines about blocks, and the one about bytes, time and speed.
pub(super) fn text(told: &Operands, counts: &Counts, nanos: i64) -> String {
    let records =
        |bytes: u64, block: u64| format!("{}+{}", bytes / block, u64::from(!bytes.is_multiple_of(block)));
    let read = records(counts.read, told.read_block);
    let written = records(counts.written, told.write_block);
    let mut text = format!("{read} records in\n{written} records out\n");
    if told.status == Status::Default {
        text.push_str(&transferred(counts.written, nanos));
    }
    text
}

fn transferred(bytes: u64, nanos: i64) -> String {
    let seconds = nanos.max(0) as f64 / 1e9;
    let amount = match bytes {
        1 => "1 byte copied".to_owned(),
        0..1000 => format!("{bytes} bytes copied"),
        1000..1024 => format!("{bytes} bytes ({}) copied", decimal(bytes)),
        _ => format!("{bytes} bytes ({}, {}) copied", decimal(bytes), binary(bytes)),
    };
    // Without time that has passed, as on a virtual clock, there is no speed.
    let speed = if seconds > 0.0 { speed(bytes as f64 / seconds) } else { "Infinity B".to_owned() };
    format!("{amount}, {} s, {speed}/s\n", short(seconds))
}

/// `24.4 GB`: from kilobytes on, with one decimal below a hundred.
fn speed(per_second: f64) -> String {
    let (mut speed, mut units) = (per_second / 1000.0, ["kB", "MB", "GB", "TB"].iter());
    let mut unit = units.next().copied().unwrap_or_default();
    while speed >= 999.5
        && let Some(next) = units.next()
    {
        (speed, unit) = (speed / 1000.0, next);
    }
    if speed < 99.95 { format!("{speed:.1} {unit}") } else { format!("{speed:.0} {unit}") }
}

/// `1.1 GB`.
fn decimal(bytes: u64) -> String {
    human(bytes, 1000.0, &["B", "kB", "MB", "GB", "TB"])
}

/// `1.0 GiB`.
pub(super) fn binary(bytes: u64) -> String {
    human(bytes, 1024.0, &["B", "KiB", "MiB", "GiB", "TiB"])
}

/// One decimal below ten, none above.
fn human(bytes: u64, base: f64, units: &[&str]) -> String {
    let (mut size, mut unit) = (bytes as f64, 0);
    while size >= base && unit + 1 < units.len() {
        size /= base;
        unit += 1;
    }
    if unit > 0 && size < 9.95 {
        format!("{size:.1} {}", units[unit])
    } else {
        format!("{size:.0} {}", units[unit])
    }
}

/// Six significant digits, as `%g` has them.
fn short(seconds: f64) -> String {
    if seconds == 0.0 {
        return "0".to_owned();
    }
    let exponent = seconds.log10().floor() as i32;
    let trim = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    if exponent < -4 {
        let mantissa = trim(&format!("{:.5}", seconds / 10f64.powi(exponent)));
        return format!("{mantissa}e-{:02}", -exponent);
    }
    let text = format!("{seconds:.*}", usize::try_from(5 - exponent).unwrap_or(0));
    if text.contains('.') { trim(&text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::transferred;

    #[test]
    fn amounts_read_like_dd() {
        for (bytes, nanos, text) in [
            (0, 0, "0 bytes copied, 0 s, Infinity B/s\n"),
            (1, 1_000_000_000, "1 byte copied, 1 s, 0.0 kB/s\n"),
            (5, 35_634, "5 bytes copied, 3.5634e-05 s, 140 kB/s\n"),
            (300_000, 3_372_460, "300000 bytes (300 kB, 293 KiB) copied, 0.00337246 s, 89.0 MB/s\n"),
            (9_951_000, 407_488, "9951000 bytes (10 MB, 9.5 MiB) copied, 0.000407488 s, 24.4 GB/s\n"),
            (999, 500_000, "999 bytes copied, 0.0005 s, 2.0 MB/s\n"),
            (1000, 0, "1000 bytes (1.0 kB) copied, 0 s, Infinity B/s\n"),
            (10 << 20, 12_345_678, "10485760 bytes (10 MB, 10 MiB) copied, 0.0123457 s, 849 MB/s\n"),
            (1 << 30, 2_500_000_000, "1073741824 bytes (1.1 GB, 1.0 GiB) copied, 2.5 s, 429 MB/s\n"),
        ] {
            assert_eq!(transferred(bytes, nanos), text);
        }
    }
}
