//! Expanding words that have to wait: in which commands run (`$(…)`, `` `…` `` and `<(…)`, wherever they stand), or
//! whose parameters are so long that others have their turn while they are worked on.
//!
//! The rest is expanded without waiting.

use futures_util::future::{BoxFuture, FutureExt as _};
use std::sync::Arc;

use super::fields::{Fields, Goal};
use super::names::literal_word;
use super::parts::{Quoting, without_quotes};
use super::room::LONG;
use super::subject::{Subject, shown_unbound};
use crate::arithmetic::ArithmeticError;
use crate::state::{Flow, Shell, Value};
use crate::syntax::{Arithmetic, Operation, Parameter, ParameterName, Part, Word};

/// Whether a command has to run to expand it.
fn runs_commands(word: &Word) -> bool {
    word.parts.iter().any(part_runs_commands)
}

fn part_runs_commands(part: &Part) -> bool {
    match part {
        Part::Command(_) | Part::Backquote(_) | Part::Process { .. } => true,
        Part::DoubleQuoted(parts) => parts.iter().any(part_runs_commands),
        Part::Parameter(parameter) => parameter_runs_commands(parameter),
        Part::Arithmetic(arithmetic) => runs_commands(&arithmetic.text),
        Part::Literal(_)
        | Part::Quoted(_)
        | Part::Tilde(_)
        | Part::ArrayAssignment(_)
        | Part::BadSubstitution(_) => false,
    }
}

fn parameter_runs_commands(parameter: &Parameter) -> bool {
    let in_subscript =
        matches!(&parameter.name, ParameterName::Element(_, subscript) if runs_commands(subscript));
    in_subscript
        || match &parameter.operation {
            Operation::Value | Operation::Length | Operation::Keys | Operation::Names(_) => false,
            // A prompt may hold substitutions.
            Operation::Transform(transformation) => *transformation == 'P',
            Operation::Default { word, .. }
            | Operation::Assign { word, .. }
            | Operation::Error { word, .. }
            | Operation::Alternative { word, .. } => runs_commands(word),
            Operation::Substring { offset, length } => {
                runs_commands(&offset.text)
                    || length.as_ref().is_some_and(|length| runs_commands(&length.text))
            }
            Operation::Remove { pattern, .. } => runs_commands(pattern),
            Operation::Replace { pattern, replacement, .. } => {
                runs_commands(pattern) || replacement.as_ref().is_some_and(runs_commands)
            }
            Operation::Case { pattern, .. } => pattern.as_ref().is_some_and(runs_commands),
        }
}

/// Elements of an array that are as much as a long text.
const MANY: usize = 1000;

impl Shell {
    /// Whether expanding it has to wait.
    pub(super) fn waits(&self, word: &Word) -> bool {
        word.parts.iter().any(|part| self.part_waits(part))
    }

    fn part_waits(&self, part: &Part) -> bool {
        part_runs_commands(part) || self.has_long && self.part_is_long(part)
    }

    fn part_is_long(&self, part: &Part) -> bool {
        match part {
            Part::DoubleQuoted(parts) => parts.iter().any(|part| self.part_is_long(part)),
            Part::Parameter(parameter) => self.parameter_is_long(parameter),
            _ => false,
        }
    }

    fn parameter_is_long(&self, parameter: &Parameter) -> bool {
        let is_long = |text: &String| text.len() > LONG;
        let by_itself = match &parameter.name {
            _ if parameter.indirect => true,
            ParameterName::Variable(name) | ParameterName::All(name, _) => {
                self.variables.get(name).is_some_and(|variable| match &variable.value {
                    Value::Text(text) => is_long(text),
                    Value::Indexed(elements) => elements.len() > MANY || elements.values().any(is_long),
                    Value::Associative(_) => true,
                    Value::Unset => false,
                })
            }
            ParameterName::Element(..) => true,
            ParameterName::Positional(0) => false,
            ParameterName::Positional(number) => self.positional.get(number - 1).is_some_and(is_long),
            ParameterName::Special('@' | '*') => {
                self.positional.len() > MANY || self.positional.iter().any(is_long)
            }
            ParameterName::Special(_) => false,
        };
        by_itself
            || match &parameter.operation {
                Operation::Default { word, .. }
                | Operation::Assign { word, .. }
                | Operation::Error { word, .. }
                | Operation::Alternative { word, .. } => self.waits(word),
                _ => false,
            }
    }

    /// Expands parts that may have to wait.
    pub(super) fn expand_waiting<'a>(
        &'a mut self,
        parts: &'a [Part],
        quoting: Quoting,
        out: &'a mut Fields,
    ) -> BoxFuture<'a, Flow<()>> {
        async move {
            for part in parts {
                if !self.part_waits(part) {
                    self.expand_part(part, quoting, out)?;
                    continue;
                }
                match part {
                    Part::Command(body) => {
                        let text = self.command_substitution(Arc::clone(body)).await?;
                        self.push_text(&text, quoting, out).await;
                    }
                    Part::Backquote(source) => {
                        let text = self.backquote_substitution(Arc::clone(source)).await?;
                        self.push_text(&text, quoting, out).await;
                    }
                    Part::Process { output, body } => {
                        let name = self.process_substitution(*output, Arc::clone(body)).await?;
                        out.quoted(&name);
                    }
                    Part::DoubleQuoted(parts) => {
                        let outer = out.begin_quotes();
                        self.expand_waiting(parts, Quoting::Double, out).await?;
                        out.end_quotes(outer);
                    }
                    Part::Arithmetic(arithmetic) => {
                        let value = self.expand_arithmetic(arithmetic).await?;
                        let value = value.map_err(|error| self.arithmetic_failed("", &error))?;
                        self.push_text(&value.to_string(), quoting, out).await;
                    }
                    Part::Parameter(parameter) => {
                        self.expand_parameter_waiting(parameter, quoting, out).await?
                    }
                    _ => self.expand_part(part, quoting, out)?,
                }
            }
            Ok(())
        }
        .boxed()
    }

    async fn expand_parameter_waiting(
        &mut self,
        parameter: &Parameter,
        quoting: Quoting,
        out: &mut Fields,
    ) -> Flow<()> {
        let mut parameter = parameter.clone();
        if let ParameterName::Element(_, subscript) = &mut parameter.name {
            self.settle(subscript, Goal::Text, Quoting::None).await?;
        }
        if parameter.operation == Operation::Transform('P') {
            return self.expand_as_prompt(&parameter, quoting, out).await;
        }
        let wanted = self.wants_word(&parameter)?;
        match &mut parameter.operation {
            Operation::Default { word, .. } | Operation::Alternative { word, .. } if wanted == Some(true) => {
                return self.expand_waiting(&word.parts, quoting.nested(), out).await;
            }
            Operation::Assign { word, .. } | Operation::Error { word, .. } if wanted == Some(true) => {
                self.settle(word, Goal::Text, if quoting.is_double() { quoting } else { Quoting::None })
                    .await?;
            }
            Operation::Substring { offset, length } => {
                self.settle(&mut offset.text, Goal::Text, Quoting::Double).await?;
                if let Some(length) = length {
                    self.settle(&mut length.text, Goal::Text, Quoting::Double).await?;
                }
            }
            Operation::Remove { pattern, .. } | Operation::Case { pattern: Some(pattern), .. } => {
                self.settle(pattern, Goal::Marked, Quoting::None).await?;
            }
            Operation::Replace { pattern, replacement, .. } => {
                self.settle(pattern, Goal::Marked, Quoting::None).await?;
                if let Some(replacement) = replacement {
                    self.settle(replacement, Goal::Marked, Quoting::None).await?;
                }
            }
            _ => {}
        }
        self.expand_parameter(&parameter, quoting, out).await
    }

    /// `${name@P}`
    async fn expand_as_prompt(
        &mut self,
        parameter: &Parameter,
        quoting: Quoting,
        out: &mut Fields,
    ) -> Flow<()> {
        let subject = match self.subject(&parameter.name)? {
            Subject::Text(None) if self.is_strict() => {
                return Err(self.unbound(&shown_unbound(&parameter.name)));
            }
            Subject::Text(None) => return Ok(()),
            Subject::Text(Some(text)) => Subject::Text(Some(self.expand_shown_prompt(&text).await)),
            Subject::List(items, star) => {
                let mut shown = Vec::with_capacity(items.len());
                for item in items {
                    shown.push(self.expand_shown_prompt(&item).await);
                }
                Subject::List(shown, star)
            }
        };
        self.push(subject, quoting, out).await;
        Ok(())
    }

    /// A prompt without the marks that are for the line editor.
    async fn expand_shown_prompt(&mut self, prompt: &str) -> String {
        Box::pin(self.expand_prompt(prompt)).await.replace(['\u{1}', '\u{2}'], "")
    }

    /// Puts in place of a word what it expands to.
    async fn settle(&mut self, word: &mut Word, goal: Goal, quoting: Quoting) -> Flow<()> {
        if !self.waits(word) {
            return Ok(());
        }
        let mut out = self.fields(goal);
        self.expand_waiting(&word.parts, quoting, &mut out).await?;
        word.parts = match goal {
            Goal::Marked => {
                let marked = self.roomy(out.into_marked())?;
                let part = |(text, quoted): (&str, bool)| match quoted {
                    true => Part::Quoted(text.to_owned()),
                    false => Part::Literal(text.to_owned()),
                };
                marked.pieces().map(part).collect()
            }
            _ => literal_word(&self.roomy(out.into_text())?).parts,
        };
        Ok(())
    }

    /// The value of an expression of the syntax tree, as within `((…))`.
    ///
    /// # Errors
    ///
    /// What is wrong with it is not told yet: see [`Shell::arithmetic_failed`].
    pub async fn expand_arithmetic(&mut self, arithmetic: &Arithmetic) -> Flow<Result<i64, ArithmeticError>> {
        if !self.waits(&arithmetic.text) {
            return self.arithmetic_now(arithmetic);
        }
        let mut out = self.fields(Goal::Text);
        self.expand_waiting(&arithmetic.text.parts, Quoting::Double, &mut out).await?;
        let text = self.roomy(out.into_text())?;
        Ok(self.evaluate(&without_quotes(text)))
    }

    /// The same; what is wrong is told after `prefix`, and gives up the command line.
    ///
    /// # Errors
    ///
    /// As [`Shell::arithmetic_failed`], and those of expansions.
    pub async fn evaluate_arithmetic(&mut self, arithmetic: &Arithmetic, prefix: &str) -> Flow<i64> {
        let value = self.expand_arithmetic(arithmetic).await?;
        value.map_err(|error| self.arithmetic_failed(prefix, &error))
    }
}
