//! Numbers: `10`, `010`, `0x1f`, `2#101`, `64#@_`.

/// The value of what a number's token says.
pub(super) fn number(text: &[u8]) -> Result<i64, &'static str> {
    if text.iter().all(u8::is_ascii_digit) && text.first() != Some(&b'0') {
        return Ok(decimal(text));
    }
    let (mut base, digits, mut is_base_known) = match text {
        [b'0'] => return Ok(0),
        [b'0', b'x' | b'X', digits @ ..] => (16, digits, true),
        [b'0', digits @ ..] => (8, digits, true),
        digits => (10, digits, false),
    };
    let mut value: i64 = 0;
    for (place, byte) in digits.iter().enumerate() {
        if *byte == b'#' {
            if is_base_known {
                return Err("invalid number");
            }
            if !(2..=64).contains(&value) {
                return Err("invalid arithmetic base");
            }
            (base, value, is_base_known) = (value, 0, true);
            if digits.get(place + 1).and_then(|byte| digit(*byte, base)).is_none() {
                return Err("invalid integer constant");
            }
            continue;
        }
        let Some(digit) = digit(*byte, base) else { break };
        if digit >= base {
            return Err("value too great for base");
        }
        value = value.wrapping_mul(base).wrapping_add(digit);
    }
    Ok(value)
}

fn decimal(text: &[u8]) -> i64 {
    text.iter().fold(0, |value: i64, byte| value.wrapping_mul(10).wrapping_add(i64::from(byte - b'0')))
}

fn digit(byte: u8, base: i64) -> Option<i64> {
    Some(i64::from(match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
        b'A'..=b'Z' => byte - b'A' + 36,
        b'@' => 62,
        b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn bases_are_those_of_bash() {
        for (text, value) in [
            ("42", Ok(42)),
            ("0", Ok(0)),
            ("017", Ok(15)),
            ("0x1F", Ok(31)),
            ("2#101", Ok(5)),
            ("36#Z", Ok(35)),
            ("64#Z", Ok(61)),
            ("64#_", Ok(63)),
            ("9223372036854775808", Ok(i64::MIN)),
            ("08", Err("value too great for base")),
            ("1#0", Err("invalid arithmetic base")),
            ("2#", Err("invalid integer constant")),
            ("2#2", Err("value too great for base")),
            ("0x1#2", Err("invalid number")),
        ] {
            assert_eq!(number(text.as_bytes()), value, "{text}");
        }
    }
}
