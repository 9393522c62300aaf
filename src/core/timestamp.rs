//! Instants: milliseconds UTC inside, RFC 3339 outside.

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

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

/// Reads an RFC 3339 instant.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok().map(Instant)
}

#[cfg(test)]
mod tests {
    use super::{Instant, parse};

    #[test]
    fn an_instant_reads_back_as_written() {
        assert_eq!(Instant(1_790_000_000_123).to_string(), "2026-09-21T14:13:20.123Z");
        assert_eq!(parse("2026-09-21T14:13:20.123Z"), Some(Instant(1_790_000_000_123)));
        assert_eq!(parse("yesterday"), None);
    }
}
