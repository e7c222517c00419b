//! `getent`: entries of the files in `/etc`.

use super::super::getopt::Given;
use super::super::live::say;
use super::super::text::tool::{Io, Worked};

const AGAIN: &str = "Try `getent --help' or `getent --usage' for more information.\n";
/// Exit code where a key has no entry.
const MISSING: i32 = 2;

pub(in crate::programs) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let Some((database, keys)) = given.operands.split_first() else {
        return told(io, "getent: wrong number of arguments\n".to_owned()).await;
    };
    let known =
        ["passwd", "group", "shadow", "gshadow", "hosts", "ahosts", "services", "protocols", "networks"];
    if !known.contains(&database.as_str()) {
        return told(io, format!("Unknown database: {database}\n")).await;
    }
    let is_hosts = database.ends_with("hosts");
    let file = if is_hosts { "/etc/hosts".to_owned() } else { format!("/etc/{database}") };
    let text = io.run.files.read(&file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = || {
        text.lines().map(|line| line.split('#').next().unwrap_or("")).filter(|line| !line.trim().is_empty())
    };
    let by_colons = matches!(database.as_str(), "passwd" | "group" | "shadow" | "gshadow");
    let shown = |line: &str| {
        if by_colons {
            return line.to_owned();
        }
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let width = if is_hosts { 15 } else { 21 };
        format!("{first:<width$} {}", rest.join(" "))
    };
    let has = |line: &str, key: &str| match by_colons {
        true => {
            let mut fields = line.split(':');
            fields.next() == Some(key)
                || matches!(database.as_str(), "passwd" | "group") && fields.nth(1) == Some(key)
        }
        false => line.split_whitespace().any(|word| word == key),
    };
    let mut code = 0;
    let mut out = String::new();
    if keys.is_empty() {
        lines().for_each(|line| out += &format!("{}\n", shown(line)));
    }
    for key in keys {
        match lines().find(|line| has(line, key)) {
            Some(line) => out += &format!("{}\n", shown(line)),
            None => code = MISSING,
        }
    }
    io.out.extend_from_slice(out.as_bytes());
    Ok(code)
}

async fn told(io: &mut Io<'_>, text: String) -> Worked {
    say(&io.ctx.stderr, text).await;
    io.out.extend_from_slice(AGAIN.as_bytes());
    Ok(1)
}
