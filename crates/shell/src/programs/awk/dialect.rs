//! Which `awk` is meant: Debian's is mawk, that of other images is gawk.

/// What differs between them is told by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Mawk,
    Gawk,
}
