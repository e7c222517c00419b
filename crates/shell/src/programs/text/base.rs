//! `base64`, `base32` and `basenc`: bytes as printable text, and back.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked};

pub(super) const PLAIN: Known =
    Known { letters: "diw:", long: &[("decode", 'd'), ("ignore-garbage", 'i'), ("wrap", 'w')] };

pub(super) const ANY: Known = Known {
    letters: "diw:",
    long: &[
        ("base64", '6'),
        ("base64url", 'u'),
        ("base32", '3'),
        ("base32hex", 'x'),
        ("base16", '1'),
        ("base2msbf", 'm'),
        ("base2lsbf", 'l'),
        ("z85", 'z'),
        ("decode", 'd'),
        ("ignore-garbage", 'i'),
        ("wrap", 'w'),
    ],
};

/// Bytes that are encoded at a time: a multiple of every group.
const BLOCK: usize = 30 << 10;

/// How bytes are written.
#[derive(Clone, Copy)]
struct Encoding {
    letters: &'static [u8],
    /// Bytes of a group, and the letters that it becomes.
    bytes: usize,
    group: usize,
    padded: bool,
    /// The last bit of a byte comes first.
    last_bit_first: bool,
}

const fn by_bits(letters: &'static [u8], bytes: usize, group: usize) -> Encoding {
    Encoding { letters, bytes, group, padded: group > 2 && group < 85, last_bit_first: false }
}

const BASE64: Encoding = by_bits(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 3, 4);
const BASE64_URL: Encoding =
    by_bits(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 3, 4);
const BASE32: Encoding = by_bits(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8);
const BASE32_HEX: Encoding = by_bits(b"0123456789ABCDEFGHIJKLMNOPQRSTUV", 5, 8);
const BASE16: Encoding = by_bits(b"0123456789ABCDEF", 1, 2);
const BASE2: Encoding = Encoding { padded: false, ..by_bits(b"01", 1, 8) };
const Z85: Encoding = Encoding {
    padded: false,
    ..by_bits(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#", 4, 5)
};

impl Encoding {
    fn is_z85(&self) -> bool {
        self.letters.len() == Z85.letters.len()
    }

    fn bits(&self) -> u32 {
        self.letters.len().ilog2()
    }

    /// Writes whole groups, and at the end the one that is not.
    fn encode(&self, bytes: &[u8], out: &mut Vec<u8>) {
        for group in bytes.chunks(self.bytes) {
            if self.is_z85() {
                let value = group.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte));
                let digit = |power: u32| self.letters[(value / 85u32.pow(power) % 85) as usize];
                out.extend((0..5).rev().map(digit));
                continue;
            }
            let bits = self.bits();
            let (mut held, mut ready) = (0u32, 0);
            let before = out.len();
            for &byte in group {
                let byte = if self.last_bit_first { byte.reverse_bits() } else { byte };
                held = held << 8 | u32::from(byte);
                ready += 8;
                while ready >= bits {
                    ready -= bits;
                    out.push(self.letters[(held >> ready) as usize % self.letters.len()]);
                }
            }
            if ready > 0 {
                out.push(self.letters[(held << (bits - ready)) as usize % self.letters.len()]);
            }
            if self.padded {
                out.resize(before + self.group, b'=');
            }
        }
    }

    fn digit(&self, letter: u8) -> Option<u32> {
        self.letters.iter().position(|known| *known == letter).map(|at| at as u32)
    }

    /// Reads one group; false where it is none. What could be read of it is written all the same.
    fn decode(&self, group: &[u8], out: &mut Vec<u8>) -> bool {
        if self.is_z85() {
            let digits: Option<Vec<u32>> = group.iter().map(|letter| self.digit(*letter)).collect();
            let value = digits.filter(|digits| digits.len() == self.group).and_then(|digits| {
                digits.iter().try_fold(0u32, |value, digit| value.checked_mul(85)?.checked_add(*digit))
            });
            out.extend(value.into_iter().flat_map(u32::to_be_bytes));
            return value.is_some();
        }
        if group.len() < self.group && self.bits() != 6 {
            return false;
        }
        let (mut held, mut ready) = (0u32, 0);
        for (at, &letter) in group.iter().enumerate() {
            if letter == b'=' && self.padded {
                // Only what is left of a byte may be cut off, and nothing follows.
                let fits = at > 1 && ready < self.bits() && group[at..].iter().all(|letter| *letter == b'=');
                return fits && group.len() == self.group;
            }
            let Some(digit) = self.digit(letter) else { return false };
            held = held << self.bits() | digit;
            ready += self.bits();
            if ready >= 8 {
                ready -= 8;
                let byte = (held >> ready) as u8;
                out.push(if self.last_bit_first { byte.reverse_bits() } else { byte });
            }
        }
        group.len() == self.group
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let encoding = match io.ctx.name {
        "base64" => Some(BASE64),
        "base32" => Some(BASE32),
        _ => given.options.iter().rev().find_map(|(letter, _)| match letter {
            '6' => Some(BASE64),
            'u' => Some(BASE64_URL),
            '3' => Some(BASE32),
            'x' => Some(BASE32_HEX),
            '1' => Some(BASE16),
            'm' => Some(BASE2),
            'l' => Some(Encoding { last_bit_first: true, ..BASE2 }),
            'z' => Some(Z85),
            _ => None,
        }),
    };
    let wrap = given.value('w').unwrap_or("76");
    let Ok(wrap) = wrap.trim_start_matches('+').parse::<u64>() else {
        return Err(io.fatal(format!("invalid wrap size: {}", quoting::value(wrap))).await);
    };
    let Some(encoding) = encoding else {
        return Err(io.misused("missing encoding type").await);
    };
    io.operands(&given.operands, 0, 1).await?;
    let name = given.operands.first().map_or("-", String::as_str);
    let mut input = match io.open(name).await? {
        Ok(input) => input,
        Err(reason) => return Err(io.fatal(format!("{}: {reason}", quoting::name(name))).await),
    };
    let worked = match given.has('d') {
        true => decode(io, &mut input, encoding, given.has('i')).await,
        false => encode(io, &mut input, encoding, wrap).await,
    };
    match worked {
        Err(End::Stop(Stop::Input(reason))) => Err(io.fatal(format!("read error: {reason}")).await),
        worked => worked.map(|()| io.code()),
    }
}

async fn encode(io: &mut Io<'_>, input: &mut Input, encoding: Encoding, wrap: u64) -> Worked<()> {
    let (mut held, mut encoded, mut column) = (Vec::new(), Vec::new(), 0);
    loop {
        let piece = input.piece(io).await?;
        held.extend_from_slice(&piece);
        // In large blocks, of which the last is not written when it does not come out even.
        let len = if piece.is_empty() { held.len() } else { held.len() / BLOCK * BLOCK };
        if encoding.is_z85() && len % encoding.bytes > 0 {
            let problem = "invalid input (length must be multiple of 4 characters)";
            return Err(io.fatal(problem).await);
        }
        encoding.encode(&held[..len], &mut encoded);
        held.drain(..len);
        if wrap == 0 {
            io.out.append(&mut encoded);
        }
        for letter in encoded.drain(..) {
            if column == wrap {
                io.out.push(b'\n');
                column = 0;
            }
            io.out.push(letter);
            column += 1;
        }
        if piece.is_empty() {
            if column > 0 {
                io.out.push(b'\n');
            }
            return Ok(());
        }
    }
}

async fn decode(io: &mut Io<'_>, input: &mut Input, encoding: Encoding, ignore: bool) -> Worked<()> {
    let mut held = Vec::new();
    loop {
        let piece = input.piece(io).await?;
        for &letter in &piece {
            let known = encoding.digit(letter).is_some() || letter == b'=' && encoding.padded;
            if letter == b'\n' || ignore && !known {
                continue;
            }
            held.push(letter);
            if held.len() == encoding.group {
                if !encoding.decode(&held, &mut io.out) {
                    return Err(io.fatal("invalid input").await);
                }
                held.clear();
            }
        }
        if piece.is_empty() {
            if !held.is_empty() {
                encoding.decode(&held, &mut io.out);
                return Err(io.fatal("invalid input").await);
            }
            return Ok(());
        }
    }
}
