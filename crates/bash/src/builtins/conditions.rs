//! The conditions of `test`, `[` and `[[`: one operator with its operands.

use std::cmp::Ordering;

use sandbox_fs::Access;

use super::files::{Facts, Type, look, may};
use super::target;
use crate::state::{SetOption, Shell};

/// Whether a letter is a condition with one operand: `-f`.
pub(crate) fn is_unary(letter: char) -> bool {
    "abcdefghknoprstuvwxzGLNORS".contains(letter)
}

/// Whether a condition with one operand holds.
pub(crate) fn unary(shell: &mut Shell, letter: char, operand: &str) -> bool {
    let facts = |check: fn(&Facts) -> bool| look(shell, operand, true).as_ref().is_some_and(check);
    match letter {
        'n' => !operand.is_empty(),
        'z' => operand.is_empty(),
        'a' | 'e' => facts(|_| true),
        'b' | 'S' => false,
        'c' => facts(|facts| facts.kind == Type::Device),
        'd' => facts(|facts| facts.kind == Type::Directory),
        'f' => facts(|facts| facts.kind == Type::File),
        'p' => facts(|facts| facts.kind == Type::Pipe),
        'h' | 'L' => look(shell, operand, false).is_some_and(|facts| facts.kind == Type::Link),
        's' => facts(|facts| facts.size > 0),
        'u' => facts(|facts| facts.mode & 0o4000 != 0),
        'g' => facts(|facts| facts.mode & 0o2000 != 0),
        'k' => facts(|facts| facts.mode & 0o1000 != 0),
        'N' => facts(|facts| facts.changed > facts.accessed),
        'r' => may(shell, operand, Access::READ),
        'w' => may(shell, operand, Access::WRITE),
        'x' => may(shell, operand, Access::EXECUTE),
        'O' | 'G' => {
            let user = shell.process.credentials();
            look(shell, operand, true).is_some_and(|facts| match letter {
                'O' => facts.owner.0 == user.uid,
                _ => facts.owner.1 == user.gid,
            })
        }
        't' => operand.trim().parse().is_ok_and(|number| {
            shell.descriptors.get(number).is_ok_and(|found| found.as_terminal().is_some())
        }),
        'o' => SetOption::by_name(operand).is_some_and(|option| shell.options.has(option)),
        'v' => target::is_set(shell, operand),
        'R' => shell
            .variables
            .get(operand)
            .is_some_and(|found| found.attributes.name_ref && found.scalar().is_some()),
        _ => false,
    }
}

/// Whether a text is a condition of `test` with two operands.
pub(crate) fn is_binary(operator: &str) -> bool {
    matches!(operator, "=" | "==" | "!=" | "<" | ">")
        || is_file_comparison(operator)
        || number_order(operator).is_some()
}

/// Whether an operator compares two files.
pub(crate) fn is_file_comparison(operator: &str) -> bool {
    matches!(operator, "-nt" | "-ot" | "-ef")
}

/// Compares two files.
pub(crate) fn compare_files(shell: &Shell, left: &str, operator: &str, right: &str) -> bool {
    let (left, right) = (look(shell, left, true), look(shell, right, true));
    match operator {
        "-nt" => left.is_some_and(|left| right.is_none_or(|right| left.changed > right.changed)),
        "-ot" => right.is_some_and(|right| left.is_none_or(|left| left.changed < right.changed)),
        _ => left.zip(right).is_some_and(|(left, right)| {
            left.identity == right.identity && (left.identity.1 > 0 || left == right)
        }),
    }
}

/// Of an operator that compares numbers: which orders make it true.
pub(crate) fn number_order(operator: &str) -> Option<fn(Ordering) -> bool> {
    Some(match operator {
        "-eq" => Ordering::is_eq,
        "-ne" => Ordering::is_ne,
        "-lt" => Ordering::is_lt,
        "-le" => Ordering::is_le,
        "-gt" => Ordering::is_gt,
        "-ge" => Ordering::is_ge,
        _ => return None,
    })
}
