//! Access tokens over HTTP, and the keys by which other services check them.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use http::StatusCode;

use crate::{
    access::context::Cx,
    core::refusal::Result,
    http::request::Ask,
    http::response::{self, Response},
    identity::access_token::{self, AccessToken, NewAccessToken},
};

/// `POST /v1/access-tokens`
#[utoipa::path(post, path = "/v1/access-tokens", request_body = NewAccessToken, responses((status = 200, body = AccessToken)), tag = "access")]
pub async fn post(cx: Cx, ask: Ask) -> Result<Response> {
    let body: NewAccessToken = ask.json()?;
    Ok(response::json(StatusCode::OK, &access_token::make(&cx, &body).await?))
}

/// `GET /.well-known/jwks.json`: for everybody, and to be kept for as long as a token lives.
pub async fn get_keys(cx: Cx, _: Ask) -> Result<Response> {
    Ok(response::with(response::json(StatusCode::OK, &access_token::published(&cx.env.config)), "cache-control", "public, max-age=300"))
}
