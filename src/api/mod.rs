//! The operations of the API, and the responses they share (design §7).

pub mod account;
pub mod communication;
#[cfg(not(target_arch = "wasm32"))]
pub mod document;
pub mod explanation;
pub mod host;
pub mod link;
pub mod me;
pub mod member;
pub mod resource;
pub mod token;
pub mod transfer;

use http::{StatusCode, header};
use serde::Serialize;

use crate::http::response::{self, Response, with};

/// POSTs that ignore an `Idempotency-Key`: they use a secret that works only once, only read, or need no user.
pub const WITHOUT_KEY: [&str; 11] = [
    "/v1/setup",
    "/v1/sessions",
    "/v1/access-tokens",
    "/v1/invitations/preview",
    "/v1/invitations/accept",
    "/v1/invitations/decline",
    "/v1/password-resets",
    "/v1/password-resets/preview",
    "/v1/password-resets/confirm",
    "/v1/email-changes/confirm",
    "/v1/email-verifications/confirm",
];

/// Returns 200 with one resource and its `ETag`.
pub fn tagged<T: Serialize>(version: i64, thing: &T) -> Response {
    with(response::json(StatusCode::OK, thing), header::ETAG, &format!("\"v{version}\""))
}

/// Returns 201 with the new resource and its `Location`.
pub fn created<T: Serialize>(location: &str, thing: &T) -> Response {
    with(response::json(StatusCode::CREATED, thing), header::LOCATION, location)
}
