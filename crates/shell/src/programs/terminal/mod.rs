//! Programs that are about the terminal: `tty`, `stty`, `tput`, `clear`, `watch`, and the keyboard of those that read
//! keys.

mod capabilities;
mod keyboard;
mod stty;
mod tput;
mod watch;

use std::sync::Arc;

use sandbox_kernel::{Description, Terminal};

use super::getopt::{Given, Known};
use super::text::tool::{Io, Worked};

pub(super) use capabilities::{ALTERNATE_SCREEN, CLEAR, HOME, MAIN_SCREEN, PLAIN, REVERSE};
pub(super) use keyboard::{Keyboard, Pressed};
pub(super) use stty::stty;
pub(super) use tput::{clear, reset, tput};
pub(super) use watch::{WATCH, watch};

pub(super) const TTY: Known = Known { letters: "s", long: &[("quiet", 's'), ("silent", 's')] };

/// `tty`: the name of the terminal on standard input.
pub(super) async fn tty(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    let terminal = io.ctx.stdin.description().and_then(terminal_of);
    if !given.has('s') {
        match &terminal {
            Some(terminal) => io.out.extend(format!("/dev/pts/{}\n", terminal.number).bytes()),
            None => io.out.extend_from_slice(b"not a tty\n"),
        }
    }
    Ok(i32::from(terminal.is_none()))
}

fn terminal_of(description: &Arc<Description>) -> Option<Arc<Terminal>> {
    description.as_terminal().cloned()
}

/// The terminal on standard output.
pub(super) fn shown_on(io: &Io<'_>) -> Option<Arc<Terminal>> {
    io.ctx.stdout.description().and_then(terminal_of)
}

/// The terminal that somebody types into: the one on standard input, else the session's own.
pub(super) fn typed_into(io: &Io<'_>) -> Option<Arc<Terminal>> {
    let own = || io.run.kernel().terminal_of(io.run.process.session());
    io.ctx.stdin.description().and_then(terminal_of).or_else(own)
}
