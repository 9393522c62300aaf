//! Answers as they go out: a status, headers, and bytes that are whole.

use http::StatusCode;
use serde::Serialize;

use crate::core::refusal::{Refusal, Rule};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// Names in lower case, and their values: plain ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// The rule that was broken, where it is a refusal, for the log.
    pub refused: Option<Rule>,
}

/// Nothing but a status.
#[must_use]
pub fn bare(status: StatusCode) -> Response {
    Response { status, headers: Vec::new(), body: Vec::new(), refused: None }
}

/// Bytes of this type.
#[must_use]
pub fn of(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    Response { headers: vec![("content-type", kind.to_owned())], body, ..bare(status) }
}

/// JSON.
pub fn json<T: Serialize>(status: StatusCode, thing: &T) -> Response {
    // Only a map with keys that are no text would not be written, and no answer has one.
    of(status, "application/json", serde_json::to_vec(thing).unwrap_or_default())
}

/// The same answer, as the refusal that it tells of: with its status, and when to come back.
#[must_use]
pub fn refusing(mut response: Response, refusal: &Refusal) -> Response {
    (response.status, response.refused) = (refusal.rule.status(), Some(refusal.rule));
    response.headers.extend(refusal.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
    response
}

/// The same answer with one more header, as far as it can be one: the platform refuses a whole answer for a line break in one.
#[must_use]
pub fn with(mut response: Response, name: &'static str, value: &str) -> Response {
    if value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        response.headers.push((name, value.to_owned()));
    }
    response
}
