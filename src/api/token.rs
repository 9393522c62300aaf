//! Access tokens over HTTP, and the keys by which other services check them.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, header};

use crate::{
    access::context::Cx,
    core::refusal::Result,
    http::extract::Json,
    http::response::{self, Response},
    identity::access_token::{self, AccessToken, NewAccessToken},
};

/// `POST /v1/access-tokens`
#[utoipa::path(post, path = "/v1/access-tokens", request_body = NewAccessToken, responses((status = 200, body = AccessToken)), tag = "access")]
pub async fn post(cx: Cx, Json(body): Json<NewAccessToken>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &access_token::make(&cx, &body).await?))
}

/// `GET /.well-known/jwks.json`: returns the public keys to everybody. A cache may keep them for as long as a token lives.
pub async fn get_keys(cx: Cx) -> Result<Response> {
    Ok(response::with(response::json(StatusCode::OK, &access_token::published(&cx.env.config)), header::CACHE_CONTROL, "public, max-age=300"))
}

/// `GET /.well-known/oauth-authorization-server`: tells libraries who signs access tokens and by which keys (RFC 8414). Nobody is sent here for
/// consent, so there is no endpoint of OAuth and no response type.
pub async fn get_metadata(cx: Cx) -> Result<Response> {
    Ok(response::with(response::json(StatusCode::OK, &access_token::metadata(&cx.env.config)), header::CACHE_CONTROL, "public, max-age=300"))
}
