//! The size of a volume.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::assumptions::BYTES_PER_GB;
use crate::documented::{DEFAULT_SIZE_GB, MAX_SIZE_GB, MIN_SIZE_GB};
use crate::errors::{Error, ShownValue};

/// A whole number of GB from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SizeGb(u32);

impl SizeGb {
    /// Checks a JSON number. The field of the error is `sizeGb` unless [`Error::at`] says otherwise.
    pub fn parse(value: &Value) -> Result<Self, Error> {
        if !value.is_number() {
            return Err(Error::InvalidType {
                field: "sizeGb".to_owned(),
                rule: "a number",
                value: ShownValue::from(value),
            });
        }
        whole_number(value)
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (MIN_SIZE_GB..=MAX_SIZE_GB).contains(number))
            .map(SizeGb)
            .ok_or_else(|| Error::InvalidVolumeSize {
                field: "sizeGb".to_owned(),
                value: ShownValue::from(value),
            })
    }

    /// The number of GB.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number of bytes.
    pub fn bytes(self) -> u64 {
        u64::from(self.0) * BYTES_PER_GB
    }
}

impl Default for SizeGb {
    fn default() -> Self {
        SizeGb(DEFAULT_SIZE_GB)
    }
}

impl TryFrom<u32> for SizeGb {
    type Error = Error;

    fn try_from(number: u32) -> Result<Self, Error> {
        SizeGb::parse(&Value::from(number))
    }
}

impl From<SizeGb> for u32 {
    fn from(size: SizeGb) -> u32 {
        size.0
    }
}

/// The number where it is whole and not negative, also where it is written `10.0` or `1e1`.
pub(crate) fn whole_number(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    let number = value.as_f64()?;
    // Up to here every whole f64 is exact; nothing that is asked for by number comes near it.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sizes() {
        for good in [json!(1), json!(100), json!(10.0), json!(1e1)] {
            assert!(SizeGb::parse(&good).is_ok(), "{good}");
        }
        for bad in [json!(0), json!(-1), json!(101), json!(500), json!(1.5), json!(1e300), json!(u64::MAX)] {
            let error = SizeGb::parse(&bad).unwrap_err();
            assert_eq!(error.to_string(), "Size must be 1-100 GB");
            assert_eq!(error.details()["value"], bad);
        }
        assert_eq!(SizeGb::parse(&json!("10")).unwrap_err().reason(), "invalid_type");
        assert_eq!(SizeGb::default().bytes(), 1_073_741_824);
    }
}
