//! Which of several failures of one request is told: the first by [`CHECK_ORDER`].

use crate::assumptions::{CHECK_ORDER, Check};
use crate::errors::Error;

/// The first failure by the order of checks, where there is any.
pub(crate) fn in_order<'a>(
    outcomes: impl IntoIterator<Item = (Check, Option<&'a Error>)>,
) -> Result<(), Error> {
    let position = |check: Check| CHECK_ORDER.iter().position(|other| *other == check);
    outcomes
        .into_iter()
        .filter_map(|(check, failure)| Some((position(check), failure?)))
        .min_by_key(|(position, _)| *position)
        .map_or(Ok(()), |(_, failure)| Err(failure.clone()))
}
