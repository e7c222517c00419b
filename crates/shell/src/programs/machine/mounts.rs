//! `mount`, `umount`, `chroot`, `sync`: filesystems are told of, and stay as they are.

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::super::text::tool::{End, Io, Worked};
use super::text;

pub(super) const MOUNT: Known = Known {
    letters: "acfFilL:no:O:rsT:t:U:vVwB",
    long: &[
        ("all", 'a'),
        ("bind", 'B'),
        ("move", 'M'),
        ("options", 'o'),
        ("read-only", 'r'),
        ("rw", 'w'),
        ("show-labels", 'l'),
        ("types", 't'),
        ("verbose", 'v'),
    ],
};
pub(super) const UMOUNT: Known = Known {
    letters: "aAcdfilnO:qRrt:vV",
    long: &[
        ("all", 'a'),
        ("force", 'f'),
        ("lazy", 'l'),
        ("recursive", 'R'),
        ("types", 't'),
        ("verbose", 'v'),
    ],
};
pub(super) const SYNC: Known = Known { letters: "df", long: &[("data", 'd'), ("file-system", 'f')] };
pub(super) const CHROOT: Known =
    Known { letters: "+", long: &[("groups=", 'g'), ("userspec=", 'u'), ("skip-chdir", 's')] };

/// Exit code of what could not be mounted.
const FAILED: i32 = 32;

pub(super) async fn mount(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        io.out.extend_from_slice(b"mount from util-linux 2.38.1\n");
        return Ok(0);
    }
    if given.operands.is_empty() {
        let kinds: Option<Vec<&str>> = given.value('t').map(|kinds| kinds.split(',').collect());
        for line in text(io, "/proc/mounts").await?.lines() {
            let [device, place, kind, options, ..] = line.split(' ').collect::<Vec<_>>()[..] else {
                continue;
            };
            if kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind)) {
                let line = format!("{device} on {place} type {kind} ({options})\n");
                io.out.extend_from_slice(line.as_bytes());
            }
        }
        return Ok(0);
    }
    let place = match &given.operands[..] {
        [only] => {
            io.say(format!("{only}: can't find in /etc/fstab.")).await?;
            return Ok(1);
        }
        [_, place] => place,
        _ => return Err(io.misused("bad usage").await),
    };
    let reason = if io.run.files.stat(&io.ctx.cwd.join(place).to_string_lossy()).is_ok() {
        "permission denied."
    } else {
        "mount point does not exist."
    };
    let more = "       dmesg(1) may have more information after failed mount system call.";
    io.say(format!("{place}: {reason}\n{more}")).await?;
    Ok(FAILED)
}

pub(super) async fn umount(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        io.out.extend_from_slice(b"umount from util-linux 2.38.1\n");
        return Ok(0);
    }
    if given.operands.is_empty() && !given.has('a') {
        return Err(io.misused("bad usage").await);
    }
    let mounts = text(io, "/proc/mounts").await?;
    for operand in &given.operands {
        let path = io.ctx.cwd.join(operand).to_string_lossy().into_owned();
        let is_mounted = mounts
            .lines()
            .any(|line| line.split(' ').nth(1) == Some(path.trim_end_matches('/')) || path == "/");
        let reason = match io.run.files.stat(&path) {
            Err(_) => "no mount point specified.",
            Ok(_) if is_mounted => "must be superuser to unmount.",
            Ok(_) => "not mounted.",
        };
        io.complain(format!("{operand}: {reason}")).await?;
    }
    Ok(if io.failed { FAILED } else { 0 })
}

pub(super) async fn sync(io: &mut Io<'_>, given: Given) -> Worked {
    let (data, filesystem) = (given.has('d'), given.has('f'));
    if data && filesystem {
        return Err(io.fatal("cannot specify both --data and --file-system").await);
    }
    if data && given.operands.is_empty() {
        return Err(io.fatal("--data needs at least one argument").await);
    }
    for operand in &given.operands {
        let path = io.ctx.cwd.join(operand);
        if let Err(error) = io.run.files.stat(&path.to_string_lossy()) {
            io.complain(format!("error opening {}: {error}", quoting::quoted_name(operand))).await?;
        }
    }
    io.run.wait_for_journal().await;
    Ok(io.code())
}

pub(super) async fn chroot(io: &mut Io<'_>, given: Given) -> Worked {
    io.operands(&given.operands, 1, usize::MAX).await?;
    let root = &given.operands[0];
    let path = io.ctx.cwd.join(root);
    // What a container says that may not do it.
    let reason = match io.run.files.read_dir(&path.to_string_lossy()) {
        Ok(_) => sandbox_fs::Errno::EPERM.message().to_owned(),
        Err(error) => error.to_string(),
    };
    let problem = format!("cannot change root directory to {}: {reason}", quoting::quoted_name(root));
    Err(match io.say(problem).await {
        Ok(()) => End::Code(125),
        Err(stop) => End::Stop(stop),
    })
}
