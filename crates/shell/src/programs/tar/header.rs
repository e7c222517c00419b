//! The header block of a member, in GNU's form; those of POSIX are read as well.

use sandbox_fs::Timestamp;

/// Everything in an archive comes in blocks.
pub(super) const BLOCK: usize = 512;

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    HardLink,
    Symlink,
    Directory,
    Fifo,
    /// A character device.
    Device,
    /// A name, or a link's target, too long for the next header.
    LongName,
    LongTarget,
    /// More about the next member, or about all that follow.
    Extended,
    Global,
    /// A block device or what is not known.
    Other(u8),
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) user: String,
    pub(super) group: String,
    pub(super) size: u64,
    pub(super) mtime: Timestamp,
    pub(super) target: String,
    /// A device's numbers.
    pub(super) device: (u32, u32),
}

impl Member {
    /// Reads a block; `None` where it is no header.
    pub(super) fn read(block: &[u8]) -> Option<Self> {
        let sum: u32 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) })
            .sum();
        if number(&block[148..156])? != u64::from(sum) {
            return None;
        }
        let text = |from: usize, to: usize| {
            let field = &block[from..to];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            String::from_utf8_lossy(&field[..end]).into_owned()
        };
        let mut name = text(0, 100);
        if block[257..263] == *b"ustar\0" && block[345] != 0 {
            name = format!("{}/{name}", text(345, 500));
        }
        let kind = match block[156] {
            0 | b'0' | b'7' if name.ends_with('/') => Kind::Directory,
            0 | b'0' | b'7' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::Symlink,
            b'3' => Kind::Device,
            b'5' => Kind::Directory,
            b'6' => Kind::Fifo,
            b'L' => Kind::LongName,
            b'K' => Kind::LongTarget,
            b'x' => Kind::Extended,
            b'g' => Kind::Global,
            other => Kind::Other(other),
        };
        let seconds = i64::try_from(number(&block[136..148])?).ok()?;
        Some(Self {
            name,
            kind,
            mode: number(&block[100..108])? as u32 & 0o7777,
            uid: number(&block[108..116])? as u32,
            gid: number(&block[116..124])? as u32,
            user: text(265, 297),
            group: text(297, 329),
            size: number(&block[124..136])?,
            mtime: Timestamp(seconds.saturating_mul(1_000_000_000)),
            target: text(157, 257),
            device: (
                number(&block[329..337]).unwrap_or(0) as u32,
                number(&block[337..345]).unwrap_or(0) as u32,
            ),
        })
    }

    /// The bytes that follow the header.
    pub(super) fn stored(&self) -> u64 {
        match self.kind {
            Kind::HardLink | Kind::Symlink | Kind::Directory | Kind::Fifo | Kind::Device => 0,
            _ => self.size,
        }
    }

    /// Takes over what an extended header says: lines like `21 path=name`.
    pub(super) fn extend(&mut self, records: &[u8]) {
        let mut rest = records;
        while let Some(space) = rest.iter().position(|byte| *byte == b' ') {
            let length = std::str::from_utf8(&rest[..space]).ok().and_then(|text| text.parse().ok());
            let Some(record) = length.and_then(|length: usize| rest.get(space + 1..length)) else { return };
            rest = &rest[space + 1 + record.len()..];
            let record = String::from_utf8_lossy(record);
            let Some((key, value)) = record.trim_end_matches('\n').split_once('=') else { return };
            match key {
                "path" => self.name = value.to_owned(),
                "linkpath" => self.target = value.to_owned(),
                "uname" => self.user = value.to_owned(),
                "gname" => self.group = value.to_owned(),
                "size" => self.size = value.parse().unwrap_or(self.size),
                "uid" => self.uid = value.parse().unwrap_or(self.uid),
                "gid" => self.gid = value.parse().unwrap_or(self.gid),
                "mtime" => {
                    let seconds: f64 = value.parse().unwrap_or(0.0);
                    self.mtime = Timestamp((seconds * 1e9) as i64);
                }
                _ => {}
            }
        }
    }

    /// The blocks of the header, with those before it for what is too long.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (kind, text) in [(b'K', &self.target), (b'L', &self.name)] {
            if text.len() > 100 {
                let long = Self {
                    name: "././@LongLink".to_owned(),
                    mode: 0o644,
                    uid: 0,
                    gid: 0,
                    user: "root".to_owned(),
                    group: "root".to_owned(),
                    size: text.len() as u64 + 1,
                    mtime: Timestamp(0),
                    target: String::new(),
                    device: (0, 0),
                    kind: self.kind,
                };
                out.extend(long.block(kind));
                out.extend(text.as_bytes());
                out.resize(out.len() + padding(text.len() as u64 + 1) + 1, 0);
            }
        }
        let kind = match self.kind {
            Kind::HardLink => b'1',
            Kind::Symlink => b'2',
            Kind::Device => b'3',
            Kind::Directory => b'5',
            Kind::Fifo => b'6',
            _ => b'0',
        };
        out.extend(self.block(kind));
        out
    }

    fn block(&self, kind: u8) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        let mut put = |at: usize, len: usize, text: &[u8]| {
            let len = len.min(text.len());
            block[at..at + len].copy_from_slice(&text[..len]);
        };
        put(0, 100, self.name.as_bytes());
        put(100, 8, &octal(u64::from(self.mode), 7));
        put(108, 8, &octal(u64::from(self.uid), 7));
        put(116, 8, &octal(u64::from(self.gid), 7));
        put(124, 12, &octal(self.size, 11));
        put(136, 12, &octal(u64::try_from(self.mtime.as_secs()).unwrap_or(0), 11));
        put(148, 8, b"        ");
        put(156, 1, &[kind]);
        put(157, 100, self.target.as_bytes());
        put(257, 8, b"ustar  \0");
        put(265, 32, self.user.as_bytes());
        put(297, 32, self.group.as_bytes());
        if self.kind == Kind::Device {
            put(329, 8, &octal(u64::from(self.device.0), 7));
            put(337, 8, &octal(u64::from(self.device.1), 7));
        }
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }
}

/// How many bytes are missing to a whole block.
pub(super) fn padding(size: u64) -> usize {
    (BLOCK - (size % BLOCK as u64) as usize) % BLOCK
}

/// Octal, or where that does not fit base 256.
fn octal(value: u64, digits: usize) -> Vec<u8> {
    let text = format!("{value:0digits$o}");
    if text.len() <= digits {
        return text.into_bytes();
    }
    let mut bytes = vec![0; digits + 1 - 8];
    bytes.extend(value.to_be_bytes());
    bytes[0] = 0x80;
    bytes
}

fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        return Some(field[1..].iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).ok()?;
    let text = text.trim_matches(|letter: char| letter == ' ' || letter == '\0');
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text.split(['\0', ' ']).next()?, 8).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let member = Member {
            name: "d/f".to_owned(),
            kind: Kind::File,
            mode: 0o4755,
            uid: 1,
            gid: 2,
            user: "daemon".to_owned(),
            group: "bin".to_owned(),
            size: 9_000_000_000,
            mtime: Timestamp(1_577_934_245_000_000_000),
            target: String::new(),
            device: (0, 0),
        };
        let bytes = member.write();
        assert_eq!(bytes.len(), BLOCK);
        assert_eq!(Member::read(&bytes), Some(member.clone()));
        let long = Member { name: "n".repeat(511), ..member };
        assert_eq!(long.write().len(), 3 * BLOCK);
        assert_eq!(Member::read(&[0; BLOCK].map(|byte: u8| byte + 1)), None);
    }
}
