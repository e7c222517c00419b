//! Modes as `chmod` reads them: octal, or as changes in letters.

/// Read, write and execute for all.
const ALL: u32 = 0o777;
/// All bits that can be changed.
const BITS: u32 = 0o7777;

/// Changes to a mode, done in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mode(Vec<Change>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    operator: u8,
    /// Bits of those who are named (`u`, `g`, `o`, `a`); none where nobody is, which leaves out the umask's.
    affected: u32,
    bits: Bits,
    /// Bits that are named: a directory keeps its set-id bits otherwise.
    mentioned: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bits {
    Given(u32),
    /// Those, and execution where someone has it or it is a directory (`X`).
    WithExecution(u32),
    /// What these have now.
    Of(u32),
}

impl Mode {
    /// The mode that takes over all of another file's.
    pub(super) fn exactly(bits: u32) -> Self {
        Self(vec![Change { operator: b'=', affected: BITS, bits: Bits::Given(bits), mentioned: BITS }])
    }

    /// Reads a mode.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.starts_with(|first: char| first.is_digit(8)) {
            let bits = octal(text)?;
            let mentioned = if text.len() < 5 { bits & 0o7000 | ALL } else { BITS };
            return Some(Self(vec![Change {
                operator: b'=',
                affected: BITS,
                bits: Bits::Given(bits),
                mentioned,
            }]));
        }
        let mut changes = Vec::new();
        for clause in text.split(',') {
            let operators = clause.find(['=', '+', '-'])?;
            let mut affected = 0;
            for who in clause[..operators].bytes() {
                affected |= match who {
                    b'u' => 0o4700,
                    b'g' => 0o2070,
                    b'o' => 0o1007,
                    b'a' => BITS,
                    _ => return None,
                };
            }
            let mut rest = &clause[operators..];
            while let Some(operator) = rest.bytes().next() {
                let end = rest[1..].find(['=', '+', '-']).map_or(rest.len(), |at| at + 1);
                changes.push(change(operator, affected, &rest[1..end], end == rest.len())?);
                rest = &rest[end..];
            }
        }
        Some(Self(changes))
    }

    /// What a mode becomes.
    pub(super) fn of(&self, old: u32, is_directory: bool, umask: u32) -> u32 {
        let mut mode = old & BITS;
        for change in &self.0 {
            let kept = if is_directory { 0o6000 & !change.mentioned } else { 0 };
            let bits = match change.bits {
                Bits::Given(bits) => bits,
                Bits::WithExecution(bits) if mode & 0o111 != 0 || is_directory => bits | 0o111,
                Bits::WithExecution(bits) => bits,
                Bits::Of(whose) => {
                    let has = |bit| if mode & whose & bit != 0 { bit } else { 0 };
                    has(0o444) | has(0o222) | has(0o111)
                }
            };
            let allowed = if change.affected == 0 { !umask } else { change.affected };
            let bits = bits & allowed & !kept;
            match change.operator {
                b'=' => {
                    let preserved = if change.affected == 0 { 0 } else { !change.affected } | kept;
                    mode = mode & preserved | bits;
                }
                b'+' => mode |= bits,
                _ => mode &= !bits,
            }
        }
        mode & BITS
    }
}

fn octal(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    u32::from_str_radix(text, 8).ok().filter(|bits| digits && *bits <= BITS)
}

fn change(operator: u8, affected: u32, text: &str, is_last: bool) -> Option<Change> {
    if text.starts_with(|first: char| first.is_digit(8)) {
        let bits = Bits::Given(octal(text)?);
        return (affected == 0 && is_last).then_some(Change {
            operator,
            affected: BITS,
            bits,
            mentioned: BITS,
        });
    }
    let whose = match text {
        "u" => 0o700,
        "g" => 0o070,
        "o" => 0o007,
        _ => 0,
    };
    if whose != 0 {
        let mentioned = if affected == 0 { whose } else { affected & whose };
        return Some(Change { operator, affected, bits: Bits::Of(whose), mentioned });
    }
    let (mut bits, mut execution) = (0, false);
    for letter in text.bytes() {
        match letter {
            b'r' => bits |= 0o444,
            b'w' => bits |= 0o222,
            b'x' => bits |= 0o111,
            b's' => bits |= 0o6000,
            b't' => bits |= 0o1000,
            b'X' => execution = true,
            _ => return None,
        }
    }
    let mentioned = if affected == 0 { bits } else { affected & bits };
    let bits = if execution { Bits::WithExecution(bits) } else { Bits::Given(bits) };
    Some(Change { operator, affected, bits, mentioned })
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn modes_change_as_told() {
        for (text, old, is_directory, new) in [
            ("644", 0o7777, false, 0o644),
            ("755", 0o2777, true, 0o2755),
            ("00755", 0o2777, true, 0o755),
            ("u+x,g-w", 0o664, false, 0o744),
            ("u=g,g=o,o+u", 0o640, false, 0o404),
            ("+w", 0o444, false, 0o644),
            ("a=rX", 0o600, false, 0o444),
            ("a=rX", 0o600, true, 0o555),
            ("u+s,+t", 0o755, false, 0o5755),
            ("=", 0o777, false, 0),
            ("u+x-w", 0o600, false, 0o500),
            ("g+s", 0o755, true, 0o2755),
        ] {
            assert_eq!(Mode::parse(text).map(|mode| mode.of(old, is_directory, 0o022)), Some(new), "{text}");
        }
        for text in ["", "z", "999", "u", "77777", "u+4", "o+w,,g+w", "7f", "l"] {
            assert_eq!(Mode::parse(text), None, "{text}");
        }
    }
}
