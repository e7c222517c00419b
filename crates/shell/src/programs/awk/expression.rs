//! Expressions, by the strength of their operators.

use super::code::{Arithmetic, Builtin, Comparison, From, Place, Step};
use super::dialect::Dialect;
use super::lexer::Token;
use super::parser::{Parsed, Parser};
use super::value::Value;

/// What an expression turned out to be. Its steps were emitted.
pub(super) enum Kind {
    Value,
    /// The last step gets what is there.
    Place(Place),
    /// The last step asks whether the record fits that pattern.
    Pattern(u32),
    /// Several values in parentheses.
    Group(u32),
}

/// How strong operators are.
pub(super) const LOWEST: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const IN: u8 = 4;
const FITS: u8 = 5;
const COMPARE: u8 = 6;
const GAWK_PIPE: u8 = 7;
const CONCAT: u8 = 8;
const SUM: u8 = 9;
const PRODUCT: u8 = 10;
const UNARY: u8 = 11;
const PIPE: u8 = 12;
const POWER: u8 = 13;

impl Parser<'_> {
    /// An expression that is one value.
    pub(super) fn value(&mut self, least: u8) -> Parsed {
        match self.expression(least)? {
            Kind::Group(_) => Err(self.unexpected()),
            _ => Ok(()),
        }
    }

    /// An expression of operators that are at least so strong.
    pub(super) fn expression(&mut self, least: u8) -> Parsed<Kind> {
        self.deeper(|parser| parser.operators(least))
    }

    fn operators(&mut self, least: u8) -> Parsed<Kind> {
        let mut left = self.unary()?;
        loop {
            let Token::Sign(sign) = self.token else {
                left = match self.token {
                    Token::Word("in") if IN >= least => self.membership(left)?,
                    _ if CONCAT >= least && self.begins_operand() => self.concat(left)?,
                    _ => return Ok(left),
                };
                continue;
            };
            if let Kind::Place(place) = left
                && let Some(assigned) = assignment(sign)
            {
                left = self.assign(place, assigned)?;
                continue;
            }
            let strength = match sign {
                "?" => LOWEST,
                "||" => OR,
                "&&" => AND,
                "~" | "!~" => FITS,
                ">" if self.prints => return Ok(left),
                "<" | "<=" | "==" | "!=" | ">" | ">=" => COMPARE,
                "+" | "-" => SUM,
                "*" | "/" | "%" => PRODUCT,
                "^" => POWER,
                "|" if self.ahead() == Token::Word("getline") => match self.dialect {
                    Dialect::Mawk => PIPE,
                    Dialect::Gawk => GAWK_PIPE,
                },
                "|" if !self.prints => {
                    self.advance();
                    return Err(self.unexpected());
                }
                _ if self.begins_operand() => CONCAT,
                _ => return Ok(left),
            };
            if strength < least {
                return Ok(left);
            }
            if matches!(left, Kind::Group(_)) {
                return Err(self.unexpected());
            }
            left = match sign {
                "?" => self.choice()?,
                "||" | "&&" => self.logic(sign == "&&", strength)?,
                "~" | "!~" => self.fits(sign == "!~")?,
                "|" => {
                    self.advance();
                    self.getline(From::Command)?
                }
                "<" | "<=" | "==" | "!=" | ">" | ">=" => {
                    self.advance();
                    self.value(strength + 1)?;
                    self.emit(Step::Compare(comparison(sign)));
                    Kind::Value
                }
                _ if strength == CONCAT => self.concat(left)?,
                _ => {
                    self.advance();
                    // Powers are taken from the right.
                    self.value(if sign == "^" { POWER } else { strength + 1 })?;
                    self.emit(Step::Arithmetic(arithmetic(sign)));
                    Kind::Value
                }
            };
        }
    }

    /// Whether what stands here can be joined to what came before.
    fn begins_operand(&self) -> bool {
        match self.token {
            Token::Number(_) | Token::Text(_) | Token::Name(_) | Token::Called(_) | Token::Builtin(_) => true,
            Token::Sign(sign) => matches!(sign, "$" | "(" | "!" | "++" | "--"),
            Token::Word(word) => {
                matches!(word, "close" | "fflush" | "gsub" | "match" | "split" | "sub" | "system" | "getline")
            }
            _ => false,
        }
    }

    fn concat(&mut self, left: Kind) -> Parsed<Kind> {
        if matches!(left, Kind::Group(_)) {
            return Err(self.unexpected());
        }
        self.value(CONCAT + 1)?;
        self.emit(Step::Concat);
        Ok(Kind::Value)
    }

    fn membership(&mut self, left: Kind) -> Parsed<Kind> {
        if let Kind::Group(values) = left {
            self.emit(Step::Index(values));
        }
        self.advance();
        let Token::Name(name) = self.token.clone() else { return Err(self.unexpected()) };
        let array = self.array(&name)?;
        self.advance();
        self.emit(Step::In(array));
        Ok(Kind::Value)
    }

    /// The last step got what was there; it is to be changed instead.
    fn take_back(&mut self) {
        self.steps.pop();
    }

    fn assign(&mut self, place: Place, operator: Option<Arithmetic>) -> Parsed<Kind> {
        self.take_back();
        self.advance();
        self.skip_newlines();
        self.value(LOWEST)?;
        self.emit(match operator {
            None => Step::Set(place),
            Some(operator) => Step::Update(place, operator),
        });
        Ok(Kind::Value)
    }

    fn choice(&mut self) -> Parsed<Kind> {
        self.advance();
        self.skip_newlines();
        let otherwise = self.emit(Step::JumpUnless(0));
        self.value(LOWEST)?;
        self.skip_newlines();
        self.expect(":")?;
        self.skip_newlines();
        let end = self.emit(Step::Jump(0));
        self.patch_here(otherwise);
        self.value(LOWEST)?;
        self.patch_here(end);
        Ok(Kind::Value)
    }

    fn logic(&mut self, both: bool, strength: u8) -> Parsed<Kind> {
        self.advance();
        self.skip_newlines();
        let shortcut = self.emit(if both { Step::JumpUnless(0) } else { Step::JumpIf(0) });
        self.value(strength + 1)?;
        self.emit(Step::Truth);
        let end = self.emit(Step::Jump(0));
        self.patch_here(shortcut);
        self.constant(Value::Number(if both { 0.0 } else { 1.0 }));
        self.patch_here(end);
        Ok(Kind::Value)
    }

    fn fits(&mut self, negated: bool) -> Parsed<Kind> {
        self.advance();
        match self.expression(FITS + 1)? {
            Kind::Pattern(pattern) => {
                self.take_back();
                self.emit(Step::Fits(pattern, negated));
            }
            Kind::Group(_) => return Err(self.unexpected()),
            _ => match self.last_text().and_then(|text| self.regex(&text).ok()) {
                Some(pattern) => {
                    self.take_back();
                    self.emit(Step::Fits(pattern, negated));
                }
                None => {
                    self.emit(Step::FitsDynamic(negated));
                }
            },
        }
        Ok(Kind::Value)
    }

    fn unary(&mut self) -> Parsed<Kind> {
        let step = match self.token {
            Token::Sign("!") => Step::Not,
            Token::Sign("-") => Step::Negate,
            Token::Sign("+") => Step::Plus,
            _ => return self.postfix(),
        };
        self.advance();
        self.value(UNARY)?;
        self.emit(step);
        Ok(Kind::Value)
    }

    fn postfix(&mut self) -> Parsed<Kind> {
        let primary = self.primary()?;
        let Kind::Place(place) = primary else { return Ok(primary) };
        let delta = match self.token {
            Token::Sign("++") => 1,
            Token::Sign("--") => -1,
            _ => return Ok(primary),
        };
        self.advance();
        self.take_back();
        self.emit(Step::Bump(place, delta, true));
        Ok(Kind::Value)
    }

    fn primary(&mut self) -> Parsed<Kind> {
        match self.token.clone() {
            Token::Number(number) => {
                self.advance();
                self.constant(Value::Number(number));
                Ok(Kind::Value)
            }
            Token::Text(text) => {
                self.advance();
                self.constant(Value::Text(text.into()));
                Ok(Kind::Value)
            }
            Token::Sign("/" | "/=") => {
                let pattern = self.pattern()?;
                self.emit(Step::FitsRecord(pattern));
                Ok(Kind::Pattern(pattern))
            }
            Token::Sign("(") => self.group(),
            Token::Sign("$") => self.field(),
            Token::Sign(sign @ ("++" | "--")) => {
                self.advance();
                let Kind::Place(place) = self.deeper(Self::primary)? else { return Err(self.unexpected()) };
                self.take_back();
                self.emit(Step::Bump(place, if sign == "++" { 1 } else { -1 }, false));
                Ok(Kind::Value)
            }
            Token::Sign(sign @ ("-" | "+" | "!")) => {
                self.advance();
                self.deeper(Self::primary)?;
                self.emit(match sign {
                    "-" => Step::Negate,
                    "+" => Step::Plus,
                    _ => Step::Not,
                });
                Ok(Kind::Value)
            }
            Token::Called(name) => self.call(&name),
            Token::Name(name) => {
                if self.names.is_function(&name) {
                    return match self.ahead() {
                        Token::Sign("(") => self.call(&name),
                        _ => {
                            self.advance();
                            Err(self.unexpected())
                        }
                    };
                }
                self.named(&name)
            }
            Token::Builtin(builtin) => self.builtin(builtin),
            Token::Word("getline") => self.getline(From::Main),
            Token::Word(word) => self.action(word),
            _ => Err(self.unexpected()),
        }
    }

    /// A variable or an element.
    fn named(&mut self, name: &str) -> Parsed<Kind> {
        let place = if self.ahead() == Token::Sign("[") {
            let array = self.array(name)?;
            self.advance();
            self.subscript()?;
            Place::Element(array)
        } else {
            let place = self.variable(name)?;
            self.advance();
            place
        };
        self.emit(Step::Get(place));
        Ok(Kind::Place(place))
    }

    /// The index in brackets.
    pub(super) fn subscript(&mut self) -> Parsed {
        self.expect("[")?;
        let values = self.values("]")?;
        if values == 0 {
            return Err(self.unexpected());
        }
        self.advance();
        if values > 1 {
            self.emit(Step::Index(values));
        }
        Ok(())
    }

    /// Values up to the sign that ends them, which stays.
    fn values(&mut self, end: &str) -> Parsed<u32> {
        let prints = std::mem::replace(&mut self.prints, false);
        // In brackets a missing parenthesis is none of theirs.
        let parentheses = if end == ")" { self.parentheses + 1 } else { 0 };
        let outer = std::mem::replace(&mut self.parentheses, parentheses);
        let mut values = 0;
        while !self.is(end) {
            if values > 0 {
                if !self.is(",") {
                    return Err(self.unexpected());
                }
                self.advance();
                self.skip_newlines();
            }
            self.value(LOWEST)?;
            values += 1;
        }
        self.parentheses = outer;
        self.prints = prints;
        Ok(values)
    }

    fn group(&mut self) -> Parsed<Kind> {
        let prints = std::mem::replace(&mut self.prints, false);
        self.advance();
        self.parentheses += 1;
        self.skip_newlines();
        let mut kind = self.expression(LOWEST)?;
        let mut values = 1;
        self.skip_newlines_before(")");
        while self.takes(",") {
            self.skip_newlines();
            self.value(LOWEST)?;
            values += 1;
        }
        if !self.is(")") {
            return Err(self.unexpected());
        }
        self.parentheses -= 1;
        self.prints = prints;
        self.advance();
        if values > 1 {
            kind = Kind::Group(values);
        }
        Ok(match kind {
            // What is in parentheses cannot be assigned to, but counted up.
            Kind::Place(place) if matches!(self.token, Token::Sign("++" | "--")) => Kind::Place(place),
            Kind::Place(_) => Kind::Value,
            kind => kind,
        })
    }

    fn skip_newlines_before(&mut self, sign: &'static str) {
        if self.token == Token::Newline && self.ahead() == Token::Sign(sign) && self.dialect == Dialect::Gawk
        {
            self.skip_newlines();
        }
    }

    fn field(&mut self) -> Parsed<Kind> {
        self.advance();
        let number = match self.token {
            Token::Number(number) if number.trunc() == number && (0.0..1e6).contains(&number) => Some(number),
            _ => None,
        };
        if let (Some(number), false) = (number, self.changes_what_follows()) {
            self.advance();
            self.emit(Step::GetField(number as u32));
            return Ok(Kind::Value);
        }
        self.deeper(Self::primary)?;
        self.emit(Step::Get(Place::Field));
        Ok(Kind::Place(Place::Field))
    }

    /// Whether the word after this one assigns or counts.
    fn changes_what_follows(&self) -> bool {
        matches!(self.ahead(), Token::Sign(sign) if assignment(sign).is_some() || matches!(sign, "++" | "--"))
    }

    /// The place that `getline` or `sub` is to change, without the step that gets it.
    fn target(&mut self) -> Parsed<Place> {
        let place = match self.token.clone() {
            Token::Sign("$") => {
                self.advance();
                self.deeper(Self::primary)?;
                return Ok(Place::Field);
            }
            Token::Name(name) => match self.named(&name)? {
                Kind::Place(place) => place,
                _ => return Err(self.unexpected()),
            },
            _ => return Err(self.unexpected()),
        };
        self.take_back();
        Ok(place)
    }

    fn getline(&mut self, from: From) -> Parsed<Kind> {
        self.advance();
        let place = match self.token {
            Token::Sign("$") | Token::Name(_) => Some(self.target()?),
            _ => None,
        };
        let from = if from == From::Main && self.takes("<") {
            self.deeper(Self::postfix)?;
            From::File
        } else {
            from
        };
        self.emit(Step::Getline(from, place));
        Ok(Kind::Value)
    }

    fn call(&mut self, name: &str) -> Parsed<Kind> {
        let line = self.line;
        let function = self.names.function(name);
        self.advance();
        self.advance();
        let prints = std::mem::replace(&mut self.prints, false);
        self.parentheses += 1;
        let mut arguments = 0;
        while !self.is(")") {
            if arguments > 0 {
                if !self.is(",") {
                    return Err(self.unexpected());
                }
                self.advance();
            }
            self.skip_newlines();
            self.argument(Some((function, arguments)))?;
            arguments += 1;
        }
        self.parentheses -= 1;
        self.prints = prints;
        self.advance();
        self.names.call(function, arguments as usize, line);
        self.emit(Step::Call(function, arguments));
        Ok(Kind::Value)
    }

    /// An argument of a function, or of `length`, which may be an array.
    fn argument(&mut self, to: Option<(u32, u32)>) -> Parsed {
        if let Token::Name(name) = self.token.clone()
            && matches!(self.ahead(), Token::Sign("," | ")"))
            && !self.names.is_function(&name)
        {
            let step = self.steps.len();
            let place = self.names.pass(&name, to, step, self.line);
            self.advance();
            self.emit(Step::Get(place));
            return Ok(());
        }
        self.value(LOWEST)
    }

    fn builtin(&mut self, builtin: Builtin) -> Parsed<Kind> {
        let shown = shown(builtin);
        let line = self.line;
        self.advance();
        let (least, most) = match builtin {
            Builtin::Rand | Builtin::Systime => (0, 0),
            Builtin::Length | Builtin::Srand => (0, 1),
            Builtin::Atan2 | Builtin::Index | Builtin::Lshift | Builtin::Rshift => (2, 2),
            Builtin::Substr => (2, 3),
            Builtin::Gensub => (3, 4),
            Builtin::Sprintf => (1, u32::MAX),
            Builtin::And | Builtin::Or | Builtin::Xor => (2, u32::MAX),
            Builtin::Strftime => (0, 3),
            Builtin::Mktime => (1, 2),
            _ => (1, 1),
        };
        if !self.is("(") {
            if builtin == Builtin::Length {
                self.emit(Step::GetField(0));
                self.emit(Step::Builtin(builtin, 1));
                return Ok(Kind::Value);
            }
            return Err(self.unexpected());
        }
        self.advance();
        let mut values = 0;
        if builtin == Builtin::Length && !self.is(")") {
            self.parentheses += 1;
            let prints = std::mem::replace(&mut self.prints, false);
            self.argument(None)?;
            self.prints = prints;
            self.parentheses -= 1;
            values = 1;
            if self.takes(",") {
                values += self.values(")")?;
            }
            if !self.is(")") {
                return Err(self.unexpected());
            }
        } else if builtin == Builtin::Gensub {
            self.parentheses += 1;
            self.pattern_argument()?;
            self.parentheses -= 1;
            self.expect(",")?;
            values = 1 + self.values(")")?;
        } else {
            values += self.values(")")?;
        }
        if !(least..=most).contains(&values) {
            self.line = line;
            self.wrong(format!("wrong number of arguments in call to {shown}"));
        }
        self.advance();
        if builtin == Builtin::Length && values == 0 {
            self.emit(Step::GetField(0));
            values = 1;
        }
        self.emit(Step::Builtin(builtin, values));
        Ok(Kind::Value)
    }

    /// A pattern as an argument: one between slashes, or an expression.
    fn pattern_argument(&mut self) -> Parsed {
        let prints = std::mem::replace(&mut self.prints, false);
        let kind = self.expression(LOWEST)?;
        self.prints = prints;
        match kind {
            Kind::Pattern(pattern) => {
                self.take_back();
                self.emit(Step::Pattern(pattern));
            }
            Kind::Group(_) => return Err(self.unexpected()),
            _ => {}
        }
        Ok(())
    }

    /// The functions that are more than values of their arguments.
    fn action(&mut self, word: &'static str) -> Parsed<Kind> {
        if !matches!(word, "close" | "fflush" | "gsub" | "match" | "split" | "sub" | "system") {
            return Err(self.unexpected());
        }
        self.advance();
        if word == "fflush" && !self.is("(") {
            self.emit(Step::Flush(false));
            return Ok(Kind::Value);
        }
        if !self.is("(") {
            return Err(self.unexpected());
        }
        self.advance();
        self.parentheses += 1;
        let prints = std::mem::replace(&mut self.prints, false);
        let step = match word {
            "fflush" if self.is(")") => Step::Flush(false),
            "close" | "fflush" | "system" => {
                self.value(LOWEST)?;
                match word {
                    "close" => Step::Close,
                    "fflush" => Step::Flush(true),
                    _ => Step::System,
                }
            }
            "match" => {
                self.value(LOWEST)?;
                self.expect(",")?;
                self.skip_newlines();
                self.pattern_argument()?;
                match self.takes(",") {
                    true => Step::Match(Some(self.array_argument()?)),
                    false => Step::Match(None),
                }
            }
            "split" => {
                self.value(LOWEST)?;
                self.expect(",")?;
                self.skip_newlines();
                let array = self.array_argument()?;
                let separated = self.takes(",");
                if separated {
                    self.skip_newlines();
                    self.pattern_argument()?;
                }
                Step::Split(array, separated)
            }
            _ => {
                self.pattern_argument()?;
                self.expect(",")?;
                self.skip_newlines();
                self.value(LOWEST)?;
                let place = if self.takes(",") {
                    self.skip_newlines();
                    self.target()?
                } else {
                    self.constant(Value::Number(0.0));
                    Place::Field
                };
                Step::Substitute(word == "gsub", place)
            }
        };
        if !self.is(")") {
            return Err(self.unexpected());
        }
        self.parentheses -= 1;
        self.prints = prints;
        self.advance();
        self.emit(step);
        Ok(Kind::Value)
    }

    fn array_argument(&mut self) -> Parsed<super::code::ArrayAt> {
        let Token::Name(name) = self.token.clone() else { return Err(self.unexpected()) };
        let array = self.array(&name)?;
        self.advance();
        Ok(array)
    }
}

/// What a sign assigns: the right side itself, or the outcome of an operator.
fn assignment(sign: &str) -> Option<Option<Arithmetic>> {
    match sign {
        "=" => Some(None),
        "+=" | "-=" | "*=" | "/=" | "%=" | "^=" => Some(Some(arithmetic(sign))),
        _ => None,
    }
}

fn arithmetic(sign: &str) -> Arithmetic {
    match sign.as_bytes()[0] {
        b'+' => Arithmetic::Add,
        b'-' => Arithmetic::Subtract,
        b'*' => Arithmetic::Multiply,
        b'/' => Arithmetic::Divide,
        b'%' => Arithmetic::Modulo,
        _ => Arithmetic::Power,
    }
}

fn comparison(sign: &str) -> Comparison {
    match sign {
        "<" => Comparison::Less,
        "<=" => Comparison::LessEqual,
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        ">" => Comparison::Greater,
        _ => Comparison::GreaterEqual,
    }
}

/// The name of a function as messages show it.
fn shown(builtin: Builtin) -> String {
    format!("{builtin:?}").to_ascii_lowercase()
}
