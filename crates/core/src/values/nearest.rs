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

/// What helps with a word that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The known word that may have been meant, where one is near.
    pub nearest: Option<&'static str>,
    /// All that there are.
    pub known: &'static [&'static str],
}

impl Hint {
    /// For `text`, which is none of the known words, of which there is at least one.
    pub fn new(text: &str, known: &'static [&'static str]) -> Self {
        let nearest = nearest(text, known.iter().copied());
        Self { nearest: is_near(text, nearest).then_some(nearest), known }
    }

    /// In words; `noun` is what the words are.
    pub(crate) fn text(&self, noun: &str) -> String {
        match (self.nearest, self.known) {
            (Some(nearest), _) => format!("the nearest known {noun} is {nearest}"),
            (None, [all @ .., last]) if !all.is_empty() => {
                format!("the known {noun}s are {} and {last}", all.join(", "))
            }
            (None, known) => format!("the only known {noun} is {}", known.concat()),
        }
    }
}

/// Whether a word may have been meant: it begins like the text, or at most a third of the letters is wrong.
fn is_near(text: &str, word: &str) -> bool {
    // Fewer letters alike than these are chance.
    const ENOUGH: usize = 3;
    let [text, word] = [text, word].map(|text| text.to_lowercase().chars().take(64).collect::<Vec<_>>());
    let (short, long) = if text.len() < word.len() { (&text, &word) } else { (&word, &text) };
    (short.len() >= ENOUGH && long.starts_with(short)) || edits(&text, &word) * 3 <= long.len()
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
    #[test]
    fn only_what_is_near_is_named() {
        const FIELDS: &[&str] = &["image", "region", "timeoutMs", "env", "volumes"];
        for (typed, meant) in [
            ("timeoutMS", Some("timeoutMs")),
            ("size", None),
            ("environment", Some("env")),
            ("imgae", Some("image")),
            ("volumes_to_mount", Some("volumes")),
            ("", None),
            ("i", None),
            ("zzzzzzzzz", None),
        ] {
            assert_eq!(Hint::new(typed, FIELDS).nearest, meant, "{typed}");
        }
        let text = |typed, known| Hint::new(typed, known).text("field");
        assert_eq!(text("x", &["cwd"]), "the only known field is cwd");
        assert_eq!(
            text("x", &["a_name", "path", "recursive"]),
            "the known fields are a_name, path and recursive"
        );
        assert_eq!(text("recursiv", &["path", "recursive"]), "the nearest known field is recursive");
    }
}
