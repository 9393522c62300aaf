//! Answers as they go out: a status, headers, and bytes that are whole.

use http::StatusCode;
use serde::Serialize;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// Names in lower case, and their values: plain ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Nothing but a status.
#[must_use]
pub fn bare(status: StatusCode) -> Response {
    Response { status, headers: Vec::new(), body: Vec::new() }
}

/// Bytes of this type.
#[must_use]
pub fn of(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    Response { status, headers: vec![("content-type", kind.to_owned())], body }
}

/// JSON.
pub fn json<T: Serialize>(status: StatusCode, thing: &T) -> Response {
    // Only a map with keys that are no text would not be written, and no answer has one.
    of(status, "application/json", serde_json::to_vec(thing).unwrap_or_default())
}

/// The same answer with one more header, as far as it can be one: the platform refuses a whole answer for a line break in one.
#[must_use]
pub fn with(mut response: Response, name: &'static str, value: &str) -> Response {
    if value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        response.headers.push((name, value.to_owned()));
    }
    response
}

/// A JSON value as text. (Not its `Display`: the writer behind that would be linked a second time.)
#[must_use]
pub fn written(json: &serde_json::Value) -> String {
    serde_json::to_string(json).unwrap_or_default()
}
