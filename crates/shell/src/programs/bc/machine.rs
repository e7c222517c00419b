//! What runs the steps of `bc`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::super::live::Stop;
use super::super::random::below;
use super::super::text::tool::{Input, Io};
use super::compile::{Argument, Binary, Code, Function, Id, Kind, Names, Place, Relation, Step};
use super::decimal::Decimal;
use super::lines::Lines;

/// Functions that may have called one another.
const MAX_CALLS: usize = 100_000;
/// Indices of an array end here.
const MAX_INDEX: i64 = 16_777_215;
const MAX_BASE: i64 = i32::MAX as i64;
/// Steps between two turns of others.
const STEPS: usize = 256;

type Array = BTreeMap<i64, Decimal>;

/// Values that a function hides while it runs.
enum Hidden {
    Variable(Id, Option<Decimal>),
    Array(Id, Option<Array>),
    /// The caller's own array, under its name there.
    Reference(Id, Id, Option<Array>),
}

struct Call {
    function: Option<Id>,
    code: Arc<Code>,
    at: usize,
    hidden: Vec<Hidden>,
}

/// Why steps end early.
pub(super) enum Halt {
    Halted,
    /// What went wrong, which ends this line only.
    Wrong(String),
    Stop(Stop),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Halt::Stop(stop)
    }
}

type Ran<T = ()> = Result<T, Halt>;

pub(super) struct Machine {
    pub(super) names: Names,
    pub(super) functions: HashMap<Id, Arc<(Function, Arc<Code>)>>,
    variables: HashMap<Id, Decimal>,
    arrays: HashMap<Id, Array>,
    stack: Vec<Decimal>,
    calls: Vec<Call>,
    input_base: u32,
    output_base: u32,
    scale: usize,
    last: Decimal,
    pub(super) lines: Lines,
    steps: usize,
}

impl Machine {
    pub(super) fn new(lines: Lines) -> Self {
        Self {
            names: Names::default(),
            functions: HashMap::new(),
            variables: HashMap::new(),
            arrays: HashMap::new(),
            stack: Vec::new(),
            calls: Vec::new(),
            input_base: 10,
            output_base: 10,
            scale: 0,
            last: Decimal::default(),
            lines,
            steps: 0,
        }
    }

    pub(super) fn define(&mut self, mut function: Function) {
        let code = Arc::new(std::mem::take(&mut function.code));
        self.functions.insert(function.name, Arc::new((function, code)));
    }

    /// Runs statements to their end. `input` is what `read()` reads from.
    pub(super) async fn run(&mut self, io: &mut Io<'_>, code: Code, input: &mut Option<Input>) -> Ran {
        let call = Call { function: None, code: Arc::new(code), at: 0, hidden: Vec::new() };
        self.calls.push(call);
        let ran = self.steps(io, input).await;
        while let Some(call) = self.calls.pop() {
            self.uncover(call.hidden);
        }
        self.stack.clear();
        ran
    }

    async fn steps(&mut self, io: &mut Io<'_>, input: &mut Option<Input>) -> Ran {
        loop {
            let Some(call) = self.calls.last_mut() else { return Ok(()) };
            let code = Arc::clone(&call.code);
            let at = call.at;
            call.at += 1;
            let Some(step) = code.steps.get(at) else {
                self.calls.pop();
                continue;
            };
            self.steps += 1;
            if self.steps > STEPS {
                self.steps = 0;
                io.turn().await?;
            }
            match self.step(io, step, input).await {
                Ok(()) => {}
                Err(Halt::Wrong(problem)) => {
                    let text = self.located("error", &problem);
                    self.tell(io, text).await?;
                    return Err(Halt::Wrong(problem));
                }
                Err(halt) => return Err(halt),
            }
        }
    }

    /// A message with the place that it is about.
    fn located(&self, kind: &str, problem: &str) -> String {
        let call = self.calls.last();
        let name = call.and_then(|call| call.function).map_or("(main)", |id| self.names.texts[id].as_str());
        let address =
            call.map_or(0, |call| call.code.addresses.get(call.at.wrapping_sub(1)).copied().unwrap_or(0));
        format!("Runtime {kind} (func={name}, adr={address}): {problem}\n")
    }

    async fn tell(&self, io: &mut Io<'_>, text: String) -> Ran {
        io.flush().await?;
        super::super::live::say(&io.ctx.stderr, text).await;
        Ok(())
    }

    async fn warn(&self, io: &mut Io<'_>, problem: &str) -> Ran {
        let text = self.located("warning", problem);
        self.tell(io, text).await
    }

    fn pop(&mut self) -> Decimal {
        self.stack.pop().unwrap_or_default()
    }

    async fn step(&mut self, io: &mut Io<'_>, step: &Step, input: &mut Option<Input>) -> Ran {
        match step {
            Step::Number(digits) => {
                let number = Decimal::parse(digits, self.input_base, true).await;
                self.stack.push(number);
            }
            Step::Load(place) => {
                let index = self.index(*place)?;
                let value = self.value(*place, index);
                self.stack.push(value);
            }
            Step::LoadAgain(place) => {
                let index = self.index(*place)?;
                if let Place::Element(_) = place {
                    self.stack.push(Decimal::from(index.unsigned_abs()));
                }
                let value = self.value(*place, index);
                self.stack.push(value);
            }
            Step::Store(place) => {
                let value = self.pop();
                let index = self.index(*place)?;
                self.set(io, *place, index, value.clone()).await?;
                self.stack.push(value);
            }
            Step::Change(place, up, gives_new) => {
                let index = self.index(*place)?;
                let old = self.value(*place, index);
                let one = Decimal::from(1);
                let new = if *up { old.plus(&one) } else { old.minus(&one) };
                self.set(io, *place, index, new.clone()).await?;
                self.stack.push(if *gives_new { new } else { old });
            }
            Step::Binary(operation) => {
                let (right, left) = (self.pop(), self.pop());
                let value = self.binary(io, *operation, &left, &right).await?;
                self.stack.push(value);
            }
            Step::Negate => {
                let value = self.pop().negated();
                self.stack.push(value);
            }
            Step::Not => {
                let zero = self.pop().is_zero();
                self.stack.push(Decimal::from(u64::from(zero)));
            }
            Step::Truth => {
                let zero = self.pop().is_zero();
                self.stack.push(Decimal::from(u64::from(!zero)));
            }
            Step::Compare(relation) => {
                let (right, left) = (self.pop(), self.pop());
                let order = left.compare(&right);
                let holds = match relation {
                    Relation::Equal => order.is_eq(),
                    Relation::Unequal => order.is_ne(),
                    Relation::Less => order.is_lt(),
                    Relation::LessOrEqual => order.is_le(),
                    Relation::Greater => order.is_gt(),
                    Relation::GreaterOrEqual => order.is_ge(),
                };
                self.stack.push(Decimal::from(u64::from(holds)));
            }
            Step::Jump(to) => self.jump(*to),
            Step::JumpIfZero(to) => {
                if self.pop().is_zero() {
                    self.jump(*to);
                }
            }
            Step::JumpIfZeroElseDrop(to) | Step::JumpIfNotZeroElseDrop(to) => {
                let wants_zero = matches!(step, Step::JumpIfZeroElseDrop(_));
                let zero = self.stack.last().is_some_and(Decimal::is_zero);
                if zero == wants_zero { self.jump(*to) } else { drop(self.pop()) }
            }
            Step::Drop => drop(self.pop()),
            Step::Show => {
                let value = self.pop();
                self.show(io, &value).await;
                self.lines.write(&mut io.out, "\n");
                self.last = value;
                io.turn().await?;
            }
            Step::Print => {
                let value = self.pop();
                self.show(io, &value).await;
                self.last = value;
            }
            Step::ShowText(text) => self.lines.write(&mut io.out, text),
            Step::PrintText(text) => self.lines.write(&mut io.out, &unescaped(text)),
            Step::Call(id, arguments) => self.call(*id, arguments)?,
            Step::Return => {
                if let Some(call) = self.calls.pop() {
                    self.uncover(call.hidden);
                }
            }
            Step::Halt => return Err(Halt::Halted),
            Step::Length => {
                let length = self.pop().length();
                self.stack.push(Decimal::from(length as u64));
            }
            Step::ScaleOf => {
                let scale = self.pop().scale;
                self.stack.push(Decimal::from(scale as u64));
            }
            Step::Root => {
                let value = self.pop();
                if value.negative {
                    return Err(Halt::Wrong("Square root of a negative number".to_owned()));
                }
                let root = value.root(self.scale).await;
                self.stack.push(root);
            }
            Step::Read => {
                let mut line = Vec::new();
                if let Some(input) = input {
                    input.line(io, b'\n', &mut line).await?;
                }
                let text = String::from_utf8_lossy(&line).trim().to_owned();
                let digits = text.trim_start_matches('-');
                let number = Decimal::parse(digits, self.input_base, true).await;
                self.stack.push(if text.starts_with('-') { number.negated() } else { number });
            }
            Step::Random => {
                let value = below(&*io.run.host, i32::MAX as usize);
                self.stack.push(Decimal::from(value as u64));
            }
            Step::Limits => {
                let limits = "BC_BASE_MAX     = 2147483647\nBC_DIM_MAX      = 16777215\nBC_SCALE_MAX    = \
                              2147483647\nBC_STRING_MAX   = 2147483647\nMAX Exponent    = 9223372036854775807\n\
                              Number of vars  = 32767\n";
                io.out.extend_from_slice(limits.as_bytes());
            }
        }
        Ok(())
    }

    fn jump(&mut self, to: usize) {
        if let Some(call) = self.calls.last_mut() {
            call.at = to;
        }
    }

    async fn show(&mut self, io: &mut Io<'_>, value: &Decimal) {
        let mut text = String::new();
        value.write(&mut text, self.output_base, false).await;
        self.lines.write(&mut io.out, &text);
    }

    /// Takes the index of an element off the stack; 0 for other places.
    fn index(&mut self, place: Place) -> Ran<i64> {
        let Place::Element(id) = place else { return Ok(0) };
        match self.pop().integer() {
            Some(index @ 0..=MAX_INDEX) => Ok(index),
            _ => Err(Halt::Wrong(format!("Array {} subscript out of bounds.", self.names.texts[id]))),
        }
    }

    fn value(&self, place: Place, index: i64) -> Decimal {
        match place {
            Place::Variable(id) => self.variables.get(&id).cloned().unwrap_or_default(),
            Place::Element(id) => {
                self.arrays.get(&id).and_then(|array| array.get(&index)).cloned().unwrap_or_default()
            }
            Place::InputBase => Decimal::from(u64::from(self.input_base)),
            Place::OutputBase => Decimal::from(u64::from(self.output_base)),
            Place::Scale => Decimal::from(self.scale as u64),
            Place::Last => self.last.clone(),
        }
    }

    async fn set(&mut self, io: &mut Io<'_>, place: Place, index: i64, value: Decimal) -> Ran {
        match place {
            Place::Variable(id) => drop(self.variables.insert(id, value)),
            Place::Element(id) => drop(self.arrays.entry(id).or_default().insert(index, value)),
            Place::Last => self.last = value,
            Place::InputBase | Place::OutputBase => {
                let is_input = place == Place::InputBase;
                let name = if is_input { "ibase" } else { "obase" };
                let most = if is_input { 36 } else { MAX_BASE };
                let wanted = value.integer().unwrap_or(if value.negative { 0 } else { i64::MAX });
                let base = wanted.clamp(2, most);
                if base != wanted {
                    let problem = match wanted < 2 {
                        true => format!("{name} too small, set to 2"),
                        false => format!("{name} too large, set to {most}"),
                    };
                    self.warn(io, &problem).await?;
                }
                *(if is_input { &mut self.input_base } else { &mut self.output_base }) = base as u32;
            }
            Place::Scale => {
                let wanted = value.integer().unwrap_or(if value.negative { -1 } else { i64::MAX });
                let scale = wanted.clamp(0, i64::from(i32::MAX));
                if wanted < 0 {
                    self.warn(io, "negative scale, set to 0").await?;
                } else if scale != wanted {
                    self.warn(io, "scale too large, set to 2147483647").await?;
                }
                self.scale = scale as usize;
            }
        }
        Ok(())
    }

    async fn binary(
        &mut self,
        io: &mut Io<'_>,
        operation: Binary,
        left: &Decimal,
        right: &Decimal,
    ) -> Ran<Decimal> {
        let by_zero = |problem: &str| Halt::Wrong(problem.to_owned());
        Ok(match operation {
            Binary::Plus => left.plus(right),
            Binary::Minus => left.minus(right),
            Binary::Times => left.times(right, self.scale).await?,
            Binary::Divided => {
                left.divided(right, self.scale).await?.ok_or_else(|| by_zero("Divide by zero"))?
            }
            Binary::Rest => left.parted(right, self.scale).await?.ok_or_else(|| by_zero("Modulo by zero"))?.1,
            Binary::Power => {
                if right.compare(&right.scaled(0)).is_ne() {
                    self.warn(io, "non-zero scale in exponent").await?;
                }
                let Some(exponent) = right.integer() else {
                    return Err(Halt::Wrong("exponent too large in raise".to_owned()));
                };
                left.power(exponent, self.scale).await?.ok_or_else(|| by_zero("divide by zero"))?
            }
        })
    }

    fn call(&mut self, id: Id, arguments: &[Argument]) -> Ran {
        let Some(found) = self.functions.get(&id).cloned() else {
            let name = &self.names.texts[id];
            return Err(Halt::Wrong(format!("Function {name} not defined.")));
        };
        let (function, code) = &*found;
        if self.calls.len() > MAX_CALLS {
            return Err(Halt::Stop(Stop::out_of_memory()));
        }
        let fits = function.parameters.len() == arguments.len()
            && function
                .parameters
                .iter()
                .zip(arguments)
                .all(|((_, kind), argument)| (*kind == Kind::Value) == (*argument == Argument::Value));
        if !fits {
            let problem = match function.parameters.len() == arguments.len() {
                true => "Parameter type mismatch",
                false => "Parameter number mismatch",
            };
            return Err(Halt::Wrong(problem.to_owned()));
        }
        let mut hidden = Vec::new();
        // From the last to the first, as the values lie on the stack; what is hidden comes back in the other order.
        for ((name, kind), argument) in function.parameters.iter().zip(arguments).rev() {
            match (kind, argument) {
                (Kind::Reference, Argument::Array(theirs)) => {
                    let array = self.arrays.remove(theirs).unwrap_or_default();
                    let old = self.arrays.insert(*name, array);
                    hidden.push(Hidden::Reference(*name, *theirs, old));
                }
                (_, Argument::Array(theirs)) => {
                    let array = self.arrays.get(theirs).cloned().unwrap_or_default();
                    hidden.push(Hidden::Array(*name, self.arrays.insert(*name, array)));
                }
                _ => {
                    let value = self.pop();
                    hidden.push(Hidden::Variable(*name, self.variables.insert(*name, value)));
                }
            }
        }
        for (name, kind) in &function.locals {
            hidden.push(match kind {
                Kind::Value => Hidden::Variable(*name, self.variables.remove(name)),
                _ => Hidden::Array(*name, self.arrays.remove(name)),
            });
        }
        self.calls.push(Call { function: Some(id), code: Arc::clone(code), at: 0, hidden });
        Ok(())
    }

    fn uncover(&mut self, hidden: Vec<Hidden>) {
        for hidden in hidden.into_iter().rev() {
            match hidden {
                Hidden::Variable(id, Some(value)) => drop(self.variables.insert(id, value)),
                Hidden::Variable(id, None) => drop(self.variables.remove(&id)),
                Hidden::Array(id, Some(array)) => drop(self.arrays.insert(id, array)),
                Hidden::Array(id, None) => drop(self.arrays.remove(&id)),
                Hidden::Reference(id, theirs, old) => {
                    let array = self.arrays.remove(&id).unwrap_or_default();
                    if let Some(old) = old {
                        self.arrays.insert(id, old);
                    }
                    self.arrays.insert(theirs, array);
                }
            }
        }
    }
}

/// What `print` makes of a text.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('n') => out.push('\n'),
            Some('q') => out.push('"'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('\\') => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}
