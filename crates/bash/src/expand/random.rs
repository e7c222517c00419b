//! The generator of `$RANDOM`: bash's own, so that a seed gives the numbers that it gives there.

/// The state after a state.
pub(super) fn next(state: u32) -> u32 {
    let before = shown(state);
    let mut state = step(state);
    // bash never gives one number twice in a row.
    if shown(state) == before {
        state = step(state);
    }
    state
}

/// The number that a state shows.
pub(super) fn shown(state: u32) -> u32 {
    (state >> 16 ^ state & 0xffff) & 0x7fff
}

/// The minimal standard generator of Park and Miller.
fn step(state: u32) -> u32 {
    let state = i64::from(if state == 0 { 123_459_876 } else { state });
    let (high, low) = (state / 127_773, state % 127_773);
    let next = 16_807 * low - 2_836 * high;
    u32::try_from(if next < 0 { next + 0x7fff_ffff } else { next }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_numbers_of_bash() {
        let mut state = 42;
        let mut numbers = Vec::new();
        for _ in 0..3 {
            state = next(state);
            numbers.push(shown(state));
        }
        assert_eq!(numbers, [17_772, 26_794, 1_435]);
        assert_eq!(shown(next(0)), 20_814);
        assert_eq!(shown(next(-5i32 as u32)), 17_653);
    }
}
