//! Statements of `bc`, as steps for the machine.
//!
//! Every step knows the address that it has in the code of GNU's `bc`, which its messages name.

use std::collections::HashMap;

use super::token::{Token, tokens};

/// How deep statements and expressions may stand in one another.
const MAX_DEPTH: usize = 150;

/// A variable or an array, by number.
pub(super) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Variable(Id),
    /// The element whose index is on the stack.
    Element(Id),
    InputBase,
    OutputBase,
    Scale,
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Plus,
    Minus,
    Times,
    Divided,
    Rest,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument {
    Value,
    Array(Id),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Number(String),
    Load(Place),
    /// Of a place whose index stays below the value.
    LoadAgain(Place),
    Store(Place),
    /// Adds 1, or takes it away; the value is the new one or the old one.
    Change(Place, bool, bool),
    Binary(Binary),
    Negate,
    Not,
    Compare(Relation),
    /// Makes 0 or 1 of a value.
    Truth,
    Jump(usize),
    JumpIfZero(usize),
    /// And keeps the value; else takes it off.
    JumpIfZeroElseDrop(usize),
    JumpIfNotZeroElseDrop(usize),
    Drop,
    /// A value on a line of its own.
    Show,
    /// A value of a `print`.
    Print,
    ShowText(String),
    PrintText(String),
    Call(Id, Vec<Argument>),
    Return,
    Halt,
    Length,
    ScaleOf,
    Root,
    Read,
    Random,
    Limits,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Code {
    pub(super) steps: Vec<Step>,
    /// Of the step after each.
    pub(super) addresses: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Value,
    Array,
    /// An array that is the caller's own.
    Reference,
}

#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: Id,
    pub(super) parameters: Vec<(Id, Kind)>,
    pub(super) locals: Vec<(Id, Kind)>,
    pub(super) code: Code,
}

/// What was read.
pub(super) enum Item {
    Statements(Code),
    Function(Function),
    Quit,
}

/// Why nothing was read.
pub(super) enum Problem {
    /// More lines must follow.
    Incomplete,
    /// In that line of the text, from 0.
    Wrong(usize, String),
}

/// Numbers of names, which live as long as the program.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<String, Id>,
    pub(super) texts: Vec<String>,
    /// Functions that give no value.
    pub(super) void: Vec<Id>,
}

impl Names {
    pub(super) fn number(&mut self, name: &str) -> Id {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.texts.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}

type Compiled<T = ()> = Result<T, Problem>;

/// Reads functions and the statements of one line; both may take more lines than one.
pub(super) fn items(text: &str, names: &mut Names) -> Compiled<Vec<Item>> {
    if text.ends_with("\\\n") {
        return Err(Problem::Incomplete);
    }
    let tokens = tokens(text).ok_or(Problem::Incomplete)?;
    if let Some((Token::Illegal(letter), line)) =
        tokens.iter().find(|(token, _)| matches!(token, Token::Illegal(_)))
    {
        return Err(Problem::Wrong(*line, format!("illegal character: {letter}")));
    }
    let mut reader = Reader {
        tokens,
        at: 0,
        names,
        code: Code::default(),
        address: 0,
        loops: Vec::new(),
        depth: 0,
        in_function: false,
    };
    let mut items = Vec::new();
    while reader.takes_word("define") {
        items.push(Item::Function(reader.function()?));
        while reader.takes(";") {}
    }
    match reader.line() {
        Ok(()) => items.push(Item::Statements(reader.code)),
        Err(Ended::Quit) => items.push(Item::Quit),
        Err(Ended::Problem(problem)) => return Err(problem),
    }
    Ok(items)
}

enum Ended {
    Quit,
    Problem(Problem),
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Ended::Problem(problem)
    }
}

struct Loop {
    /// Steps that jump behind it.
    breaks: Vec<usize>,
    /// And those that begin its next turn.
    continues: Vec<usize>,
}

struct Reader<'n> {
    tokens: Vec<(Token, usize)>,
    at: usize,
    names: &'n mut Names,
    code: Code,
    address: usize,
    loops: Vec<Loop>,
    depth: usize,
    in_function: bool,
}

/// What an expression is besides its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Value,
    /// Its value is not shown.
    Assignment,
    /// It has none.
    Void,
}

/// How tightly operators bind; a larger number binds more tightly.
mod binding {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const RELATION: u8 = 4;
    pub(super) const ASSIGNMENT: u8 = 5;
    pub(super) const SUM: u8 = 6;
    pub(super) const PRODUCT: u8 = 7;
    pub(super) const POWER: u8 = 8;
    pub(super) const SIGN: u8 = 9;
}

impl Reader<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)].0
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn takes(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Token::Mark(found) if *found == mark);
        self.at += usize::from(found);
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(found) if *found == word);
        self.at += usize::from(found);
        found
    }

    fn skip_lines(&mut self) {
        while *self.peek() == Token::Line {
            self.at += 1;
        }
    }

    fn wrong<T>(&self) -> Compiled<T> {
        match self.peek() {
            Token::End => Err(Problem::Incomplete),
            _ => Err(Problem::Wrong(self.line_number(), "syntax error".to_owned())),
        }
    }

    /// The line of what comes next; the end of a line belongs to the next one.
    fn line_number(&self) -> usize {
        let (token, line) = &self.tokens[self.at.min(self.tokens.len() - 1)];
        line + usize::from(*token == Token::Line)
    }

    fn must(&mut self, mark: &str) -> Compiled {
        if self.takes(mark) { Ok(()) } else { self.wrong() }
    }

    fn name(&mut self) -> Compiled<Id> {
        match self.peek().clone() {
            Token::Name(name) => {
                self.at += 1;
                Ok(self.names.number(&name))
            }
            _ => self.wrong(),
        }
    }

    /// Adds a step that takes `len` bytes in GNU's code.
    fn add(&mut self, step: Step, len: usize) -> usize {
        self.address += len;
        self.code.steps.push(step);
        self.code.addresses.push(self.address);
        self.code.steps.len() - 1
    }

    fn aim(&mut self, jump: usize) {
        let target = self.code.steps.len();
        if let Step::Jump(to)
        | Step::JumpIfZero(to)
        | Step::JumpIfZeroElseDrop(to)
        | Step::JumpIfNotZeroElseDrop(to) = &mut self.code.steps[jump]
        {
            *to = target;
        }
    }

    fn deeper(&mut self) -> Compiled {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Problem::Wrong(0, "too deep".to_owned())) } else { Ok(()) }
    }

    /// The statements up to the end of a line.
    fn line(&mut self) -> Result<(), Ended> {
        loop {
            match self.peek() {
                Token::Line | Token::End => return Ok(()),
                Token::Mark(";") => self.at += 1,
                _ => {
                    self.statement()?;
                    if !matches!(self.peek(), Token::Line | Token::End | Token::Mark(";")) {
                        return Err(self.wrong::<()>().err().map_or(Ended::Quit, Ended::Problem));
                    }
                }
            }
        }
    }

    fn statement(&mut self) -> Result<(), Ended> {
        self.deeper()?;
        match self.peek().clone() {
            Token::Text(text) => {
                self.at += 1;
                let len = text.len() + 2;
                self.add(Step::ShowText(text), len);
            }
            Token::Word("warranty" | "limits") => {
                self.at += 1;
                self.add(Step::Limits, 0);
            }
            Token::Word("break") => {
                let jump = self.add(Step::Jump(0), 3);
                match self.loops.last_mut() {
                    Some(around) => around.breaks.push(jump),
                    None => return Err(self.said("Break outside a for/while")),
                }
                self.at += 1;
            }
            Token::Word("continue") => {
                let jump = self.add(Step::Jump(0), 3);
                match self.loops.last_mut() {
                    Some(around) => around.continues.push(jump),
                    None => return Err(self.said("Continue outside a for")),
                }
                self.at += 1;
            }
            Token::Word("quit") => return Err(Ended::Quit),
            Token::Word("halt") => {
                self.at += 1;
                self.add(Step::Halt, 1);
            }
            Token::Word("return") => {
                self.at += 1;
                if matches!(self.peek(), Token::Line | Token::End | Token::Mark(";" | "}")) {
                    self.add(Step::Number("0".to_owned()), 1);
                } else {
                    self.value(0)?;
                }
                if !self.in_function {
                    return Err(self.said("Return outside of a function."));
                }
                self.add(Step::Return, 1);
            }
            Token::Word("print") => {
                self.at += 1;
                loop {
                    if let Token::Text(text) = self.peek().clone() {
                        self.at += 1;
                        let len = text.len() + 2;
                        self.add(Step::PrintText(text), len);
                    } else {
                        self.value(0)?;
                        self.add(Step::Print, 1);
                    }
                    if !self.takes(",") {
                        break;
                    }
                }
            }
            Token::Word("for") => self.for_loop()?,
            Token::Word("while") => {
                self.at += 1;
                self.must("(")?;
                let start = self.code.steps.len();
                self.value(0)?;
                self.must(")")?;
                let out = self.add(Step::JumpIfZero(0), 3);
                self.body()?;
                let around = self.end_loop();
                self.add(Step::Jump(start), 3);
                self.aim(out);
                around.breaks.iter().for_each(|jump| self.aim(*jump));
                around.continues.iter().for_each(|jump| self.code.steps[*jump] = Step::Jump(start));
            }
            Token::Word("if") => {
                self.at += 1;
                self.must("(")?;
                self.value(0)?;
                self.must(")")?;
                let otherwise = self.add(Step::JumpIfZero(0), 3);
                self.skip_lines();
                self.statement()?;
                if self.takes_word("else") {
                    self.skip_lines();
                    let out = self.add(Step::Jump(0), 3);
                    self.aim(otherwise);
                    self.statement()?;
                    self.aim(out);
                } else {
                    self.aim(otherwise);
                }
            }
            Token::Mark("{") => {
                self.at += 1;
                loop {
                    match self.peek() {
                        Token::Line | Token::Mark(";") => self.at += 1,
                        Token::Mark("}") => {
                            self.at += 1;
                            break;
                        }
                        _ => {
                            self.statement()?;
                            if !matches!(self.peek(), Token::Line | Token::Mark(";" | "}")) {
                                return Err(self.wrong::<()>().err().map_or(Ended::Quit, Ended::Problem));
                            }
                        }
                    }
                }
            }
            _ => match self.expression(0)? {
                Form::Value => drop(self.add(Step::Show, 1)),
                Form::Assignment | Form::Void => drop(self.add(Step::Drop, 1)),
            },
        }
        self.depth -= 1;
        Ok(())
    }

    fn said(&self, problem: &str) -> Ended {
        Ended::Problem(Problem::Wrong(self.line_number(), problem.to_owned()))
    }

    fn body(&mut self) -> Result<(), Ended> {
        self.loops.push(Loop { breaks: Vec::new(), continues: Vec::new() });
        self.skip_lines();
        self.statement()
    }

    fn end_loop(&mut self) -> Loop {
        self.loops.pop().unwrap_or(Loop { breaks: Vec::new(), continues: Vec::new() })
    }

    fn for_loop(&mut self) -> Result<(), Ended> {
        self.at += 1;
        self.must("(")?;
        let part = |reader: &mut Self, end: &str| -> Result<bool, Ended> {
            if reader.takes(end) {
                return Ok(false);
            }
            reader.value(0)?;
            reader.must(end)?;
            Ok(true)
        };
        if part(self, ";")? {
            self.add(Step::Drop, 1);
        }
        let start = self.code.steps.len();
        if !part(self, ";")? {
            self.add(Step::Number("1".to_owned()), 1);
        }
        let out = self.add(Step::JumpIfZero(0), 3);
        let into = self.add(Step::Jump(0), 3);
        let next = self.code.steps.len();
        if part(self, ")")? {
            self.add(Step::Drop, 1);
        }
        self.add(Step::Jump(start), 3);
        self.aim(into);
        self.body()?;
        let around = self.end_loop();
        self.add(Step::Jump(next), 3);
        self.aim(out);
        around.breaks.iter().for_each(|jump| self.aim(*jump));
        around.continues.iter().for_each(|jump| self.code.steps[*jump] = Step::Jump(next));
        Ok(())
    }

    fn function(&mut self) -> Compiled<Function> {
        let is_void = self.takes_word("void");
        let name = self.name()?;
        self.must("(")?;
        let parameters = self.declared(")")?;
        self.must(")")?;
        self.skip_lines();
        self.must("{")?;
        let mut locals = Vec::new();
        while matches!(self.peek(), Token::Line | Token::Mark(";")) {
            self.at += 1;
        }
        while self.takes_word("auto") {
            locals.extend(self.declared("")?);
            while matches!(self.peek(), Token::Line | Token::Mark(";")) {
                self.at += 1;
            }
        }
        self.in_function = true;
        if is_void {
            self.names.void.push(name);
        } else {
            self.names.void.retain(|void| *void != name);
        }
        loop {
            match self.peek() {
                Token::Line | Token::Mark(";") => self.at += 1,
                Token::Mark("}") => break,
                _ => match self.statement() {
                    Ok(()) if matches!(self.peek(), Token::Line | Token::Mark(";" | "}")) => {}
                    Ok(()) => return self.wrong(),
                    Err(Ended::Problem(problem)) => return Err(problem),
                    Err(Ended::Quit) => return self.wrong(),
                },
            }
        }
        self.at += 1;
        self.add(Step::Number("0".to_owned()), 1);
        self.add(Step::Return, 1);
        (self.in_function, self.address) = (false, 0);
        Ok(Function { name, parameters, locals, code: std::mem::take(&mut self.code) })
    }

    /// Names of parameters or locals.
    fn declared(&mut self, end: &str) -> Compiled<Vec<(Id, Kind)>> {
        let mut declared = Vec::new();
        if matches!(self.peek(), Token::Mark(mark) if *mark == end) {
            return Ok(declared);
        }
        loop {
            let reference = self.takes("*") || self.takes("&");
            let name = self.name()?;
            let is_array = self.takes("[");
            if is_array {
                self.must("]")?;
            }
            declared.push((
                name,
                match (is_array, reference) {
                    (false, _) => Kind::Value,
                    (true, false) => Kind::Array,
                    (true, true) => Kind::Reference,
                },
            ));
            if !self.takes(",") {
                return Ok(declared);
            }
        }
    }

    /// An expression that has a value.
    fn value(&mut self, least: u8) -> Compiled {
        match self.expression(least)? {
            Form::Void => Err(Problem::Wrong(self.line_number(), "void expression".to_owned())),
            _ => Ok(()),
        }
    }

    /// An expression of operators that bind at least so tightly.
    fn expression(&mut self, least: u8) -> Compiled<Form> {
        self.deeper()?;
        let mut form = self.operand()?;
        while let Token::Mark(mark) = *self.peek() {
            let (bound, right) = match mark {
                "||" => (binding::OR, binding::OR + 1),
                "&&" => (binding::AND, binding::AND + 1),
                "==" | "!=" | "<" | "<=" | ">" | ">=" => (binding::RELATION, binding::RELATION + 1),
                "+" | "-" => (binding::SUM, binding::SUM + 1),
                "*" | "/" | "%" => (binding::PRODUCT, binding::PRODUCT + 1),
                "^" => (binding::POWER, binding::POWER),
                _ => break,
            };
            if bound < least || form == Form::Void {
                break;
            }
            self.at += 1;
            form = Form::Value;
            let step = match mark {
                "||" | "&&" => {
                    let jump = match mark {
                        "||" => self.add(Step::JumpIfNotZeroElseDrop(0), 4),
                        _ => self.add(Step::JumpIfZeroElseDrop(0), 4),
                    };
                    self.value(right)?;
                    self.aim(jump);
                    self.add(Step::Truth, 4);
                    continue;
                }
                "+" => Step::Binary(Binary::Plus),
                "-" => Step::Binary(Binary::Minus),
                "*" => Step::Binary(Binary::Times),
                "/" => Step::Binary(Binary::Divided),
                "%" => Step::Binary(Binary::Rest),
                "^" => Step::Binary(Binary::Power),
                "==" => Step::Compare(Relation::Equal),
                "!=" => Step::Compare(Relation::Unequal),
                "<" => Step::Compare(Relation::Less),
                "<=" => Step::Compare(Relation::LessOrEqual),
                ">" => Step::Compare(Relation::Greater),
                _ => Step::Compare(Relation::GreaterOrEqual),
            };
            self.value(right)?;
            self.add(step, 1);
        }
        self.depth -= 1;
        Ok(form)
    }

    fn operand(&mut self) -> Compiled<Form> {
        match self.peek().clone() {
            Token::Number(digits) => {
                self.at += 1;
                let len = if digits == "0" || digits == "1" { 1 } else { digits.len() + 2 };
                self.add(Step::Number(digits), len);
                Ok(Form::Value)
            }
            Token::Mark("(") => {
                self.at += 1;
                self.value(0)?;
                self.must(")")?;
                Ok(Form::Value)
            }
            Token::Mark("-") => {
                self.at += 1;
                self.value(binding::SIGN)?;
                self.add(Step::Negate, 1);
                Ok(Form::Value)
            }
            Token::Mark("!") => {
                self.at += 1;
                self.value(binding::RELATION)?;
                self.add(Step::Not, 1);
                Ok(Form::Value)
            }
            Token::Mark(mark @ ("++" | "--")) => {
                self.at += 1;
                let Some(place) = self.place()? else { return self.wrong() };
                self.add(Step::Change(place, mark == "++", true), 3);
                Ok(Form::Value)
            }
            Token::Word(word @ ("length" | "sqrt")) => {
                self.at += 1;
                self.must("(")?;
                self.value(0)?;
                self.must(")")?;
                self.add(if word == "sqrt" { Step::Root } else { Step::Length }, 2);
                Ok(Form::Value)
            }
            Token::Word("read" | "random") => {
                let step = if self.next() == Token::Word("read") { Step::Read } else { Step::Random };
                self.must("(")?;
                self.must(")")?;
                self.add(step, 2);
                Ok(Form::Value)
            }
            Token::Word("scale")
                if self.tokens.get(self.at + 1).is_some_and(|(next, _)| *next == Token::Mark("(")) =>
            {
                self.at += 2;
                self.value(0)?;
                self.must(")")?;
                self.add(Step::ScaleOf, 2);
                Ok(Form::Value)
            }
            Token::Name(name)
                if self.tokens.get(self.at + 1).is_some_and(|(next, _)| *next == Token::Mark("(")) =>
            {
                self.at += 2;
                let id = self.names.number(&name);
                self.call(id)
            }
            _ => match self.place()? {
                Some(place) => self.named(place),
                None => self.wrong(),
            },
        }
    }

    fn call(&mut self, id: Id) -> Compiled<Form> {
        let mut arguments = Vec::new();
        if !self.takes(")") {
            loop {
                let array =
                    match (self.peek().clone(), self.tokens.get(self.at + 1), self.tokens.get(self.at + 2)) {
                        (Token::Name(name), Some((Token::Mark("["), _)), Some((Token::Mark("]"), _))) => {
                            Some(name)
                        }
                        _ => None,
                    };
                match array {
                    Some(name) => {
                        self.at += 3;
                        arguments.push(Argument::Array(self.names.number(&name)));
                        self.address += 4;
                    }
                    None => {
                        self.value(0)?;
                        arguments.push(Argument::Value);
                    }
                }
                if !self.takes(",") {
                    self.must(")")?;
                    break;
                }
            }
        }
        let len = 1 + arguments.len();
        self.add(Step::Call(id, arguments), 2);
        self.address += len;
        Ok(if self.names.void.contains(&id) { Form::Void } else { Form::Value })
    }

    /// What can be assigned to; the index of an element is then on the stack.
    fn place(&mut self) -> Compiled<Option<Place>> {
        Ok(Some(match self.peek().clone() {
            Token::Word("scale") => {
                self.at += 1;
                Place::Scale
            }
            Token::Word("ibase") => {
                self.at += 1;
                Place::InputBase
            }
            Token::Word("obase") => {
                self.at += 1;
                Place::OutputBase
            }
            Token::Word("last") => {
                self.at += 1;
                Place::Last
            }
            Token::Name(name) => {
                self.at += 1;
                let id = self.names.number(&name);
                if !self.takes("[") {
                    return Ok(Some(Place::Variable(id)));
                }
                self.value(0)?;
                self.must("]")?;
                Place::Element(id)
            }
            _ => return Ok(None),
        }))
    }

    /// A place in an expression: its value, its change, or an assignment to it.
    fn named(&mut self, place: Place) -> Compiled<Form> {
        let Token::Mark(mark) = *self.peek() else {
            self.add(Step::Load(place), 2);
            return Ok(Form::Value);
        };
        let operation = match mark {
            "++" | "--" => {
                self.at += 1;
                self.add(Step::Change(place, mark == "++", false), 5);
                return Ok(Form::Value);
            }
            "=" => None,
            "+=" => Some(Binary::Plus),
            "-=" => Some(Binary::Minus),
            "*=" => Some(Binary::Times),
            "/=" => Some(Binary::Divided),
            "%=" => Some(Binary::Rest),
            "^=" => Some(Binary::Power),
            _ => {
                self.add(Step::Load(place), 2);
                return Ok(Form::Value);
            }
        };
        self.at += 1;
        if operation.is_some() {
            self.add(Step::LoadAgain(place), 2);
        }
        self.value(binding::ASSIGNMENT)?;
        if let Some(operation) = operation {
            self.add(Step::Binary(operation), 1);
        }
        self.add(Step::Store(place), 2);
        Ok(Form::Assignment)
    }
}
