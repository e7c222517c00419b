//! Numbers beyond those of the machine: naturals of any length, and the long double of x86.

mod long_double;
mod natural;

pub(super) use long_double::LongDouble;
pub(super) use natural::Natural;
