//! The machine that runs the steps of a program. What it cannot do by itself (to read, to write, to run a command, to
//! let others have their turn) it stops for, and goes on where it stopped.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use super::array::{Array, Index};
use super::code::{ARGC, Arithmetic, ArrayAt, Comparison, FILENAME, From, Place, Program, Special, Step, To};
use super::dialect::Dialect;
use super::number;
use super::printf;
use super::random::Random;
use super::record::{MAX_FIELDS, Record};
use super::regex::Regex;
use super::separator::Separator;
use super::settings::{RecordEnd, Settings};
use super::value::{Text, Value};
use crate::limits::{MAX_WEIGHT, MAX_WHOLE_BYTES, PIECE_BYTES};

/// Steps between two looks at whether others are to have their turn; steps that work on much text count more.
const FUEL: i64 = 4000;

/// Values that calls within calls may hold together.
const MAX_STACK: usize = 4 << 20;

/// Patterns made from text that are kept.
const MAX_PATTERNS: usize = 500;

/// Why the machine stopped.
pub(super) enum Event {
    /// Others are to have their turn.
    Turn,
    /// Much waits to be written to standard output.
    Flush,
    /// What is in `text` is to be written there.
    Write(To, Text),
    /// A record is to be read, from there. [`Machine::got`] goes on.
    Getline(From, Text),
    /// [`Machine::answer`] goes on after these.
    System(Text),
    Close(Text),
    FlushOutputs(Option<Text>),
    /// The part of the program is over.
    Ended,
    NextFile,
    Exit,
    Fail(Failure),
}

pub(super) enum Failure {
    /// While the program ran, which is told with the record.
    Run(String),
    Plain(String),
}

pub(super) fn out_of_memory() -> Failure {
    Failure::Plain(sandbox_fs::Errno::ENOMEM.message().to_owned())
}

pub(super) type Done<T = ()> = Result<T, Failure>;

struct Frame {
    /// Where to go on.
    back: usize,
    /// Where the parameters of the caller begin.
    base: usize,
    /// How many loops over indexes the caller was in, and arrays of its own it had.
    loops: usize,
    owned: usize,
}

pub(super) struct Machine {
    pub(super) program: Arc<Program>,
    pub(super) dialect: Dialect,
    at: usize,
    pub(super) stack: Vec<Value>,
    frames: Vec<Frame>,
    base: usize,
    loops: Vec<std::vec::IntoIter<Value>>,
    pub(super) globals: Vec<Value>,
    pub(super) arrays: Vec<Array>,
    /// Arrays of functions that run, and numbers that are free.
    owned: Vec<u32>,
    free: Vec<u32>,
    /// Bytes that all arrays hold.
    held: usize,
    pub(super) settings: Settings,
    pub(super) record: Record,
    ranges: Vec<bool>,
    patterns: HashMap<(Text, bool), Arc<Regex>, FxBuildHasher>,
    pub(super) random: Random,
    /// What goes to standard output.
    pub(super) out: Vec<u8>,
    /// What goes elsewhere.
    pub(super) text: Vec<u8>,
    /// Where the record that `getline` waits for goes.
    awaited: Option<(From, Option<Place>, Value)>,
    fuel: i64,
    pub(super) code: i32,
    /// Seconds since 1970 when the program began, and how its zone is told.
    pub(super) clock: super::time::Clock,
}

impl Machine {
    pub(super) fn new(program: Program, dialect: Dialect, random: Random, clock: super::time::Clock) -> Self {
        let names = program.names.len();
        Self {
            dialect,
            at: 0,
            stack: Vec::new(),
            frames: Vec::new(),
            base: 0,
            loops: Vec::new(),
            globals: vec![Value::Unset; names],
            arrays: (0..names).map(|_| Array::default()).collect(),
            owned: Vec::new(),
            free: Vec::new(),
            held: 0,
            settings: Settings::new(dialect),
            record: Record::new(),
            ranges: vec![false; program.ranges],
            patterns: HashMap::default(),
            random,
            out: Vec::new(),
            text: Vec::new(),
            awaited: None,
            fuel: FUEL,
            code: 0,
            clock,
            program: Arc::new(program),
        }
    }

    /// Begins a part of the program.
    pub(super) fn start(&mut self, at: u32) {
        self.at = at as usize;
        self.stack.clear();
        self.frames.clear();
        self.loops.clear();
        self.base = 0;
        self.free_arrays(0);
    }

    /// Whether others are to have their turn, between two records.
    pub(super) fn is_tired(&mut self) -> bool {
        self.fuel -= 8;
        let is_tired = self.fuel <= 0;
        if is_tired {
            self.fuel = FUEL;
        }
        is_tired
    }

    /// Counts work on so many bytes.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.fuel -= bytes as i64 / 64;
    }

    pub(super) fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    pub(super) fn push_number(&mut self, number: f64) {
        self.stack.push(Value::Number(number));
    }

    pub(super) fn pop_number(&mut self) -> f64 {
        self.pop().number(self.dialect)
    }

    pub(super) fn pop_text(&mut self) -> Text {
        self.pop().text(&self.settings.conversion)
    }

    /// Runs on until it has to stop.
    pub(super) fn run(&mut self) -> Event {
        let program = Arc::clone(&self.program);
        loop {
            match self.step(&program) {
                Ok(None) => {}
                Ok(Some(event)) => return event,
                Err(failure) => return Event::Fail(failure),
            }
        }
    }

    /// What was asked for by [`Event::System`] and its kin.
    pub(super) fn answer(&mut self, number: f64) {
        self.push_number(number);
    }

    fn jump(&mut self, to: u32) -> Option<Event> {
        let is_back = (to as usize) < self.at;
        self.at = to as usize;
        if is_back {
            self.fuel -= 1;
            if self.fuel <= 0 {
                self.fuel = FUEL;
                return Some(Event::Turn);
            }
        }
        None
    }

    fn step(&mut self, program: &Program) -> Done<Option<Event>> {
        let step = &program.steps[self.at];
        self.at += 1;
        match step {
            Step::Constant(at) => self.stack.push(program.constants[*at as usize].clone()),
            Step::Get(place) => match *place {
                Place::Global(at) => self.stack.push(self.globals[at as usize].clone()),
                Place::Local(at) => self.stack.push(self.stack[self.base + at as usize].clone()),
                place => {
                    let operand = self.operand(place);
                    let value = self.get(place, &operand)?;
                    self.stack.push(value);
                }
            },
            Step::GetField(number) => {
                let value = self.field(*number as usize);
                self.stack.push(value);
            }
            Step::Array(array) => {
                let number = self.array_number(*array);
                self.stack.push(Value::Array(number));
            }
            Step::Set(place) => {
                let value = self.pop();
                let operand = self.operand(*place);
                self.stack.push(value.clone());
                self.set(*place, &operand, value)?;
            }
            Step::Update(place, operator) => {
                let right = self.pop_number();
                let operand = self.operand(*place);
                let left = self.get(*place, &operand)?.number(self.dialect);
                let value = Value::Number(self.calculate(*operator, left, right)?);
                self.stack.push(value.clone());
                self.set(*place, &operand, value)?;
            }
            Step::Bump(place, delta, wants_before) => {
                if let Place::Global(at) = place
                    && let Value::Number(number) = &mut self.globals[*at as usize]
                {
                    let before = *number;
                    *number += delta;
                    let wanted = if *wants_before { before } else { *number };
                    self.push_number(wanted);
                    return Ok(None);
                }
                let operand = self.operand(*place);
                let before = self.get(*place, &operand)?.number(self.dialect);
                self.push_number(if *wants_before { before } else { before + delta });
                self.set(*place, &operand, Value::Number(before + delta))?;
            }
            Step::Pop => {
                self.stack.pop();
            }
            Step::Index(values) => self.join_index(*values as usize)?,
            Step::In(array) => {
                let value = self.pop();
                let index = Index::of(&value, &self.settings.conversion);
                let found = self.array(*array).contains(&index);
                self.push_number(f64::from(u8::from(found)));
            }
            Step::Delete(array) => {
                let value = self.pop();
                let index = Index::of(&value, &self.settings.conversion);
                self.change_array(*array, |array| array.remove(&index))?;
            }
            Step::DeleteAll(array) => self.change_array(*array, Array::clear)?,
            Step::Arithmetic(operator) => {
                let right = self.pop_number();
                let left = self.pop_number();
                let outcome = self.calculate(*operator, left, right)?;
                self.push_number(outcome);
            }
            Step::Negate => {
                let number = self.pop_number();
                // No integer is a negative zero.
                self.push_number(if number == 0.0 { 0.0 } else { -number });
            }
            Step::Plus => {
                let number = self.pop_number();
                self.push_number(number);
            }
            Step::Not => {
                let is_true = self.pop().is_true(self.dialect);
                self.push_number(f64::from(u8::from(!is_true)));
            }
            Step::Truth => {
                let is_true = self.pop().is_true(self.dialect);
                self.push_number(f64::from(u8::from(is_true)));
            }
            Step::Concat => self.concat()?,
            Step::Compare(comparison) => {
                let right = self.pop();
                let left = self.pop();
                let holds = self.compare(*comparison, &left, &right);
                self.push_number(f64::from(u8::from(holds)));
            }
            Step::FitsRecord(pattern) => {
                let regex = self.fixed_pattern(program, *pattern)?;
                let text = self.record.bytes(&self.settings.between_fields, &self.settings.conversion);
                let (fits, len) = (regex.is_match(text), text.len());
                self.spend(len);
                self.push_number(f64::from(u8::from(fits)));
            }
            Step::Fits(pattern, negated) => {
                let regex = self.fixed_pattern(program, *pattern)?;
                self.fits(&regex, *negated);
            }
            Step::FitsDynamic(negated) => {
                let pattern = self.pop();
                let regex = self.pattern(&pattern)?;
                self.fits(&regex, *negated);
            }
            Step::Jump(to) => return Ok(self.jump(*to)),
            Step::JumpIf(to) => {
                if self.pop().is_true(self.dialect) {
                    return Ok(self.jump(*to));
                }
            }
            Step::JumpUnless(to) => {
                if !self.pop().is_true(self.dialect) {
                    return Ok(self.jump(*to));
                }
            }
            Step::Each(array) => {
                let indexes = self.array(*array).indexes();
                self.spend(indexes.len() * 64);
                self.loops.push(indexes.into_iter());
            }
            Step::Next(end) => match self.loops.last_mut().and_then(Iterator::next) {
                Some(index) => self.stack.push(index),
                None => return Ok(self.jump(*end)),
            },
            Step::EachEnd => {
                self.loops.pop();
            }
            Step::WithinRange(range, to) => {
                if self.ranges[*range as usize] {
                    return Ok(self.jump(*to));
                }
            }
            Step::Range(range, begins) => self.ranges[*range as usize] = *begins,
            Step::Call(function, arguments) => return self.call(program, *function, *arguments as usize),
            Step::Return => {
                let value = self.pop();
                self.stack.truncate(self.base);
                let Some(frame) = self.frames.pop() else { return Ok(Some(Event::Ended)) };
                self.loops.truncate(frame.loops);
                self.free_arrays(frame.owned);
                (self.at, self.base) = (frame.back, frame.base);
                self.stack.push(value);
            }
            Step::Builtin(builtin, values) => self.builtin(*builtin, *values as usize)?,
            Step::LengthOf(array) => {
                let len = self.array(*array).len();
                self.push_number(len as f64);
            }
            Step::Print(values, to) => return self.print(*values as usize, *to),
            Step::Printf(values, to) => return self.printf(*values as usize, *to),
            Step::Getline(from, place) => {
                let (operand, name) = match from {
                    From::Command => {
                        let operand = place.map(|place| self.operand(place)).unwrap_or_default();
                        (operand, self.pop_text())
                    }
                    From::File => {
                        let name = self.pop_text();
                        (place.map(|place| self.operand(place)).unwrap_or_default(), name)
                    }
                    From::Main => {
                        (place.map(|place| self.operand(place)).unwrap_or_default(), Text::from(&b""[..]))
                    }
                };
                self.awaited = Some((*from, *place, operand));
                return Ok(Some(Event::Getline(*from, name)));
            }
            Step::Substitute(all, place) => self.substitute(*all, *place)?,
            Step::Match(groups) => self.match_text(*groups)?,
            Step::Split(array, separated) => self.split(*array, *separated)?,
            Step::Pattern(pattern) => self.stack.push(Value::Pattern(*pattern)),
            Step::System => {
                let command = self.pop_text();
                return Ok(Some(Event::System(command)));
            }
            Step::Close => {
                let name = self.pop_text();
                return Ok(Some(Event::Close(name)));
            }
            Step::Flush(named) => {
                let name = if *named { Some(self.pop_text()) } else { None };
                return Ok(Some(Event::FlushOutputs(name)));
            }
            Step::NextRecord => return Ok(Some(Event::Ended)),
            Step::NextFile => return Ok(Some(Event::NextFile)),
            Step::Exit(with_code) => {
                if *with_code {
                    self.code = (self.pop_number() as i64 & 0xff) as i32;
                }
                return Ok(Some(Event::Exit));
            }
            Step::End => return Ok(Some(Event::Ended)),
        }
        Ok(None)
    }

    /// What the steps before put onto the stack for a place.
    pub(super) fn operand(&mut self, place: Place) -> Value {
        match place {
            Place::Field | Place::Element(_) => self.pop(),
            _ => Value::Unset,
        }
    }

    pub(super) fn get(&mut self, place: Place, operand: &Value) -> Done<Value> {
        Ok(match place {
            Place::Global(at) => self.globals[at as usize].clone(),
            Place::Local(at) => self.stack[self.base + at as usize].clone(),
            Place::Special(Special::Nf) => Value::Number(self.record.len(&self.settings.separator) as f64),
            Place::Special(special) => self.settings.values[special as usize].clone(),
            Place::Field => {
                let number = self.field_number(operand)?;
                self.field(number)
            }
            Place::Element(array) => {
                let index = Index::of(operand, &self.settings.conversion);
                let mut value = Value::Unset;
                self.change_array(array, |array| value = array.get(index).clone())?;
                value
            }
        })
    }

    pub(super) fn set(&mut self, place: Place, operand: &Value, value: Value) -> Done {
        match place {
            Place::Global(at) => self.globals[at as usize] = value,
            Place::Local(at) => {
                let at = self.base + at as usize;
                self.stack[at] = value;
            }
            Place::Special(special) => self.set_special(special, value)?,
            Place::Field => match self.field_number(operand)? {
                0 => {
                    self.spend(value.weight());
                    self.record.assign(value, &self.settings.conversion);
                }
                number => self.record.set_field(number, value, &self.settings.separator),
            },
            Place::Element(array) => {
                let index = Index::of(operand, &self.settings.conversion);
                self.change_array(array, |array| array.set(index, value))?;
            }
        }
        Ok(())
    }

    fn field_number(&self, operand: &Value) -> Done<usize> {
        let number = operand.number(self.dialect);
        if number <= -1.0 || number.is_nan() {
            return Err(Failure::Run(format!("negative field index ${}", number as i64)));
        }
        if number > MAX_FIELDS {
            return Err(out_of_memory());
        }
        Ok(number as usize)
    }

    fn field(&mut self, number: usize) -> Value {
        match number {
            0 => self.record.whole(&self.settings.between_fields, &self.settings.conversion),
            number => self.record.field(number, &self.settings.separator),
        }
    }

    /// Sets one of the variables that do something.
    pub(super) fn set_special(&mut self, special: Special, value: Value) -> Done {
        let text = value.text(&self.settings.conversion);
        match special {
            Special::Nf => {
                let len = value.number(self.dialect);
                if len < 0.0 || len.is_nan() {
                    return Err(Failure::Run("negative value assigned to NF".to_owned()));
                }
                if len > MAX_FIELDS {
                    return Err(out_of_memory());
                }
                self.record.set_len(len as usize, &self.settings.separator);
            }
            Special::Fs => {
                // What was read before is cut as it was then.
                self.record.cut(&self.settings.separator);
                self.settings.values[special as usize] = value;
                return self.set_separator();
            }
            Special::Rs => {
                self.settings.record_end = match &text[..] {
                    [] => RecordEnd::Paragraph,
                    [byte] => RecordEnd::Byte(*byte),
                    _ => RecordEnd::Pattern(self.pattern_of(&text)?),
                };
                self.record.cut(&self.settings.separator);
                self.settings.values[special as usize] = value;
                return self.set_separator();
            }
            Special::Ofs => {
                // A record that was changed is joined as it was then.
                self.record.bytes(&self.settings.between_fields, &self.settings.conversion);
                self.settings.between_fields = text;
            }
            Special::Ors => self.settings.after_record = text,
            Special::Subsep => self.settings.between_indexes = text,
            Special::Convfmt => self.settings.conversion.format = text,
            Special::Ofmt => self.settings.output.format = text,
            Special::Ignorecase => self.settings.ignore_case = value.is_true(self.dialect),
            Special::Nr | Special::Fnr => {}
        }
        self.settings.values[special as usize] = value;
        Ok(())
    }

    fn set_separator(&mut self) -> Done {
        let text = self.settings.values[Special::Fs as usize].text(&self.settings.conversion);
        let by_lines =
            self.dialect == Dialect::Gawk && matches!(self.settings.record_end, RecordEnd::Paragraph);
        self.settings.separator = match self.separator(&Value::Text(text.clone()))? {
            Separator::Byte(byte) if by_lines => Separator::ByteOrLine(byte),
            Separator::Pattern(_) if by_lines => {
                let with_lines: Vec<u8> = [&text[..], b"|\n"].concat();
                Separator::Pattern(self.pattern_of(&with_lines.into())?)
            }
            separator => separator,
        };
        Ok(())
    }

    /// The separator that a value means.
    pub(super) fn separator(&mut self, value: &Value) -> Done<Separator> {
        if let Value::Pattern(_) = value {
            return Ok(Separator::Pattern(self.pattern(value)?));
        }
        let text = value.text(&self.settings.conversion);
        match Separator::short(&text) {
            Some(separator) => Ok(separator),
            None => Ok(Separator::Pattern(self.pattern_of(&text)?)),
        }
    }

    fn fixed_pattern(&mut self, program: &Program, pattern: u32) -> Done<Arc<Regex>> {
        if self.settings.ignore_case {
            return self.pattern(&Value::Pattern(pattern));
        }
        Ok(Arc::clone(&program.regexes[pattern as usize]))
    }

    /// The pattern that a value is or spells.
    pub(super) fn pattern(&mut self, value: &Value) -> Done<Arc<Regex>> {
        match value {
            Value::Pattern(at) => {
                let regex = Arc::clone(&self.program.regexes[*at as usize]);
                if self.settings.ignore_case {
                    self.pattern_of(&Text::from(regex.source()))
                } else {
                    Ok(regex)
                }
            }
            value => {
                let text = value.text(&self.settings.conversion);
                self.pattern_of(&text)
            }
        }
    }

    fn pattern_of(&mut self, text: &Text) -> Done<Arc<Regex>> {
        let key = (Text::clone(text), self.settings.ignore_case);
        if let Some(regex) = self.patterns.get(&key) {
            return Ok(Arc::clone(regex));
        }
        if self.patterns.len() >= MAX_PATTERNS {
            self.patterns.clear();
        }
        let regex = Regex::new(text, self.dialect, self.settings.ignore_case).map_err(|problem| {
            let shown = String::from_utf8_lossy(text);
            Failure::Run(format!("regular expression compile failed ({problem})\n{shown}"))
        })?;
        let regex = Arc::new(regex);
        self.patterns.insert(key, Arc::clone(&regex));
        Ok(regex)
    }

    fn fits(&mut self, regex: &Regex, negated: bool) {
        let value = self.pop();
        let fits = match value.bytes() {
            Some(text) => {
                self.spend(text.len());
                regex.is_match(text)
            }
            None => regex.is_match(&value.text(&self.settings.conversion)),
        };
        self.push_number(f64::from(u8::from(fits != negated)));
    }

    fn array_number(&self, array: ArrayAt) -> u32 {
        match array {
            ArrayAt::Global(at) => at,
            ArrayAt::Local(at) => match self.stack.get(self.base + at as usize) {
                Some(Value::Array(number)) => *number,
                _ => 0,
            },
        }
    }

    fn array(&mut self, array: ArrayAt) -> &mut Array {
        let number = self.array_number(array);
        &mut self.arrays[number as usize]
    }

    /// Changes an array, unless all of them hold too much then.
    pub(super) fn change_array(&mut self, array: ArrayAt, change: impl FnOnce(&mut Array)) -> Done {
        let number = self.array_number(array);
        let array = &mut self.arrays[number as usize];
        let before = array.weight();
        change(array);
        self.held = (self.held + array.weight()).saturating_sub(before);
        if self.held as u64 > MAX_WEIGHT { Err(out_of_memory()) } else { Ok(()) }
    }

    fn free_arrays(&mut self, keep: usize) {
        while self.owned.len() > keep {
            let Some(number) = self.owned.pop() else { return };
            let array = &mut self.arrays[number as usize];
            self.held = self.held.saturating_sub(array.weight());
            array.clear();
            self.free.push(number);
        }
    }

    fn new_array(&mut self) -> Value {
        let number = self.free.pop().unwrap_or_else(|| {
            self.arrays.push(Array::default());
            self.arrays.len() as u32 - 1
        });
        self.owned.push(number);
        Value::Array(number)
    }

    fn call(&mut self, program: &Program, function: u32, arguments: usize) -> Done<Option<Event>> {
        let called = &program.functions[function as usize];
        if self.stack.len() + called.arrays.len() > MAX_STACK || self.frames.len() > MAX_STACK / 4 {
            let problem = "program limit exceeded: eval stack size=1024".to_owned();
            return Err(Failure::Plain(problem));
        }
        let owned = self.owned.len();
        let base = self.stack.len() - arguments;
        for (at, is_array) in called.arrays.iter().enumerate() {
            match (self.stack.get(base + at), is_array) {
                (Some(Value::Array(_)), true) => {}
                (Some(_), true) => self.stack[base + at] = self.new_array(),
                (Some(_), false) => {}
                (None, true) => {
                    let array = self.new_array();
                    self.stack.push(array);
                }
                (None, false) => self.stack.push(Value::Unset),
            }
        }
        let (back, loops) = (self.at, self.loops.len());
        self.frames.push(Frame { back, base: self.base, loops, owned });
        self.base = base;
        self.at = called.start as usize;
        self.fuel -= 1;
        if self.fuel <= 0 {
            self.fuel = FUEL;
            return Ok(Some(Event::Turn));
        }
        Ok(None)
    }

    fn calculate(&self, operator: Arithmetic, a: f64, b: f64) -> Done<f64> {
        let outcome = match operator {
            Arithmetic::Add => a + b,
            Arithmetic::Subtract => a - b,
            Arithmetic::Multiply => a * b,
            Arithmetic::Divide | Arithmetic::Modulo if b == 0.0 && self.dialect == Dialect::Gawk => {
                let shown = if operator == Arithmetic::Modulo { " in `%'" } else { "" };
                return Err(Failure::Plain(format!("fatal: division by zero attempted{shown}")));
            }
            Arithmetic::Divide => a / b,
            Arithmetic::Modulo => a % b,
            Arithmetic::Power => power(a, b),
        };
        Ok(number::settled(outcome, a, b))
    }

    pub(super) fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> bool {
        let order = left.compare(right, &self.settings.conversion);
        match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessEqual => order.is_le(),
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterEqual => order.is_ge(),
        }
    }

    /// A text as a value, unless it is too long.
    pub(super) fn made(&mut self, text: Vec<u8>) -> Done<Value> {
        if text.len() as u64 > MAX_WHOLE_BYTES {
            return Err(out_of_memory());
        }
        self.spend(text.len());
        Ok(Value::Text(text.into()))
    }

    fn concat(&mut self) -> Done {
        let right = self.pop();
        let left = self.pop();
        let mut text = Vec::with_capacity(left.weight() + right.weight() + 8);
        left.write(&self.settings.conversion, &mut text);
        right.write(&self.settings.conversion, &mut text);
        let value = self.made(text)?;
        self.stack.push(value);
        Ok(())
    }

    fn join_index(&mut self, values: usize) -> Done {
        let mut text = Vec::new();
        let first = self.stack.len() - values;
        for (at, value) in self.stack[first..].iter().enumerate() {
            if at > 0 {
                text.extend_from_slice(&self.settings.between_indexes);
            }
            value.write(&self.settings.conversion, &mut text);
        }
        self.stack.truncate(first);
        let value = self.made(text)?;
        self.stack.push(value);
        Ok(())
    }

    fn print(&mut self, values: usize, to: To) -> Done<Option<Event>> {
        let name = if to == To::Standard { None } else { Some(self.pop_text()) };
        let first = self.stack.len() - values;
        let out = if to == To::Standard { &mut self.out } else { &mut self.text };
        for (at, value) in self.stack[first..].iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(&self.settings.between_fields);
            }
            value.write(&self.settings.output, out);
        }
        out.extend_from_slice(&self.settings.after_record);
        self.stack.truncate(first);
        Ok(self.printed(to, name))
    }

    fn printf(&mut self, values: usize, to: To) -> Done<Option<Event>> {
        let name = if to == To::Standard { None } else { Some(self.pop_text()) };
        let first = self.stack.len() - values;
        let format = self.stack[first].text(&self.settings.conversion);
        let out = if to == To::Standard { &mut self.out } else { &mut self.text };
        let written = printf::write(out, &format, &self.stack[first + 1..], &self.settings.conversion);
        self.stack.truncate(first);
        if let Err(problem) = written {
            return Err(format_problem("printf", &format, problem));
        }
        Ok(self.printed(to, name))
    }

    fn printed(&mut self, to: To, name: Option<Text>) -> Option<Event> {
        match name {
            Some(name) => Some(Event::Write(to, name)),
            None if self.out.len() >= PIECE_BYTES => Some(Event::Flush),
            None => None,
        }
    }

    /// The record that `getline` waited for: 1 with one, 0 at the end, -1 where nothing can be read.
    pub(super) fn got(&mut self, status: i32, record: &[u8]) -> Done {
        let Some((from, place, operand)) = self.awaited.take() else { return Ok(()) };
        if status > 0 {
            // mawk does not count what comes from commands.
            if from == From::Main || from == From::Command && self.dialect == Dialect::Gawk {
                self.count(from == From::Main);
            }
            match place {
                Some(place) => self.set(place, &operand, Value::input_of(record))?,
                None => self.record.set(record),
            }
        }
        self.push_number(f64::from(status));
        Ok(())
    }

    /// Counts a record.
    pub(super) fn count(&mut self, of_file: bool) {
        let values = &mut self.settings.values;
        for special in [Some(Special::Nr), of_file.then_some(Special::Fnr)].into_iter().flatten() {
            let value = &mut values[special as usize];
            *value = Value::Number(value.number(self.dialect) + 1.0);
        }
    }

    /// The next record of the input itself.
    pub(super) fn set_record(&mut self, record: &[u8]) {
        self.count(true);
        self.spend(record.len());
        self.record.set(record);
    }

    /// Sets a variable by its name, as an assignment on the command line does.
    pub(super) fn assign(&mut self, name: &str, value: Value) -> Done {
        if let Some(special) = Special::named(name, self.dialect == Dialect::Gawk) {
            return self.set_special(special, value);
        }
        if let Some(at) = self.program.names.iter().position(|known| known == name) {
            self.globals[at] = value;
        }
        Ok(())
    }

    pub(super) fn set_file_name(&mut self, name: &[u8]) {
        self.globals[FILENAME] = Value::text_of(name);
        self.settings.values[Special::Fnr as usize] = Value::Number(0.0);
    }

    /// How many arguments there are.
    pub(super) fn arguments(&self) -> f64 {
        self.globals[ARGC].number(self.dialect)
    }

    /// What is told beside a failure: where the program was.
    pub(super) fn whereabouts(&self) -> String {
        let name = self.globals[FILENAME].text(&self.settings.conversion);
        let (fnr, nr) = (self.settings.number(Special::Fnr), self.settings.number(Special::Nr));
        format!("\tFILENAME=\"{}\" FNR={fnr} NR={nr}", String::from_utf8_lossy(&name))
    }
}

/// What is told of a format that is wrong.
pub(super) fn format_problem(function: &str, format: &[u8], problem: printf::Problem) -> Failure {
    let format = String::from_utf8_lossy(format);
    Failure::Run(match problem {
        printf::Problem::NotEnoughArguments => {
            format!("not enough arguments passed to {function}(\"{format}\")")
        }
        printf::Problem::Improper(number) => {
            format!("improper conversion(number {number}) in {function}(\"{format}\")")
        }
        printf::Problem::TooLong => return out_of_memory(),
    })
}

/// Integer powers by multiplication, which is exact for what fits.
fn power(a: f64, b: f64) -> f64 {
    if b.trunc() == b && (0.0..1024.0).contains(&b) { a.powi(b as i32) } else { a.powf(b) }
}
