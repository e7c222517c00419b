//! "Did you mean": the known word that is nearest to the one that was typed.

/// The word of `known` with the fewest edits to `typed`; `None` only when `known` is empty.
pub(crate) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().copied().min_by_key(|word| distance(typed, word))
}

/// Levenshtein's distance: insertions, deletions and replacements of one character.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut left_above = above[0];
        above[0] = row + 1;
        for (column, to) in b.iter().enumerate() {
            let replaced = left_above + usize::from(from != *to);
            left_above = above[column + 1];
            above[column + 1] = replaced.min(left_above + 1).min(above[column] + 1);
        }
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_edits() {
        assert_eq!(distance("core", "core"), 0);
        assert_eq!(distance("cor", "core"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "fs"), 2);
        assert_eq!(distance("fs", ""), 2);
    }

    #[test]
    fn the_nearest_word_is_named() {
        let known = ["core", "store", "browser"];
        assert_eq!(nearest("stor", &known), Some("store"));
        assert_eq!(nearest("browsers", &known), Some("browser"));
        assert_eq!(nearest("x", &[]), None);
    }
}
