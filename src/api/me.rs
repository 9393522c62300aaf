//! The signed-in user over HTTP: name, password, sessions, accounts.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};

use super::tagged;
use crate::{
    access::context::Cx,
    accounts::account::Account,
    accounts::account_list::{self, Filter},
    core::capability::Allowed,
    core::list::Listed,
    core::refusal::Result,
    http::cookies::{self, with_cookie},
    http::extract::{IfMatch, Json, Path, Query},
    http::headers,
    http::response::{self, Response},
    identity::email_change::{self, EmailChange},
    identity::session::{self, Session, Which},
    identity::user::{self, MePatch, PasswordChange, User},
    identity::verification,
};

/// `GET /v1/me`
#[utoipa::path(get, path = "/v1/me", responses((status = 200, body = User)), tag = "me")]
pub async fn get(cx: Cx) -> Result<Response> {
    let me = user::me(&cx).await?;
    Ok(tagged(me.version, &me))
}

/// `PATCH /v1/me`
#[utoipa::path(patch, path = "/v1/me", params(("If-Match" = String, Header)), request_body = MePatch, responses((status = 200, body = User)), tag = "me")]
pub async fn patch(cx: Cx, IfMatch(version): IfMatch, Json(body): Json<MePatch>) -> Result<Response> {
    let me = user::edit(&cx, &body, version).await?;
    Ok(tagged(me.version, &me))
}

/// `PUT /v1/me/password`
#[utoipa::path(put, path = "/v1/me/password", request_body = PasswordChange, responses((status = 204)), tag = "me")]
pub async fn put_password(cx: Cx, Json(body): Json<PasswordChange>) -> Result<Response> {
    user::change_password(&cx, &body).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST /v1/me/email-changes`: mails a link to the new address. The address changes when the link is used.
#[utoipa::path(post, path = "/v1/me/email-changes", request_body = EmailChange, responses((status = 202)), tag = "me")]
pub async fn post_email_change(cx: Cx, Json(body): Json<EmailChange>) -> Result<Response> {
    email_change::ask(&cx, &body).await?;
    Ok(response::bare(StatusCode::ACCEPTED))
}

/// `POST /v1/me/email-verification`: mails a link that confirms the user's own address. Sends nothing when it is confirmed.
#[utoipa::path(post, path = "/v1/me/email-verification", responses((status = 202)), tag = "me")]
pub async fn post_email_verification(cx: Cx) -> Result<Response> {
    verification::ask(&cx).await?;
    Ok(response::bare(StatusCode::ACCEPTED))
}

/// `GET /v1/me/accounts`: lists the accounts in which the user is a member with access.
#[utoipa::path(get, path = "/v1/me/accounts", params(Filter), responses((status = 200, body = Listed<Account<Allowed>>)), tag = "me")]
pub async fn get_accounts(cx: Cx, uri: Uri, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(account_list::list_own(&cx, &filter).await?.1.answer(&uri))
}

/// `GET /v1/me/sessions`
#[utoipa::path(get, path = "/v1/me/sessions", responses((status = 200, body = Listed<Session>)), tag = "me")]
pub async fn get_sessions(cx: Cx, uri: Uri) -> Result<Response> {
    Ok(session::list(&cx).await?.answer(&uri))
}

/// `DELETE /v1/me/sessions/{session}`: takes an id, `current` (sign out) or `others`.
#[utoipa::path(delete, path = "/v1/me/sessions/{session}", params(("session" = String, Path, description = "An id, `current` or `others`.")), responses((status = 204)), tag = "me")]
pub async fn delete_session(cx: Cx, Path(which): Path<String>) -> Result<Response> {
    let which = Which::parse(&which);
    session::end(&cx, &which).await?;
    let response = response::bare(StatusCode::NO_CONTENT);
    if which != Which::Current {
        return Ok(response);
    }
    let response = response::with(response, headers::CLEAR_SITE_DATA, headers::CACHE_AND_STORAGE);
    Ok(with_cookie(response, &cookies::no_session()))
}
