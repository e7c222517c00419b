//! Which known word a mistyped one was meant to be.

/// The known word that takes the fewest edits to reach, of several the first; a word that begins like the text, or that
/// the text begins with, comes before all others. `known` is never empty.
pub(crate) fn nearest(text: &str, known: impl IntoIterator<Item = &'static str>) -> &'static str {
    // A hostile text may be a megabyte long; no known word is, so its beginning decides.
    let typed: Vec<char> = text.chars().take(64).flat_map(char::to_lowercase).collect();
    let distance = |word: &&str| {
        let word: Vec<char> = word.to_lowercase().chars().collect();
        let begins_alike = typed.starts_with(&word) || word.starts_with(&typed);
        (!begins_alike, edits(&typed, &word))
    };
    known.into_iter().min_by_key(distance).unwrap_or_default()
}

/// Insertions, deletions, replacements and swaps of neighbours that make one text the other.
fn edits(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i - 1] == *b && *a == to[j - 1] {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_words() {
        const FIELDS: [&str; 5] = ["image", "region", "timeoutMs", "env", "volumes"];
        for (typed, meant) in [
            ("timeoutMS", "timeoutMs"),
            ("timeout", "timeoutMs"),
            ("volume", "volumes"),
            ("imgae", "image"),
            ("environment", "env"),
            ("", "env"),
        ] {
            assert_eq!(nearest(typed, FIELDS), meant, "{typed}");
        }
    }
}
