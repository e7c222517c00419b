//! `${x@Q}` and its like.

use super::parts::Quoting;
use super::subject::Subject;
use crate::builtins::{describe, locale, quoting};
use crate::state::{Flow, Shell, Value};
use crate::syntax::{ParameterName, decode_escapes};

impl Shell {
    pub(super) fn transformed(
        &mut self,
        name: &ParameterName,
        subject: Subject,
        transformation: char,
        quoting: Quoting,
    ) -> Flow<Subject> {
        let is_utf8 = locale::is_utf8(self);
        Ok(match transformation {
            'U' => subject.map(str::to_uppercase),
            'L' => subject.map(str::to_lowercase),
            'u' => subject.map(|text| {
                let mut rest = text.chars();
                let first = rest.next().map(char::to_uppercase);
                first.into_iter().flatten().collect::<String>() + rest.as_str()
            }),
            'E' => subject.map(decode_escapes),
            'Q' => subject.map(|text| quoted(text, is_utf8)),
            'a' => self.attributes_of(name, subject),
            'A' => match self.assignment_of(name, subject, is_utf8) {
                Subject::List(words, _) if !quoting.is_double() => Subject::Text(Some(words.join(" "))),
                assignment => assignment,
            },
            'K' | 'k' => self.pairs_of(name, subject, transformation, is_utf8),
            _ => subject,
        })
    }

    fn attributes_of(&mut self, name: &ParameterName, subject: Subject) -> Subject {
        let letters = match variable_of(name) {
            Some(name) => {
                let name = self.referred(name);
                self.variable(&name)
                    .map(|variable| describe::attribute_letters(&variable))
                    .unwrap_or_default()
            }
            None => String::new(),
        };
        match subject {
            Subject::List(items, star) => Subject::List(vec![letters; items.len()], star),
            Subject::Text(_) => Subject::Text(Some(letters)),
        }
    }

    /// The command that would make the parameter again.
    fn assignment_of(&mut self, name: &ParameterName, subject: Subject, is_utf8: bool) -> Subject {
        if let (ParameterName::Special(_), Subject::List(items, star)) = (name, &subject) {
            if items.is_empty() {
                return subject;
            }
            let items = items.iter().map(|item| quoted(item, is_utf8));
            return words(["set".to_owned(), "--".to_owned()].into_iter().chain(items).collect(), *star);
        }
        let Some(shown) = variable_of(name) else { return Subject::Text(None) };
        let target = self.referred(shown).into_owned();
        let Some(variable) = self.variable(&target) else {
            return match subject {
                Subject::List(_, star) => Subject::List(Vec::new(), star),
                Subject::Text(_) => Subject::Text(None),
            };
        };
        let letters = describe::attribute_letters(&variable);
        let declare = if letters.is_empty() { String::new() } else { format!("declare -{letters} ") };
        let value = match subject {
            Subject::List(_, star) if variable.is_array() && !variable.attributes.bare => {
                let value = describe::list(&variable.value, is_utf8);
                return words(
                    vec!["declare".to_owned(), format!("-{letters}"), format!("{target}={value}")],
                    star,
                );
            }
            Subject::List(..) => variable.scalar().map(|text| quoted(text, is_utf8)),
            Subject::Text(text) => text.map(|text| quoted(&text, is_utf8)),
        };
        Subject::Text(match value {
            Some(value) => Some(format!("{declare}{target}={value}")),
            None if declare.is_empty() => None,
            None => Some(format!("{declare}{target}")),
        })
    }

    /// Keys and values: as one text (`K`) or one by one (`k`).
    fn pairs_of(&mut self, name: &ParameterName, subject: Subject, how: char, is_utf8: bool) -> Subject {
        let (ParameterName::All(array, _), Subject::List(_, star)) = (name, &subject) else {
            return subject.map(|text| quoted(text, is_utf8));
        };
        let array = self.referred(array).into_owned();
        let Some(variable) = self.variable(&array) else { return Subject::List(Vec::new(), *star) };
        if how == 'k' {
            let pairs: Vec<String> = match &variable.value {
                Value::Indexed(elements) => {
                    elements.iter().flat_map(|(index, value)| [index.to_string(), value.clone()]).collect()
                }
                Value::Associative(elements) => {
                    elements.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
                }
                _ => return subject.map(|text| quoted(text, is_utf8)),
            };
            return Subject::List(pairs, *star);
        }
        let double = |text: &str| quoting::double(text, is_utf8);
        Subject::Text(Some(match &variable.value {
            Value::Indexed(elements) => {
                let pairs: Vec<_> =
                    elements.iter().map(|(index, value)| format!("{index} {}", double(value))).collect();
                pairs.join(" ")
            }
            Value::Associative(elements) => {
                let pair = |(key, value): (&String, &String)| {
                    format!("{} {} ", describe::key_text(key, is_utf8), double(value))
                };
                elements.iter().map(pair).collect()
            }
            _ => return subject.map(|text| quoted(text, is_utf8)),
        }))
    }
}

/// A command: one text for `*`, else its words.
fn words(words: Vec<String>, star: bool) -> Subject {
    if star { Subject::Text(Some(words.join(" "))) } else { Subject::List(words, false) }
}

/// The variable that a parameter is, or is part of.
fn variable_of(name: &ParameterName) -> Option<&str> {
    match name {
        ParameterName::Variable(name) | ParameterName::Element(name, _) | ParameterName::All(name, _) => {
            Some(name)
        }
        ParameterName::Positional(_) | ParameterName::Special(_) => None,
    }
}

fn quoted(text: &str, is_utf8: bool) -> String {
    match quoting::needs_escapes(text, is_utf8) {
        true => quoting::escaped(text, is_utf8),
        false => quoting::single(text),
    }
}
