//! Text as the shell would read it again: for `declare -p`, `set`, `printf %q`, `${x@Q}`.

use std::fmt::Write as _;

use crate::text;

/// Within single quotes; a lone quote gets a backslash instead.
pub(crate) fn single(text: &str) -> String {
    if text == "'" {
        return "\\'".to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// With a backslash before whatever has a meaning: `%q`. What cannot be printed is written as `$'…'`.
pub(crate) fn reusable(text: &str, is_utf8: bool) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    if needs_escapes(text, is_utf8) {
        return escaped(text, is_utf8);
    }
    let mut quoted = String::with_capacity(text.len() + 8);
    let mut before = None;
    for character in text.chars() {
        let means_something = match character {
            '~' => matches!(before, None | Some(':' | '=')),
            '#' => before.is_none(),
            ',' => true,
            character => is_meta(character),
        };
        if means_something {
            quoted.push('\\');
        }
        quoted.push(character);
        before = Some(character);
    }
    quoted
}

/// Within double quotes: values in `declare -p`. What cannot be printed is written as `$'…'`.
pub(crate) fn double(text: &str, is_utf8: bool) -> String {
    if needs_escapes(text, is_utf8) {
        return escaped(text, is_utf8);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '$' | '`' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// Quoted only where it must be: values in the list of `set`.
pub(crate) fn where_needed(text: &str, is_utf8: bool) -> String {
    if needs_escapes(text, is_utf8) {
        return escaped(text, is_utf8);
    }
    let mut before = None;
    for character in text.chars() {
        let means_something = match character {
            '~' => matches!(before, None | Some(':' | '=')),
            '#' => before.is_none(),
            character => is_meta(character),
        };
        if means_something {
            return single(text);
        }
        before = Some(character);
    }
    text.to_owned()
}

/// Whether a text holds what only `$'…'` can write.
pub(crate) fn needs_escapes(text: &str, is_utf8: bool) -> bool {
    text.chars().any(|character| !is_printable(character, is_utf8))
}

/// As `$'…'`.
pub(crate) fn escaped(text: &str, is_utf8: bool) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push_str("$'");
    for character in text.chars() {
        let letter = match character {
            '\x1b' => 'E',
            '\x07' => 'a',
            '\x08' => 'b',
            '\x0b' => 'v',
            '\x0c' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\\' | '\'' => character,
            printable if is_printable(printable, is_utf8) => {
                quoted.push(printable);
                continue;
            }
            other => {
                for byte in text::encode(other.encode_utf8(&mut [0; 4])).iter() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
                continue;
            }
        };
        quoted.extend(['\\', letter]);
    }
    quoted.push('\'');
    quoted
}

fn is_printable(character: char, is_utf8: bool) -> bool {
    match character {
        ' '..='~' => true,
        '\0'..='\x7f' => false,
        '\u{2028}' | '\u{2029}' => false,
        character => is_utf8 && !character.is_control() && text::carried(character).is_none(),
    }
}

fn is_meta(character: char) -> bool {
    " \t\n'\"\\|&;()<>!{}*[?]^$`".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_quoting_is_that_of_bash() {
        for (text, reused, doubled, needed) in [
            ("a~b", "a~b", "\"a~b\"", "a~b"),
            ("a=~b", "a=\\~b", "\"a=~b\"", "'a=~b'"),
            ("#a b", "\\#a\\ b", "\"#a b\"", "'#a b'"),
            ("a,b", "a\\,b", "\"a,b\"", "a,b"),
            ("'", "\\'", "\"'\"", "\\'"),
            ("$x", "\\$x", "\"\\$x\"", "'$x'"),
            ("", "''", "\"\"", ""),
            ("é", "é", "\"é\"", "é"),
            ("a\n\x1b'", "$'a\\n\\E\\''", "$'a\\n\\E\\''", "$'a\\n\\E\\''"),
        ] {
            assert_eq!((&reusable(text, true)[..], &double(text, true)[..]), (reused, doubled), "{text}");
            assert_eq!(where_needed(text, true), needed);
        }
        assert_eq!(reusable("é", false), "$'\\303\\251'");
        assert_eq!(double(&text::decode(b"\xff"), true), "$'\\377'");
    }
}
