//! The sums themselves.

use md5::Md5;
use sha1::Sha1;
use sha2::digest::DynDigest;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use blake2::Blake2bVarCore;
use blake2::digest::block_api::{Buffer, UpdateCore, VariableOutputCore};

/// Which sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bsd,
    SystemV,
    Crc,
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Blake2b,
    /// Known by name only.
    Sm3,
}

/// Those that make a digest, with their names in lines and their lengths in bytes.
pub(super) const DIGESTS: &[(Kind, &str, usize)] = &[
    (Kind::Md5, "MD5", 16),
    (Kind::Sha1, "SHA1", 20),
    (Kind::Sha224, "SHA224", 28),
    (Kind::Sha256, "SHA256", 32),
    (Kind::Sha384, "SHA384", 48),
    (Kind::Sha512, "SHA512", 64),
    (Kind::Blake2b, "BLAKE2b", 64),
];

/// A sum that is being made.
pub(super) enum Sum {
    Digest(Box<dyn DynDigest + Send>),
    /// With what does not fill a block yet.
    Blake2b(Box<(Blake2bVarCore, Buffer<Blake2bVarCore>)>),
    Crc(u32),
    Bsd(u32),
    SystemV(u32),
}

impl Sum {
    /// `length` is that of the digest in bytes, which only one kind has a choice of.
    pub(super) fn new(kind: Kind, length: usize) -> Sum {
        match kind {
            Kind::Bsd => Sum::Bsd(0),
            Kind::SystemV => Sum::SystemV(0),
            Kind::Crc | Kind::Sm3 => Sum::Crc(0),
            Kind::Md5 => Sum::Digest(Box::new(Md5::default())),
            Kind::Sha1 => Sum::Digest(Box::new(Sha1::default())),
            Kind::Sha224 => Sum::Digest(Box::new(Sha224::default())),
            Kind::Sha256 => Sum::Digest(Box::new(Sha256::default())),
            Kind::Sha384 => Sum::Digest(Box::new(Sha384::default())),
            Kind::Sha512 => Sum::Digest(Box::new(Sha512::default())),
            Kind::Blake2b => match Blake2bVarCore::new(length) {
                Ok(core) => Sum::Blake2b(Box::new((core, Buffer::<Blake2bVarCore>::default()))),
                Err(_) => Sum::Crc(0),
            },
        }
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        match self {
            Sum::Digest(digest) => digest.update(bytes),
            Sum::Blake2b(digest) => {
                let (core, buffer) = &mut **digest;
                buffer.digest_blocks(bytes, |blocks| core.update_blocks(blocks));
            }
            Sum::Crc(crc) => bytes.iter().for_each(|byte| *crc = crc_step(*crc, *byte)),
            Sum::Bsd(sum) => {
                for byte in bytes {
                    *sum = ((*sum >> 1 | (*sum & 1) << 15) + u32::from(*byte)) & 0xffff;
                }
            }
            Sum::SystemV(sum) => {
                *sum = bytes.iter().fold(*sum, |sum, byte| sum.wrapping_add(u32::from(*byte)));
            }
        }
    }

    /// The digest in hexadecimal, or the number; `length` bytes were added.
    pub(super) fn finish(self, length: u64, output: usize) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Sum::Digest(digest) => hex(&digest.finalize()),
            Sum::Blake2b(mut digest) => {
                let (core, buffer) = &mut *digest;
                let mut bytes = Default::default();
                core.finalize_variable_core(buffer, &mut bytes);
                hex(&bytes[..output])
            }
            Sum::Crc(mut crc) => {
                let mut left = length;
                while left > 0 {
                    crc = crc_step(crc, left as u8);
                    left >>= 8;
                }
                (!crc).to_string()
            }
            Sum::Bsd(sum) => format!("{sum:05}"),
            Sum::SystemV(sum) => {
                let folded = (sum & 0xffff) + (sum >> 16);
                ((folded & 0xffff) + (folded >> 16)).to_string()
            }
        }
    }
}

/// POSIX's checksum, a byte further.
fn crc_step(crc: u32, byte: u8) -> u32 {
    const POLYNOMIAL: u32 = 0x04c1_1db7;
    (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| crc << 1 ^ if crc >> 31 == 1 { POLYNOMIAL } else { 0 })
}
