//! Instants in milliseconds as the calendar has them, in UTC.
//!
//! In the worker the JavaScript engine's calendar is asked, as for Unicode (`unicode.rs`); natively a crate answers. The scenarios run on both.

pub use tables::{parse, parts, written};

/// Year, month from 0, day, hour and minute.
pub type Parts = (i32, usize, u8, u8, u8);

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

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
    pub fn parts(ms: i64) -> Option<super::Parts> {
        let at = at(ms)?;
        Some((at.year(), usize::from(u8::from(at.month())) - 1, at.day(), at.hour(), at.minute()))
    }
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::Date;

    /// Where years have four digits.
    const CALENDAR: std::ops::Range<i64> = -62_135_596_800_000..253_402_300_800_000;

    #[expect(clippy::cast_precision_loss, reason = "within 2^53")]
    fn at(ms: i64) -> Option<Date> {
        CALENDAR.contains(&ms).then(|| Date::new(&(ms as f64).into()))
    }

    /// RFC 3339, with milliseconds where there are any; nothing for what no calendar holds.
    #[must_use]
    pub fn written(ms: i64) -> Option<String> {
        Some(String::from(at(ms)?.to_iso_string()).replace(".000Z", "Z"))
    }

    /// The instant of RFC 3339. The engine reads more than that, and 30 February too: what it reads must be what stands there.
    #[must_use]
    pub fn parse(text: &str) -> Option<i64> {
        let (day, time) = (text.get(..10)?, text.get(10..)?);
        let is_time = time.starts_with('T') && time.get(9..).is_some_and(|rest| rest == "Z" || rest.starts_with(['.', '+', '-', 'Z']));
        let midnight = whole(Date::parse(&format!("{day}T00:00:00Z")))?;
        let exists = is_time && written(midnight)?.starts_with(day);
        whole(Date::parse(text)).filter(|_| exists && time.ends_with(|last: char| last == 'Z' || last.is_ascii_digit()) && time.contains(['Z', '+', '-']))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a number of milliseconds, or none")]
    fn whole(ms: f64) -> Option<i64> {
        ms.is_finite().then_some(ms as i64)
    }

    /// What a page shows.
    #[must_use]
    pub fn parts(ms: i64) -> Option<super::Parts> {
        let at = at(ms)?;
        let small = |number: u32| u8::try_from(number).unwrap_or_default();
        let year = i32::try_from(at.get_utc_full_year()).ok()?;
        Some((year, usize::try_from(at.get_utc_month()).ok()?, small(at.get_utc_date()), small(at.get_utc_hours()), small(at.get_utc_minutes())))
    }
}
