//! What can go wrong with an exec itself, as opposed to the command it runs.

use thiserror::Error;

/// Why a sandbox ended. Pending execs reject with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The sandbox was deleted.
    Killed,
    /// The sandbox reached its `stopAt`.
    Stopped,
    /// The engine that ran it went away (reload, takeover, trap).
    EngineRestarted,
}

impl EndReason {
    /// The stable, machine-readable reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Killed => "sandbox_killed",
            Self::Stopped => "sandbox_stopped",
            Self::EngineRestarted => "engine_restarted",
        }
    }
}

/// An exec that could not run or did not come to its end. A command that fails is no error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ShellError {
    /// The sandbox ended before or while the command ran.
    #[error("{}", match .0 {
        EndReason::Killed => "Sandbox was killed while the command ran",
        EndReason::Stopped => "Sandbox stopped while the command ran",
        EndReason::EngineRestarted => "The engine restarted while the command ran; it is not run again",
    })]
    Ended(EndReason),
    /// The working directory does not exist.
    #[error("Working directory {0:?} does not exist")]
    CwdNotFound(String),
    /// The working directory is not a directory.
    #[error("Working directory {0:?} is not a directory")]
    CwdNotADirectory(String),
}

impl ShellError {
    /// The stable, machine-readable reason.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Ended(end) => end.reason(),
            Self::CwdNotFound(_) => "cwd_not_found",
            Self::CwdNotADirectory(_) => "cwd_not_a_directory",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_stable() {
        let reasons = [
            ShellError::Ended(EndReason::Killed),
            ShellError::Ended(EndReason::Stopped),
            ShellError::Ended(EndReason::EngineRestarted),
            ShellError::CwdNotFound("/x".into()),
            ShellError::CwdNotADirectory("/x".into()),
        ]
        .map(|error| error.reason());
        assert_eq!(
            reasons,
            ["sandbox_killed", "sandbox_stopped", "engine_restarted", "cwd_not_found", "cwd_not_a_directory"]
        );
    }
}
