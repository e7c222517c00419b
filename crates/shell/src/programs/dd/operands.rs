//! What `dd` is told: `if=f bs=1M count=3 conv=notrunc`.

use bytes::Bytes;

use crate::limits::MAX_WHOLE_BYTES;
use crate::programs::quantity;

/// How much of a summary is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Default,
    NoTransfer,
    None,
}

/// Why operands are refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// Something that `dd` does not know.
    Usage(String),
    /// A number that is none, or cannot be done.
    Number(String),
}

impl From<String> for Mistake {
    fn from(problem: String) -> Self {
        Mistake::Usage(problem)
    }
}

/// All of it. Numbers are bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Operands {
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
    pub(super) read_block: u64,
    pub(super) write_block: u64,
    pub(super) count: Option<u64>,
    pub(super) skip: u64,
    pub(super) seek: u64,
    pub(super) status: Status,
    pub(super) no_truncate: bool,
    pub(super) no_create: bool,
    pub(super) exclusive: bool,
    pub(super) append: bool,
    upper: bool,
    lower: bool,
    swap: bool,
    pad: bool,
}

/// Flags of open files that change nothing here.
const FLAGS: &[&str] =
    &["fullblock", "direct", "dsync", "sync", "nonblock", "noatime", "nocache", "noctty", "nofollow"];

impl Operands {
    pub(super) fn parse(args: &[String]) -> Result<Self, Mistake> {
        let mut told = Self {
            input: None,
            output: None,
            read_block: 512,
            write_block: 512,
            count: None,
            skip: 0,
            seek: 0,
            status: Status::Default,
            no_truncate: false,
            no_create: false,
            exclusive: false,
            append: false,
            upper: false,
            lower: false,
            swap: false,
            pad: false,
        };
        let (mut count_bytes, mut skip_bytes, mut seek_bytes) = (false, false, false);
        let (mut count, mut skip, mut seek, mut both) = (None, (0, false), (0, false), None);
        for arg in args {
            let Some((key, value)) = arg.split_once('=') else {
                return Err(format!("unrecognized operand '{arg}'").into());
            };
            let block = || match number(value)?.0 {
                0 => Err(Mistake::Number(format!("invalid number: '{value}'"))),
                block => Ok(block),
            };
            match key {
                "if" => told.input = Some(value.to_owned()),
                "of" => told.output = Some(value.to_owned()),
                "bs" => both = Some(block()?),
                "ibs" => told.read_block = block()?,
                "obs" => told.write_block = block()?,
                "cbs" => drop(block()?),
                "count" => count = Some(number(value)?),
                "skip" | "iseek" => skip = number(value)?,
                "seek" | "oseek" => seek = number(value)?,
                "status" => {
                    told.status = match value {
                        "none" => Status::None,
                        "noxfer" => Status::NoTransfer,
                        "progress" => Status::Default,
                        _ => return Err(format!("invalid status level: '{value}'").into()),
                    }
                }
                "conv" => {
                    for word in value.split(',') {
                        told.conversion(word)?;
                    }
                }
                "iflag" => {
                    for word in value.split(',') {
                        match word {
                            "count_bytes" => count_bytes = true,
                            "skip_bytes" => skip_bytes = true,
                            word if FLAGS.contains(&word) => {}
                            _ => return Err(format!("invalid input flag: '{word}'").into()),
                        }
                    }
                }
                "oflag" => {
                    for word in value.split(',') {
                        match word {
                            "append" => told.append = true,
                            "seek_bytes" => seek_bytes = true,
                            word if FLAGS.contains(&word) => {}
                            _ => return Err(format!("invalid output flag: '{word}'").into()),
                        }
                    }
                }
                _ => return Err(format!("unrecognized operand '{arg}'").into()),
            }
        }
        if let Some(block) = both {
            (told.read_block, told.write_block) = (block, block);
        }
        if told.upper && told.lower {
            return Err("cannot combine lcase and ucase".to_owned().into());
        }
        if told.exclusive && told.no_create {
            return Err("cannot combine excl and nocreat".to_owned().into());
        }
        let bytes = |(number, in_bytes): (u64, bool), flag: bool, block: u64| {
            if in_bytes || flag { number } else { number.saturating_mul(block) }
        };
        told.count = count.map(|count| bytes(count, count_bytes, told.read_block));
        told.skip = bytes(skip, skip_bytes, told.read_block);
        told.seek = bytes(seek, seek_bytes, told.write_block);
        told.check_blocks()?;
        Ok(told)
    }

    fn conversion(&mut self, word: &str) -> Result<(), String> {
        match word {
            "ucase" => self.upper = true,
            "lcase" => self.lower = true,
            "swab" => self.swap = true,
            "sync" => self.pad = true,
            "notrunc" => self.no_truncate = true,
            "nocreat" => self.no_create = true,
            "excl" => self.exclusive = true,
            "fsync" | "fdatasync" | "noerror" | "sparse" => {}
            _ => return Err(format!("invalid conversion: '{word}'")),
        }
        Ok(())
    }

    /// Refuses blocks that do not fit into memory.
    fn check_blocks(&self) -> Result<(), Mistake> {
        for (block, which) in [(self.read_block, "input"), (self.write_block, "output")] {
            if block > MAX_WHOLE_BYTES {
                let human = super::summary::binary(block);
                let problem = format!("memory exhausted by {which} buffer of size {block} bytes ({human})");
                return Err(Mistake::Number(problem));
            }
        }
        Ok(())
    }

    pub(super) fn changes_bytes(&self) -> bool {
        self.upper || self.lower || self.swap || self.pad
    }

    /// The bytes as they are to be written.
    pub(super) fn convert(&self, bytes: Bytes) -> Bytes {
        let mut bytes = Vec::from(bytes);
        if self.pad {
            let block = self.read_block as usize;
            bytes.resize(bytes.len().next_multiple_of(block), 0);
        }
        if self.swap {
            bytes.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
        }
        if self.upper {
            bytes.make_ascii_uppercase();
        }
        if self.lower {
            bytes.make_ascii_lowercase();
        }
        bytes.into()
    }
}

/// A number such as `2x4k`, and whether it ends in `B` and so counts bytes where blocks are meant.
fn number(text: &str) -> Result<(u64, bool), Mistake> {
    let mut product: u64 = 1;
    for factor in text.split('x') {
        let parsed = match factor.strip_suffix(['c', 'w', 'B']) {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let unit = if factor.ends_with('w') { 2 } else { 1 };
                quantity::parse(digits).map(|number| number.saturating_mul(unit))
            }
            _ => quantity::parse(factor),
        };
        product = product
            .saturating_mul(parsed.ok_or_else(|| Mistake::Number(format!("invalid number: '{text}'")))?);
    }
    Ok((product, text.ends_with('B')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Operands, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Operands::parse(&args).map_err(|mistake| match mistake {
            Mistake::Usage(problem) | Mistake::Number(problem) => problem,
        })
    }

    #[test]
    fn numbers_are_bytes_at_last() {
        let told = parse("bs=1M count=3 skip=2 seek=1 if=a of=b").unwrap();
        assert_eq!(
            (told.read_block, told.count, told.skip, told.seek),
            (1 << 20, Some(3 << 20), 2 << 20, 1 << 20)
        );
        let told = parse("count=5 ibs=2x3w obs=1kB skip=7B seek=2").unwrap();
        assert_eq!((told.count, told.write_block, told.skip, told.seek), (Some(60), 1000, 7, 2000));
        assert_eq!(parse("count=1KiB bs=1M").unwrap().count, Some(1024));
        assert_eq!(parse("count=10 iflag=count_bytes").unwrap().count, Some(10));
        assert_eq!(parse("count=99999999999999999999").unwrap().count, Some(u64::MAX));
        assert_eq!(parse("bs=2 ibs=9").unwrap().read_block, 2);
    }

    #[test]
    fn mistakes_are_told() {
        for (line, problem) in [
            ("bs=0", "invalid number: '0'"),
            ("bs=x", "invalid number: 'x'"),
            ("bs=1MM", "invalid number: '1MM'"),
            ("foo", "unrecognized operand 'foo'"),
            ("foo=1", "unrecognized operand 'foo=1'"),
            ("conv=ebcdic", "invalid conversion: 'ebcdic'"),
            ("status=x", "invalid status level: 'x'"),
            ("conv=ucase,lcase", "cannot combine lcase and ucase"),
            ("bs=2G", "memory exhausted by input buffer of size 2147483648 bytes (2.0 GiB)"),
        ] {
            assert_eq!(parse(line), Err(problem.to_owned()), "{line}");
        }
    }

    #[test]
    fn bytes_are_converted() {
        let convert = |line: &str, bytes: &'static str| parse(line).unwrap().convert(bytes.into());
        assert_eq!(convert("conv=ucase", "aB1"), "AB1");
        assert_eq!(convert("conv=swab", "abcde"), "badce");
        assert_eq!(convert("bs=4 conv=sync", "abcde"), "abcde\0\0\0");
    }
}
