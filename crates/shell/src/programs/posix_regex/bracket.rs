//! What stands in brackets.

use super::super::byte_set::{ByteSet, class};
use super::translate::Translator;

const UNMATCHED: &str = "Unmatched [, [^, [:, [., or [=";

impl Translator<'_> {
    /// Reads the set whose bracket was just read.
    pub(super) fn bracket(&mut self) -> Result<(), &'static str> {
        let mut set = ByteSet::new();
        let negated = self.rest().first() == Some(&b'^');
        self.at += usize::from(negated);
        if self.rest().is_empty() {
            return Err("Invalid regular expression");
        }
        let begins = self.at;
        let mut only_letters = true;
        loop {
            let is_first = self.at == begins;
            let byte = self.next().ok_or(UNMATCHED)?;
            let kind = self.rest().first().copied();
            if byte == b']' && !is_first {
                break;
            }
            let from = match (byte, kind) {
                (b'[', Some(b':')) => {
                    only_letters = false;
                    let name = self.named(b':').ok_or(UNMATCHED)?;
                    set.add(class(&name).ok_or("Invalid character class name")?);
                    continue;
                }
                (b'[', Some(kind @ (b'=' | b'.'))) => {
                    only_letters = false;
                    let name = self.named(kind).ok_or(UNMATCHED)?;
                    let [byte] = name[..] else { return Err("Invalid collation character") };
                    byte
                }
                _ => byte,
            };
            let is_range =
                self.rest().first() == Some(&b'-') && !matches!(self.rest().get(1), Some(b']') | None);
            if !is_range {
                set.insert(from);
                continue;
            }
            only_letters = false;
            self.at += 1;
            let to = match (self.next().ok_or(UNMATCHED)?, self.rest().first().copied()) {
                (b'[', Some(kind @ (b'=' | b'.'))) => {
                    let name = self.named(kind).ok_or(UNMATCHED)?;
                    *name.first().ok_or("Invalid collation character")?
                }
                (byte, _) => byte,
            };
            if from > to {
                return Err("Invalid range end");
            }
            set.add(|byte| (from..=to).contains(byte));
        }
        let inside = &self.pattern[begins..self.at - 1];
        if self.syntax.line_end.is_some()
            && only_letters
            && matches!(inside, [b':', middle @ .., b':'] if middle.iter().any(|byte| *byte != b':'))
        {
            return Err("character class syntax is [[:space:]], not [:space:]");
        }
        self.push_set(set, negated);
        Ok(())
    }

    /// What stands in `[:…:]` after the first bracket.
    fn named(&mut self, kind: u8) -> Option<Vec<u8>> {
        let rest = &self.pattern[self.at + 1..];
        let len = rest.windows(2).position(|pair| pair == [kind, b']'])?;
        self.at += len + 3;
        Some(rest[..len].to_vec())
    }
}
