//! Values that cannot be wrong: whoever holds one need not check it.
//!
//! Each is made by its `parse`, and by nothing else; reading one back from a journal goes through the same door.

mod env;
mod image;
mod known_images;
mod nearest;
mod paths;
mod region;
mod sandbox_id;
mod size;
mod terminal;
mod time;
mod timeouts;
mod volume_name;

pub use env::{Env, EnvVar};
pub use image::ImageRef;
pub use known_images::known_images;
pub(crate) use known_images::nearest_known_image;
pub use nearest::Hint;
pub(crate) use nearest::nearest;
pub use paths::{FilePath, MountPath};
pub use region::Region;
pub use sandbox_id::SandboxId;
pub use size::SizeGb;
pub(crate) use size::whole_number;
pub use terminal::{TerminalId, TerminalShell};
pub use time::UnixMillis;
pub use timeouts::{ExecTimeout, SandboxTimeout};
pub use volume_name::VolumeName;

/// Gives a type around a `String` that `parse` has checked its text, its display and a serialised form that is
/// checked again when it is read.
macro_rules! text_value {
    ($type:ident) => {
        impl $type {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = crate::errors::Error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                $type::parse(&text)
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::errors::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $type::parse(text)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}
use text_value;
