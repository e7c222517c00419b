//! Where the mock had to guess: everything the service does not document, one constant each.
//!
//! Change a guess here and it changes everywhere. The doc comment of a constant is its row in `docs/assumptions.md`,
//! which a test compares with this file.

use crate::config::UnknownImages;

/// One guess, as the table of `docs/assumptions.md` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// Name of the constant in this module.
    pub constant: &'static str,
    /// Its value, as Rust writes it.
    pub value: String,
    /// What is assumed, in a sentence.
    pub guess: String,
}

/// A check that a request to create something must pass. Which of several failures is told is a guess
/// ([`CHECK_ORDER`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// At most one volume.
    VolumeCount,
    /// The mount path is allowed.
    MountPath,
    /// The volume's name is well formed.
    VolumeName,
    /// The volume's size is in range.
    VolumeSize,
    /// The region exists.
    Region,
    /// The image is known, where unknown ones are rejected.
    Image,
    /// Credits are left, where they are limited.
    Credits,
    /// Fewer sandboxes run than the plan allows, where it limits them.
    Concurrency,
    /// The volume is in the sandbox's region.
    VolumeRegion,
    /// The size asked for is the size of the volume that exists.
    Resize,
    /// No other sandbox holds the volume.
    Attachment,
}

macro_rules! assumptions {
    ($( $(#[doc = $doc:literal])+ pub const $name:ident: $type:ty = $value:expr; )+) => {
        $( $(#[doc = $doc])+ pub const $name: $type = $value; )+

        /// Every constant of this module with its value, in the order of the file.
        pub fn assumptions() -> Vec<Assumption> {
            vec![$( Assumption {
                constant: stringify!($name),
                value: format!("{:?}", $name),
                guess: concat!($($doc),+).trim().to_owned(),
            } ),+]
        }
    };
}

assumptions! {
    /// The order in which the failures of one request are told, after those of its JSON (shape, unknown fields, image reference, timeout, environment).
    pub const CHECK_ORDER: [Check; 11] = [
        Check::VolumeCount,
        Check::MountPath,
        Check::VolumeName,
        Check::VolumeSize,
        Check::Region,
        Check::Image,
        Check::Credits,
        Check::Concurrency,
        Check::VolumeRegion,
        Check::Resize,
        Check::Attachment,
    ];
    /// Status of every error about a volume when a sandbox is created: creation documents no 409.
    pub const CREATE_VOLUME_ERROR_STATUS: u16 = 400;
    /// Status of deleting a volume, or of reaching for its files, while a sandbox holds it.
    pub const VOLUME_ATTACHED_STATUS: u16 = 409;
    /// Status of creating, by the volumes route, a volume whose name is taken.
    pub const VOLUME_EXISTS_STATUS: u16 = 409;
    /// Status of a call on a file where the request is sound and what is at the path is in its way.
    pub const FILE_CONFLICT_STATUS: u16 = 409;
    /// Message for a volume name that is empty or too long: the one for wrong characters.
    pub const VOLUME_NAME_LENGTH_MESSAGE: &str = "Volume name must be lowercase alphanumeric and underscores";
    /// Message when an existing volume is mounted with another `sizeGb` than it has.
    pub const RESIZE_MESSAGE: &str = "Volume \"{name}\" is {size} GB and cannot be resized";
    /// Bytes in a GB of a volume.
    pub const BYTES_PER_GB: u64 = 1 << 30;
    /// Bytes of a volume, or of a sandbox's own disk, for each inode that it has, as `mkfs.ext4` makes it.
    pub const BYTES_PER_INODE: u64 = 16 << 10;
    /// Bytes in a MB of a file.
    pub const BYTES_PER_MB: u64 = 1 << 20;
    /// Regions beside `iad` and `lax`, by the codes of the underlying provider. An unknown one is a 400.
    pub const REGIONS: [&str; 35] = [
        "iad", "lax", "ams", "arn", "atl", "bog", "bom", "bos", "cdg", "den", "dfw", "ewr", "eze", "fra", "gdl",
        "gig", "gru", "hkg", "jnb", "lhr", "mad", "mia", "nrt", "ord", "otp", "phx", "qro", "scl", "sea", "sin",
        "sjc", "syd", "waw", "yul", "yyz",
    ];
    /// Longest mount path or file path, in bytes.
    pub const MAX_PATH_BYTES: usize = 4096;
    /// Longest part of a path between two slashes, in bytes.
    pub const MAX_PATH_PART_BYTES: usize = 255;
    /// Directories at and under which nothing can be mounted.
    pub const RESERVED_MOUNT_TREES: [&str; 3] = ["/proc", "/sys", "/dev"];
    /// Directories that cannot be mount paths themselves; below them a volume may be mounted.
    pub const RESERVED_MOUNT_PATHS: [&str; 7] = ["/", "/bin", "/sbin", "/lib", "/lib64", "/usr", "/etc"];
    /// Whether reaching `stopAt` releases the volume as a kill does. The option `releaseOnStop` overrides it.
    pub const RELEASE_ON_STOP: bool = true;
    /// How long a sandbox that reached `stopAt` stays in get and list, in milliseconds.
    pub const KEEP_STOPPED_MS: u64 = 86_400_000;
    /// How many sandboxes that are gone are remembered, so that a 404 can say what ended them.
    pub const REMEMBERED_SANDBOXES: usize = 1_000;
    /// Status of a call that needs a running sandbox when it has reached `stopAt`.
    pub const SANDBOX_STOPPED_STATUS: u16 = 400;
    /// Status of a command whose sandbox is killed while it runs: the sandbox is gone, as for any later call.
    pub const KILLED_DURING_EXEC_STATUS: u16 = 404;
    /// Time a command may run when the caller names none, in milliseconds.
    pub const DEFAULT_EXEC_TIMEOUT_MS: u64 = 60_000;
    /// Shortest `timeoutMs` of a sandbox or command. A shorter one, as one beyond the maximum, is refused, never adjusted.
    pub const MIN_TIMEOUT_MS: u64 = 1;
    /// The option of `exec` that sets the working directory: an absolute path.
    pub const EXEC_CWD_FIELD: &str = "cwd";
    /// Whether `null` counts as a field left out. It does not: it is an error of type.
    pub const NULL_IS_ABSENT: bool = false;
    /// Whether `exec` takes a command of no characters. It does not: that is nearly always a bug of the caller.
    pub const EMPTY_COMMAND_ALLOWED: bool = false;
    /// What an image that is not known gives: a plain Linux and an event, or with `Reject` the documented 404. The option `unknownImages` overrides it.
    pub const UNKNOWN_IMAGES: UnknownImages = UnknownImages::Plain;
    /// Message of the 402 when the credits are used up.
    pub const INSUFFICIENT_TOKENS_MESSAGE: &str = "insufficient tokens";
    /// Sandboxes that the Pro plan runs at once: one line of the documentation says 100, another 1,000.
    pub const PRO_CONCURRENT_SANDBOXES: u32 = 100;
    /// vCPUs of every sandbox, for its credits.
    pub const SANDBOX_VCPUS: u64 = 1;
    /// Memory of every sandbox in GB, for its credits.
    pub const SANDBOX_MEMORY_GB: u64 = 1;
    /// Milliseconds that are billed as one unit; a begun unit counts whole. The month of a bill is the calendar's, in UTC.
    pub const BILLED_UNIT_MS: u64 = 1_000;
    /// Hexadecimal digits in the id of a sandbox, as in the one example that is documented.
    pub const SANDBOX_ID_DIGITS: usize = 14;
    /// Characters up to which a well-formed unknown sandbox id is a 404; a longer one, or one with characters other than letters, digits, `-` and `_`, is a 400.
    pub const MAX_SANDBOX_ID_LENGTH: usize = 64;
    /// `publicAccessUrlTemplate`; `{id}` is the sandbox. It has no scheme, since `expose` returns a host.
    pub const PUBLIC_ACCESS_URL_TEMPLATE: &str = "{{PORT}}-{id}.sandbox.localhost";
    /// Hexadecimal digits in the id of a terminal, as in that of a sandbox. Who knows the id may connect: the socket asks for no key, since a browser's `WebSocket` can send none.
    pub const TERMINAL_ID_DIGITS: usize = 14;
    /// Most columns and most rows of a terminal.
    pub const MAX_TERMINAL_SIDE: u16 = 1_000;
    /// Host of `wsUrl` where a request names none, as one through the package does.
    pub const TERMINAL_HOST: &str = "simplesandbox.local";
    /// Field of `details` with the machine-readable reason of an error.
    pub const REASON_FIELD: &str = "reason";
    /// Field of `details` that names the part of the request that was wrong.
    pub const FIELD_FIELD: &str = "field";
    /// Status of a write through the files routes that the volume has no room for.
    pub const NO_SPACE_STATUS: u16 = 507;
}
