//! Responses.

pub use axum::response::Response;
use axum::{body::Body, response::IntoResponse};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::core::refusal::{Failure, Refusal, Rule};

/// An extension of an answer: the rule that was broken, for the log.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub Rule);

/// The failure as an extension of an answer without a body. The router writes the body, because it needs the request's context.
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

/// An answer with a status and no body.
#[must_use]
pub fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// An answer with bytes of this type.
#[must_use]
pub fn of(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer in JSON.
pub fn json<T: Serialize>(status: StatusCode, thing: &T) -> Response {
    // Only a map with keys that are not text cannot be written, and no answer has one.
    of(status, "application/json", serde_json::to_vec(thing).unwrap_or_default())
}

/// The same answer with the status of this refusal, and with when to come back.
#[must_use]
pub fn refusing(mut response: Response, refusal: &Refusal) -> Response {
    *response.status_mut() = refusal.rule.status();
    telling(response, refusal)
}

/// The same answer marked with this refusal, and with when to come back. Its status stays.
#[must_use]
pub fn telling(mut response: Response, refusal: &Refusal) -> Response {
    response.extensions_mut().insert(Refused(refusal.rule));
    if let Some(seconds) = refusal.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The same answer with one more header. A value that cannot be one is left out.
#[must_use]
pub fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}
