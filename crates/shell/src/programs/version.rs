//! The order of names with numbers in them: `v2` before `v10`, as `ls -v` and `sort -V` have it.

use std::cmp::Ordering;

/// Compares two names.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a == b {
        return Ordering::Equal;
    }
    // The empty name, `.`, `..` and other hidden names come first, in that order.
    let rank = |name: &[u8]| match name {
        b"" => 0,
        b"." => 1,
        b".." => 2,
        [b'.', ..] => 3,
        _ => 4,
    };
    if rank(a) != rank(b) || rank(a) < 3 {
        return rank(a).cmp(&rank(b));
    }
    let (a_stem, b_stem) = (&a[..stem(a)], &b[..stem(b)]);
    parts(a_stem, b_stem).then_with(|| parts(a, b))
}

/// Where the endings of a name begin: `.tar.gz`, but not `.5`.
fn stem(name: &[u8]) -> usize {
    let mut end = name.len();
    let mut at = name.len();
    while at > 0 {
        at -= 1;
        match name[at] {
            b'.' => {
                let first = name.get(at + 1).copied().filter(|_| at + 1 < end);
                if at == 0 || !first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'~') {
                    break;
                }
                end = at;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'~' => {}
            _ => break,
        }
    }
    end
}

/// Text by letters, numbers by their value, turn by turn.
fn parts(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let is_text = |rest: &[u8]| rest.first().is_some_and(|byte| !byte.is_ascii_digit());
    while !a.is_empty() || !b.is_empty() {
        while is_text(a) || is_text(b) {
            let order = order(a).cmp(&order(b));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (a.get(1..).unwrap_or_default(), b.get(1..).unwrap_or_default());
        }
        let (a_number, b_number) = (number(a), number(b));
        let trimmed = |digits: &[u8]| digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
        let (a_digits, b_digits) = (&a_number[trimmed(a_number)..], &b_number[trimmed(b_number)..]);
        let order = a_digits.len().cmp(&b_digits.len()).then_with(|| a_digits.cmp(b_digits));
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (&a[a_number.len()..], &b[b_number.len()..]);
    }
    Ordering::Equal
}

fn number(rest: &[u8]) -> &[u8] {
    &rest[..rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())]
}

/// Letters before other signs, `~` before everything, also before the end.
fn order(rest: &[u8]) -> i32 {
    match rest.first() {
        None => -1,
        Some(b'~') => -2,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    }
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn names_come_in_the_order_of_their_versions() {
        for (before, after) in
            [("v2", "v10"), ("a", "a1"), ("1.2.9", "1.2.10"), ("a~", "a"), ("x.tar.gz", "x1.tar.gz")]
        {
            assert_eq!(compare(before, after), std::cmp::Ordering::Less, "{before} {after}");
        }
    }
}
