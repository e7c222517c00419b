//! The name of a volume.

use serde::Deserialize;

use crate::documented::MAX_VOLUME_NAME_LENGTH;
use crate::errors::{Error, ShownValue};

/// 1 to 30 of `a`–`z`, `0`–`9` and `_`. One name is one volume in all regions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct VolumeName(String);

impl VolumeName {
    /// Checks a name. The field of the error is `name` unless [`Error::at`] says otherwise.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if (1..=MAX_VOLUME_NAME_LENGTH).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(VolumeName(text.to_owned()));
        }
        Err(Error::InvalidVolumeName {
            field: "name".to_owned(),
            value: ShownValue::from(text),
            length: text.chars().count(),
        })
    }
}

super::text_value!(VolumeName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "0", "_", "my_project", "workspace_2024", &"x".repeat(30)] {
            assert_eq!(VolumeName::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "My-Project", "cache@v2", "a b", "é", "a\0", &"x".repeat(31), &"é".repeat(40)] {
            let error = VolumeName::parse(bad).unwrap_err();
            assert_eq!(error.to_string(), "Volume name must be lowercase alphanumeric and underscores");
            assert_eq!((error.reason(), error.field()), ("invalid_volume_name", Some("name")));
        }
    }
}
