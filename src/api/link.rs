//! What opens with a secret, over HTTP: setup, signing in, invitations, password resets.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Body, Json, created};
use crate::{
    acceptance::{self, Acceptance, Accepted},
    cx::Cx,
    invitation::{self, Preview},
    refusal::Result,
    reset::{self, Confirmation},
    session::{self, Credentials, SignedIn},
    setup::{self, SetUp, Setup},
};

/// The token of a link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    token: String,
}

/// An e-mail address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    email: String,
}

/// `POST /v1/setup`: once.
#[utoipa::path(post, path = "/v1/setup", request_body = Setup, responses((status = 201, body = SetUp)), tag = "setup", security(()))]
pub async fn post_setup(cx: Cx, body: Body<Setup>) -> Result<Response> {
    let set_up = setup::set_up(&cx, &body.value).await?;
    Ok(created(&format!("/v1/accounts/{}", set_up.account_id), &set_up))
}

/// `POST /v1/sessions`: signs in.
#[utoipa::path(post, path = "/v1/sessions", request_body = Credentials, responses((status = 201, body = SignedIn)), tag = "sessions", security(()))]
pub async fn post_session(cx: Cx, body: Body<Credentials>) -> Result<Response> {
    let signed_in = session::sign_in(&cx, &body.value).await?;
    Ok(created("/v1/me/sessions", &signed_in))
}

/// `POST /v1/invitations/preview`: what a link is for; nothing is used up.
#[utoipa::path(post, path = "/v1/invitations/preview", request_body = Token, responses((status = 200, body = Preview)), tag = "invitations", security(()))]
pub async fn preview_invitation(cx: Cx, body: Body<Token>) -> Result<Json<Preview>> {
    Ok(Json(invitation::preview(&cx, &body.value.token).await?))
}

/// `POST /v1/invitations/accept`: with names and a password (new), a password (existing user), or a session.
#[utoipa::path(post, path = "/v1/invitations/accept", request_body = Acceptance, responses((status = 201, body = Accepted)), tag = "invitations", security(()))]
pub async fn accept_invitation(cx: Cx, body: Body<Acceptance>) -> Result<Response> {
    let accepted = acceptance::accept(&cx, &body.value).await?;
    Ok(created(&format!("/v1/accounts/{}", accepted.account_id), &accepted))
}

/// `POST /v1/invitations/decline`
#[utoipa::path(post, path = "/v1/invitations/decline", request_body = Token, responses((status = 204)), tag = "invitations", security(()))]
pub async fn decline_invitation(cx: Cx, body: Body<Token>) -> Result<StatusCode> {
    acceptance::decline(&cx, &body.value.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/password-resets`: always 202.
#[utoipa::path(post, path = "/v1/password-resets", request_body = Address, responses((status = 202)), tag = "password resets", security(()))]
pub async fn post_password_reset(cx: Cx, body: Body<Address>) -> Result<Response> {
    reset::forgot(&cx, &body.value.email).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// `POST /v1/password-resets/preview`: whose password a link sets; nothing is used up.
#[utoipa::path(post, path = "/v1/password-resets/preview", request_body = Token, responses((status = 200, body = reset::Preview)), tag = "password resets", security(()))]
pub async fn preview_password_reset(cx: Cx, body: Body<Token>) -> Result<Json<reset::Preview>> {
    Ok(Json(reset::preview(&cx, &body.value.token).await?))
}

/// `POST /v1/password-resets/confirm`
#[utoipa::path(post, path = "/v1/password-resets/confirm", request_body = Confirmation, responses((status = 204)), tag = "password resets", security(()))]
pub async fn confirm_password_reset(cx: Cx, body: Body<Confirmation>) -> Result<StatusCode> {
    reset::confirm(&cx, &body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}
