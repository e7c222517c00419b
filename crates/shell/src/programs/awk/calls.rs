//! Calls of a program's functions, and the arrays that belong to them.

use super::array::Array;
use super::code::{ArrayAt, Program};
use super::machine::{Done, Event, FUEL, Failure, Frame, Machine, out_of_memory};
use super::value::Value;
use crate::limits::MAX_WEIGHT;

/// Values that calls within calls may hold together.
const MAX_STACK: usize = 1 << 20;

impl Machine {
    pub(super) fn array_number(&self, array: ArrayAt) -> u32 {
        match array {
            ArrayAt::Global(at) => at,
            ArrayAt::Local(at) => match self.stack.get(self.base + at as usize) {
                Some(Value::Array(number)) => *number,
                _ => 0,
            },
        }
    }

    pub(super) fn array(&mut self, array: ArrayAt) -> &mut Array {
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

    pub(super) fn free_arrays(&mut self, keep: usize) {
        while self.owned.len() > keep {
            let Some(number) = self.owned.pop() else { return };
            let array = &mut self.arrays[number as usize];
            self.held = self.held.saturating_sub(array.weight());
            array.clear();
            self.free.push(number);
        }
    }

    pub(super) fn new_array(&mut self) -> Value {
        let number = self.free.pop().unwrap_or_else(|| {
            self.arrays.push(Array::default());
            self.arrays.len() as u32 - 1
        });
        self.owned.push(number);
        Value::Array(number)
    }

    pub(super) fn call(&mut self, program: &Program, function: u32, arguments: usize) -> Done<Option<Event>> {
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
}
