//! `:`, `true`, `false`.

use crate::state::{Flow, Shell};

/// `:` and `true`
pub(super) fn succeed(_: &mut Shell, _: &[String], _: &mut Vec<u8>) -> Flow<i32> {
    Ok(0)
}

/// `false`
pub(super) fn fail(_: &mut Shell, _: &[String], _: &mut Vec<u8>) -> Flow<i32> {
    Ok(1)
}
