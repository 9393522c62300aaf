//! The answer with a page of a list: JSON, with the `Link` to the next page (RFC 8288).

use http::{StatusCode, Uri, header};
use serde::Serialize;

use super::response::{self, Response};
use crate::core::list::Listed;

impl<T: Serialize> Listed<T> {
    /// The page with its `Link: rel="next"`.
    #[must_use]
    pub fn answer(&self, uri: &Uri) -> Response {
        let response = response::json(StatusCode::OK, self);
        followed(response, uri, self.next_cursor.as_deref())
    }
}

/// The answer with the `Link` to the next page, where there is one.
#[must_use]
pub fn followed(response: Response, uri: &Uri, next_cursor: Option<&str>) -> Response {
    match next_cursor {
        None => response,
        Some(cursor) => response::with(response, header::LINK, &link_to_next(uri, cursor)),
    }
}

fn link_to_next(uri: &Uri, cursor: &str) -> String {
    let pairs = uri.query().unwrap_or_default().split('&');
    let query = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).fold(String::new(), |text, pair| text + pair + "&");
    format!("<{}?{query}cursor={cursor}>; rel=\"next\"", uri.path())
}
