//! The locale: which characters there are.

use crate::state::{Shell, Variable};

/// Whether the shell's characters are those of Unicode; else each is a byte.
pub(crate) fn is_utf8(shell: &Shell) -> bool {
    let value = |name| shell.variables.get(name).and_then(Variable::scalar).filter(|value| !value.is_empty());
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value).unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}
