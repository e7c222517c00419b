//! Durations as `sleep` and `timeout` read them: `5`, `0.5s`, `2m`, `infinity`.

use std::time::Duration;

/// Longer than any sandbox lives.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Reads an interval; `None` when it is none.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = match text.char_indices().next_back()? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3600.0),
        (at, 'd') => (&text[..at], 86400.0),
        _ => (text, 1.0),
    };
    if matches!(number, "inf" | "infinity") {
        return Some(FOREVER);
    }
    if !number.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let seconds: f64 = number.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds * unit).map_or(FOREVER, |duration| duration.min(FOREVER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read() {
        assert_eq!(parse("5"), Some(Duration::from_secs(5)));
        assert_eq!(parse("0.5s"), Some(Duration::from_millis(500)));
        assert_eq!(parse(".25"), Some(Duration::from_millis(250)));
        assert_eq!(parse("2m"), Some(Duration::from_secs(120)));
        assert_eq!(parse("infinity"), Some(FOREVER));
        assert_eq!(parse("1e300"), Some(FOREVER));
        for text in ["", "s", "-1", "x", "5x", "nan", "5 s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
