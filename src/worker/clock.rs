//! The one clock: the runtime's.

use worker::Date;

/// The instant, ms UTC.
pub fn now() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or_default()
}
