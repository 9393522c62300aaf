//! Oneself over HTTP: who I am, my password, my sessions, my accounts.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use http::StatusCode;

use super::{Listed, tagged};
use crate::{
    access::context::Cx,
    accounts::account::Account,
    accounts::account_list::{self, Filter},
    core::refusal::Result,
    http::request::Ask,
    http::response::{self, Response},
    identity::email_change::{self, EmailChange},
    identity::session::{self, Session, Which},
    identity::user::{self, MePatch, PasswordChange, User},
    identity::verification,
};

/// `GET /v1/me`
#[utoipa::path(get, path = "/v1/me", responses((status = 200, body = User)), tag = "me")]
pub async fn get(cx: Cx, _: Ask) -> Result<Response> {
    let me = user::me(&cx).await?;
    Ok(tagged(me.version, &me))
}

/// `PATCH /v1/me`
#[utoipa::path(patch, path = "/v1/me", params(("If-Match" = String, Header)), request_body = MePatch, responses((status = 200, body = User)), tag = "me")]
pub async fn patch(cx: Cx, ask: Ask) -> Result<Response> {
    let version = ask.if_match()?;
    let body: MePatch = ask.json()?;
    let me = user::edit(&cx, &body, version).await?;
    Ok(tagged(me.version, &me))
}

/// `PUT /v1/me/password`
#[utoipa::path(put, path = "/v1/me/password", request_body = PasswordChange, responses((status = 204)), tag = "me")]
pub async fn put_password(cx: Cx, ask: Ask) -> Result<Response> {
    let body: PasswordChange = ask.json()?;
    user::change_password(&cx, &body).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST /v1/me/email-changes`: a link goes to the new address; nothing changes before it is used.
#[utoipa::path(post, path = "/v1/me/email-changes", request_body = EmailChange, responses((status = 202)), tag = "me")]
pub async fn post_email_change(cx: Cx, ask: Ask) -> Result<Response> {
    let body: EmailChange = ask.json()?;
    email_change::ask(&cx, &body).await?;
    Ok(response::bare(StatusCode::ACCEPTED))
}

/// `POST /v1/me/email-verification`: a letter with a link that confirms one's own address; nothing leaves where it is confirmed already.
#[utoipa::path(post, path = "/v1/me/email-verification", responses((status = 202)), tag = "me")]
pub async fn post_email_verification(cx: Cx, _: Ask) -> Result<Response> {
    verification::ask(&cx).await?;
    Ok(response::bare(StatusCode::ACCEPTED))
}

/// `GET /v1/me/accounts`: where I am.
#[utoipa::path(get, path = "/v1/me/accounts", params(Filter), responses((status = 200, body = Listed<Account>)), tag = "me")]
pub async fn get_accounts(cx: Cx, ask: Ask) -> Result<Response> {
    let filter: Filter = ask.query()?;
    Ok(account_list::list_own(&cx, &filter).await?.1.answer(ask.uri()))
}

/// `GET /v1/me/sessions`
#[utoipa::path(get, path = "/v1/me/sessions", responses((status = 200, body = Listed<Session>)), tag = "me")]
pub async fn get_sessions(cx: Cx, ask: Ask) -> Result<Response> {
    Ok(session::list(&cx).await?.answer(ask.uri()))
}

/// `DELETE /v1/me/sessions/{session}`: an id, `current` (sign out) or `others`.
#[utoipa::path(delete, path = "/v1/me/sessions/{session}", params(("session" = String, Path, description = "An id, `current` or `others`.")), responses((status = 204)), tag = "me")]
pub async fn delete_session(cx: Cx, ask: Ask) -> Result<Response> {
    let which = ask.named("session")?;
    let which = Which::parse(which);
    session::end(&cx, &which).await?;
    let mut response = response::bare(StatusCode::NO_CONTENT);
    if which == Which::Current {
        response.headers.push(("clear-site-data", "\"cache\", \"storage\"".to_owned()));
        response.headers.push(("set-cookie", crate::router::NO_SESSION_COOKIE.to_owned()));
    }
    Ok(response)
}
