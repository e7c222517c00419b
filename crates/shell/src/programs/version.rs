//! The order of versions: `file9` before `file10` (gnulib's `filevercmp`).

use std::cmp::Ordering;

/// Compares names as `sort -V` and `ls -v` do.
pub(super) fn compare(one: &[u8], other: &[u8]) -> Ordering {
    // Empty ones first, then `.`, `..`, and other hidden names.
    let rank = |name: &[u8]| match name {
        b"" => 0,
        b"." => 1,
        b".." => 2,
        [b'.', ..] => 3,
        _ => 4,
    };
    let by_rank = rank(one).cmp(&rank(other));
    if by_rank.is_ne() || rank(one) < 3 {
        return by_rank;
    }
    let bases = (&one[..base_len(one)], &other[..base_len(other)]);
    let whole = bases.0 == bases.1;
    let by_version = if whole { parts(one, other) } else { parts(bases.0, bases.1) };
    by_version.then_with(|| one.cmp(other))
}

/// The length of a name without its suffix: `(\.[A-Za-z~][A-Za-z0-9~]*)*$`.
fn base_len(name: &[u8]) -> usize {
    let (mut base, mut at) = (0, 0);
    while at < name.len() {
        at += 1;
        base = at;
        while at + 1 < name.len()
            && name[at] == b'.'
            && (name[at + 1].is_ascii_alphabetic() || name[at + 1] == b'~')
        {
            at += 2;
            while at < name.len() && (name[at].is_ascii_alphanumeric() || name[at] == b'~') {
                at += 1;
            }
        }
    }
    base
}

fn order(byte: Option<&u8>) -> i32 {
    match byte {
        None => -1,
        Some(b'~') => -2,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    }
}

/// Parts without digits and numbers in turns.
fn parts(one: &[u8], other: &[u8]) -> Ordering {
    let (mut at, mut on) = (0, 0);
    let digit = |bytes: &[u8], at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    while at < one.len() || on < other.len() {
        while at < one.len() && !digit(one, at) || on < other.len() && !digit(other, on) {
            let by_byte = order(one.get(at)).cmp(&order(other.get(on)));
            if by_byte.is_ne() {
                return by_byte;
            }
            (at, on) = (at + 1, on + 1);
        }
        while one.get(at) == Some(&b'0') {
            at += 1;
        }
        while other.get(on) == Some(&b'0') {
            on += 1;
        }
        let mut first_difference = Ordering::Equal;
        while digit(one, at) && digit(other, on) {
            first_difference = first_difference.then(one[at].cmp(&other[on]));
            (at, on) = (at + 1, on + 1);
        }
        if digit(one, at) {
            return Ordering::Greater;
        }
        if digit(other, on) {
            return Ordering::Less;
        }
        if first_difference.is_ne() {
            return first_difference;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn versions_are_in_their_order() {
        let names = ["", ".", "..", ".a", "a~", "a", "a1.tar.gz", "a2", "a9.txt", "a10.txt", "a.1", "b"];
        for pair in names.windows(2) {
            assert!(compare(pair[0].as_bytes(), pair[1].as_bytes()).is_lt(), "{pair:?}");
        }
    }
}
