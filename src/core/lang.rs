//! The languages the service speaks.

use std::fmt;

/// A language the service speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// Italian.
    It,
    /// English; also what is spoken to those who ask for neither.
    En,
}

impl Lang {
    /// Its code, as in `<html lang>` and in the `lang` cookie.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::En => "en",
        }
    }

    /// The language of a code; regions are accepted (`it-CH`).
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.trim().split(['-', '_']).next()? {
            primary if primary.eq_ignore_ascii_case("it") => Some(Self::It),
            primary if primary.eq_ignore_ascii_case("en") => Some(Self::En),
            _ => None,
        }
    }

    /// The language of exactly this code.
    #[must_use]
    pub fn it_or_en(code: &str) -> Option<Self> {
        [Self::It, Self::En].into_iter().find(|lang| lang.code() == code)
    }

    /// What a browser's `Accept-Language` prefers among the languages spoken here; English when it names none of them.
    #[must_use]
    pub fn from_accept_language(header: Option<&str>) -> Self {
        let mut best = (Self::En, 0);
        for item in header.unwrap_or_default().split(',') {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(Self::parse) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A q-value (`0.8`) in thousandths; one that is not a number counts as nothing.
fn thousandths(q: &str) -> u32 {
    let (whole, fraction) = q.trim().split_once('.').unwrap_or((q.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), digits.parse::<u32>()) {
        (Ok(whole), Ok(fraction)) => (whole.min(1) * 1000 + fraction).min(1000),
        _ => 0,
    }
}
