//! `uname`, `arch`, `nproc`, `hostid`, `hostname`: the machine that a sandbox seems to be.

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::super::text::tool::{Io, Worked};
use super::{answer, text};

pub(super) const NOTHING: Known = Known { letters: "", long: &[] };
pub(super) const NPROC: Known = Known { letters: "", long: &[("all", 'a'), ("ignore=", 'i')] };
pub(super) const UNAME: Known = Known {
    letters: "asnrvmpio",
    long: &[
        ("all", 'a'),
        ("kernel-name", 's'),
        ("nodename", 'n'),
        ("kernel-release", 'r'),
        ("kernel-version", 'v'),
        ("machine", 'm'),
        ("processor", 'p'),
        ("hardware-platform", 'i'),
        ("operating-system", 'o'),
    ],
};
pub(super) const HOSTNAME: Known = Known {
    letters: "aAbdfF:iIsyhV",
    long: &[
        ("alias", 'a'),
        ("all-fqdns", 'A'),
        ("boot", 'b'),
        ("domain", 'd'),
        ("fqdn", 'f'),
        ("long", 'f'),
        ("file", 'F'),
        ("ip-address", 'i'),
        ("all-ip-addresses", 'I'),
        ("short", 's'),
        ("yp", 'y'),
        ("nis", 'y'),
    ],
};

const MACHINE: &str = "x86_64";

pub(super) async fn arch(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    answer(io, MACHINE)
}

pub(super) async fn uname(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    let hostname = io.run.kernel().hostname.clone();
    let parts = [
        ('s', "Linux"),
        ('n', &hostname),
        ('r', sandbox_kernel::KERNEL_RELEASE),
        ('v', "#1 SMP"),
        ('m', MACHINE),
        ('p', "unknown"),
        ('i', "unknown"),
        ('o', "GNU/Linux"),
    ];
    let all = given.has('a');
    let is_shown = |letter: char, part: &str| given.has(letter) || all && part != "unknown";
    let mut shown: Vec<&str> =
        parts.iter().filter(|(letter, part)| is_shown(*letter, part)).map(|(_, part)| *part).collect();
    if shown.is_empty() {
        shown.push(parts[0].1);
    }
    answer(io, &shown.join(" "))
}

pub(super) async fn nproc(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    let ignored = given.value('i').unwrap_or("0");
    let Ok(ignored) = ignored.trim_start().parse::<u64>() else {
        return Err(io.fatal(format!("invalid number: {}", quoting::value(ignored))).await);
    };
    let cpus = text(io, "/proc/cpuinfo").await?.lines().filter(|line| line.starts_with("processor")).count();
    answer(io, &(cpus as u64).saturating_sub(ignored).max(1).to_string())
}

pub(super) async fn hostid(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    let address = own_address(io).await?;
    let parts: Vec<u32> = address.split('.').filter_map(|part| part.parse().ok()).collect();
    // The address with its halves swapped.
    let id = match parts[..] {
        [a, b, c, d] => (b & 255) << 24 | (a & 255) << 16 | (d & 255) << 8 | c & 255,
        _ => 0x007f_0100,
    };
    answer(io, &format!("{id:08x}"))
}

/// The address that `/etc/hosts` has for the sandbox.
async fn own_address(io: &mut Io<'_>) -> Worked<String> {
    let name = io.run.kernel().hostname.clone();
    let hosts = text(io, "/etc/hosts").await?;
    let own = hosts.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let address = words.next()?;
        words.any(|word| word == name).then(|| address.to_owned())
    });
    Ok(own.unwrap_or_else(|| "127.0.0.1".to_owned()))
}

pub(super) async fn hostname(io: &mut Io<'_>, given: Given) -> Worked {
    let name = io.run.kernel().hostname.clone();
    if given.has('V') {
        return answer(io, "hostname 3.23");
    }
    if given.has('F') || !given.operands.is_empty() {
        return Err(io.fatal("you must be root to change the host name").await);
    }
    if given.has('y') {
        return Err(io.fatal("Local domain name not set").await);
    }
    match given.options.last().map(|(letter, _)| *letter) {
        Some('d') => Ok(0),
        Some('a') => answer(io, ""),
        Some('A') => answer(io, &format!("{name} ")),
        Some('i') => {
            let address = own_address(io).await?;
            answer(io, &address)
        }
        Some('I') => {
            let address = own_address(io).await?;
            answer(io, &format!("{address} "))
        }
        Some('s') => answer(io, name.split('.').next().unwrap_or_default()),
        _ => answer(io, &name),
    }
}
