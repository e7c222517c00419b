//! Names and numbers from the host's seeded source.

use sandbox_kernel::Host;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A name of `len` letters and digits.
pub(crate) fn random_name(host: &dyn Host, len: usize) -> String {
    (0..len).map(|_| char::from(LETTERS[below(host, LETTERS.len())])).collect()
}

/// A number below `bound`, every one as likely as the next. `bound` is above zero.
pub(crate) fn below(host: &dyn Host, bound: usize) -> usize {
    let bound = bound as u64;
    // Multiply-shift; what would favour the small numbers is drawn again.
    loop {
        let wide = u128::from(host.random_u64()) * u128::from(bound);
        if wide as u64 >= bound.wrapping_neg() % bound {
            return (wide >> 64) as usize;
        }
    }
}
