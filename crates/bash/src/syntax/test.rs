//! `[[ … ]]`

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    words::{Tildes, Until, is_break},
};
use crate::text;

/// How many tests `&&` or `||` may join: they lie within one another.
const OPERANDS: usize = 1000;

/// What stands where a word could.
enum Token {
    Word(Word),
    /// `]]`, an operator, `newline`.
    Other(&'static str),
}

impl Parser {
    /// The expression, and past the `]]` after it. The `[[` is behind us.
    pub(super) fn test_command(&mut self) -> Outcome<Test> {
        let outer = std::mem::replace(&mut self.in_test, true);
        let test = self.whole_test();
        self.in_test = outer;
        test
    }

    fn whole_test(&mut self) -> Outcome<Test> {
        let test = self.or_test()?;
        self.skip_newlines()?;
        if self.word_is("]]") {
            self.pos += 2;
            return Ok(test);
        }
        if self.peek().is_none() {
            return Err(self.test_cut());
        }
        Err(match self.test_token(Until::Break, "unexpected EOF while looking for `]]'")? {
            Token::Word(_) => self.wrong("syntax error in conditional expression".into()),
            Token::Other(token) => {
                self.wrong(format!("syntax error in conditional expression: unexpected token `{token}'"))
            }
        })
    }

    fn or_test(&mut self) -> Outcome<Test> {
        self.nested(|parser| {
            let mut operands = vec![parser.and_test()?];
            loop {
                parser.skip_newlines()?;
                if !parser.take("||") {
                    return parser.join(operands, Test::Or);
                }
                operands.push(parser.and_test()?);
            }
        })
    }

    fn and_test(&mut self) -> Outcome<Test> {
        let mut operands = vec![self.term()?];
        loop {
            self.skip_newlines_after(operands.last())?;
            if !self.take("&&") {
                return self.join(operands, Test::And);
            }
            operands.push(self.term()?);
        }
    }

    /// `a || (b || (c …))`, as bash groups them.
    fn join(&self, mut operands: Vec<Test>, operator: fn(Box<Test>, Box<Test>) -> Test) -> Outcome<Test> {
        let Some(mut test) = operands.pop() else { return Err(self.silent()) };
        if operands.len() > OPERANDS {
            return Err(self.wrong("maximum nesting level exceeded".into()));
        }
        while let Some(left) = operands.pop() {
            test = operator(Box::new(left), Box::new(test));
        }
        Ok(test)
    }

    /// A newline may follow any term but a lone word, after which an operator must come.
    fn skip_newlines_after(&mut self, term: Option<&Test>) -> Outcome<()> {
        match term {
            Some(Test::Word(_)) => {
                self.skip_blanks();
                Ok(())
            }
            _ => self.skip_newlines(),
        }
    }

    fn term(&mut self) -> Outcome<Test> {
        self.skip_newlines()?;
        match self.peek() {
            Some(b'(') => return self.group(),
            Some(b'!') if self.word_is("!") => {
                self.pos += 1;
                let term = self.nested(Self::term)?;
                return Ok(match term {
                    Test::Not(inner) => *inner,
                    other => Test::Not(Box::new(other)),
                });
            }
            None => return Err(self.test_cut()),
            _ => {}
        }
        // bash shows the end of the file as a character here.
        let cut = format!("unexpected token `{}' in conditional command", text::carrier(0xff));
        let first = match self.test_token(Until::Break, &cut)? {
            Token::Word(word) => word,
            Token::Other("]]") => return Err(self.silent()),
            Token::Other(token) => {
                return Err(self.wrong(format!("unexpected token `{token}' in conditional command")));
            }
        };
        match unary_operator(&first.source) {
            Some(operator) => self.unary(operator),
            None => self.binary(first),
        }
    }

    fn group(&mut self) -> Outcome<Test> {
        self.pos += 1;
        let inner = self.or_test()?;
        self.skip_newlines()?;
        if self.take(")") {
            return Ok(Test::Group(Box::new(inner)));
        }
        Err(match self.test_token(Until::Break, "unexpected EOF while looking for `]]'")? {
            Token::Word(_) => self.wrong("expected `)'".into()),
            Token::Other(token) => self.wrong(format!("unexpected token `{token}', expected `)'")),
        })
    }

    fn unary(&mut self, operator: char) -> Outcome<Test> {
        match self.test_token(Until::Break, "unexpected argument to conditional unary operator")? {
            Token::Word(word) => Ok(Test::Unary(operator, word)),
            Token::Other(token) => {
                Err(self.wrong(format!("unexpected argument `{token}' to conditional unary operator")))
            }
        }
    }

    fn binary(&mut self, left: Word) -> Outcome<Test> {
        self.skip_blanks();
        let rest = self.rest();
        if self.word_is("]]") || rest.starts_with("&&") || rest.starts_with("||") || rest.starts_with(')') {
            return Ok(Test::Word(left));
        }
        let operator = match self.test_token(Until::Break, "conditional binary operator expected")? {
            Token::Word(word) if is_binary_operator(&word.source) => word.source.to_string(),
            Token::Other(operator @ ("<" | ">")) => operator.to_owned(),
            Token::Word(_) => return Err(self.wrong("conditional binary operator expected".into())),
            Token::Other(token) => {
                let message = format!("unexpected token `{token}', conditional binary operator expected");
                return Err(self.wrong(message));
            }
        };
        let until = if operator == "=~" { Until::RegexBreak } else { Until::Break };
        match self.test_token(until, "unexpected argument to conditional binary operator")? {
            Token::Word(right) => Ok(Test::Binary(left, operator, right)),
            Token::Other(token) => {
                Err(self.wrong(format!("unexpected argument `{token}' to conditional binary operator")))
            }
        }
    }

    /// The next word or operator. `cut` is what bash says besides when a quote in it is not closed.
    fn test_token(&mut self, until: Until, cut: &str) -> Outcome<Token> {
        const OPERATORS: [&str; 17] =
            ["&&", "||", ";;", ";&", "|&", "<<", ">>", "<&", ">&", "<>", ">|", "<", ">", "&", "|", ";", "("];
        self.skip_blanks();
        let Some(byte) = self.peek() else { return Ok(Token::Other("EOF")) };
        let regex_begins = until == Until::RegexBreak && matches!(byte, b'(' | b'|');
        if self.word_is("]]") {
            self.pos += 2;
            return Ok(Token::Other("]]"));
        }
        if !is_break(byte) || regex_begins || self.at_word() {
            return match self.word_as(until, Tildes::Start) {
                Ok(word) => Ok(Token::Word(word)),
                Err(error) if error.incomplete && error.detail.is_none() => {
                    Err(error.with_detail(self.line_at(self.end()), cut.to_owned()))
                }
                Err(error) => Err(error),
            };
        }
        if byte == b'\n' {
            return Ok(Token::Other("newline"));
        }
        match OPERATORS.into_iter().find(|operator| self.looking_at(operator)) {
            Some(operator) => {
                self.pos += operator.len();
                Ok(Token::Other(operator))
            }
            None => {
                self.pos += 1;
                Ok(Token::Other(")"))
            }
        }
    }

    fn wrong(&self, message: String) -> Box<SyntaxError> {
        let mut error = SyntaxError::new(self.line(), message);
        error.conditional = true;
        // A newline at the script's very end may become a longer script.
        error.incomplete = self.pos + 1 >= self.end();
        error
    }

    /// bash says nothing where a term should be and `]]` is.
    fn silent(&self) -> Box<SyntaxError> {
        self.wrong(String::new())
    }

    fn test_cut(&self) -> Box<SyntaxError> {
        let mut error = self.wrong("unexpected token `EOF' in conditional command".into());
        error.incomplete = true;
        error
    }
}

fn unary_operator(text: &str) -> Option<char> {
    let letter = text.strip_prefix('-')?;
    let mut letters = letter.chars();
    let letter = letters.next().filter(|letter| "abcdefghknoprstuvwxzGLNORS".contains(*letter))?;
    letters.next().is_none().then_some(letter)
}

fn is_binary_operator(text: &str) -> bool {
    matches!(
        text,
        "=" | "==" | "!=" | "=~" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-nt" | "-ot" | "-ef"
    )
}
