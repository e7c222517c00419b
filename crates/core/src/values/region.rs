//! Where a sandbox runs and a volume lies.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Hint;
use crate::assumptions::REGIONS;
use crate::documented::DEFAULT_REGION;
use crate::errors::{Error, ShownValue};

/// The code of a region that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(&'static str);

impl Region {
    /// Looks a code up. The field of the error is `region` unless [`Error::at`] says otherwise.
    pub fn parse(text: &str) -> Result<Self, Error> {
        REGIONS.into_iter().find(|code| *code == text).map(Region).ok_or_else(|| Error::UnknownRegion {
            field: "region".to_owned(),
            value: ShownValue::from(text),
            hint: Box::new(Hint::new(text, &REGIONS)),
        })
    }

    /// Every region.
    pub fn all() -> impl Iterator<Item = Region> {
        REGIONS.into_iter().map(Region)
    }

    /// The code.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl Default for Region {
    fn default() -> Self {
        Region(DEFAULT_REGION)
    }
}

// By hand: the derived one would ask for input that lives for ever, since the type holds a static text.
impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Region::parse(&text).map_err(de::Error::custom)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions() {
        assert!(Region::all().any(|region| region == Region::default()));
        assert_eq!(Region::parse("lax").unwrap().as_str(), "lax");
        assert_eq!(
            Region::parse("IAD").unwrap_err().to_string(),
            "Unknown region \"IAD\": the nearest known region is iad"
        );
        let far = Region::parse("us-east-1").unwrap_err().to_string();
        assert!(far.starts_with("Unknown region \"us-east-1\": the known regions are iad, lax, "), "{far}");
    }
}
