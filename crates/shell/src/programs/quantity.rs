//! Numbers with units: `512`, `4K`, `1M`, `10MB`, `2GiB`.

/// Reads a number of bytes or lines; `b` is a block of 512. `None` where it is none. Too large a number is the largest.
pub(super) fn parse(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = unit_factor(unit)?;
    // Digits alone fail to parse only when there are too many.
    let number = if digits == 0 { None } else { Some(number.parse().unwrap_or(u64::MAX)) };
    Some(number?.saturating_mul(factor))
}

fn unit_factor(unit: &str) -> Option<u64> {
    match unit {
        "" => return Some(1),
        "b" => return Some(512),
        _ => {}
    }
    let mut letters = unit.chars();
    let power = match letters.next()? {
        'k' | 'K' => 1,
        'M' | 'm' => 2,
        'G' | 'g' => 3,
        'T' | 't' => 4,
        'P' => 5,
        'E' => 6,
        _ => return None,
    };
    let base: u64 = match letters.as_str() {
        "" | "iB" => 1024,
        "B" => 1000,
        _ => return None,
    };
    Some(base.pow(power))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quantities_are_read() {
        for (text, number) in [
            ("0", 0),
            ("12", 12),
            ("1b", 512),
            ("4K", 4096),
            ("4k", 4096),
            ("1kB", 1000),
            ("2MiB", 2 << 20),
            ("3GB", 3_000_000_000),
            ("15E", 15 << 60),
            ("16E", u64::MAX),
            ("99999999999999999999999", u64::MAX),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for text in ["", "K", "-1", "+1", "1x", "1KK", "1 K", "1.5K", "1Ki"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
