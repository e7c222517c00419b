//! What `print` and `printf` make of values.

use super::code::To;
use super::machine::{Done, Event, Failure, Machine, out_of_memory};
use super::printf;
use super::value::Text;
use crate::limits::PIECE_BYTES;

impl Machine {
    pub(super) fn print(&mut self, values: usize, to: To) -> Done<Option<Event>> {
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

    pub(super) fn printf(&mut self, values: usize, to: To) -> Done<Option<Event>> {
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

    pub(super) fn printed(&mut self, to: To, name: Option<Text>) -> Option<Event> {
        match name {
            Some(name) => Some(Event::Write(to, name)),
            None if self.out.len() >= PIECE_BYTES => Some(Event::Flush),
            None => None,
        }
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
