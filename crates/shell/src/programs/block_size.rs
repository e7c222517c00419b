//! The units in which `ls` and `du` tell sizes (`--block-size`).

use super::quantity;

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BlockSize {
    /// The power of 1024 that fits.
    Human,
    /// The power of 1000 that fits.
    Si,
    /// So many bytes; the letters are shown with every size.
    Bytes(u64, String),
}

impl BlockSize {
    pub(super) fn bytes(size: u64) -> Self {
        Self::Bytes(size, String::new())
    }

    /// Reads a unit: `1K`, `MB`, `512`, `human-readable`, `si`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('\'').unwrap_or(text);
        if !text.is_empty() && "human-readable".starts_with(text) {
            return Some(Self::Human);
        }
        if text == "si" {
            return Some(Self::Si);
        }
        let size = number(text).filter(|size| *size > 0)?;
        let letters = match text {
            "KB" => "kB",
            text if text.starts_with(|first: char| first.is_ascii_digit()) => "",
            text => text,
        };
        Some(Self::Bytes(size, letters.to_owned()))
    }

    /// A size in this unit, rounded up.
    pub(super) fn show(&self, bytes: u64) -> String {
        match self {
            Self::Human => human(bytes, 1024),
            Self::Si => human(bytes, 1000),
            Self::Bytes(size, letters) => format!("{}{letters}", bytes.div_ceil(*size)),
        }
    }
}

/// A number with a unit, as [`quantity::parse`] reads it. A unit alone is one of it.
pub(super) fn number(text: &str) -> Option<u64> {
    match text.bytes().next()? {
        b'0'..=b'9' => quantity::parse(text),
        _ => quantity::parse(&format!("1{text}")),
    }
}

/// A size in the power of `base` that fits: one decimal below ten, rounded up.
fn human(bytes: u64, base: u64) -> String {
    let units = if base == 1000 { "kMGTPE" } else { "KMGTPE" };
    let (mut unit, mut divisor) = (None, 1u128);
    for letter in units.chars() {
        if u128::from(bytes) < divisor * u128::from(base) {
            break;
        }
        divisor *= u128::from(base);
        unit = Some(letter);
    }
    let Some(mut letter) = unit else { return bytes.to_string() };
    let tenths = (u128::from(bytes) * 10).div_ceil(divisor);
    if tenths < 100 {
        return format!("{}.{}{letter}", tenths / 10, tenths % 10);
    }
    let mut whole = u128::from(bytes).div_ceil(divisor);
    if whole == u128::from(base)
        && let Some(next) = units.chars().skip_while(|other| *other != letter).nth(1)
    {
        (whole, letter) = (1, next);
        return format!("{whole}.0{letter}");
    }
    format!("{whole}{letter}")
}

#[cfg(test)]
mod tests {
    use super::{BlockSize, number};

    #[test]
    fn sizes_are_told_in_units() {
        for (unit, bytes, shown) in [
            ("human-readable", 5000, "4.9K"),
            ("human-readable", 100, "100"),
            ("human-readable", 1_048_575, "1.0M"),
            ("si", 4096, "4.1k"),
            ("1000", 3_002_368, "3003"),
            ("M", 1, "1M"),
            ("kB", 0, "0kB"),
        ] {
            let unit = BlockSize::parse(unit).expect("a unit");
            assert_eq!(unit.show(bytes), shown);
        }
        assert_eq!(
            (number("2KiB"), number("3kB"), number("x"), number("")),
            (Some(2048), Some(3000), None, None)
        );
    }
}
