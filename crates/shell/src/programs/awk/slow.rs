//! Steps on long texts, which give others their turn in their midst.

use std::sync::Arc;

use sandbox_kernel::Pace;

use super::code::{Builtin, Place, Special, Step};
use super::machine::{Done, Event, Machine};

/// Bytes of a text that is long: less is worked on within a few milliseconds.
pub(super) const LONG: usize = 32 << 10;

/// What a step needs of the record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// Where its fields are.
    Fields,
    /// Its fields as values of their own.
    Values,
    /// Its text, made of the fields that were set.
    Whole,
}

impl Machine {
    /// Whether a step may take long, where there are long texts.
    pub(super) fn may_be_slow(&self, step: &Step) -> bool {
        let works_on_text = matches!(
            step,
            Step::Substitute(..) | Step::Match(_) | Step::Split(..) | Step::Builtin(Builtin::Gensub, _)
        );
        works_on_text || self.needs(step) != Needs::Nothing
    }

    /// Does the step for which the machine stopped.
    pub(super) async fn slow_step(&mut self, pace: &mut Pace) -> Done<Option<Event>> {
        let program = Arc::clone(&self.program);
        let step = &program.steps[self.at - 1];
        let settings = &self.settings;
        match self.needs(step) {
            Needs::Nothing => {}
            Needs::Fields => self.record.cut(&settings.separator, pace).await,
            Needs::Values => self.record.keep_all(&settings.separator, pace).await,
            Needs::Whole => self.record.join(&settings.between_fields, &settings.conversion, pace).await,
        }
        match step {
            Step::Substitute(all, place) => self.substitute(*all, *place, pace).await?,
            Step::Match(groups) => self.match_text(*groups, pace).await?,
            Step::Split(array, separated) => self.split(*array, *separated, pace).await?,
            Step::Builtin(Builtin::Gensub, values) => self.gensub(*values as usize, pace).await?,
            step => return self.step(step, &program),
        }
        Ok(None)
    }

    fn needs(&self, step: &Step) -> Needs {
        // How many values are above the number of the field.
        let (place, above, sets) = match step {
            Step::GetField(0) | Step::FitsRecord(_) | Step::Builtin(Builtin::Gensub, _) => {
                return Needs::Whole;
            }
            Step::GetField(_) => return Needs::Fields,
            Step::Get(place) => (place, 0, false),
            Step::Set(place) | Step::Update(place, _) => (place, 1, true),
            Step::Bump(place, ..) | Step::Substitute(_, place) => (place, 0, true),
            _ => return Needs::Nothing,
        };
        match place {
            Place::Special(Special::Nf) if !sets => Needs::Fields,
            Place::Special(Special::Nf) => Needs::Values,
            Place::Special(Special::Fs | Special::Rs) if sets => Needs::Fields,
            Place::Special(Special::Ofs) if sets => Needs::Whole,
            Place::Field => {
                let number = self.stack.iter().rev().nth(above).map(|number| number.number(self.dialect));
                match number {
                    Some(number) if number < 1.0 => Needs::Whole,
                    _ if sets => Needs::Values,
                    _ => Needs::Fields,
                }
            }
            _ => Needs::Nothing,
        }
    }
}
