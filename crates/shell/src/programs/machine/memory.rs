//! `free`: the memory that `/proc/meminfo` tells of.

use super::super::getopt::{Given, Known};
use super::super::text::tool::{Io, Worked};
use super::text;

pub(super) const KNOWN: Known = Known {
    letters: "bkmghltvs:c:wV",
    long: &[
        ("bytes", 'b'),
        ("kilo", '1'),
        ("mega", '2'),
        ("giga", '3'),
        ("tera", '4'),
        ("peta", '5'),
        ("kibi", 'k'),
        ("mebi", 'm'),
        ("gibi", 'g'),
        ("tebi", '6'),
        ("pebi", '7'),
        ("human", 'h'),
        ("si", 'S'),
        ("lohi", 'l'),
        ("total", 't'),
        ("committed", 'v'),
        ("seconds", 's'),
        ("count", 'c'),
        ("wide", 'w'),
    ],
};

/// How amounts are shown.
#[derive(Clone, Copy)]
enum Unit {
    Bytes(u64),
    /// The largest of the powers of this that keeps it short.
    Human(u64),
}

pub(super) async fn free(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        io.out.extend_from_slice(b"free from procps-ng 4.0.2\n");
        return Ok(0);
    }
    if !given.operands.is_empty() {
        return Err(io.misused("").await);
    }
    let power = if given.has('S') { 1000 } else { 1024 };
    let mut unit = Unit::Bytes(1024);
    for (letter, _) in &given.options {
        unit = match letter {
            'b' => Unit::Bytes(1),
            'k' => Unit::Bytes(power),
            'm' => Unit::Bytes(power.pow(2)),
            'g' => Unit::Bytes(power.pow(3)),
            '1'..='5' => Unit::Bytes(1000_u64.pow(u32::from(*letter) - u32::from('0'))),
            '6' => Unit::Bytes(power.pow(4)),
            '7' => Unit::Bytes(power.pow(5)),
            'h' => Unit::Human(power),
            _ => continue,
        };
    }
    let seconds: Option<f64> = given.value('s').map(|text| text.parse().unwrap_or(f64::NAN));
    if seconds.is_some_and(|seconds| !(seconds > 0.0 && seconds < 1e6)) {
        return Err(io.fatal("seconds argument failed").await);
    }
    let mut left: u64 = match given.value('c').map(str::parse) {
        Some(Ok(count)) if count > 0 => count,
        Some(_) => return Err(io.fatal("failed to parse count argument").await),
        None if seconds.is_some() => u64::MAX,
        None => 1,
    };
    loop {
        let table = table(&text(io, "/proc/meminfo").await?, &given, unit);
        io.out.extend_from_slice(table.as_bytes());
        left -= 1;
        if left == 0 {
            return Ok(0);
        }
        io.out.push(b'\n');
        io.flush().await?;
        let pause = std::time::Duration::from_secs_f64(seconds.unwrap_or(1.0));
        io.run.sleep(pause).await;
    }
}

fn table(meminfo: &str, given: &Given, unit: Unit) -> String {
    let kibibytes = |name: &str| {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|rest| rest.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0)
    };
    let (total, free) = (kibibytes("MemTotal"), kibibytes("MemFree"));
    let (buffers, cache) = (kibibytes("Buffers"), kibibytes("Cached") + kibibytes("SReclaimable"));
    let available = kibibytes("MemAvailable");
    let (swap, swap_free) = (kibibytes("SwapTotal"), kibibytes("SwapFree"));
    let used = total.saturating_sub(available);
    let mut rows = vec![];
    let (heads, middle) = match given.has('w') {
        true => (&["buffers", "cache"][..], vec![buffers, cache]),
        false => (&["buff/cache"][..], vec![buffers + cache]),
    };
    let heads: Vec<&str> = ["total", "used", "free", "shared"].iter().chain(heads).copied().collect();
    let memory: Vec<u64> = [total, used, free, kibibytes("Shmem")].into_iter().chain(middle).collect();
    rows.push(("Mem:", memory.into_iter().chain([available]).collect()));
    if given.has('l') {
        rows.push(("Low:", vec![total, total.saturating_sub(free), free]));
        rows.push(("High:", vec![0, 0, 0]));
    }
    rows.push(("Swap:", vec![swap, swap.saturating_sub(swap_free), swap_free]));
    if given.has('t') {
        rows.push(("Total:", vec![total + swap, used + swap.saturating_sub(swap_free), free + swap_free]));
    }
    if given.has('v') {
        let (limit, committed) = (kibibytes("CommitLimit"), kibibytes("Committed_AS"));
        rows.push(("Comm:", vec![limit, committed, limit.saturating_sub(committed)]));
    }
    let mut out = String::from("        ");
    for head in heads.into_iter().chain(["available"]) {
        out.push_str(&format!("{head:>12}"));
    }
    out.push('\n');
    // The first column of heads is a letter shorter than those of numbers begin.
    for (name, amounts) in rows {
        out.push_str(&format!("{name:<9}"));
        let cells: Vec<String> =
            amounts.into_iter().map(|amount| format!("{:>11}", shown(amount, unit))).collect();
        out.push_str(&cells.join(" "));
        out.push('\n');
    }
    out
}

fn shown(kibibytes: u64, unit: Unit) -> String {
    let bytes = kibibytes * 1024;
    let power = match unit {
        Unit::Bytes(unit) => return (bytes / unit).to_string(),
        Unit::Human(power) => power,
    };
    let suffix = if power == 1024 { "i" } else { "" };
    if bytes < power {
        return format!("{bytes}B");
    }
    let (mut amount, mut letter) = (bytes as f64, "");
    for next in ["K", "M", "G", "T", "P"] {
        amount /= power as f64;
        letter = next;
        // What fits into four places with a decimal, or into three without.
        if amount < 10.0 {
            return format!("{amount:.1}{letter}{suffix}");
        }
        if amount < 1000.0 {
            break;
        }
    }
    format!("{}{letter}{suffix}", amount as u64)
}
