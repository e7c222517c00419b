//! Elements of `name=(…)`, and as text: a declaration gets them as an argument.

/// One element of a list, expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayElement {
    /// `[subscript]=`
    pub subscript: Option<String>,
    /// Whether it is `[subscript]+=`.
    pub append: bool,
    /// Its value.
    pub value: String,
}

impl From<String> for ArrayElement {
    fn from(value: String) -> Self {
        Self { subscript: None, append: false, value }
    }
}

/// What a list among arguments begins with, so that it differs from a text that looks the same.
const LIST: char = '\u{10feff}';

/// The elements of an argument that was a list.
pub fn list_of(text: &str) -> Option<Vec<ArrayElement>> {
    parse_elements(text.strip_prefix(LIST)?)
}

/// A list as a text: [`list_of`] gives the same elements again.
pub fn show_elements(elements: &[ArrayElement]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let shown = elements.iter().map(|element| match &element.subscript {
        None => quoted(&element.value),
        Some(subscript) => {
            let plus = if element.append { "+" } else { "" };
            format!("[{}]{plus}={}", quoted(subscript), quoted(&element.value))
        }
    });
    format!("{LIST}({})", shown.collect::<Vec<_>>().join(" "))
}

/// The elements of a text in parentheses. Quotes are taken away, nothing is expanded. `None`: it is no list.
pub fn parse_elements(text: &str) -> Option<Vec<ArrayElement>> {
    let inside = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut reader = Reader { rest: inside };
    let mut elements = Vec::new();
    loop {
        reader.rest = reader.rest.trim_start_matches([' ', '\t', '\n']);
        if reader.rest.is_empty() {
            return Some(elements);
        }
        elements.push(reader.element()?);
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn element(&mut self) -> Option<ArrayElement> {
        let begin = self.rest;
        if let Some(rest) = begin.strip_prefix('[') {
            self.rest = rest;
            let subscript = self.text(|character| character == ']')?;
            let after = self.rest.strip_prefix(']').unwrap_or_default();
            let append = after.starts_with("+=");
            if let Some(rest) = after.strip_prefix(if append { "+=" } else { "=" }) {
                self.rest = rest;
                let value = self.text(is_blank)?;
                return Some(ArrayElement { subscript: Some(subscript), append, value });
            }
            self.rest = begin;
        }
        self.text(is_blank).map(ArrayElement::from)
    }

    /// Text up to a character outside of quotes, without the quotes.
    fn text(&mut self, ends: impl Fn(char) -> bool) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest.chars();
        loop {
            let before = chars.as_str();
            let Some(character) = chars.next() else { break };
            match character {
                '\'' => {
                    let (quoted, rest) = chars.as_str().split_once('\'')?;
                    text.push_str(quoted);
                    chars = rest.chars();
                }
                '"' => loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' if chars.as_str().starts_with(['"', '\\', '$', '`']) => {
                            text.extend(chars.next())
                        }
                        character => text.push(character),
                    }
                },
                '\\' => text.extend(chars.next()),
                character if ends(character) => {
                    self.rest = before;
                    return Some(text);
                }
                character => text.push(character),
            }
        }
        self.rest = "";
        Some(text)
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_again() {
        let elements = vec![
            ArrayElement::from("a b".to_owned()),
            ArrayElement::from(String::new()),
            ArrayElement { subscript: Some("it's".to_owned()), append: true, value: "x\ny".to_owned() },
        ];
        assert_eq!(list_of(&show_elements(&elements)), Some(elements));
        let read = parse_elements("(a [1]=\"b c\" [x)").map(|elements| show_elements(&elements));
        assert_eq!(read.as_deref(), Some("\u{10feff}('a' ['1']='b c' '[x')"));
        assert_eq!(list_of("(a)"), None);
    }
}
