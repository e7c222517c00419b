//! How GNU's messages quote names and values, in the C locale.

/// A file's name before a colon (`quotef`): as it is, unless the shell would read it as something else.
pub(super) fn name(text: &str) -> String {
    if text.is_empty() || text.char_indices().any(|(at, letter)| needs_quotes(text, at, letter)) {
        quoted_name(text)
    } else {
        text.to_owned()
    }
}

/// A file's name within a sentence (`quoteaf`): always in quotes, and as the shell reads it.
pub(super) fn quoted_name(text: &str) -> String {
    let fits_double_quotes =
        |letter: char| letter.is_ascii_alphanumeric() || " #%+,-./:]_~'@{}".contains(letter);
    if text.contains('\'') && text.chars().all(fits_double_quotes) {
        return format!("\"{text}\"");
    }
    let mut out = String::from("'");
    let mut within_escape = false;
    for byte in text.bytes() {
        let printed = matches!(byte, b' '..=b'~');
        if printed == within_escape {
            out.push_str(if printed { "''" } else { "'$'" });
            within_escape = !printed;
        }
        match byte {
            b'\'' => out.push_str("'\\''"),
            _ if printed => out.push(char::from(byte)),
            _ => push_escape(&mut out, byte),
        }
    }
    out + "'"
}

/// A value or another piece of text (`quote`).
pub(super) fn value(text: &str) -> String {
    value_of_bytes(text.as_bytes())
}

/// Like [`value`], of what may be no text.
pub(super) fn value_of_bytes(text: &[u8]) -> String {
    let mut out = String::from("'");
    for &byte in text {
        match byte {
            b'\'' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => push_escape(&mut out, byte),
        }
    }
    out + "'"
}

fn push_escape(out: &mut String, byte: u8) {
    const NAMED: &[u8; 7] = b"abtnvfr";
    match byte {
        7..=13 => out.extend(['\\', char::from(NAMED[usize::from(byte - 7)])]),
        _ => out.push_str(&format!("\\{byte:03o}")),
    }
}

fn needs_quotes(text: &str, at: usize, letter: char) -> bool {
    match letter {
        '#' | '~' => at == 0,
        '{' | '}' => text.len() == 1,
        ' '..='~' => " !\"$&'()*:;<=>?[\\^`|".contains(letter),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_quoted_as_gnu_does() {
        for (text, shown, sentence, of_value) in [
            ("a.txt", "a.txt", "'a.txt'", "'a.txt'"),
            ("a b", "'a b'", "'a b'", "'a b'"),
            ("", "''", "''", "''"),
            ("it's", "\"it's\"", "\"it's\"", "'it\\'s'"),
            ("it's$", "'it'\\''s$'", "'it'\\''s$'", "'it\\'s$'"),
            ("a\nb", "'a'$'\\n''b'", "'a'$'\\n''b'", "'a\\nb'"),
            ("\u{e9}", "''$'\\303\\251'", "''$'\\303\\251'", "'\\303\\251'"),
            ("a~", "a~", "'a~'", "'a~'"),
            ("x:y", "'x:y'", "'x:y'", "'x:y'"),
        ] {
            assert_eq!((&*name(text), &*quoted_name(text), &*value(text)), (shown, sentence, of_value));
        }
    }
}
