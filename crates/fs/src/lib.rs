//! The simulated POSIX filesystem: inodes, mounts, symlinks, modes, times, quotas; every mutation yields a change record.
