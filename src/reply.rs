//! Answers as they go out: a status, headers, and bytes that are whole.

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

/// An answer.
pub type Response = http::Response<Vec<u8>>;

/// Nothing but a status.
#[must_use]
pub fn bare(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Bytes of this type.
#[must_use]
pub fn of(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = bare(status);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    *response.body_mut() = body;
    response
}

/// JSON.
pub fn json<T: Serialize>(status: StatusCode, thing: &T) -> Response {
    // Only a map with keys that are no text would not be written, and no answer has one.
    of(status, "application/json", serde_json::to_vec(thing).unwrap_or_default())
}

/// The same answer with one more header, as far as it can be one.
#[must_use]
pub fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}
