//! Answers as they go out.

pub use axum::response::Response;
use axum::{body::Body, response::IntoResponse};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::core::refusal::{Failure, Refusal, Rule};

/// Says of an answer, as one of its extensions, which rule was broken: for the log.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub Rule);

/// A failure on its way to its words: the router gives them, with the request's context.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Refused(refusal) => refusal.rule.status(),
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = bare(status);
        response.extensions_mut().insert(self);
        response
    }
}

/// Nothing but a status.
#[must_use]
pub fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Bytes of this type.
#[must_use]
pub fn of(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// JSON.
pub fn json<T: Serialize>(status: StatusCode, thing: &T) -> Response {
    // Only a map with keys that are no text would not be written, and no answer has one.
    of(status, "application/json", serde_json::to_vec(thing).unwrap_or_default())
}

/// The same answer, as the refusal that it tells of: with its status, and when to come back.
#[must_use]
pub fn refusing(mut response: Response, refusal: &Refusal) -> Response {
    *response.status_mut() = refusal.rule.status();
    telling(response, refusal)
}

/// The same answer as one that tells of this refusal, with when to come back. Its status stays.
#[must_use]
pub fn telling(mut response: Response, refusal: &Refusal) -> Response {
    response.extensions_mut().insert(Refused(refusal.rule));
    if let Some(seconds) = refusal.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The same answer with one more header, as far as the value can be one.
#[must_use]
pub fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}
