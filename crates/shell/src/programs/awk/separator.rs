//! How text is cut into fields: by `FS` and the separators of `split`.

use std::sync::Arc;

use sandbox_kernel::Pace;

use super::regex::Regex;

#[derive(Clone)]
pub(super) enum Separator {
    /// Any blanks, and none of them belongs to a field.
    Blanks,
    Byte(u8),
    /// Between any two bytes.
    Each,
    Pattern(Arc<Regex>),
    /// That byte or the end of a line.
    ByteOrLine(u8),
}

impl Separator {
    /// The one that a text of one byte at most means.
    pub(super) fn short(text: &[u8]) -> Option<Self> {
        match text {
            b" " => Some(Separator::Blanks),
            [] => Some(Separator::Each),
            [byte] => Some(Separator::Byte(*byte)),
            _ => None,
        }
    }

    /// Puts where the fields of `text` begin and end into `fields`.
    pub(super) async fn cut(&self, text: &[u8], fields: &mut Vec<(u32, u32)>, pace: &mut Pace) {
        fields.clear();
        let mut add = |from: usize, to: usize| fields.push((from as u32, to as u32));
        if text.is_empty() {
            return;
        }
        match self {
            Separator::Blanks => {
                let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
                let mut at = 0;
                loop {
                    at += text[at..].iter().take_while(|byte| is_blank(byte)).count();
                    if at == text.len() {
                        return;
                    }
                    let len = text[at..].iter().position(is_blank).unwrap_or(text.len() - at);
                    add(at, at + len);
                    at += len;
                    pace.did(1 + len / 32).await;
                }
            }
            Separator::Each => {
                for at in 0..text.len() {
                    add(at, at + 1);
                    pace.did(1).await;
                }
            }
            Separator::Byte(byte) => by(text, |found| found == *byte, add, pace).await,
            Separator::ByteOrLine(byte) => {
                by(text, |found| found == *byte || found == b'\n', add, pace).await
            }
            Separator::Pattern(regex) => {
                let (mut from, mut search) = (0, 0);
                while let Some((start, end)) = regex.find_at(text, search, pace).await {
                    if start == end {
                        // What separates is never nothing.
                        search = end + 1;
                        if search > text.len() {
                            break;
                        }
                        continue;
                    }
                    add(from, start);
                    (from, search) = (end, end);
                }
                add(from, text.len());
            }
        }
    }
}

async fn by(text: &[u8], separates: impl Fn(u8) -> bool, mut add: impl FnMut(usize, usize), pace: &mut Pace) {
    let mut from = 0;
    for (at, byte) in text.iter().enumerate() {
        if separates(*byte) {
            add(from, at);
            pace.did(1 + (at - from) / 32).await;
            from = at + 1;
        }
    }
    add(from, text.len());
}

#[cfg(test)]
mod tests {
    use sandbox_kernel::at_once;

    use super::super::dialect::Dialect;
    use super::*;

    fn cut(separator: &str, text: &str) -> Vec<String> {
        let separator = Separator::short(separator.as_bytes()).unwrap_or_else(|| {
            let regex = Regex::new(separator.as_bytes(), Dialect::Mawk, false);
            Separator::Pattern(Arc::new(regex.unwrap_or_else(|problem| panic!("{problem}"))))
        });
        let mut fields = Vec::new();
        at_once(separator.cut(text.as_bytes(), &mut fields, &mut Pace::default()));
        fields.iter().map(|(from, to)| text[*from as usize..*to as usize].to_owned()).collect()
    }

    #[test]
    fn text_is_cut_where_it_is_separated() {
        assert_eq!(cut(" ", "  a b\t\nc "), ["a", "b", "c"]);
        assert_eq!(cut(",", ",a,"), ["", "a", ""]);
        assert_eq!(cut("", "ab"), ["a", "b"]);
        assert_eq!(cut("X*", "aXXb"), ["a", "b"]);
        assert_eq!(cut("[0-9]+", "1a22b"), ["", "a", "b"]);
        assert_eq!(cut(",", ""), [""; 0]);
    }
}
