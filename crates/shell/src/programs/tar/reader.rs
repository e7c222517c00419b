//! An archive as it is read, piece by piece, compressed or not.

use std::io::Write as _;

use bytes::{Buf as _, Bytes, BytesMut};
use flate2::write::MultiGzDecoder;
use sandbox_fs::Errno;

use super::header::{BLOCK, Kind, Member, padding};
use crate::limits::PIECE_BYTES;
use crate::programs::live::Stop;
use crate::programs::source::Source;
use sandbox_kernel::pause;

/// Bytes of compressed data taken at a time: they may be a thousand times as many.
const PACKED_BYTES: usize = 4 << 10;

/// Names and such that are longer than this are none.
const LONGEST_TEXT: u64 = 1 << 20;

/// Why reading ends before the archive does.
pub(super) enum Broken {
    /// What `tar` says, line by line; nothing is left to do.
    Fatal(&'static [&'static str]),
    /// The command line asks for what is not done.
    Misused(&'static str),
    Stop(Stop),
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Self {
        Broken::Stop(stop)
    }
}

const UNEXPECTED_END: &[&str] = &["Unexpected EOF in archive"];

/// The next thing in an archive.
pub(super) enum Next {
    Member(Member),
    /// A block that is no header, and whether it is the very first and whether more follows.
    Garbage {
        first: bool,
        more: bool,
    },
    /// A single block of zeros, by its number, and then the end.
    LoneZeros(u64),
    End,
}

pub(super) struct Reader {
    source: Source,
    unpacker: Option<MultiGzDecoder<Vec<u8>>>,
    ready: BytesMut,
    /// Blocks read so far.
    blocks: u64,
    /// What of the member under way was not read.
    left: u64,
    /// What comes after it, up to a whole block.
    pad: usize,
    searching: bool,
    at_end: bool,
}

impl Reader {
    /// Begins to read. Packed archives are known by their first bytes, but only where `may_be_packed`.
    pub(super) async fn begin(source: Source, packed: bool, may_be_packed: bool) -> Result<Self, Broken> {
        let ready = BytesMut::new();
        let mut reader = Self {
            source,
            unpacker: None,
            ready,
            blocks: 0,
            left: 0,
            pad: 0,
            searching: false,
            at_end: false,
        };
        reader.fill(2).await?;
        let is_gzip = reader.ready.starts_with(&[0x1f, 0x8b]);
        if packed && !is_gzip {
            return Err(Broken::Fatal(&["\ngzip: stdin: not in gzip format", "Child returned status 1"]));
        }
        if is_gzip && !packed && !may_be_packed {
            return Err(Broken::Fatal(&["Archive is compressed. Use -z option"]));
        }
        if is_gzip {
            let mut unpacker = MultiGzDecoder::new(Vec::new());
            let first = std::mem::take(&mut reader.ready);
            for piece in first.chunks(PACKED_BYTES) {
                unpack(&mut unpacker, piece, &mut reader.ready)?;
            }
            reader.unpacker = Some(unpacker);
        }
        Ok(reader)
    }

    /// Reads until so much is ready, or all there is.
    async fn fill(&mut self, wanted: usize) -> Result<(), Broken> {
        while self.ready.len() < wanted && !self.at_end {
            let most = if self.unpacker.is_some() { PACKED_BYTES } else { PIECE_BYTES };
            let piece = self.source.read(most).await?;
            match &mut self.unpacker {
                _ if piece.is_empty() => self.at_end = true,
                Some(unpacker) => unpack(unpacker, &piece, &mut self.ready)?,
                None => self.ready.extend_from_slice(&piece),
            }
            pause().await;
        }
        Ok(())
    }

    async fn block(&mut self) -> Result<Option<Bytes>, Broken> {
        self.fill(BLOCK).await?;
        if self.ready.len() < BLOCK {
            return Ok(None);
        }
        self.blocks += 1;
        Ok(Some(self.ready.split_to(BLOCK).freeze()))
    }

    /// The next bytes of the member under way; empty at its end.
    pub(super) async fn data(&mut self) -> Result<Bytes, Broken> {
        if self.left == 0 {
            return Ok(Bytes::new());
        }
        self.fill(1).await?;
        if self.ready.is_empty() {
            return Err(Broken::Fatal(UNEXPECTED_END));
        }
        let len = self.ready.len().min(PIECE_BYTES).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= len as u64;
        Ok(self.ready.split_to(len).freeze())
    }

    /// The number of the block in which the next header would stand.
    pub(super) fn position(&self) -> u64 {
        self.blocks
    }

    /// The next member.
    pub(super) async fn next(&mut self) -> Result<Next, Broken> {
        let (mut name, mut target, mut extended) = (None, None, Vec::new());
        loop {
            self.skip().await?;
            let Some(block) = self.block().await? else {
                if self.blocks == 0 {
                    return Ok(Next::Garbage { first: true, more: false });
                }
                return Ok(Next::End);
            };
            if block.iter().all(|byte| *byte == 0) {
                let position = self.blocks;
                return Ok(match self.block().await? {
                    Some(second) if second.iter().all(|byte| *byte == 0) => {
                        self.blocks = position - 1;
                        Next::End
                    }
                    _ => {
                        self.blocks = position - 1;
                        Next::LoneZeros(position)
                    }
                });
            }
            let Some(mut member) = Member::read(&block) else {
                if std::mem::replace(&mut self.searching, true) {
                    continue;
                }
                let first = self.blocks == 1;
                self.fill(BLOCK).await?;
                return Ok(Next::Garbage { first, more: !self.ready.is_empty() });
            };
            self.searching = false;
            match member.kind {
                Kind::LongName => name = Some(self.text(member.size).await?),
                Kind::LongTarget => target = Some(self.text(member.size).await?),
                Kind::Extended => extended = self.bytes(member.size).await?,
                Kind::Global => drop(self.bytes(member.size).await?),
                _ => {
                    member.name = name.take().unwrap_or(member.name);
                    member.target = target.take().unwrap_or(member.target);
                    member.extend(&extended);
                    self.open(member.stored());
                    return Ok(Next::Member(member));
                }
            }
        }
    }

    /// Leaves out the rest of the member under way.
    async fn skip(&mut self) -> Result<(), Broken> {
        // What is ahead in a file need not be read.
        let ahead = self.left.saturating_sub(self.ready.len() as u64);
        if self.unpacker.is_none() && self.source.left().is_some_and(|left| left >= ahead) {
            self.left -= ahead - self.source.skip(ahead).min(ahead);
        }
        while !self.data().await?.is_empty() {}
        self.fill(self.pad).await?;
        if self.ready.len() < self.pad {
            return Err(Broken::Fatal(UNEXPECTED_END));
        }
        self.ready.advance(std::mem::take(&mut self.pad));
        Ok(())
    }

    async fn bytes(&mut self, size: u64) -> Result<Vec<u8>, Broken> {
        if size > LONGEST_TEXT {
            return Err(Broken::Stop(Stop::Input(Errno::ENOMEM.message().to_owned())));
        }
        self.open(size);
        let mut bytes = Vec::new();
        loop {
            let piece = self.data().await?;
            if piece.is_empty() {
                return Ok(bytes);
            }
            bytes.extend_from_slice(&piece);
        }
    }

    async fn text(&mut self, size: u64) -> Result<String, Broken> {
        let mut bytes = self.bytes(size).await?;
        bytes.truncate(bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len()));
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn open(&mut self, size: u64) {
        self.left = size;
        self.blocks += size.div_ceil(BLOCK as u64);
        self.pad = padding(size);
    }
}

fn unpack(unpacker: &mut MultiGzDecoder<Vec<u8>>, piece: &[u8], ready: &mut BytesMut) -> Result<(), Broken> {
    const DAMAGED: Broken = Broken::Fatal(&[
        "\ngzip: stdin: invalid compressed data--format violated",
        "Child returned status 1",
    ]);
    unpacker.write_all(piece).and_then(|()| unpacker.flush()).map_err(|_| DAMAGED)?;
    ready.extend_from_slice(unpacker.get_ref());
    unpacker.get_mut().clear();
    Ok(())
}
