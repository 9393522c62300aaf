//! Accounts over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};

use super::{created, tagged};
use crate::{
    access::audit_list::{Event, list},
    access::context::Cx,
    accounts::account::{self, Account},
    accounts::account_list::{self, Filter},
    accounts::account_preference::put_of_account,
    accounts::creation::{CreatedAccount, FirstAdmin, NewAccount, create, renew_first_admin},
    accounts::delegation::{self, Delegation},
    accounts::lifecycle::{self, Deletion, NewStatus},
    accounts::profile::{self, AccountPatch},
    core::capability::Allowed,
    core::id::AccountId,
    core::list::{Listed, Paging},
    core::refusal::Result,
    http::extract::{IfMatch, Json, Path, Query},
    http::response::{self, Response},
    people::invitation,
    people::preference::Preferences,
};

/// `GET /v1/accounts`
#[utoipa::path(get, path = "/v1/accounts", params(Filter), responses((status = 200, body = Listed<Account<Allowed>>)), tag = "accounts")]
pub async fn get_all(cx: Cx, uri: Uri, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(account_list::list(&cx, &filter).await?.1.answer(&uri))
}

/// `POST /v1/accounts`
#[utoipa::path(post, path = "/v1/accounts", request_body = NewAccount, responses((status = 201, body = CreatedAccount)), tag = "accounts")]
pub async fn post(cx: Cx, Json(value): Json<NewAccount>) -> Result<Response> {
    let (_, made) = create(&cx, &value).await?;
    Ok(created(&format!("/v1/accounts/{}", made.account.id), &made))
}

/// `GET /v1/accounts/{account}`
#[utoipa::path(get, path = "/v1/accounts/{account}", params(("account" = String, Path)), responses((status = 200, body = Account)), tag = "accounts")]
pub async fn get(cx: Cx, Path(id): Path<AccountId>) -> Result<Response> {
    let account = account::show(&cx, &id).await?;
    Ok(tagged(account.version, &account))
}

/// `PATCH /v1/accounts/{account}`
#[utoipa::path(patch, path = "/v1/accounts/{account}", params(("account" = String, Path), ("If-Match" = String, Header)), request_body = AccountPatch, responses((status = 200, body = Account)), tag = "accounts")]
pub async fn patch(cx: Cx, Path(id): Path<AccountId>, IfMatch(version): IfMatch, Json(body): Json<AccountPatch>) -> Result<Response> {
    let account = profile::edit(&cx, &id, &body, version).await?;
    Ok(tagged(account.version, &account))
}

/// `PUT /v1/accounts/{account}/email-preferences`: sets the preferences of the account's own address.
#[utoipa::path(put, path = "/v1/accounts/{account}/email-preferences", params(("account" = String, Path), ("If-Match" = String, Header)), request_body = Preferences, responses((status = 200, body = Account)), tag = "accounts")]
pub async fn put_preferences(cx: Cx, Path(id): Path<AccountId>, IfMatch(version): IfMatch, Json(body): Json<Preferences>) -> Result<Response> {
    let account = put_of_account(&cx, &id, &body, version).await?;
    Ok(tagged(account.version, &account))
}

/// `POST /v1/accounts/{account}/first-admin-invitation`
#[utoipa::path(post, path = "/v1/accounts/{account}/first-admin-invitation", params(("account" = String, Path)), request_body = FirstAdmin, responses((status = 201, body = invitation::NewInvitation)), tag = "accounts")]
pub async fn post_first_admin(cx: Cx, Path(id): Path<AccountId>, Json(body): Json<FirstAdmin>) -> Result<Response> {
    let (_, made) = renew_first_admin(&cx, &id, &body).await?;
    Ok(response::json(StatusCode::CREATED, &made))
}

/// `GET /v1/accounts/{account}/audit-events`
#[utoipa::path(get, path = "/v1/accounts/{account}/audit-events", params(("account" = String, Path), Paging), responses((status = 200, body = Listed<Event>)), tag = "accounts")]
pub async fn get_audit(cx: Cx, uri: Uri, Path(id): Path<AccountId>, Query(paging): Query<Paging>) -> Result<Response> {
    Ok(list(&cx, &id, &paging).await?.1.answer(&uri))
}

/// `PUT /v1/accounts/{account}/delegation`
#[utoipa::path(put, path = "/v1/accounts/{account}/delegation", params(("account" = String, Path), ("If-Match" = String, Header)), request_body = Delegation, responses((status = 200, body = Account)), tag = "accounts")]
pub async fn put_delegation(cx: Cx, Path(id): Path<AccountId>, IfMatch(version): IfMatch, Json(body): Json<Delegation>) -> Result<Response> {
    let account = delegation::put(&cx, &id, body.delegated, version).await?;
    Ok(tagged(account.version, &account))
}

/// `PUT /v1/accounts/{account}/status`
#[utoipa::path(put, path = "/v1/accounts/{account}/status", params(("account" = String, Path), ("If-Match" = String, Header)), request_body = NewStatus, responses((status = 200, body = Account)), tag = "accounts")]
pub async fn put_status(cx: Cx, Path(id): Path<AccountId>, IfMatch(version): IfMatch, Json(body): Json<NewStatus>) -> Result<Response> {
    let account = lifecycle::put_status(&cx, &id, body.status, version).await?;
    Ok(tagged(account.version, &account))
}

/// `DELETE /v1/accounts/{account}`
#[utoipa::path(delete, path = "/v1/accounts/{account}", params(("account" = String, Path), ("If-Match" = String, Header)), request_body = Deletion, responses((status = 204)), tag = "accounts")]
pub async fn delete(cx: Cx, Path(id): Path<AccountId>, IfMatch(version): IfMatch, Json(body): Json<Deletion>) -> Result<Response> {
    lifecycle::delete(&cx, &id, &body, version).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST /v1/accounts/{account}/restore`
#[utoipa::path(post, path = "/v1/accounts/{account}/restore", params(("account" = String, Path)), responses((status = 200, body = Account)), tag = "accounts")]
pub async fn post_restore(cx: Cx, Path(id): Path<AccountId>) -> Result<Response> {
    let account = lifecycle::restore(&cx, &id).await?;
    Ok(tagged(account.version, &account))
}
