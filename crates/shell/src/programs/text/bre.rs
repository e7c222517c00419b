//! POSIX basic regular expressions, translated for the regex crate.

use regex::bytes::{Regex, RegexBuilder};

/// Compiles a pattern, or tells what is wrong with it in the words of GNU's library.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = translate(pattern)?;
    RegexBuilder::new(&translated)
        .unicode(false)
        .multi_line(true)
        .build()
        .map_err(|_| "Invalid regular expression".to_owned())
}

fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    let mut depth = 0;
    // Where a `*` is itself and a `^` an anchor.
    let mut at_start = true;
    while let Some(letter) = letters.next() {
        let was_start = std::mem::replace(&mut at_start, false);
        match letter {
            '\\' => match letters.next() {
                None => return Err("Trailing backslash".to_owned()),
                Some('(') => {
                    (depth, at_start) = (depth + 1, true);
                    out.push('(');
                }
                Some(')') if depth == 0 => return Err("Unmatched ) or \\)".to_owned()),
                Some(')') => {
                    depth -= 1;
                    out.push(')');
                }
                Some('|') => {
                    at_start = true;
                    out.push('|');
                }
                Some(mark @ ('{' | '}' | '+' | '?')) => out.push(mark),
                Some(class @ ('w' | 'W' | 's' | 'S' | 'b' | 'B')) => out.extend(['\\', class]),
                Some('<') => out.push_str("\\b{start}"),
                Some('>') => out.push_str("\\b{end}"),
                Some('`') => out.push_str("\\A"),
                Some('\'') => out.push_str("\\z"),
                Some(digit) if digit.is_ascii_digit() => {
                    return Err("Invalid back reference".to_owned());
                }
                Some(other) => out.push_str(&regex::escape(&other.to_string())),
            },
            '[' => {
                let mut set = String::from("[");
                if letters.next_if_eq(&'^').is_some() {
                    set.push('^');
                }
                if letters.next_if_eq(&']').is_some() {
                    set.push_str("\\]");
                }
                loop {
                    match letters.next() {
                        None => {
                            return Err("Unmatched [, [^, [:, [., or [=".to_owned());
                        }
                        Some(']') => break,
                        Some('[') if letters.peek() == Some(&':') => {
                            set.push('[');
                            for letter in letters.by_ref() {
                                set.push(letter);
                                if letter == ']' {
                                    break;
                                }
                            }
                        }
                        Some(special @ ('[' | '\\' | '&' | '~' | '^')) => set.extend(['\\', special]),
                        Some(other) => set.push(other),
                    }
                }
                out.push_str(&set);
                out.push(']');
            }
            '*' if was_start => out.push_str("\\*"),
            '*' | '.' => out.push(letter),
            '^' if was_start => {
                at_start = true;
                out.push('^');
            }
            '$' if letters.peek().is_none() || {
                let mut rest = letters.clone();
                rest.next() == Some('\\') && matches!(rest.next(), Some(')' | '|'))
            } =>
            {
                out.push('$');
            }
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    if depth > 0 { Err("Unmatched ( or \\(".to_owned()) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn basic_expressions_match_as_posix_says() {
        for (pattern, text, expected) in [
            ("a\\(b\\)*c", "xabbc", Some("abbc")),
            ("*a", "b*a", Some("*a")),
            ("a+b", "a+b", Some("a+b")),
            ("a\\{2,3\\}", "aaaa", Some("aaa")),
            ("[]a]", "x]", Some("]")),
            ("[[:digit:]]*$", "ab12", Some("12")),
            ("a$b^", "a$b^", Some("a$b^")),
            ("x\\|y", "y", Some("y")),
        ] {
            let found = compile(pattern).unwrap();
            let found = found.find_iter(text.as_bytes()).find(|found| !found.is_empty());
            let found = found.map(|found| std::str::from_utf8(found.as_bytes()).unwrap());
            assert_eq!(found, expected, "{pattern}");
        }
        assert_eq!(compile("[a").unwrap_err(), "Unmatched [, [^, [:, [., or [=");
    }
}
