//! `{1..10..2}` and `{a..z}`.

/// A sequence that is longer than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// The words of what stands in a brace without commas, at most `most`. `None`: it is no sequence.
pub(super) fn sequence(text: &str, most: usize) -> Result<Option<Vec<String>>, TooLong> {
    let mut parts = text.split("..");
    let (Some(first), Some(last)) = (parts.next(), parts.next()) else { return Ok(None) };
    let step = match parts.next() {
        Some(step) => match number(step) {
            Some(step) => step,
            None => return Ok(None),
        },
        None => 0,
    };
    if parts.next().is_some() {
        return Ok(None);
    }
    if let (Some(from), Some(to)) = (number(first), number(last)) {
        let width = match is_padded(first) || is_padded(last) {
            true => first.len().max(last.len()),
            false => 0,
        };
        let numbers = range(from, to, step, most)?;
        return Ok(Some(numbers.map(|number| padded(number, width)).collect()));
    }
    if let (Some(from), Some(to)) = (letter(first), letter(last)) {
        let letters = range(i64::from(from), i64::from(to), step, most)?;
        return Ok(Some(letters.map(|letter| shown(letter as u8)).collect()));
    }
    Ok(None)
}

/// A backslash quotes nothing there, and is gone.
fn shown(letter: u8) -> String {
    match letter {
        b'\\' => super::braces::NOTHING.to_string(),
        letter => char::from(letter).to_string(),
    }
}

fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn letter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(*letter),
        _ => None,
    }
}

fn is_padded(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0')
}

fn padded(number: i64, width: usize) -> String {
    match number < 0 {
        true => format!("-{:0>width$}", number.unsigned_abs(), width = width.saturating_sub(1)),
        false => format!("{number:0>width$}"),
    }
}

fn range(from: i64, to: i64, step: i64, most: usize) -> Result<impl Iterator<Item = i64>, TooLong> {
    let step = step.unsigned_abs().max(1);
    let count = to.abs_diff(from) / step;
    if count >= most as u64 {
        return Err(TooLong);
    }
    let numbers = (0..=count).map(move |place| {
        let distance = (place * step) as i64;
        if to >= from { from.wrapping_add(distance) } else { from.wrapping_sub(distance) }
    });
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::sequence;

    #[test]
    fn sequences_are_those_of_bash() {
        for (text, words) in [
            ("1..5", Some("1 2 3 4 5")),
            ("5..1..2", Some("5 3 1")),
            ("9..1..-3", Some("9 6 3")),
            ("01..03", Some("01 02 03")),
            ("-01..1", Some("-01 000 001")),
            ("a..e..2", Some("a c e")),
            ("a..b..-1", Some("a b")),
            ("+1..3", Some("1 2 3")),
            ("1..a", None),
            ("1..1000000000000000000000", None),
            ("1..2..x", None),
            ("ab..c", None),
        ] {
            let found = sequence(text, 1000).map(|words| words.map(|words| words.join(" ")));
            assert_eq!(found, Ok(words.map(str::to_owned)), "{text}");
        }
        assert!(sequence("1..2000", 1000).is_err());
        assert_eq!(
            sequence("9223372036854775806..9223372036854775807", 9)
                .map(|words| words.map(|words| words.len())),
            Ok(Some(2))
        );
    }
}
