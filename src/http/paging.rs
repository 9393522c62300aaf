//! A page of a list as it goes out: JSON, with the `Link` to the next one (RFC 8288).

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

/// The answer with the `Link` to what follows it.
#[must_use]
pub fn followed(response: Response, uri: &Uri, next_cursor: Option<&str>) -> Response {
    match next_cursor {
        None => response,
        Some(cursor) => response::with(response, header::LINK, &link_to_next(uri, cursor)),
    }
}

fn link_to_next(uri: &Uri, cursor: &str) -> String {
    let pairs = uri.query().unwrap_or_default().split('&');
    let kept = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).fold(String::new(), |query, pair| query + pair + "&");
    format!("<{}?{kept}cursor={cursor}>; rel=\"next\"", uri.path())
}
