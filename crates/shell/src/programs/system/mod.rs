//! Programs that tell of the machine and its settings.

mod getconf;
mod getent;
mod locale;
mod which;

pub(super) use getconf::run as getconf;
pub(super) use getent::run as getent;
pub(super) use locale::run as locale;
pub(super) use which::run as which;
