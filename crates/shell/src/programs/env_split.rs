//! `env -S`: one string as the arguments that it stands for.

use std::collections::BTreeMap;

use super::quoting::value;

/// The words that `text` is, and what `env -v` tells about them; else the problem.
pub(super) fn split(text: &str, env: &BTreeMap<String, String>) -> Result<(Vec<String>, String), String> {
    let mut words: Vec<String> = Vec::new();
    let (mut told, mut apart) = (String::new(), true);
    let mut quote = None;
    let mut rest = text.chars();
    // A word begins with the first thing that is in it, be that an empty pair of quotes.
    let begin = |words: &mut Vec<String>, apart: &mut bool| {
        if std::mem::take(apart) || words.is_empty() {
            words.push(String::new());
        }
    };
    while let Some(letter) = rest.next() {
        let letter = match letter {
            '\'' | '"' if quote.is_none_or(|open| open == letter) => {
                quote = if quote.is_none() { Some(letter) } else { None };
                begin(&mut words, &mut apart);
                continue;
            }
            ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r' if quote.is_none() => {
                apart = true;
                continue;
            }
            '#' if apart && quote.is_none() => break,
            '\\' if quote != Some('\'') || rest.as_str().starts_with(['\\', '\'']) => match rest.next() {
                Some(plain @ ('"' | '#' | '$' | '\'' | '\\')) => plain,
                Some('_') if quote.is_none() => {
                    apart = true;
                    continue;
                }
                Some('_') => ' ',
                Some('c') if quote == Some('"') => {
                    return Err("'\\c' must not appear in double-quoted -S string".to_owned());
                }
                Some('c') => {
                    quote = None;
                    break;
                }
                Some('f') => '\x0c',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('v') => '\x0b',
                Some(other) => return Err(format!("invalid sequence '\\{other}' in -S")),
                None => return Err("invalid backslash at end of string in -S".to_owned()),
            },
            '$' if quote != Some('\'') => {
                let (name, after) = variable(rest.as_str()).ok_or_else(|| {
                    format!("only ${{VARNAME}} expansion is supported, error at: ${}", rest.as_str())
                })?;
                match env.get(name) {
                    Some(found) => {
                        begin(&mut words, &mut apart);
                        told += &format!("expanding ${{{name}}} into {}\n", value(found));
                        words.last_mut().into_iter().for_each(|word| word.push_str(found));
                    }
                    None => told += &format!("replacing ${{{name}}} with null string\n"),
                }
                rest = after.chars();
                continue;
            }
            plain => plain,
        };
        begin(&mut words, &mut apart);
        words.last_mut().into_iter().for_each(|word| word.push(letter));
    }
    if quote.is_some() {
        return Err("no terminating quote in -S string".to_owned());
    }
    if words.is_empty() {
        return Ok((words, told));
    }
    told += &format!("split -S:  {}\n", value(text));
    for (at, word) in words.iter().enumerate() {
        told += &format!("{} {}\n", if at == 0 { " into:   " } else { "     &   " }, value(word));
    }
    Ok((words, told))
}

/// The name of a `{NAME}` at the start of `text`, and what follows it.
fn variable(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let valid = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    valid.then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_split() {
        let env = BTreeMap::from([("X".to_owned(), "a b".to_owned())]);
        for (text, words) in [
            ("perl -T  -w", "perl|-T|-w"),
            ("'a b' \"c\\td\" e\\_f \"x\\_y\"", "a b|c\td|e|f|x y"),
            ("A #B C", "A"),
            ("A\\cB", "A"),
            ("A# \\#B", "A#|#B"),
            ("${X}c ${Y} '${X}' ''", "a bc|${X}|"),
        ] {
            assert_eq!(split(text, &env).map(|(words, _)| words.join("|")), Ok(words.to_owned()), "{text}");
        }
        for text in ["a\\q", "'a", "a\\", "$X", "${1}", "\"\\c\""] {
            assert!(split(text, &env).is_err(), "{text}");
        }
    }
}
