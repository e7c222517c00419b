//! The table of errors: status, stable reason and occasion of each. `docs/errors.md` is made from it.

use crate::assumptions::{
    CREATE_VOLUME_ERROR_STATUS, FILE_CONFLICT_STATUS, KILLED_DURING_EXEC_STATUS, NO_SPACE_STATUS,
    SANDBOX_STOPPED_STATUS, VOLUME_ATTACHED_STATUS, VOLUME_EXISTS_STATUS,
};

macro_rules! kinds {
    ($( $kind:ident, $status:expr, $reason:literal, $when:literal; )+) => {
        /// One row of the table of errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorKind { $( #[doc = $when] $kind, )+ }

        impl ErrorKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [ErrorKind] = &[$( ErrorKind::$kind ),+];

            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $( ErrorKind::$kind => $status, )+ }
            }

            /// The stable name for machines, in snake case.
            pub fn reason(self) -> &'static str {
                match self { $( ErrorKind::$kind => $reason, )+ }
            }

            /// When it happens, in a sentence.
            pub fn when(self) -> &'static str {
                match self { $( ErrorKind::$kind => $when, )+ }
            }
        }
    };
}

kinds! {
    InvalidJson, 400, "invalid_json", "The body is not JSON.";
    InvalidUrl, 400, "invalid_url", "The path or query of the URL is not readable text.";
    InvalidType, 400, "invalid_type", "A field, or the body, has another type than it must have.";
    MissingField, 400, "missing_field", "A field or query parameter that the call needs is not there.";
    UnknownField, 400, "unknown_field", "The body has a field that the call does not know.";
    InvalidValue, 400, "invalid_value", "A field has the right type and a value out of range.";
    InvalidImage, 400, "invalid_image", "`image` is no well-formed image reference.";
    InvalidTimeout, 400, "invalid_timeout", "`timeoutMs` is no whole number, out of range, or would let a sandbox outlive its longest life.";
    InvalidEnv, 400, "invalid_env", "`env` has a name or value that no environment can hold.";
    InvalidCommand, 400, "invalid_command", "`command` is empty or holds a NUL.";
    InvalidPath, 400, "invalid_path", "The path of a file is relative, empty, too long, or holds a NUL.";
    InvalidSandboxId, 400, "invalid_sandbox_id", "The id in the URL cannot be the id of a sandbox.";
    TooManyVolumes, CREATE_VOLUME_ERROR_STATUS, "too_many_volumes", "A sandbox is created with more than one volume.";
    InvalidMountPath, CREATE_VOLUME_ERROR_STATUS, "invalid_mount_path", "A volume is to be mounted where none can be.";
    InvalidVolumeName, CREATE_VOLUME_ERROR_STATUS, "invalid_volume_name", "The name of a volume is empty, longer than 30 characters, or has other characters than `a`–`z`, `0`–`9` and `_`.";
    InvalidVolumeSize, CREATE_VOLUME_ERROR_STATUS, "invalid_volume_size", "`sizeGb` is no whole number from 1 to 100.";
    UnknownRegion, 400, "unknown_region", "`region` is none that there is.";
    VolumeInOtherRegion, CREATE_VOLUME_ERROR_STATUS, "volume_in_other_region", "A sandbox is created with a volume of another region.";
    VolumeNotResizable, CREATE_VOLUME_ERROR_STATUS, "volume_not_resizable", "A sandbox is created with a volume that exists, and names another size.";
    VolumeAlreadyAttached, CREATE_VOLUME_ERROR_STATUS, "volume_already_attached", "A sandbox is created with a volume that another one holds.";
    ShellNotInstalled, 400, "shell_not_installed", "A terminal is to run a shell that the image does not have.";
    SandboxStopped, SANDBOX_STOPPED_STATUS, "sandbox_stopped", "A call needs a running sandbox and it has reached `stopAt`, or reaches it while a command runs.";
    Unauthorized, 401, "unauthorized", "The server asks for a key, and the request has none or another.";
    InsufficientTokens, 402, "insufficient_tokens", "A sandbox is created or its time extended when the credits of the month are used up, where an option limits them.";
    ConcurrencyLimit, 403, "concurrency_limit", "A sandbox is created or its time extended beyond the number that the plan runs at once, where an option limits it.";
    SandboxNotFound, 404, "sandbox_not_found", "There is no sandbox of that id, or no longer.";
    SandboxKilled, KILLED_DURING_EXEC_STATUS, "sandbox_killed", "The sandbox is killed while a command runs in it.";
    TemplateNotFound, 404, "template_not_found", "The image is not known, where an option rejects those.";
    VolumeNotFound, 404, "volume_not_found", "There is no volume of that name.";
    TerminalNotFound, 404, "terminal_not_found", "There is no terminal of that id in the sandbox, or no longer.";
    VolumeAttached, VOLUME_ATTACHED_STATUS, "volume_attached", "A volume is deleted, or its files reached for, while a sandbox holds it.";
    VolumeExists, VOLUME_EXISTS_STATUS, "volume_exists", "A volume is created whose name is taken.";
    FileNotFound, 404, "file_not_found", "There is nothing at the path.";
    NotADirectory, FILE_CONFLICT_STATUS, "not_a_directory", "The path, or a part before its end, is no directory where one is needed.";
    IsADirectory, FILE_CONFLICT_STATUS, "is_a_directory", "The path is a directory where a file is needed.";
    FileExists, FILE_CONFLICT_STATUS, "file_exists", "Something is at the path where nothing may be.";
    DirectoryNotEmpty, FILE_CONFLICT_STATUS, "directory_not_empty", "A directory with entries is removed without `recursive`, or renamed over.";
    NoSpace, NO_SPACE_STATUS, "no_space", "The volume has no room for the write.";
    TooManySymlinks, FILE_CONFLICT_STATUS, "too_many_symlinks", "Following the path goes through too many symbolic links.";
    NameTooLong, 400, "name_too_long", "A part of the path is longer than 255 bytes.";
    CrossDevice, FILE_CONFLICT_STATUS, "cross_device", "A rename would move between the volume and the sandbox's own files.";
    PermissionDenied, 403, "permission_denied", "The modes of the path forbid it.";
    ReadOnly, 403, "read_only", "The path cannot be written.";
    Busy, FILE_CONFLICT_STATUS, "busy", "The path is a mount point.";
    InvalidArgument, FILE_CONFLICT_STATUS, "invalid_argument", "The operation makes no sense for the path, as moving a directory into itself.";
    TooManyLinks, FILE_CONFLICT_STATUS, "too_many_links", "The file has as many names as it can have.";
    NoMemory, NO_SPACE_STATUS, "no_memory", "The volume has room, but the stand-in holds as many bytes of all files together as it may.";
    FileTooLarge, 413, "file_too_large", "A file of more than 10 MB is written or read in one call.";
    BodyTooLarge, 413, "body_too_large", "The body of any other request is larger than 1 MB.";
    UrlTooLong, 414, "url_too_long", "The path and query of the URL are longer than 16 KiB.";
    RouteNotFound, 404, "route_not_found", "No route has that path.";
    MethodNotAllowed, 405, "method_not_allowed", "The route does not know the method.";
    UpgradeRequired, 426, "upgrade_required", "The address of a terminal's socket is asked for as if it were a page.";
    EngineRestarted, 503, "engine_restarted", "The engine restarted while a command ran; it is not run again.";
    StorageFailed, 503, "storage_failed", "The change could not be stored, or what is stored not read.";
    StorageFull, 507, "storage_full", "The browser or disk has no room for the change.";
    StorageUnavailable, 503, "storage_unavailable", "The storage asked for is not there, as IndexedDB in a private window.";
    HeldByAnotherTab, 409, "held_by_another_tab", "Another tab runs this cloud.";
    ClockNotVirtual, 400, "clock_not_virtual", "The clock is to be moved and is the system's.";
    InvalidStateFile, 400, "invalid_state_file", "The file to load is no saved cloud, or a damaged one.";
}
