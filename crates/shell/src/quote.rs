//! Quoting of arguments so that the shell reads back exactly what was given.

/// Shell source that runs `argv` with every argument untouched: no expansion, no splitting, no keyword, no
/// alias and no assignment, because every word is quoted.
pub(crate) fn quote_all<S: AsRef<str>>(argv: &[S]) -> String {
    let mut out = String::new();
    for (index, word) in argv.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        push_quoted(&mut out, word.as_ref());
    }
    out
}

fn push_quoted(out: &mut String, word: &str) {
    out.push('\'');
    for (index, part) in word.split('\'').enumerate() {
        if index > 0 {
            out.push_str("'\\''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::quote_all;

    #[test]
    fn every_word_is_quoted() {
        assert_eq!(
            quote_all(&["echo", "a b", "", "-n", "it's", "x\ny"]),
            "'echo' 'a b' '' '-n' 'it'\\''s' 'x\ny'"
        );
    }
}
