//! Accounts over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use axum::{
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};

use super::{Asked, At, Body, IfMatch, Json, Listed, created, tagged};
use crate::{
    account::{self, Account, AccountPatch, CreatedAccount, FirstAdmin, NewAccount},
    audit::{self, Event},
    cx::Cx,
    id::AccountId,
    invitation,
    refusal::{Failure, Refusal, Result, Rule},
    selector::{self, Filter},
};

/// `GET /v1/accounts`
#[utoipa::path(get, path = "/v1/accounts", params(Filter), responses((status = 200, body = Listed<Account>)), tag = "accounts")]
pub async fn get_all(cx: Cx, uri: Uri, Asked(filter): Asked<Filter>) -> Result<Response> {
    Ok(selector::list(&cx, &filter).await?.1.answer(&uri))
}

/// `POST /v1/accounts`
#[utoipa::path(post, path = "/v1/accounts", request_body = NewAccount, responses((status = 201, body = CreatedAccount)), tag = "accounts")]
pub async fn post(cx: Cx, Body { value, hash }: Body<NewAccount>) -> Result<Response> {
    let made = match account::create(&cx, &value, &hash).await {
        Err(Failure::Refused(Refusal { rule: Rule::Replayed, target_id: Some(id), .. })) => {
            CreatedAccount { account: account::show(&cx, &AccountId::known(id)).await?, invitation: None }
        }
        made => made?.1,
    };
    Ok(created(&format!("/v1/accounts/{}", made.account.id), &made))
}

/// `GET /v1/accounts/{account}`
#[utoipa::path(get, path = "/v1/accounts/{account}", params(("account" = String, Path)), responses((status = 200, body = Account)), tag = "accounts")]
pub async fn get(cx: Cx, At(id): At<AccountId>) -> Result<Response> {
    let account = account::show(&cx, &id).await?;
    Ok(tagged(account.version, &account))
}

/// `PATCH /v1/accounts/{account}`
#[utoipa::path(patch, path = "/v1/accounts/{account}", params(("account" = String, Path), ("If-Match" = String, Header)), request_body = AccountPatch, responses((status = 200, body = Account)), tag = "accounts")]
pub async fn patch(cx: Cx, At(id): At<AccountId>, IfMatch(version): IfMatch, body: Body<AccountPatch>) -> Result<Response> {
    let account = account::rename(&cx, &id, &body.value, version).await?;
    Ok(tagged(account.version, &account))
}

/// `POST /v1/accounts/{account}/first-admin-invitation`
#[utoipa::path(post, path = "/v1/accounts/{account}/first-admin-invitation", params(("account" = String, Path)), request_body = FirstAdmin, responses((status = 201, body = invitation::Made)), tag = "accounts")]
pub async fn post_first_admin(cx: Cx, At(id): At<AccountId>, body: Body<FirstAdmin>) -> Result<Response> {
    let (_, made) = account::renew_first_admin(&cx, &id, &body.value).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `GET /v1/accounts/{account}/audit-events`
#[utoipa::path(get, path = "/v1/accounts/{account}/audit-events", params(("account" = String, Path), super::Paging), responses((status = 200, body = Listed<Event>)), tag = "accounts")]
pub async fn get_audit(cx: Cx, uri: Uri, At(id): At<AccountId>, Asked(paging): Asked<super::Paging>) -> Result<Response> {
    Ok(audit::list(&cx, &id, &paging).await?.1.answer(&uri))
}
