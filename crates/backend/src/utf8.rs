//! Text out of chunks of bytes: a character that is cut by the edge of a chunk waits for the next one.

/// Decodes a stream; what is no UTF-8 becomes U+FFFD, as in a whole answer.
#[derive(Default)]
pub(crate) struct Utf8Stream {
    /// The beginning of a character: at most three bytes.
    begun: Vec<u8>,
}

impl Utf8Stream {
    /// The text of the next chunk, as far as its characters are whole.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let whole = all.len() - unfinished(&all);
        self.begun = all.split_off(whole);
        String::from_utf8_lossy(&all).into_owned()
    }

    /// What is left at the end.
    pub(crate) fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.begun)).into_owned()
    }
}

/// How many bytes at the end are the beginning of a character that may still be finished.
fn unfinished(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3)..bytes.len();
    for at in tail.rev() {
        let needed = match bytes[at] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => return 0,
        };
        let there = bytes.len() - at;
        return if there < needed { there } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_cut_gives_the_same_text() {
        let text = "aé€😀\n";
        for bytes in [text.as_bytes(), b"a\xffb\xe2\x82".as_slice(), b"\x80\x80\x80\x80"] {
            for cut in 0..=bytes.len() {
                let mut stream = Utf8Stream::default();
                let mut got = stream.push(&bytes[..cut]);
                got.push_str(&stream.push(&bytes[cut..]));
                got.push_str(&stream.finish());
                assert_eq!(got, String::from_utf8_lossy(bytes), "cut at {cut}");
            }
        }
    }
}
