//! The languages the service speaks.

use std::fmt;

/// A language the service speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// Italian.
    It,
    /// English, also for those who ask for neither.
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
        // Each is parsed alone: to sort several, the crate compares q-values as floats, and many of `q=nan` make it panic.
        let accepted = header.unwrap_or_default().split(',').flat_map(accept_language::parse_with_quality);
        let spoken = accepted.filter_map(|(name, weight)| Some((Self::parse(&name)?, weight.min(1.0))));
        spoken.fold((Self::En, 0.0), |best, next| if next.1 > best.1 { next } else { best }).0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
