//! The machine that runs the steps of a program. What it cannot do by itself (to read, to write, to run a command, to
//! let others have their turn) it stops for, and goes on where it stopped.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use sandbox_kernel::{Pace, at_once};

use super::array::{Array, Index};
use super::code::{ARGC, FILENAME, From, Place, Program, Special, Step, To};
use super::dialect::Dialect;
use super::random::Random;
use super::reckoning::{holds, simple};
use super::record::Record;
use super::regex::Regex;
use super::settings::Settings;
use super::slow::LONG;
use super::value::{Text, Value};
use crate::limits::MAX_WHOLE_BYTES;

/// Steps between two looks at whether others are to have their turn; steps that work on much text count more.
pub(super) const FUEL: i64 = 4000;

/// Why the machine stopped.
pub(super) enum Event {
    /// Others are to have their turn.
    Turn,
    /// [`Machine::slow_step`] is to do the step, in which others have their turns.
    Slow,
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

pub(super) struct Frame {
    /// Where to go on.
    pub(super) back: usize,
    /// Where the parameters of the caller begin.
    pub(super) base: usize,
    /// How many loops over indexes the caller was in, and arrays of its own it had.
    pub(super) loops: usize,
    pub(super) owned: usize,
}

pub(super) struct Machine {
    pub(super) program: Arc<Program>,
    pub(super) dialect: Dialect,
    pub(super) at: usize,
    pub(super) stack: Vec<Value>,
    pub(super) frames: Vec<Frame>,
    pub(super) base: usize,
    pub(super) loops: Vec<std::vec::IntoIter<Value>>,
    pub(super) globals: Vec<Value>,
    pub(super) arrays: Vec<Array>,
    /// Arrays of functions that run, and numbers that are free.
    pub(super) owned: Vec<u32>,
    pub(super) free: Vec<u32>,
    /// Bytes that all arrays hold.
    pub(super) held: usize,
    pub(super) settings: Settings,
    pub(super) record: Record,
    pub(super) ranges: Vec<bool>,
    pub(super) patterns: HashMap<(Text, bool), Arc<Regex>, FxBuildHasher>,
    pub(super) random: Random,
    /// What goes to standard output.
    pub(super) out: Vec<u8>,
    /// What goes elsewhere.
    pub(super) text: Vec<u8>,
    /// Where the record that `getline` waits for goes.
    pub(super) awaited: Option<(From, Option<Place>, Value)>,
    pub(super) fuel: i64,
    /// Whether there was a long text.
    has_long: bool,
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
            has_long: false,
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

    /// Notes that there is a text of so many bytes.
    fn met(&mut self, bytes: usize) {
        self.spend(bytes);
        self.has_long |= bytes > LONG;
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

    /// Runs on until it has to stop. Steps that only move and reckon with numbers are done here, as they are most.
    pub(super) fn run(&mut self) -> Event {
        let program = Arc::clone(&self.program);
        loop {
            let step = &program.steps[self.at];
            self.at += 1;
            match (step, self.stack.as_mut_slice()) {
                (Step::Constant(at), _) => self.stack.push(program.constants[*at as usize].clone()),
                (Step::Get(Place::Global(at)), _) => self.stack.push(self.globals[*at as usize].clone()),
                (Step::Get(Place::Local(at)), stack) => {
                    let value = stack[self.base + *at as usize].clone();
                    self.stack.push(value);
                }
                (Step::Set(Place::Global(at)), [.., value]) => self.globals[*at as usize] = value.clone(),
                (Step::Pop, _) => {
                    self.stack.pop();
                }
                (Step::Bump(Place::Global(at), delta, wants_before), _)
                    if let Value::Number(number) = &mut self.globals[*at as usize] =>
                {
                    let before = *number;
                    *number += f64::from(*delta);
                    let wanted = if *wants_before { before } else { *number };
                    self.stack.push(Value::Number(wanted));
                }
                (Step::Arithmetic(operator), [.., Value::Number(a), Value::Number(b)])
                    if let Some(outcome) = simple(*operator, *a, *b) =>
                {
                    *a = outcome;
                    self.stack.pop();
                }
                (Step::Update(Place::Global(at), operator), [.., Value::Number(right)])
                    if let Value::Number(left) = &mut self.globals[*at as usize]
                        && let Some(outcome) = simple(*operator, *left, *right) =>
                {
                    (*left, *right) = (outcome, outcome);
                }
                (Step::Compare(comparison), [.., Value::Number(a), Value::Number(b)]) => {
                    let order = (*a).partial_cmp(&*b).unwrap_or(Ordering::Equal);
                    *a = f64::from(u8::from(holds(*comparison, order)));
                    self.stack.pop();
                }
                (Step::Jump(to), _) => {
                    if let Some(event) = self.jump(*to) {
                        return event;
                    }
                }
                _ => {
                    if self.has_long && self.may_be_slow(step) {
                        return Event::Slow;
                    }
                    match self.step(step, &program) {
                        Ok(None) => {}
                        Ok(Some(event)) => return event,
                        Err(failure) => return Event::Fail(failure),
                    }
                }
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

    pub(super) fn step(&mut self, step: &Step, program: &Program) -> Done<Option<Event>> {
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
                let operand = self.operand(*place);
                let before = self.get(*place, &operand)?.number(self.dialect);
                let after = before + f64::from(*delta);
                self.push_number(if *wants_before { before } else { after });
                self.set(*place, &operand, Value::Number(after))?;
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
            Step::Substitute(all, place) => at_once(self.substitute(*all, *place, &mut Pace::default()))?,
            Step::Match(groups) => at_once(self.match_text(*groups, &mut Pace::default()))?,
            Step::Split(array, separated) => {
                at_once(self.split(*array, *separated, &mut Pace::default()))?;
            }
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

    /// A text as a value, unless it is too long.
    pub(super) fn made(&mut self, text: Vec<u8>) -> Done<Value> {
        if text.len() as u64 > MAX_WHOLE_BYTES {
            return Err(out_of_memory());
        }
        self.met(text.len());
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
            self.met(record.len());
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
        self.met(record.len());
        self.record.set(record);
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
