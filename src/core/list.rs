//! Lists, a page at a time: where a page starts, how many rows it has, and where the next one starts.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    core::config::Config,
    core::decode,
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::secret::{SealingKey, SealingNonce},
};

/// The most rows that a page of a list may have, and the rows it has when no number is asked for.
const LARGEST_PAGE: i64 = 100;
const DEFAULT_PAGE: i64 = 50;

/// Where a page of a list starts and how many rows it has. The cursor is encrypted, because it holds names and addresses and is part of URLs.
/// It is bound to list and filter.
#[derive(Debug, Clone)]
pub struct Page {
    /// Rows asked for.
    pub limit: i64,
    after: [String; 2],
    signing_key: Vec<u8>,
    nonce: SealingNonce,
    list: String,
}

impl Page {
    /// Reads `limit` and `cursor` of the list that `list` names (what it lists, its account and filters).
    ///
    /// # Errors
    /// [`Rule::CursorNotValid`], or the limit out of 1..=100.
    pub fn of(config: &Config, list: &[&str], limit: Option<i64>, cursor: Option<&str>) -> Result<Self> {
        Self::within(config, list, limit, cursor, LARGEST_PAGE)
    }

    /// The same, of a list whose pages have up to `largest` rows.
    ///
    /// # Errors
    /// As [`Page::of`].
    pub fn within(config: &Config, list: &[&str], limit: Option<i64>, cursor: Option<&str>, largest: i64) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_PAGE);
        if !(1..=largest).contains(&limit) {
            return Err(Refusal::field("/limit", Wrong::Unknown).into());
        }
        let list = json!(list).to_string();
        let after = match cursor.filter(|cursor| !cursor.is_empty()) {
            None => <[String; 2]>::default(),
            Some(cursor) => {
                // A cursor from before the change of keys is still read.
                let keys = std::iter::once(&config.signing_key).chain(&config.signing_key_previous);
                let place = keys.map(|key| sealing(key)).find_map(|key| key.open(&list, cursor)).ok_or(Rule::CursorNotValid)?;
                decode::copy(&place).ok_or(Rule::CursorNotValid)?
            }
        };
        Ok(Self { limit, after, signing_key: config.signing_key.clone(), nonce: SealingNonce::new()?, list })
    }

    /// The sort key and id to start after; empty texts: from the start.
    #[must_use]
    pub fn after(&self) -> (&str, &str) {
        let [place, id] = &self.after;
        (place, id)
    }

    /// What to bind to LIMIT: one more than asked, to know whether there is a next page.
    #[must_use]
    pub fn limit_and_one(&self) -> i64 {
        self.limit + 1
    }

    /// Cuts the rows to the page and makes the cursor of the next one.
    pub fn cut<T>(&self, mut rows: Vec<T>, place: impl Fn(&T) -> (&str, &str)) -> Listed<T> {
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).and_then(|last| self.after_place(place(last)));
        Listed { data: rows, next_cursor }
    }

    /// The cursor of the page that starts after this place. `None` where the place is longer than any row can be.
    #[must_use]
    pub fn after_place(&self, place: (&str, &str)) -> Option<String> {
        sealing(&self.signing_key).seal(&self.nonce, &self.list, &json!([place.0, place.1]).to_string())
    }
}

/// The key that encrypts cursors.
fn sealing(signing_key: &[u8]) -> SealingKey {
    SealingKey::of(signing_key, "cursors")
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Listed<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page starts; `null` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// The same page, with each row converted.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Listed<U> {
        Listed { data: self.data.into_iter().map(form).collect(), next_cursor: self.next_cursor }
    }
}

/// The parameters every list takes.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows a page: 1 to 100, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
