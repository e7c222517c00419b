//! The files that a shell reads before it begins.

use crate::state::{Flow, SetOption, Shell, ShoptOption};

/// What the arguments say of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Startup {
    /// Whether somebody types, as `-i` says it.
    pub(crate) is_asked: bool,
    /// `--norc`
    pub(crate) no_rc: bool,
    /// `--noprofile`
    pub(crate) no_profile: bool,
    /// `--rcfile`
    pub(crate) rc_file: Option<String>,
}

impl Shell {
    /// Reads them for an interactive shell.
    pub(super) async fn start_up(&mut self, startup: &Startup) -> Flow<()> {
        if self.options.has_shopt(ShoptOption::LOGIN_SHELL) {
            return self.log_in(startup).await;
        }
        if self.options.has(SetOption::POSIX) {
            let file = self.value("ENV").map(|file| file.into_owned()).unwrap_or_default();
            if !file.is_empty() {
                self.source_if_there(&file).await?;
            }
            return Ok(());
        }
        if startup.no_rc {
            return Ok(());
        }
        match &startup.rc_file {
            Some(file) => {
                let file = file.clone();
                self.source_if_there(&file).await?;
            }
            None => {
                self.source_if_there("/etc/bash.bashrc").await?;
                let file = self.home_file(".bashrc");
                self.source_if_there(&file).await?;
            }
        }
        Ok(())
    }

    /// Reads those of a login shell: of the user's own the first that is there.
    pub(crate) async fn log_in(&mut self, startup: &Startup) -> Flow<()> {
        if startup.no_profile {
            return Ok(());
        }
        self.source_if_there("/etc/profile").await?;
        for name in [".bash_profile", ".bash_login", ".profile"] {
            let file = self.home_file(name);
            if self.source_if_there(&file).await? {
                break;
            }
        }
        Ok(())
    }
}
