//! `whoami`, `groups`, `users`, `who`: everything runs as root, and nobody has logged in.

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::super::text::tool::{Io, Worked};
use super::{answer, text};

pub(super) const WHO: Known = Known {
    letters: "abdHlmpqrstTwu",
    long: &[
        ("all", 'a'),
        ("boot", 'b'),
        ("count", 'q'),
        ("dead", 'd'),
        ("heading", 'H'),
        ("login", 'l'),
        ("lookup", 'L'),
        ("message", 'T'),
        ("mesg", 'T'),
        ("process", 'p'),
        ("runlevel", 'r'),
        ("short", 's'),
        ("time", 't'),
        ("users", 'u'),
        ("writable", 'T'),
    ],
};

pub(super) async fn whoami(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 0).await?;
    answer(io, "root")
}

pub(super) async fn groups(io: &mut Io<'_>, given: Given) -> Worked {
    if given.operands.is_empty() {
        return answer(io, "root");
    }
    let (users, groups) = (text(io, "/etc/passwd").await?, text(io, "/etc/group").await?);
    let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let groups: Vec<Vec<String>> = groups.lines().map(fields).filter(|fields| fields.len() > 2).collect();
    for user in &given.operands {
        let entry = users.lines().map(fields).find(|fields| fields.len() > 3 && fields[0] == *user);
        let Some(entry) = entry else {
            io.complain(format!("{}: no such user", quoting::value(user))).await?;
            continue;
        };
        let own = groups.iter().find(|group| group[2] == entry[3]);
        let is_member = |group: &&Vec<String>| {
            group[2] != entry[3]
                && group.get(3).is_some_and(|names| names.split(',').any(|name| name == user))
        };
        let mut names = vec![own.map_or(entry[3].clone(), |group| group[0].clone())];
        names.extend(groups.iter().filter(is_member).map(|group| group[0].clone()));
        io.out.extend_from_slice(format!("{user} : {}\n", names.join(" ")).as_bytes());
    }
    Ok(io.code())
}

pub(super) async fn users(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 1).await?;
    Ok(0)
}

pub(super) async fn who(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 0, 2).await?;
    if given.has('q') {
        io.out.extend_from_slice(b"\n# users=0\n");
    } else if given.has('H') {
        io.out.extend_from_slice(b"NAME     LINE         TIME         COMMENT\n");
    }
    Ok(0)
}
