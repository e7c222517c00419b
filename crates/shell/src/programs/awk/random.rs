//! The numbers of `rand`, which are those of C's `random` for the same seed.

/// How far back numbers are added up.
const LONG: usize = 31;
const SHORT: usize = 3;

pub(super) struct Random {
    seed: f64,
    state: [u32; LONG],
    at: usize,
}

impl Random {
    pub(super) fn new(seed: f64) -> Self {
        let mut random = Self { seed, state: [0; LONG], at: 0 };
        random.begin(seed as i64 as u32);
        random
    }

    fn begin(&mut self, seed: u32) {
        let mut word = i64::from(if seed == 0 { 1 } else { seed } as i32);
        self.state[0] = word as u32;
        for at in 1..LONG {
            word = (16807 * word) % 2_147_483_647;
            if word < 0 {
                word += 2_147_483_647;
            }
            self.state[at] = word as u32;
        }
        self.at = SHORT;
        for _ in 0..310 {
            self.next();
        }
    }

    fn next(&mut self) -> u32 {
        let sum = self.state[self.at].wrapping_add(self.state[(self.at + LONG - SHORT) % LONG]);
        self.state[self.at] = sum;
        self.at = (self.at + 1) % LONG;
        sum >> 1
    }

    /// A number from 0 up to 1.
    pub(super) fn number(&mut self) -> f64 {
        f64::from(self.next()) / 2_147_483_647.0
    }

    /// Begins anew; gives the seed from before.
    pub(super) fn seed(&mut self, seed: f64) -> f64 {
        self.begin(seed as i64 as u32);
        std::mem::replace(&mut self.seed, seed)
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn numbers_are_those_of_c() {
        let mut random = Random::new(1.0);
        assert_eq!((random.number() * 2_147_483_647.0).round(), 1_804_289_383.0);
        assert_eq!((random.number() * 2_147_483_647.0).round(), 846_930_886.0);
        assert_eq!(random.seed(2.0), 1.0);
    }
}
