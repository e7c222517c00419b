//! `stty` and `watch`, which need a terminal. There is none.

use super::super::getopt::{Given, Known};
use super::super::live::say;
use super::super::text::tool::{Io, Worked};

pub(in crate::programs) const STTY: Known =
    Known { letters: "+agF:", long: &[("all", 'a'), ("save", 'g'), ("file", 'F')] };

pub(in crate::programs) async fn stty(io: &mut Io<'_>, given: Given) -> Worked {
    let shown = given.value('F').unwrap_or("'standard input'").to_owned();
    Err(io.fatal(format!("{shown}: Inappropriate ioctl for device")).await)
}

pub(in crate::programs) const WATCH: Known = Known {
    letters: "+bcd::egn:pq:rtwx",
    long: &[
        ("beep", 'b'),
        ("chgexit", 'g'),
        ("color", 'c'),
        ("differences", 'd'),
        ("equexit", 'q'),
        ("errexit", 'e'),
        ("exec", 'x'),
        ("interval", 'n'),
        ("no-rerun", 'r'),
        ("no-title", 't'),
        ("no-wrap", 'w'),
        ("precise", 'p'),
    ],
};

pub(in crate::programs) async fn watch(io: &mut Io<'_>, given: Given) -> Worked {
    let text = match given.operands.is_empty() {
        true => "\nUsage:\n watch [options] command\n\nFor more details see watch(1).\n".to_owned(),
        false => {
            let terminal = io.ctx.env.get("TERM").filter(|name| !name.is_empty());
            format!("Error opening terminal: {}.\n", terminal.map_or("unknown", String::as_str))
        }
    };
    say(&io.ctx.stderr, text).await;
    Ok(1)
}
