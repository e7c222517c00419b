//! Reading an expression and evaluating it at once.

use super::ArithmeticError;
use super::lexer::{self, Operator, Token};
use super::operand::Operand;
use crate::state::Shell;

/// How many variables whose values are expressions are followed, and how deep brackets and operators may lie in one
/// another, together.
const MAX_DEPTH: u32 = 200;

const OPERAND_EXPECTED: &str = "syntax error: operand expected";

/// The value of an expression, which may stand within others.
pub(super) fn evaluate(shell: &mut Shell, expression: &str) -> Result<i64, ArithmeticError> {
    shell.expressions += 1;
    let value = Evaluator {
        shell,
        text: expression,
        at: 0,
        token: Token::End,
        before: Token::End,
        token_at: 0,
        number: 0,
        operand: Operand::default(),
        skipping: 0,
    }
    .whole();
    shell.expressions -= 1;
    value
}

pub(super) struct Evaluator<'a> {
    pub(super) shell: &'a mut Shell,
    pub(super) text: &'a str,
    /// Where the next token is looked for.
    pub(super) at: usize,
    pub(super) token: Token,
    /// The token before it, or what an operation became.
    before: Token,
    /// Where the token begins.
    pub(super) token_at: usize,
    /// The value of the token, when it is a number or a variable.
    number: i64,
    /// The variable that was read last.
    pub(super) operand: Operand,
    /// Above zero where operands have no effect: `0 && x++`.
    pub(super) skipping: u32,
}

pub(super) type Value = Result<i64, ArithmeticError>;

impl Evaluator<'_> {
    fn whole(&mut self) -> Value {
        if self.shell.expressions >= MAX_DEPTH {
            return Err(self.wrong_from("expression recursion level exceeded", 0));
        }
        if self.text.bytes().all(lexer::is_blank) {
            return Ok(0);
        }
        self.advance()?;
        let value = self.comma()?;
        match self.token {
            Token::End => Ok(value),
            _ => Err(self.wrong("syntax error in expression")),
        }
    }

    /// Reads the next token. A variable is evaluated as it is read, unless it is assigned.
    fn advance(&mut self) -> Result<(), ArithmeticError> {
        let text = self.text.as_bytes();
        while text.get(self.at).is_some_and(|byte| lexer::is_blank(*byte)) {
            self.at += 1;
        }
        let Some(first) = text.get(self.at).copied() else {
            self.before = self.token;
            self.token = Token::End;
            return Ok(());
        };
        self.token_at = self.at;
        if lexer::begins_name(first) {
            return self.name();
        }
        if first.is_ascii_digit() {
            let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'@' | b'_');
            self.at += text[self.at..].iter().take_while(is_part).count();
            self.number = super::number::number(&text[self.token_at..self.at]).map_err(|problem| {
                // bash has cut the expression off behind the number at this moment.
                let expression = self.text[..self.at].trim_start_matches([' ', '\t']).to_owned();
                let token = self.text[self.token_at..self.at].to_owned();
                ArithmeticError::Wrong { expression, problem, token }
            })?;
            (self.before, self.token) = (self.token, Token::Number);
            return Ok(());
        }
        let (token, end) = lexer::operator(text, self.at, self.token);
        // `--x--`: what was stepped is no variable any more.
        if self.token == Token::Number && matches!(self.before, Token::PreStep(_)) {
            match &text[self.at..] {
                [b'-', b'-', ..] => return Err(self.wrong("--: assignment requires lvalue")),
                [b'+', b'+', ..] => return Err(self.wrong("++: assignment requires lvalue")),
                _ => {}
            }
        }
        if token == Token::Unknown {
            let problem = match self.token {
                Token::Number | Token::Name | Token::Close => "syntax error: invalid arithmetic operator",
                _ => OPERAND_EXPECTED,
            };
            return Err(self.wrong(problem));
        }
        self.at = end;
        (self.before, self.token) = (self.token, token);
        Ok(())
    }

    fn name(&mut self) -> Result<(), ArithmeticError> {
        let text = self.text.as_bytes();
        let start = self.at;
        self.at += text[start..].iter().take_while(|byte| lexer::continues_name(**byte)).count();
        let name = start..self.at;
        let mut subscript = None;
        if text.get(self.at) == Some(&b'[') {
            let end = lexer::subscript_end(text, self.at).ok_or_else(|| self.wrong("bad array subscript"))?;
            subscript = Some(self.at + 1..end);
            self.at = end + 1;
        }
        self.operand.set(name, subscript);
        (self.before, self.token) = (self.token, Token::Name);
        self.number = match self.skipping > 0 || self.is_assigned_next() {
            true => 0,
            false => self.read_operand()?,
        };
        Ok(())
    }

    /// Whether a lone `=` follows.
    fn is_assigned_next(&self) -> bool {
        let rest = self.text.as_bytes()[self.at..].trim_ascii_start();
        rest.first() == Some(&b'=') && rest.get(1) != Some(&b'=')
    }

    /// An error at the token that was read last.
    pub(super) fn wrong(&self, problem: &'static str) -> ArithmeticError {
        self.wrong_from(problem, self.token_at)
    }

    pub(super) fn wrong_from(&self, problem: &'static str, at: usize) -> ArithmeticError {
        let expression = self.text.trim_start_matches([' ', '\t']).to_owned();
        ArithmeticError::Wrong { expression, problem, token: self.text[at..].to_owned() }
    }

    /// One level further in.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.shell.expressions >= MAX_DEPTH {
            return Err(self.wrong("expression recursion level exceeded"));
        }
        self.shell.expressions += 1;
        let value = read(self);
        self.shell.expressions -= 1;
        value
    }

    /// Reads without effect if `skip`.
    fn perhaps(&mut self, skip: bool, read: impl FnOnce(&mut Self) -> Value) -> Value {
        self.skipping += u32::from(skip);
        let value = read(self);
        self.skipping -= u32::from(skip);
        value
    }

    fn comma(&mut self) -> Value {
        let mut value = self.assignment()?;
        while self.token == Token::Comma {
            self.advance()?;
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Value {
        let value = self.conditional()?;
        let operator = match self.token {
            Token::Assign => None,
            Token::Update(operator) => Some(operator),
            _ => return Ok(value),
        };
        if self.before != Token::Name {
            return Err(self.wrong("attempted assignment to non-variable"));
        }
        let operand = self.operand.clone();
        self.advance()?;
        let mut right = self.deeper(Self::assignment)?;
        if let Some(operator) = operator {
            right = self.apply(operator, value, right, None)?;
        }
        if self.skipping == 0 {
            self.write_operand(&operand, right)?;
        }
        Ok(right)
    }

    fn conditional(&mut self) -> Value {
        let condition = self.binary(1)?;
        if self.token != Token::Question {
            return Ok(condition);
        }
        let is_true = condition != 0;
        let first = self.perhaps(!is_true, |this| {
            this.advance()?;
            if matches!(this.token, Token::End | Token::Colon) {
                return Err(this.wrong("expression expected"));
            }
            this.deeper(Self::comma)
        })?;
        if self.token != Token::Colon {
            return Err(self.wrong("`:' expected for conditional expression"));
        }
        let second = self.perhaps(is_true, |this| {
            this.advance()?;
            if this.token == Token::End {
                return Err(this.wrong("expression expected"));
            }
            this.deeper(Self::conditional)
        })?;
        self.before = Token::Question;
        Ok(if is_true { first } else { second })
    }

    /// Operators that bind at least as tightly as `level`.
    fn binary(&mut self, level: u8) -> Value {
        let mut left = self.unary()?;
        while let Token::Operator(operator) = self.token
            && operator.level() >= level
        {
            let after = self.at;
            // Powers group from the right, all else from the left.
            let next = operator.level() + u8::from(operator != Operator::Power);
            let skip = match operator {
                Operator::Or => left != 0,
                Operator::And => left == 0,
                _ => false,
            };
            let right = self.perhaps(skip, |this| {
                this.advance()?;
                this.deeper(|this| this.binary(next))
            })?;
            left = self.apply(operator, left, right, Some(after))?;
            self.before = Token::Number;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Value {
        let sign = match self.token {
            Token::Not | Token::Complement => self.token,
            Token::Operator(Operator::Plus | Operator::Minus) => self.token,
            _ => return self.primary(),
        };
        self.advance()?;
        let value = self.deeper(Self::unary)?;
        self.before = Token::Number;
        Ok(match sign {
            Token::Not => i64::from(value == 0),
            Token::Complement => !value,
            Token::Operator(Operator::Minus) => value.wrapping_neg(),
            _ => value,
        })
    }

    fn primary(&mut self) -> Value {
        match self.token {
            Token::PreStep(step) => {
                self.advance()?;
                if self.token != Token::Name {
                    return Err(self.wrong("identifier expected after pre-increment or pre-decrement"));
                }
                let value = self.number.wrapping_add(step);
                self.step(value)?;
                (self.before, self.token) = (Token::PreStep(step), Token::Number);
                self.advance()?;
                Ok(value)
            }
            Token::Open => {
                self.advance()?;
                let value = self.deeper(Self::comma)?;
                if self.token != Token::Close {
                    return Err(self.wrong("missing `)'"));
                }
                self.advance()?;
                Ok(value)
            }
            Token::Number => {
                let value = self.number;
                self.advance()?;
                Ok(value)
            }
            Token::Name => {
                let value = self.number;
                // The next token may be another variable.
                let operand = self.operand.clone();
                self.advance()?;
                if let Token::PostStep(step) = self.token {
                    self.operand = operand;
                    self.step(value.wrapping_add(step))?;
                    self.token = Token::Number;
                    self.advance()?;
                }
                Ok(value)
            }
            _ => Err(self.wrong(OPERAND_EXPECTED)),
        }
    }

    fn step(&mut self, value: i64) -> Result<(), ArithmeticError> {
        match self.skipping {
            0 => self.write_operand(&self.operand.clone(), value),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::builtins::testing::Fixture;

    proptest! {
        #[test]
        fn any_text_has_a_value_or_an_error(text in "[-+*/%<>=!&|^~?:,()xa_ 0-9#@.\\[\\]\"'$é]{0,24}") {
            let mut fixture = Fixture::new();
            fixture.shell.assign("x", None, "3".to_owned(), false).unwrap();
            let _either = fixture.shell.evaluate(&text);
            prop_assert_eq!(fixture.shell.expressions, 0);
        }
    }

    #[test]
    fn nothing_overflows_the_stack() {
        let deep =
            |open: &str, inside: &str, close: &str| open.repeat(100_000) + inside + &close.repeat(100_000);
        let expressions = [
            deep("(", "1", ")"),
            deep("-", "1", ""),
            deep("1?", "1", ""),
            deep("x=", "1", ""),
            deep("2**", "1", ""),
            deep("1?1:", "1", ""),
            deep("a[", "1", "]"),
            "r".to_owned(),
            "v".to_owned(),
            "w".to_owned(),
        ];
        let evaluate = move || {
            let mut fixture = Fixture::new();
            fixture.shell.variables.get_or_make("r").attributes.name_ref = true;
            for (name, value) in [("r", "a[r]"), ("v", "v"), ("w", "a[w]")] {
                fixture.shell.variables.get_or_make(name).value = crate::state::Value::Text(value.to_owned());
            }
            expressions
                .iter()
                .map(|expression| fixture.shell.evaluate(expression).is_err())
                .collect::<Vec<_>>()
        };
        // Of the stack that there is in a browser, in a build whose frames are larger.
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(evaluate).unwrap();
        assert_eq!(thread.join().unwrap()[..7], [true; 7]);
    }
}
