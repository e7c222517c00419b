//! Assignments and conditions of the interpreter's own, told as the shell tells them.

use crate::expand::show_elements;
use crate::state::{Flow, Shell, Unwind};
use crate::syntax::{Arithmetic, Assignment, AssignmentValue, Part, Word};

impl Shell {
    /// Assigns a variable, or tells why that cannot be.
    pub(crate) fn assign_or_complain(&mut self, name: &str, value: String) -> bool {
        match self.assign(name, None, value, false) {
            Ok(()) => true,
            Err(error) => {
                // The message is all that is left of it.
                let _told = self.assign_failed(&error);
                false
            }
        }
    }

    /// Assigns the elements of an array from 0 on, or tells why that cannot be.
    pub(crate) fn assign_array_or_complain(&mut self, name: &str, values: &[String]) -> bool {
        values.iter().enumerate().all(|(place, value)| {
            match self.assign(name, Some(&place.to_string()), value.clone(), false) {
                Ok(()) => true,
                Err(error) => {
                    let _told = self.assign_failed(&error);
                    false
                }
            }
        })
    }

    /// The value of `(( … ))`; `None` after it was told what is wrong with it.
    pub(crate) async fn evaluate_command(&mut self, expression: &Arithmetic) -> Flow<Option<i64>> {
        match self.expand_arithmetic(expression).await? {
            Ok(value) => Ok(Some(value)),
            Err(error) => match self.arithmetic_failed("((: ", &error) {
                Unwind::Discard(_) => Ok(None),
                unwind => Err(unwind),
            },
        }
    }

    /// The arguments of `declare` and its like: what looks like an assignment is expanded as one.
    pub(crate) async fn expand_declaration(&mut self, words: &[Word]) -> Flow<Vec<String>> {
        let mut args = Vec::with_capacity(words.len());
        for word in words {
            match &word.parts[..] {
                [Part::ArrayAssignment(assignment)] => args.push(self.expand_list(assignment).await?),
                [Part::Literal(text), ..] if begins_assignment(text) => {
                    args.push(self.expand_text(word).await?)
                }
                _ => args.extend(self.expand_words(std::slice::from_ref(word)).await?),
            }
        }
        Ok(args)
    }

    /// `name=( … )` as one argument.
    async fn expand_list(&mut self, Assignment { name, append, value, .. }: &Assignment) -> Flow<String> {
        let elements = match value {
            AssignmentValue::Array(elements) => self.expand_elements(elements).await?,
            AssignmentValue::Scalar(_) => Vec::new(),
        };
        let plus = if *append { "+" } else { "" };
        Ok(format!("{name}{plus}={}", show_elements(&elements)))
    }
}

/// Whether a text begins as `name=`, `name+=` or `name[subscript]=` does.
fn begins_assignment(text: &str) -> bool {
    let Some((name, _)) = text.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    crate::syntax::is_name(name)
}
