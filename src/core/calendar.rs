//! Instants in milliseconds as the calendar has them, in UTC: the crate `time`, in the worker and in the tests alike.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Year, month from 0, day, hour and minute.
pub type Parts = (i32, usize, u8, u8, u8);

fn at(ms: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok()
}

/// RFC 3339, with milliseconds where there are any; nothing for what no calendar holds.
#[must_use]
pub fn written(ms: i64) -> Option<String> {
    at(ms)?.format(&Rfc3339).ok()
}

/// The instant of RFC 3339.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    i64::try_from(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos() / 1_000_000).ok()
}

/// What a page shows.
#[must_use]
pub fn parts(ms: i64) -> Option<Parts> {
    let at = at(ms)?;
    Some((at.year(), usize::from(u8::from(at.month())) - 1, at.day(), at.hour(), at.minute()))
}
