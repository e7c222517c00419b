//! What an input costs a command of the engine.

/// About how much memory such a command comes to need, in bytes. It reads its input whole, as bytes and as text, works
/// on copies, and keeps a record for each line or word: data of two-byte lines is by far heavier than its length.
pub(crate) fn weight(input: &[u8]) -> u64 {
    const EACH_BYTE: u64 = 8;
    const EACH_WORD: u64 = 64;
    let separators = input.iter().filter(|byte| matches!(byte, b'\n' | b' ' | b'\t')).count();
    input.len() as u64 * EACH_BYTE + separators as u64 * EACH_WORD
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn short_lines_are_heavier_than_long_ones() {
        assert_eq!(weight(b""), 0);
        assert!(weight(&[b'\n'; 100]) > 5 * weight(&[b'x'; 100]));
    }
}
