//! How JSON goes out: the answers every API handler gives, and the pages of its lists (design §7).

pub mod account;
pub mod communication;
#[cfg(not(target_arch = "wasm32"))]
mod document;
pub mod explanation;
pub mod host;
pub mod link;
pub mod me;
pub mod member;
pub mod resource;
pub mod token;
pub mod transfer;

#[cfg(not(target_arch = "wasm32"))]
pub use document::document;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::{
    access::context::Cx,
    core::decode,
    core::json::written,
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::secret::{SealingKey, SealingNonce},
    http::request::Uri,
    http::response::{self, Response, with},
};

/// Rows a page of a list has at most, and when nobody says otherwise.
const LARGEST_PAGE: i64 = 100;
const USUAL_PAGE: i64 = 50;

/// A single thing with its `ETag`.
pub fn tagged<T: Serialize>(version: i64, thing: &T) -> Response {
    with(response::json(StatusCode::OK, thing), "etag", &format!("\"v{version}\""))
}

/// 201 with `Location`.
pub fn created<T: Serialize>(location: &str, thing: &T) -> Response {
    with(response::json(StatusCode::CREATED, thing), "location", location)
}

/// Where a page of a list starts and how many rows it has. The cursor is encrypted, for it holds names and addresses and stands in URLs; it is
/// bound to list and filter.
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
    /// Reads `limit` and `cursor` of a list that is told apart by `list` (its account and filters).
    ///
    /// # Errors
    /// [`Rule::CursorNotValid`], or the limit out of 1..=100.
    pub fn of(cx: &Cx, list: &[&str], limit: Option<i64>, cursor: Option<&str>) -> Result<Self> {
        Self::within(cx, list, limit, cursor, LARGEST_PAGE)
    }

    /// The same, of a list whose pages have up to `largest` rows.
    ///
    /// # Errors
    /// As [`Page::of`].
    pub fn within(cx: &Cx, list: &[&str], limit: Option<i64>, cursor: Option<&str>, largest: i64) -> Result<Self> {
        let limit = limit.unwrap_or(USUAL_PAGE);
        if !(1..=largest).contains(&limit) {
            return Err(Refusal::field("/limit", Wrong::Unknown).into());
        }
        let (config, list) = (&cx.env.config, written(&serde_json::json!(list)));
        let after = match cursor.filter(|cursor| !cursor.is_empty()) {
            None => <[String; 2]>::default(),
            Some(cursor) => {
                // A list that is open while keys change goes on.
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

    /// The cursor of the page that starts after this place; none where it is longer than any row can be.
    #[must_use]
    pub fn after_place(&self, place: (&str, &str)) -> Option<String> {
        sealing(&self.signing_key).seal(&self.nonce, &self.list, &written(&serde_json::json!(place)))
    }
}

/// What encrypts cursors.
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
    /// The same page of another form of its rows.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Listed<U> {
        Listed { data: self.data.into_iter().map(form).collect(), next_cursor: self.next_cursor }
    }
}

impl<T: Serialize> Listed<T> {
    /// The page with its `Link: rel="next"`.
    #[must_use]
    pub fn answer(&self, uri: &Uri) -> Response {
        let response = response::json(StatusCode::OK, self);
        followed(response, uri, self.next_cursor.as_deref())
    }
}

/// The answer with the `Link` to what follows it.
#[must_use]
pub fn followed(response: Response, uri: &Uri, next_cursor: Option<&str>) -> Response {
    match next_cursor {
        None => response,
        Some(cursor) => with(response, "link", &link_to_next(uri, cursor)),
    }
}

fn link_to_next(uri: &Uri, cursor: &str) -> String {
    let pairs = uri.query.split('&');
    let kept = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).fold(String::new(), |query, pair| query + pair + "&");
    format!("<{}?{kept}cursor={cursor}>; rel=\"next\"", uri.path)
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
