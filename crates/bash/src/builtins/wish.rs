//! What the options of `declare` and `local` ask for.

use super::options::Options;
use super::outcome::Outcome;
use crate::state::{Shell, Variable};

/// What the options ask for.
#[derive(Debug, Default)]
pub(super) struct Wish {
    /// Letters of attributes to turn on, and to turn off.
    pub(super) on: String,
    pub(super) off: String,
    pub(super) prints: bool,
    /// `-f`
    pub(super) functions: bool,
    /// `-F`
    pub(super) names_only: bool,
    /// `-g`
    pub(super) global: bool,
    /// `-I`
    pub(super) inherits: bool,
    /// Whether it is `local`.
    pub(super) is_local: bool,
}

impl Wish {
    pub(super) fn read<'a>(
        shell: &mut Shell,
        args: &'a [String],
        out: &mut Vec<u8>,
    ) -> Outcome<(Self, &'a [String])> {
        let mut wish = Self { is_local: args[0] == "local", ..Self::default() };
        let mut options = Options::new(args, "+acfgilnprtuxAFGI");
        while let Some(option) = options.next(shell, out)? {
            match option.letter {
                'p' => wish.prints = true,
                'f' => wish.functions = !option.plus,
                'F' => (wish.functions, wish.names_only) = (true, true),
                'g' => wish.global = true,
                'I' => wish.inherits = true,
                'G' => {}
                letter if option.plus => wish.off.push(letter),
                letter => wish.on.push(letter),
            }
        }
        // Of two ways to change letters neither is taken.
        if wish.on.chars().filter(|letter| "luc".contains(*letter)).count() > 1 {
            let shapes: Vec<char> = wish.on.chars().filter(|letter| "luc".contains(*letter)).collect();
            if shapes.iter().any(|shape| *shape != shapes[0]) {
                wish.on.retain(|letter| !"luc".contains(letter));
            }
        }
        Ok((wish, options.operands()))
    }

    pub(super) fn turns_on(&self, letter: char) -> bool {
        self.on.contains(letter)
    }

    pub(super) fn turns_off(&self, letter: char) -> bool {
        self.off.contains(letter)
    }

    /// Gives a variable the attributes, but for those that keep it from being assigned.
    pub(super) fn give_attributes(&self, variable: &mut Variable) {
        let attributes = &mut variable.attributes;
        for letter in self.on.chars() {
            match letter {
                'x' => attributes.exported = true,
                'i' => attributes.integer = true,
                't' => attributes.trace = true,
                'l' | 'u' | 'c' => {
                    (attributes.lower, attributes.upper, attributes.capital) =
                        (letter == 'l', letter == 'u', letter == 'c');
                }
                _ => {}
            }
        }
        for letter in self.off.chars() {
            match letter {
                'x' => attributes.exported = false,
                'i' => attributes.integer = false,
                't' => attributes.trace = false,
                'l' => attributes.lower = false,
                'u' => attributes.upper = false,
                'c' => attributes.capital = false,
                'n' => attributes.name_ref = false,
                _ => {}
            }
        }
    }
}
