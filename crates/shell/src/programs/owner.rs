//! Users and groups as `/etc/passwd` and `/etc/group` name them, and as `chown` and others are told them.

use sandbox_fs::Stat;

use super::inode::Names;
use super::quoting::value;
use crate::programs::command::Run;

/// A user or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) id: u32,
    /// As it is shown: by name where it was found by one.
    pub(super) shown: String,
}

/// Whom a file is to belong to; what is missing stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Spec {
    pub(super) user: Option<Owner>,
    pub(super) group: Option<Owner>,
}

impl Owner {
    /// A user by name or number.
    pub(super) fn user(run: &Run, text: &str) -> Option<Self> {
        Self::find(run, "/etc/passwd", text)
    }

    /// A group by name or number; no group for an empty text.
    pub(super) fn group(run: &Run, text: &str) -> Option<Option<Self>> {
        if text.is_empty() { Some(None) } else { Self::find(run, "/etc/group", text).map(Some) }
    }

    fn find(run: &Run, table: &str, text: &str) -> Option<Self> {
        if let Some(id) = Names::read(run, table).number(text) {
            return Some(Self { id, shown: text.to_owned() });
        }
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        let id = digits.parse().ok().filter(|id| is_number && *id != u32::MAX)?;
        Some(Self { id, shown: id.to_string() })
    }
}

impl Spec {
    /// Whom a file belongs to.
    pub(super) fn of(run: &Run, stat: &Stat, only_group: bool) -> Self {
        let owner = |table, id| Some(Owner { id, shown: Names::read(run, table).name(id) });
        let user = if only_group { None } else { owner("/etc/passwd", stat.uid) };
        Self { user, group: owner("/etc/group", stat.gid) }
    }

    /// Reads `user`, `user:group`, `:group` or `user:`, which is with the user's own group. Also whether a dot stood for
    /// the colon.
    pub(super) fn parse(run: &Run, text: &str) -> Result<(Self, bool), String> {
        let by_colon = Self::split(run, text, ':');
        match &by_colon {
            Err(_) if !text.contains(':') && text.contains('.') => match Self::split(run, text, '.') {
                Ok(spec) => Ok((spec, true)),
                Err(_) => by_colon.map(|spec| (spec, false)),
            },
            _ => by_colon.map(|spec| (spec, false)),
        }
    }

    fn split(run: &Run, text: &str, separator: char) -> Result<Self, String> {
        let (user_text, group_text) = match text.split_once(separator) {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let wrong = |what: &str| format!("invalid {what}: {}", value(text));
        let user = match user_text {
            "" => None,
            name if group_text == Some("") => {
                let table = run.files.read("/etc/passwd").unwrap_or_default();
                let table = String::from_utf8_lossy(&table).into_owned();
                let row = table.lines().find(|line| line.split(':').next() == Some(name));
                let numbers: Vec<u32> =
                    row.iter().flat_map(|row| row.split(':').skip(2).take(2)).flat_map(str::parse).collect();
                let [uid, gid] = numbers[..] else { return Err(wrong("spec")) };
                let group = Names::read(run, "/etc/group").name(gid);
                return Ok(Self {
                    user: Some(Owner { id: uid, shown: name.to_owned() }),
                    group: Some(Owner { id: gid, shown: group }),
                });
            }
            name => Some(Owner::user(run, name).ok_or_else(|| wrong("user"))?),
        };
        let group = Owner::group(run, group_text.unwrap_or_default()).ok_or_else(|| wrong("group"))?;
        Ok(Self { user, group })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.user.is_none() && self.group.is_none()
    }

    /// As a message tells it.
    pub(super) fn told(&self, only_group: bool) -> String {
        let shown =
            |owner: &Option<Owner>| owner.as_ref().map(|owner| owner.shown.clone()).unwrap_or_default();
        match (&self.group, only_group) {
            (Some(group), true) => group.shown.clone(),
            (Some(group), false) => format!("{}:{}", shown(&self.user), group.shown),
            (None, _) => shown(&self.user),
        }
    }
}
