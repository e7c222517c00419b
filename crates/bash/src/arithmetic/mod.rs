//! Arithmetic: `$((…))`, `((…))`, `let`, subscripts and integer variables.
//!
//! An expression is evaluated while it is read, as bash does: so what was assigned before an error stays assigned, and
//! an error tells the place that bash tells. Numbers are 64 bits wide and wrap.

mod evaluate;
mod lexer;
mod number;
mod operand;
mod operation;

use std::fmt;

use crate::state::{Shell, Unwind};

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArithmeticError {
    /// What is wrong with the expression, still to be told.
    Wrong {
        /// The expression.
        expression: String,
        /// What is wrong.
        problem: &'static str,
        /// From where it is wrong.
        token: String,
    },
    /// Another message, still to be told: of an assignment that cannot be.
    Message(String),
    /// What was told already, and what it leads to.
    Unwind(Unwind),
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong { expression, problem, token } => {
                write!(f, "{expression}: {problem} (error token is \"{token}\")")
            }
            Self::Message(message) => f.write_str(message),
            Self::Unwind(_) => Ok(()),
        }
    }
}

impl Shell {
    /// The value of an expression that is expanded already. An empty one is 0.
    ///
    /// # Errors
    ///
    /// What is wrong with it. Nothing was told but for [`ArithmeticError::Unwind`].
    pub fn evaluate(&mut self, expression: &str) -> Result<i64, ArithmeticError> {
        evaluate::evaluate(self, expression)
    }

    /// Tells what is wrong with an expression, after `prefix` (`((: `, `let: ` or nothing), and gives up the command
    /// line.
    pub fn arithmetic_failed(&mut self, prefix: &str, error: &ArithmeticError) -> Unwind {
        match error {
            ArithmeticError::Unwind(unwind) => return *unwind,
            ArithmeticError::Wrong { .. } => self.complain(format!("{prefix}{error}")),
            ArithmeticError::Message(message) => self.complain(message),
        }
        Unwind::Discard(1)
    }
}
