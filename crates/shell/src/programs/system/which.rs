//! `which`, as Debian has it: where programs lie.

use sandbox_fs::{Access, Kind};

use super::super::getopt::Given;
use super::super::live::say;
use super::super::text::tool::{End, Io, Worked};

pub(in crate::programs) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut names = given.operands.as_slice();
    let mut all = false;
    while let [first, rest @ ..] = names {
        if first.len() < 2 || !first.starts_with('-') {
            break;
        }
        names = rest;
        if first == "--" {
            break;
        }
        for letter in first.chars().skip(1) {
            match letter {
                'a' => all = true,
                letter => {
                    io.flush().await?;
                    let problem = format!("Illegal option -{letter}\n");
                    say(&io.ctx.stderr, problem).await;
                    io.out.extend_from_slice(b"Usage: /usr/bin/which [-a] args\n");
                    return Err(End::Code(2));
                }
            }
        }
    }
    let path = io.ctx.env.get("PATH").cloned().unwrap_or_default();
    let mut missing = names.is_empty();
    for name in names {
        let places: Vec<String> = match name.contains('/') {
            true => vec![name.clone()],
            false => {
                let directory = |part: &str| if part.is_empty() { "." } else { part }.to_owned();
                path.split(':').map(|part| format!("{}/{name}", directory(part))).collect()
            }
        };
        let can_be_run = |place: &&String| {
            let path = io.run.process.absolute(place);
            io.run.files.stat(&path).is_ok_and(|stat| stat.kind == Kind::File)
                && io.run.files.access(&path, Access::EXECUTE).is_ok()
        };
        let mut there = places.iter().filter(can_be_run);
        let first = there.next();
        missing |= first.is_none();
        let shown: Vec<&String> = first.into_iter().chain(there.take_while(|_| all)).collect();
        shown.into_iter().for_each(|place| io.out.extend(format!("{place}\n").bytes()));
        io.turn().await?;
    }
    Ok(i32::from(missing))
}
