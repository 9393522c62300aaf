//! Requests that need a secret and no session, over HTTP: setup, sign-in, invitations, password resets, confirmations of an address.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::StatusCode;
use serde::Deserialize;

use super::created;
use crate::{
    access::context::Cx,
    accounts::setup::{self, SetUp, Setup},
    core::refusal::Result,
    http::extract::Json,
    http::response::{self, Response},
    identity::email_change,
    identity::reset::{self, Confirmation},
    identity::session::{self, Credentials, SignedIn},
    identity::verification,
    people::acceptance::{self, Acceptance, Accepted},
    people::invitation_preview::{self, Preview},
};

/// A link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The code of the link, which follows its `#`, or the link as somebody pasted it.
    token: String,
}

/// An e-mail address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    email: String,
}

/// `POST /v1/setup`: sets the deployment up. It works once.
#[utoipa::path(post, path = "/v1/setup", request_body = Setup, responses((status = 201, body = SetUp)), tag = "setup", security(()))]
pub async fn post_setup(cx: Cx, Json(body): Json<Setup>) -> Result<Response> {
    let set_up = setup::set_up(&cx, &body).await?;
    Ok(created(&format!("/v1/accounts/{}", set_up.account_id), &set_up))
}

/// `POST /v1/sessions`: signs in.
#[utoipa::path(post, path = "/v1/sessions", request_body = Credentials, responses((status = 201, body = SignedIn)), tag = "sessions", security(()))]
pub async fn post_session(cx: Cx, Json(body): Json<Credentials>) -> Result<Response> {
    let signed_in = session::sign_in(&cx, &body).await?;
    Ok(created("/v1/me/sessions", &signed_in))
}

/// `POST /v1/invitations/preview`: returns what a link is for and does not use it up.
#[utoipa::path(post, path = "/v1/invitations/preview", request_body = Token, responses((status = 200, body = Preview)), tag = "invitations", security(()))]
pub async fn preview_invitation(cx: Cx, Json(body): Json<Token>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &invitation_preview::show(&cx, &body.token).await?))
}

/// `POST /v1/invitations/accept`: takes names and a password (new user), a password (existing user), or a session. With a mailed token and a user whom
/// nobody confirmed, the password replaces the old one and every session of that user ends. The same request again gives the same result.
#[utoipa::path(post, path = "/v1/invitations/accept", request_body = Acceptance, responses((status = 201, body = Accepted)), tag = "invitations", security(()))]
pub async fn accept_invitation(cx: Cx, Json(body): Json<Acceptance>) -> Result<Response> {
    let accepted = acceptance::accept(&cx, &body).await?;
    Ok(created(&format!("/v1/accounts/{}", accepted.account_id), &accepted))
}

/// `POST /v1/invitations/decline`
#[utoipa::path(post, path = "/v1/invitations/decline", request_body = Token, responses((status = 204)), tag = "invitations", security(()))]
pub async fn decline_invitation(cx: Cx, Json(body): Json<Token>) -> Result<Response> {
    acceptance::decline(&cx, &body.token).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST /v1/password-resets`: always returns 202.
#[utoipa::path(post, path = "/v1/password-resets", request_body = Address, responses((status = 202)), tag = "password resets", security(()))]
pub async fn post_password_reset(cx: Cx, Json(body): Json<Address>) -> Result<Response> {
    reset::forgot(&cx, &body.email).await?;
    Ok(response::bare(StatusCode::ACCEPTED))
}

/// `POST /v1/password-resets/preview`: returns whose password a link sets and does not use it up.
#[utoipa::path(post, path = "/v1/password-resets/preview", request_body = Token, responses((status = 200, body = reset::Preview)), tag = "password resets", security(()))]
pub async fn preview_password_reset(cx: Cx, Json(body): Json<Token>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &reset::preview(&cx, &body.token).await?))
}

/// `POST /v1/password-resets/confirm`
#[utoipa::path(post, path = "/v1/password-resets/confirm", request_body = Confirmation, responses((status = 204)), tag = "password resets", security(()))]
pub async fn confirm_password_reset(cx: Cx, Json(body): Json<Confirmation>) -> Result<Response> {
    reset::confirm(&cx, &body).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST /v1/email-changes/confirm`: the user signs in with the new address from now on.
#[utoipa::path(post, path = "/v1/email-changes/confirm", request_body = Token, responses((status = 204)), tag = "me", security(()))]
pub async fn confirm_email_change(cx: Cx, Json(body): Json<Token>) -> Result<Response> {
    email_change::confirm(&cx, &body.token).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST /v1/email-verifications/confirm`: confirms the address with the link that was mailed to it.
#[utoipa::path(post, path = "/v1/email-verifications/confirm", request_body = Token, responses((status = 204)), tag = "me", security(()))]
pub async fn confirm_email_verification(cx: Cx, Json(body): Json<Token>) -> Result<Response> {
    verification::confirm(&cx, &body.token).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}
