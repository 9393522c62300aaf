//! How an instant is shown: `22 Nov 2026, 14:05 UTC`.

use crate::core::calendar;
use crate::core::lang::Lang;

const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_IT: [&str; 12] = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"];

/// An instant as a page shows it, and as a machine reads it (`<time datetime>`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct When {
    /// `22 Nov 2026, 14:05 UTC`.
    pub shown: String,
    /// `2026-11-22T14:05:00Z`.
    pub iso: String,
}

impl Lang {
    /// An instant in milliseconds, for a page. One that no calendar holds is shown as a dash rather than failing the page.
    #[must_use]
    pub fn when(self, ms: i64) -> When {
        let seconds = ms.div_euclid(1_000).saturating_mul(1_000);
        let (Some((year, month, day, hour, minute)), Some(iso)) = (calendar::parts(seconds), calendar::written(seconds)) else {
            return When { shown: "–".to_owned(), iso: String::new() };
        };
        let months = match self {
            Self::En => MONTHS_EN,
            Self::It => MONTHS_IT,
        };
        let month = months.get(month).copied().unwrap_or_default();
        When { shown: format!("{day} {month} {year}, {hour:02}:{minute:02} UTC"), iso }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn an_instant_is_shown_in_the_words_of_its_reader() {
        let at = Lang::En.when(1_795_356_342_999);
        assert_eq!(at.shown, "22 Nov 2026, 14:05 UTC");
        assert_eq!(at.iso, "2026-11-22T14:05:42Z");
        assert_eq!(Lang::It.when(1_795_356_342_999).shown, "22 nov 2026, 14:05 UTC");
    }

    #[test]
    fn an_instant_outside_every_calendar_does_not_break_a_page() {
        assert_eq!(Lang::En.when(i64::MAX).shown, "–");
        assert_eq!(Lang::En.when(-1).shown, "31 Dec 1969, 23:59 UTC");
    }
}
