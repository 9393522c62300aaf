//! Communications over HTTP: send, list, read, send again.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};

use super::created;
use crate::{
    access::context::Cx,
    core::capability::Allowed,
    core::id::{AccountId, CommunicationId, MemberId},
    core::list::{Listed, Paging},
    core::refusal::Result,
    http::extract::{Json, Path, Query},
    http::request::LARGEST_MESSAGE,
    http::response::{self, Response},
    messages::communication::{self, Communication, NewCommunication},
    messages::history::{self, Filter, HistoryOf},
};

/// `GET …/communications`: lists them without their texts and e-mails.
#[utoipa::path(get, path = "/v1/accounts/{account}/communications", params(("account" = String, Path), Filter), responses((status = 200, body = Listed<Communication<Allowed>>)), tag = "communications")]
pub async fn get_all(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(history::list(&cx, HistoryOf::Account(&account), &filter).await?.1.answer(&uri))
}

/// `POST …/communications`: sends one e-mail to each address that chose the category.
#[utoipa::path(post, path = "/v1/accounts/{account}/communications", params(("account" = String, Path)), request_body = NewCommunication, responses((status = 201, body = Communication)), tag = "communications")]
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Json(new): Json<NewCommunication, LARGEST_MESSAGE>) -> Result<Response> {
    let communication = communication::send(&cx, &account, &new).await?;
    Ok(created(&format!("/v1/accounts/{account}/communications/{}", communication.id), &communication))
}

/// `GET …/communications/{communication}`: returns it with a page of its e-mails.
#[utoipa::path(get, path = "/v1/accounts/{account}/communications/{communication}", params(("account" = String, Path), ("communication" = String, Path), Paging), responses((status = 200, body = Communication)), tag = "communications")]
pub async fn get(cx: Cx, Path((account, id)): Path<(AccountId, CommunicationId)>, Query(paging): Query<Paging>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &communication::show(&cx, &account, &id, &paging).await?.1))
}

/// `POST …/communications/{communication}/resend`: sends the e-mails that failed or were never sent.
#[utoipa::path(post, path = "/v1/accounts/{account}/communications/{communication}/resend", params(("account" = String, Path), ("communication" = String, Path)), responses((status = 200, body = Communication)), tag = "communications")]
pub async fn post_resend(cx: Cx, Path((account, id)): Path<(AccountId, CommunicationId)>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &communication::resend(&cx, &account, &id).await?))
}

/// `GET …/members/{member}/communications`: lists what a member received from the account.
#[utoipa::path(get, path = "/v1/accounts/{account}/members/{member}/communications", params(("account" = String, Path), ("member" = String, Path), Filter), responses((status = 200, body = Listed<Communication<Allowed>>)), tag = "communications")]
pub async fn get_of_member(cx: Cx, uri: Uri, Path((account, member)): Path<(AccountId, MemberId)>, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(history::list(&cx, HistoryOf::Member(&account, &member), &filter).await?.1.answer(&uri))
}

/// `GET /v1/me/communications`: lists what the user received, with the security e-mails.
#[utoipa::path(get, path = "/v1/me/communications", params(Filter), responses((status = 200, body = Listed<Communication<Allowed>>)), tag = "me")]
pub async fn get_own(cx: Cx, uri: Uri, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(history::list(&cx, HistoryOf::Own, &filter).await?.1.answer(&uri))
}

/// `GET /v1/me/communications/{communication}`: returns one of them with its text, without the link of a security e-mail.
#[utoipa::path(get, path = "/v1/me/communications/{communication}", params(("communication" = String, Path)), responses((status = 200, body = Communication)), tag = "me")]
pub async fn get_own_one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &history::own(&cx, &id).await?.1))
}
