//! Instants: milliseconds UTC inside, RFC 3339 outside.

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The length of a day in bytes: `2026-11-22`.
pub const DAY: usize = 10;

/// An instant as the API writes it: `2026-11-22T10:15:00.123Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct Instant(pub i64);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.in_utc().and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default())
    }
}

impl Instant {
    /// The date and time in UTC. `None` for an instant outside the calendar.
    #[must_use]
    pub fn in_utc(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok()
    }
}

/// Reads an RFC 3339 instant of the years 0000 to 9999 in UTC. Between date and time stands `T`, `t` or a space: other applications may choose a
/// space (section 5.6), and no other separator is one that people write, though `time` takes any.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    if !matches!(text.as_bytes().get(DAY), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let at = Instant(i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()?);
    // Near its ends an offset moves an instant out of the calendar, where no answer could write it.
    at.in_utc().is_some_and(|utc| (0..=9999).contains(&utc.year())).then_some(at)
}

/// Reads a day (`full-date` of RFC 3339) as its first instant in UTC.
#[must_use]
pub fn day(text: &str) -> Option<Instant> {
    if text.len() == DAY { parse(&format!("{text}T00:00:00Z")) } else { None }
}

#[cfg(test)]
mod tests {
    use super::{Instant, day, parse};

    #[test]
    fn an_instant_reads_back_as_written() {
        assert_eq!(Instant(1_790_000_000_123).to_string(), "2026-09-21T14:13:20.123Z");
        assert_eq!(parse("2026-09-21T14:13:20.123Z"), Some(Instant(1_790_000_000_123)));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(day("2026-09-21"), parse("2026-09-21T00:00:00Z"));
    }

    #[test]
    fn every_instant_that_is_read_can_be_written() {
        for text in ["0000-01-01T00:00:00Z", "0000-01-01T01:00:00+01:00", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", "9999-12-31T22:59:59-01:00"] {
            let at = parse(text).unwrap();
            assert_eq!(parse(&at.to_string()), Some(at), "{text}");
        }
        assert_eq!(parse("1969-12-31T23:59:59.9999Z"), Some(Instant(-1)));
        for text in ["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01", "2026-09-21x14:13:20Z", "2026-09-21T14:13:20"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!((day("2026-09-31"), day("2026-9-21"), day("2026-09-21T00:00:00Z"), day("")), (None, None, None, None));
    }
}
