//! `printf` as a program of its own: where a locale without UTF-8 has no letter for `\u20AC` it writes the escape as it
//! stands. The builtin of the shell is the engine's, which writes UTF-8.

use std::collections::HashMap;

/// Makes text of what the locale has no letters for.
pub(super) fn spell_letters(args: &mut [String], env: &HashMap<String, String>) {
    let of_locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env.get(*name));
    let is_utf8 = of_locale.is_some_and(|locale| locale.to_ascii_lowercase().contains("utf"));
    let format = usize::from(args.first().is_some_and(|first| first == "--"));
    if !is_utf8 && let Some(format) = args.get_mut(format) {
        *format = without_letters(format);
    }
}

/// The format with escapes of letters beyond ASCII as text.
fn without_letters(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let most = match rest.chars().next() {
            Some('u') => 4,
            Some('U') => 8,
            Some(letter) => {
                out.extend(['\\', letter]);
                rest = &rest[letter.len_utf8()..];
                continue;
            }
            None => {
                out.push('\\');
                break;
            }
        };
        let digits = rest[1..].bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&rest[1..1 + digits], 16).unwrap_or_default();
        match code {
            0x80..0x1_0000 => out.push_str(&format!("\\\\u{code:04X}")),
            0x1_0000.. => out.push_str(&format!("\\\\U{code:08X}")),
            _ => out.extend(["\\", &rest[..1 + digits]]),
        }
        rest = &rest[1 + digits..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::without_letters;

    #[test]
    fn escapes_of_letters_become_text() {
        for (format, text) in [
            ("a\\u03a3b", "a\\\\u03A3b"),
            ("\\u20AC 14.95\\n", "\\\\u20AC 14.95\\n"),
            ("\\u41\\\\u20ac", "\\u41\\\\u20ac"),
            ("\\U1F600", "\\\\U0001F600"),
            ("\\", "\\"),
        ] {
            assert_eq!(without_letters(format), text);
        }
    }
}
