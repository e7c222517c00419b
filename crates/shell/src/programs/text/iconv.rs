//! `iconv`: text from one encoding into another: those of Unicode, ASCII, Latin-1 and its two relatives.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::tool::{End, Input, Io, Worked, files};

pub(super) const KNOWN: Known = Known {
    letters: "cf:lo:st:V",
    long: &[
        ("from-code", 'f'),
        ("list", 'l'),
        ("output", 'o'),
        ("silent", 's'),
        ("to-code", 't'),
        ("verbose", 'v'),
    ],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Ascii,
    Latin1,
    Latin9,
    Windows1252,
    Utf8,
    /// Units of so many bytes, the last one first or not.
    Units {
        size: usize,
        little: bool,
        marked: bool,
    },
}

/// What becomes of letters that the target does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Stops,
    Written,
    /// Left out, and that is a failure in the end or not.
    LeftOut {
        told: bool,
    },
}

const NAMES: &[(&[&str], Encoding)] = &[
    (&["ASCII", "USASCII", "ANSIX341968", "646", "C", "US", "ISO646US"], Encoding::Ascii),
    (&["ISO88591", "LATIN1", "L1", "88591", "CP819", "IBM819", "ISO885911987"], Encoding::Latin1),
    (&["ISO885915", "LATIN9", "885915"], Encoding::Latin9),
    (&["WINDOWS1252", "CP1252", "MSANSI"], Encoding::Windows1252),
    (&["UTF8", "ISO10646/UTF8"], Encoding::Utf8),
    (&["UTF16", "UNICODE"], Encoding::Units { size: 2, little: true, marked: true }),
    (&["UTF16LE", "UCS2LE", "UNICODELITTLE"], Encoding::Units { size: 2, little: true, marked: false }),
    (&["UCS2", "ISO10646UCS2"], Encoding::Units { size: 2, little: true, marked: false }),
    (&["UTF16BE", "UCS2BE", "UNICODEBIG"], Encoding::Units { size: 2, little: false, marked: false }),
    (&["UTF32"], Encoding::Units { size: 4, little: true, marked: true }),
    (&["UTF32LE", "UCS4LE"], Encoding::Units { size: 4, little: true, marked: false }),
    (&["UTF32BE", "UCS4BE", "UCS4", "ISO10646"], Encoding::Units { size: 4, little: false, marked: false }),
];

/// Letters of Latin-9 that Latin-1 does not have at their place.
const LATIN9: &[(u8, u32)] = &[
    (0xa4, 0x20ac),
    (0xa6, 0x160),
    (0xa8, 0x161),
    (0xb4, 0x17d),
    (0xb8, 0x17e),
    (0xbc, 0x152),
    (0xbd, 0x153),
    (0xbe, 0x178),
];

/// Those of Windows from 0x80 to 0x9f; 0 where there is none.
const WINDOWS: [u32; 32] = [
    0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d,
    0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0,
    0x17e, 0x178,
];

/// How letters are written that an encoding does not have.
const WRITTEN: &[(&str, &str)] = &[
    ("\u{a0}", " "),
    ("\u{a9}", "(C)"),
    ("\u{ab}", "<<"),
    ("\u{ad}", "-"),
    ("\u{ae}", "(R)"),
    ("\u{b5}", "u"),
    ("\u{b8}", ","),
    ("\u{bb}", ">>"),
    ("\u{bc}", " 1/4 "),
    ("\u{bd}", " 1/2 "),
    ("\u{be}", " 3/4 "),
    ("\u{c6}", "AE"),
    ("\u{d7}", "x"),
    ("\u{df}", "ss"),
    ("\u{e6}", "ae"),
    ("\u{132}", "IJ"),
    ("\u{152}", "OE"),
    ("\u{153}", "oe"),
    ("\u{2002}\u{2003}\u{2009}", " "),
    ("\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}", "-"),
    ("\u{2018}\u{2019}\u{201b}", "'"),
    ("\u{201a}", ","),
    ("\u{201c}\u{201d}\u{201f}", "\""),
    ("\u{201e}", ",,"),
    ("\u{2020}", "+"),
    ("\u{2022}", "o"),
    ("\u{2026}", "..."),
    ("\u{2039}", "<"),
    ("\u{203a}", ">"),
    ("\u{20ac}", "EUR"),
    ("\u{2122}", "TM"),
    ("\u{2190}", "<-"),
    ("\u{2192}", "->"),
    ("\u{fb01}", "fi"),
    ("\u{fb02}", "fl"),
];

impl Encoding {
    fn named(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(|letter| !"-_.".contains(*letter)).collect();
        let plain = plain.to_ascii_uppercase();
        NAMES.iter().find(|(names, _)| names.contains(&&*plain)).map(|(_, encoding)| *encoding)
    }

    /// The first letter of `bytes` and how many bytes it takes. [`Wrong::Unfinished`] where it may go on.
    fn first(self, bytes: &[u8]) -> Result<(char, usize), Wrong> {
        let one = |code: u32| char::from_u32(code).map(|letter| (letter, 1)).ok_or(Wrong::Invalid(1));
        let byte = bytes[0];
        match self {
            Encoding::Ascii if byte < 0x80 => one(u32::from(byte)),
            Encoding::Ascii => Err(Wrong::Invalid(1)),
            Encoding::Latin1 => one(u32::from(byte)),
            Encoding::Latin9 => {
                one(LATIN9.iter().find(|(at, _)| *at == byte).map_or(u32::from(byte), |(_, code)| *code))
            }
            Encoding::Windows1252 => match byte {
                0x80..=0x9f if WINDOWS[usize::from(byte - 0x80)] == 0 => Err(Wrong::Invalid(1)),
                0x80..=0x9f => one(WINDOWS[usize::from(byte - 0x80)]),
                byte => one(u32::from(byte)),
            },
            Encoding::Utf8 => first_of_utf8(bytes),
            Encoding::Units { size, little, .. } => {
                let unit = |at: usize| {
                    let unit = bytes.get(at..at + size)?;
                    let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
                    Some(if little { unit.iter().rev().fold(0, add) } else { unit.iter().fold(0, add) })
                };
                let first = unit(0).ok_or(Wrong::Unfinished)?;
                if size == 2 && (0xd800..0xdc00).contains(&first) {
                    let second = unit(2).ok_or(Wrong::Unfinished)?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(Wrong::Invalid(2));
                    }
                    let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    return char::from_u32(code).map(|letter| (letter, 4)).ok_or(Wrong::Invalid(4));
                }
                char::from_u32(first).map(|letter| (letter, size)).ok_or(Wrong::Invalid(size))
            }
        }
    }

    /// Writes a letter; `false` where it has none such.
    fn push(self, out: &mut Vec<u8>, letter: char) -> bool {
        let code = u32::from(letter);
        let byte = match self {
            Encoding::Utf8 => {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                return true;
            }
            Encoding::Units { size, little, .. } => {
                let units: Vec<u32> = match size {
                    2 => letter.encode_utf16(&mut [0; 2]).iter().map(|unit| u32::from(*unit)).collect(),
                    _ => vec![code],
                };
                for unit in units {
                    let bytes = unit.to_be_bytes();
                    let kept = bytes[4 - size..].iter().copied();
                    if little { out.extend(kept.rev()) } else { out.extend(kept) }
                }
                return true;
            }
            Encoding::Ascii => u8::try_from(code).ok().filter(u8::is_ascii),
            Encoding::Latin1 => u8::try_from(code).ok(),
            Encoding::Latin9 => match LATIN9.iter().find(|(_, listed)| *listed == code) {
                Some((byte, _)) => Some(*byte),
                None => u8::try_from(code).ok().filter(|byte| LATIN9.iter().all(|(at, _)| at != byte)),
            },
            Encoding::Windows1252 => match WINDOWS.iter().position(|listed| *listed == code && code > 0) {
                Some(at) => Some(0x80 + at as u8),
                None => u8::try_from(code).ok().filter(|byte| !(0x80..0xa0).contains(byte)),
            },
        };
        out.extend(byte);
        byte.is_some()
    }
}

fn first_of_utf8(bytes: &[u8]) -> Result<(char, usize), Wrong> {
    let len = match bytes[0] {
        0..0x80 => 1,
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Err(Wrong::Invalid(1)),
    };
    let given = &bytes[..len.min(bytes.len())];
    match std::str::from_utf8(given) {
        Ok(text) => text.chars().next().map(|letter| (letter, len)).ok_or(Wrong::Unfinished),
        Err(error) if error.error_len().is_none() => Err(Wrong::Unfinished),
        Err(error) => Err(Wrong::Invalid(error.error_len().unwrap_or(1))),
    }
}

/// Why there is no letter.
enum Wrong {
    /// So many bytes are none.
    Invalid(usize),
    Unfinished,
}

struct Conversion {
    from: Encoding,
    to: Encoding,
    unknown: Unknown,
    /// Bytes that are none are left out.
    skips: bool,
    /// Whether a mark of the order of bytes may come.
    begins: bool,
    left_out: bool,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        io.out.extend_from_slice(b"iconv (Debian GLIBC 2.36) 2.36\n");
        return Ok(0);
    }
    if given.has('l') {
        let names = [
            "ANSI_X3.4-1968//",
            "ASCII//",
            "CP1252//",
            "ISO-8859-1//",
            "ISO-8859-15//",
            "LATIN1//",
            "UCS-2//",
        ];
        let more = [
            "UCS-4//",
            "UTF-8//",
            "UTF-16//",
            "UTF-16BE//",
            "UTF-16LE//",
            "UTF-32//",
            "UTF-32BE//",
            "UTF-32LE//",
        ];
        for name in names.iter().chain(&more) {
            io.out.extend_from_slice(format!("{name}\n").as_bytes());
        }
        return Ok(0);
    }
    let encoding = |letter: char| {
        let code = given.value(letter).unwrap_or("ASCII");
        let (name, rest) = code.split_once("//").unwrap_or((code, ""));
        (Encoding::named(if name.is_empty() { "ASCII" } else { name }), rest.to_ascii_uppercase())
    };
    let (from, to) = (encoding('f'), encoding('t'));
    let (Some(source), Some(target)) = (from.0, to.0) else {
        return Err(io.fatal("failed to start conversion processing").await);
    };
    let asks = |word: &str| to.1.split([',', '/']).any(|part| part == word);
    let unknown = match (asks("TRANSLIT"), given.has('c'), asks("IGNORE")) {
        (true, ..) => Unknown::Written,
        (_, true, _) => Unknown::LeftOut { told: false },
        (_, _, true) => Unknown::LeftOut { told: true },
        _ => Unknown::Stops,
    };
    let mut conversion = Conversion {
        from: source,
        to: target,
        unknown,
        skips: given.has('c') || asks("IGNORE"),
        begins: true,
        left_out: false,
    };
    if let Some(target) = given.value('o') {
        if let Err(reason) = io.create(target).await? {
            return Err(io.fatal(format!("unable to open output file: {reason}")).await);
        }
        io.target = Some(target.to_owned());
    }
    if let Encoding::Units { marked: true, .. } = target {
        target.push(&mut io.out, '\u{feff}');
    }
    for operand in files(given.operands) {
        let mut input = match io.open(&operand).await? {
            Ok(input) => input,
            Err(reason) => {
                io.complain(format!("cannot open input file `{operand}': {reason}")).await?;
                continue;
            }
        };
        match conversion.all(io, &mut input).await {
            Err(End::Stop(Stop::Input(reason))) => {
                io.complain(format!("error while reading the input: {reason}")).await?;
            }
            worked => worked?,
        }
    }
    Ok(io.code())
}

impl Conversion {
    async fn all(&mut self, io: &mut Io<'_>, input: &mut Input) -> Worked<()> {
        let mut held: Vec<u8> = Vec::new();
        let mut at = 0_u64;
        loop {
            let bytes = input.piece(io).await?;
            held.extend_from_slice(&bytes);
            let mut done = 0;
            while done < held.len() {
                match self.from.first(&held[done..]) {
                    Ok((letter, len)) => {
                        if !self.letter(&mut io.out, letter) {
                            let problem = format!("illegal input sequence at position {}", at + done as u64);
                            return Err(io.fatal(problem).await);
                        }
                        done += len;
                    }
                    Err(Wrong::Invalid(len)) if self.skips => {
                        self.left_out |= self.unknown == Unknown::LeftOut { told: true };
                        done += len;
                    }
                    Err(Wrong::Invalid(_)) => {
                        let problem = format!("illegal input sequence at position {}", at + done as u64);
                        return Err(io.fatal(problem).await);
                    }
                    Err(Wrong::Unfinished) => break,
                }
            }
            at += done as u64;
            held.drain(..done);
            if !bytes.is_empty() {
                continue;
            }
            if self.left_out {
                return Err(io.fatal(format!("illegal input sequence at position {at}")).await);
            }
            if !held.is_empty() && !self.skips {
                let problem = "incomplete character or shift sequence at end of buffer";
                return Err(io.fatal(problem).await);
            }
            return Ok(());
        }
    }

    /// Writes one letter; `false` where that cannot be.
    fn letter(&mut self, out: &mut Vec<u8>, letter: char) -> bool {
        if std::mem::take(&mut self.begins)
            && let Encoding::Units { little, marked: true, .. } = &mut self.from
        {
            match letter {
                '\u{feff}' => return true,
                // The same with its bytes swapped.
                '\u{fffe}' => {
                    *little = !*little;
                    return true;
                }
                _ => {}
            }
        }
        if self.to.push(out, letter) {
            return true;
        }
        match self.unknown {
            Unknown::Stops => false,
            Unknown::LeftOut { told } => {
                self.left_out |= told;
                true
            }
            Unknown::Written => {
                let written = WRITTEN.iter().find(|(letters, _)| letters.contains(letter));
                out.extend_from_slice(written.map_or("?", |(_, text)| text).as_bytes());
                true
            }
        }
    }
}
