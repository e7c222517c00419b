//! Expanding the parts of words, where no command has to run for it.

use sandbox_kernel::{Pace, at_once};

use super::fields::{Fields, Goal};
use crate::arithmetic::ArithmeticError;
use crate::state::{Flow, SetOption, Shell, ShoptOption, Unwind};
use crate::syntax::{Arithmetic, Part, Word, is_name};

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Outside of quotes.
    None,
    /// Outside of quotes in the word of `${x:-word}`: literals are split too.
    Nested,
    /// Within double quotes.
    Double,
}

impl Quoting {
    /// Within the word of an operation that stands here.
    pub(super) fn nested(self) -> Self {
        match self {
            Self::None | Self::Nested => Self::Nested,
            Self::Double => Self::Double,
        }
    }

    pub(super) fn is_double(self) -> bool {
        self == Self::Double
    }
}

impl Shell {
    pub(super) fn fields(&self, goal: Goal) -> Fields {
        Fields::new(goal, self.options.has_shopt(ShoptOption::EXTGLOB))
    }

    pub(super) fn expand_parts(&mut self, parts: &[Part], quoting: Quoting, out: &mut Fields) -> Flow<()> {
        parts.iter().try_for_each(|part| self.expand_part(part, quoting, out))
    }

    pub(super) fn expand_part(&mut self, part: &Part, quoting: Quoting, out: &mut Fields) -> Flow<()> {
        match part {
            Part::Literal(text) => match quoting {
                Quoting::None => out.literal(text),
                Quoting::Nested => at_once(out.result(text, &self.ifs(), &mut Pace::default())),
                Quoting::Double => out.quoted_part(text),
            },
            Part::Quoted(text) => out.quoted(text),
            Part::DoubleQuoted(parts) => {
                let outer = out.begin_quotes();
                self.expand_parts(parts, Quoting::Double, out)?;
                out.end_quotes(outer);
            }
            Part::Tilde(user) => match self.home_of(user) {
                Some(home) => out.quoted(&home),
                None => {
                    out.literal("~");
                    out.literal(user);
                }
            },
            Part::Parameter(parameter) => at_once(self.expand_parameter(parameter, quoting, out))?,
            Part::Arithmetic(arithmetic) => {
                let value = self.arithmetic_now(arithmetic)?;
                let value = value.map_err(|error| self.arithmetic_failed("", &error))?;
                at_once(self.push_text(&value.to_string(), quoting, out));
            }
            Part::BadSubstitution(source) => self.bad_substitution(source)?,
            // They need a command to run, and are expanded where that is possible.
            Part::Command(_) | Part::Backquote(_) | Part::Process { .. } | Part::ArrayAssignment(_) => {}
        }
        Ok(())
    }

    /// Tells that an expansion means nothing. A transformation that there is not is none at all of what has no value.
    fn bad_substitution(&mut self, source: &str) -> Flow<()> {
        let transformed =
            source.strip_prefix("${").and_then(|rest| rest.split_once('@')).map(|(name, _)| name);
        let transformed = transformed.filter(|name| is_name(name));
        if let Some(name) = transformed
            && self.value(name).is_none()
        {
            return Ok(());
        }
        self.complain(format!("{source}: bad substitution"));
        Err(if transformed.is_some() { self.expansion_failed() } else { Unwind::Discard(1) })
    }

    /// Adds what an expansion gave.
    pub(super) async fn push_text(&mut self, text: &str, quoting: Quoting, out: &mut Fields) {
        match quoting.is_double() {
            true => out.quoted_part(text),
            false => out.result(text, &self.ifs(), &mut Pace::default()).await,
        }
    }

    /// The value of an expression in which no command has to run.
    pub(super) fn arithmetic_now(&mut self, arithmetic: &Arithmetic) -> Flow<Result<i64, ArithmeticError>> {
        if let [Part::Literal(text)] = &arithmetic.text.parts[..]
            && !text.contains(['"', '\\'])
        {
            return Ok(self.evaluate(text));
        }
        let text = self.text_now(&arithmetic.text, Quoting::Double)?;
        Ok(self.evaluate(&without_quotes(text)))
    }

    /// The text of a word in which no command has to run.
    pub(super) fn text_now(&mut self, word: &Word, quoting: Quoting) -> Flow<String> {
        if let [Part::Literal(text) | Part::Quoted(text)] = &word.parts[..] {
            return Ok(text.clone());
        }
        let mut out = self.fields(Goal::Text);
        self.expand_parts(&word.parts, quoting, &mut out)?;
        self.roomy(out.into_text())
    }

    /// Whether pathnames are looked for.
    pub(super) fn globs(&self) -> bool {
        !self.options.has(SetOption::NOGLOB)
    }
}

/// The text of an expression as it is evaluated: double quotes mean nothing in it.
pub(super) fn without_quotes(text: String) -> String {
    if text.contains('"') { text.replace('"', "") } else { text }
}
