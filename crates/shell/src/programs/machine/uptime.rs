//! `uptime`: since when the sandbox runs.

use super::super::date::{Zone, formatted};
use super::super::getopt::{Given, Known};
use super::super::text::tool::{Io, Worked};
use super::{answer, text};

pub(super) const KNOWN: Known =
    Known { letters: "pshV", long: &[("pretty", 'p'), ("since", 's'), ("container", 'c')] };

pub(super) async fn uptime(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        return answer(io, "uptime from procps-ng 4.0.2");
    }
    if !given.operands.is_empty() {
        return Err(io.misused("").await);
    }
    let now = io.run.host.now();
    let started = io.run.kernel().started;
    let up = u64::try_from(now.as_secs() - started.as_secs()).unwrap_or(0);
    let zone = io.ctx.env.get("TZ").map_or_else(Zone::utc, |zone| Zone::named(zone));
    if given.has('s') {
        return answer(io, &formatted("%Y-%m-%d %H:%M:%S", started, &zone));
    }
    if given.has('p') {
        return answer(io, &pretty(up));
    }
    let load = text(io, "/proc/loadavg").await?;
    let load: Vec<&str> = load.split(' ').take(3).collect();
    let clock = formatted("%H:%M:%S", now, &zone);
    answer(io, &format!(" {clock} up {},  0 user,  load average: {}", short(up), load.join(", ")))
}

fn short(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60);
    let days = match days {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        days => format!("{days} days, "),
    };
    if hours > 0 { format!("{days}{hours:2}:{minutes:02}") } else { format!("{days}{minutes} min") }
}

fn pretty(seconds: u64) -> String {
    let parts = [
        (seconds / 31_536_000, "year"),
        (seconds / 604_800 % 52, "week"),
        (seconds / 86400 % 7, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
    ];
    let shown = |&(count, name): &(u64, &str)| {
        let plural = if count == 1 { "" } else { "s" };
        (count > 0 || name == "minute" && seconds < 60).then(|| format!("{count} {name}{plural}"))
    };
    format!("up {}", parts.iter().filter_map(shown).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::{pretty, short};

    #[test]
    fn times_read_as_those_of_procps() {
        for (seconds, one, other) in [
            (5, "0 min", "up 0 minutes"),
            (24_540, " 6:49", "up 6 hours, 49 minutes"),
            (86_460, "1 day, 1 min", "up 1 day, 1 minute"),
            (180_000, "2 days,  2:00", "up 2 days, 2 hours"),
        ] {
            assert_eq!((&*short(seconds), &*pretty(seconds)), (one, other));
        }
    }
}
