//! The operations of the API, and the answers they share (design §7).

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

/// POSTs for which an `Idempotency-Key` says nothing: they spend a secret that works once anyway, only show something, or are for everybody.
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

/// A single thing with its `ETag`.
pub fn tagged<T: Serialize>(version: i64, thing: &T) -> Response {
    with(response::json(StatusCode::OK, thing), header::ETAG, &format!("\"v{version}\""))
}

/// 201 with `Location`.
pub fn created<T: Serialize>(location: &str, thing: &T) -> Response {
    with(response::json(StatusCode::CREATED, thing), header::LOCATION, location)
}
