//! Lists of fields or positions, such as `1,3-5,7-`.

use super::super::quoting;

/// What the numbers of a list are, for messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Fields,
    Positions,
}

/// Ranges from and to, both included, in order and apart.
pub(super) struct List(pub(super) Vec<(u64, u64)>);

impl List {
    /// Reads a list. A lone `-` means all where that is allowed.
    pub(super) fn parse(text: &str, of: Of, lone_dash: bool) -> Result<List, String> {
        let fields = of == Of::Fields;
        let from_one = || match fields {
            true => "fields are numbered from 1".to_owned(),
            false => "byte/character positions are numbered from 1".to_owned(),
        };
        let mut ranges = Vec::new();
        let mut at = 0;
        for item in text.split([',', ' ', '\t']) {
            if let Some(wrong) = item.find(|letter: char| !letter.is_ascii_digit() && letter != '-') {
                let rest = quoting::value(&text[at + wrong..]);
                return Err(match fields {
                    true => format!("invalid field value {rest}"),
                    false => format!("invalid byte/character position {rest}"),
                });
            }
            at += item.len() + 1;
            let number = |digits: &str| match digits.parse::<u64>() {
                Ok(number) if number < u64::MAX => Ok(number),
                _ => Err(match fields {
                    true => format!("field number {} is too large", quoting::value(digits)),
                    false => format!("byte/character offset {} is too large", quoting::value(digits)),
                }),
            };
            let Some((low, high)) = item.split_once('-') else {
                let value = if item.is_empty() { 0 } else { number(item)? };
                if value == 0 {
                    return Err(from_one());
                }
                ranges.push((value, value));
                continue;
            };
            if high.contains('-') {
                return Err(match fields {
                    true => "invalid field range".to_owned(),
                    false => "invalid byte or character range".to_owned(),
                });
            }
            let first = if low.is_empty() { 1 } else { number(low)? };
            if first == 0 {
                return Err(from_one());
            }
            let last = match high {
                "" if low.is_empty() && !lone_dash => {
                    return Err("invalid range with no endpoint: -".to_owned());
                }
                "" => u64::MAX,
                high => number(high)?,
            };
            if last < first {
                return Err("invalid decreasing range".to_owned());
            }
            ranges.push((first, last));
        }
        ranges.sort_unstable();
        let mut apart: Vec<(u64, u64)> = Vec::new();
        for (low, high) in ranges {
            match apart.last_mut() {
                Some(last) if low <= last.1 => last.1 = last.1.max(high),
                _ => apart.push((low, high)),
            }
        }
        Ok(List(apart))
    }

    /// Everything that is not in the list.
    pub(super) fn complement(&self) -> List {
        let mut ranges = Vec::new();
        let mut next = 1;
        for &(low, high) in &self.0 {
            if next < low {
                ranges.push((next, low - 1));
            }
            next = high.saturating_add(1);
        }
        if next < u64::MAX {
            ranges.push((next, u64::MAX));
        }
        List(ranges)
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= number);
        after > 0 && number <= self.0[after - 1].1
    }
}
