//! What can be assigned to, and what follows when it is.

use super::array::Index;
use super::code::{Place, Special};
use super::dialect::Dialect;
use super::machine::{Done, Failure, Machine, out_of_memory};
use super::record::MAX_FIELDS;
use super::separator::Separator;
use super::settings::RecordEnd;
use super::value::Value;

impl Machine {
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

    pub(super) fn field_number(&self, operand: &Value) -> Done<usize> {
        let number = operand.number(self.dialect);
        if number <= -1.0 || number.is_nan() {
            return Err(Failure::Run(format!("negative field index ${}", number as i64)));
        }
        if number > MAX_FIELDS {
            return Err(out_of_memory());
        }
        Ok(number as usize)
    }

    pub(super) fn field(&mut self, number: usize) -> Value {
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
                self.record.cut_now(&self.settings.separator);
                self.settings.values[special as usize] = value;
                return self.set_separator();
            }
            Special::Rs => {
                self.settings.record_end = match &text[..] {
                    [] => RecordEnd::Paragraph,
                    [byte] => RecordEnd::Byte(*byte),
                    _ => RecordEnd::Pattern(self.pattern_of(&text)?),
                };
                self.record.cut_now(&self.settings.separator);
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

    pub(super) fn set_separator(&mut self) -> Done {
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
}
