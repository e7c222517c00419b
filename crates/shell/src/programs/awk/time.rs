//! The time of day, as `systime`, `strftime` and `mktime` tell it.

use std::sync::Arc;

use sandbox_fs::Timestamp;

use super::super::date::{Zone, formatted, parse};
use crate::host::Host;

/// The sandbox's clock.
pub(super) struct Clock {
    pub(super) host: Arc<dyn Host>,
    pub(super) zone: Zone,
}

impl Clock {
    pub(super) fn seconds(&self) -> i64 {
        self.host.now().as_secs()
    }

    pub(super) fn format(&self, format: &str, seconds: f64, utc: bool) -> String {
        let nanos = (seconds as i64).saturating_mul(1_000_000_000);
        let zone = Zone::utc();
        formatted(format, Timestamp(nanos), if utc { &zone } else { &self.zone })
    }

    /// The moment of a date that is written as `YYYY MM DD HH MM SS`.
    pub(super) fn moment(&self, date: &str, utc: bool) -> Option<i64> {
        let parts: Vec<i64> = date.split_whitespace().map_while(|part| part.parse().ok()).collect();
        let [year, month, day, hour, minute, second, ..] = parts[..] else { return None };
        let date = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        let zone = Zone::utc();
        let now = (self.seconds(), 0);
        parse(&date, now, if utc { &zone } else { &self.zone }).map(|(seconds, _)| seconds)
    }
}
