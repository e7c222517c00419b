//! Numbers as people read them.

/// A size in bytes, in the unit that suits it.
pub(crate) fn size(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut value = bytes;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    // Whole numbers only: printing floats would bring kilobytes of code into the page.
    let tenths = (value * 10.0).round() as u64;
    match unit {
        0 => counted(bytes as usize, "byte"),
        _ if tenths < 100 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]),
        _ => format!("{} {}", value.round() as u64, UNITS[unit]),
    }
}

/// Time that is left, in milliseconds, as `9:05`.
pub(crate) fn time_left(ms: f64) -> String {
    let seconds = (ms / 1000.0).max(0.0).ceil() as u64;
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    if minutes >= 60 {
        format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// How long something took, in milliseconds.
pub(crate) fn took(ms: f64) -> String {
    match ms.round() as u64 {
        0 => "<1 ms".to_owned(),
        ms if ms < 1000 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
    }
}

/// `1 command`, `2 commands`, `2 sandboxes`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ if noun.ends_with('x') => format!("{count} {noun}es"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_their_unit() {
        let of = [0.0, 1.0, 1023.0, 1024.0, 15_360.0, 1_073_741_824.0].map(size);
        assert_eq!(of, ["0 bytes", "1 byte", "1023 bytes", "1.0 KB", "15 KB", "1.0 GB"]);
    }

    #[test]
    fn time_left_rounds_up_and_never_below_zero() {
        assert_eq!(
            [599_001.0, 5_000.0, 1.0, 0.0, -5.0].map(time_left),
            ["10:00", "0:05", "0:01", "0:00", "0:00"]
        );
        assert_eq!(time_left(3_600_000.0), "1:00:00");
    }

    #[test]
    fn durations_and_counts() {
        assert_eq!([0.2, 12.4, 1500.0].map(took), ["<1 ms", "12 ms", "1.5 s"]);
        let counts = [counted(1, "call"), counted(0, "call"), counted(2, "sandbox")];
        assert_eq!(counts, ["1 call", "0 calls", "2 sandboxes"]);
    }
}
