//! Small programs that tell about the sandbox, its users, its terminal and its filesystems.

mod kernel;
mod memory;
mod mounts;
mod people;
mod terminal;
mod uptime;

use crate::programs::command::Registry;

use super::text::tool::{Input, Io, Tool, Worked, tool};

/// Adds the program `name` to the commands of an image, if it is one of these.
pub(super) fn insert(name: &str, registry: &mut Registry) -> bool {
    let Some((_, tool)) = TOOLS.iter().find(|(known, _)| *known == name) else { return false };
    registry.insert_command(name, tool);
    true
}

static TOOLS: &[(&str, Tool)] = &[
    tool!("arch", kernel::NOTHING, kernel::arch, "arch [OPTION]..."),
    tool!("chroot", mounts::CHROOT, mounts::chroot, "chroot [OPTION] NEWROOT [COMMAND [ARG]...]"),
    tool!("clear", terminal::CLEAR, terminal::clear, "clear [options]"),
    tool!("free", memory::KNOWN, memory::free, "free [options]"),
    tool!("groups", kernel::NOTHING, people::groups, "groups [OPTION]... [USERNAME]..."),
    tool!("hostid", kernel::NOTHING, kernel::hostid, "hostid [OPTION]"),
    tool!("hostname", kernel::HOSTNAME, kernel::hostname, "hostname [-a|-A|-d|-f|-i|-I|-s|-y]"),
    tool!("mount", mounts::MOUNT, mounts::mount, "mount [-lhV]"),
    tool!("nproc", kernel::NPROC, kernel::nproc, "nproc [OPTION]..."),
    tool!("sync", mounts::SYNC, mounts::sync, "sync [OPTION] [FILE]..."),
    tool!("tput", terminal::TPUT, terminal::tput, "tput [options] [command]"),
    tool!("tty", terminal::TTY, terminal::tty, "tty [OPTION]..."),
    tool!("umount", mounts::UMOUNT, mounts::umount, "umount [-hV]"),
    tool!("uname", kernel::UNAME, kernel::uname, "uname [OPTION]..."),
    tool!("uptime", uptime::KNOWN, uptime::uptime, "uptime [options]"),
    tool!("users", kernel::NOTHING, people::users, "users [OPTION]... [FILE]"),
    tool!("who", people::WHO, people::who, "who [OPTION]... [ FILE | ARG1 ARG2 ]"),
    tool!("whoami", kernel::NOTHING, people::whoami, "whoami [OPTION]..."),
];

/// A line as the whole of what a program has to say.
fn answer(io: &mut Io<'_>, line: &str) -> Worked {
    io.out.extend_from_slice(line.as_bytes());
    io.out.push(b'\n');
    Ok(0)
}

/// The text of a small file of the system; empty where there is none.
async fn text(io: &mut Io<'_>, path: &str) -> Worked<String> {
    let opened: Result<Input, String> = io.open(path).await?;
    Ok(match opened {
        Ok(mut input) => String::from_utf8_lossy(&input.rest(io).await?).into_owned(),
        Err(_) => String::new(),
    })
}
