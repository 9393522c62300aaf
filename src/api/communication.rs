//! Communications over HTTP: sent, listed, read, sent again.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use http::StatusCode;

use super::{Listed, Paging, created};
use crate::{
    access::context::Cx,
    core::refusal::Result,
    http::request::{Ask, LARGEST_MESSAGE},
    http::response::{self, Response},
    messages::communication::{self, Communication, NewCommunication},
    messages::history::{self, Filter, HistoryOf},
};

/// `GET …/communications`: without their texts and letters.
#[utoipa::path(get, path = "/v1/accounts/{account}/communications", params(("account" = String, Path), Filter), responses((status = 200, body = Listed<Communication>)), tag = "communications")]
pub async fn get_all(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let filter: Filter = ask.query()?;
    Ok(history::list(&cx, HistoryOf::Account(&account), &filter).await?.1.answer(ask.uri()))
}

/// `POST …/communications`: to those who chose the category, one letter per address.
#[utoipa::path(post, path = "/v1/accounts/{account}/communications", params(("account" = String, Path)), request_body = NewCommunication, responses((status = 201, body = Communication)), tag = "communications")]
pub async fn post(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let new: NewCommunication = ask.json_within(LARGEST_MESSAGE)?;
    let communication = communication::send(&cx, &account, &new).await?;
    Ok(created(&format!("/v1/accounts/{account}/communications/{}", communication.id), &communication))
}

/// `GET …/communications/{communication}`: with a page of its letters.
#[utoipa::path(get, path = "/v1/accounts/{account}/communications/{communication}", params(("account" = String, Path), ("communication" = String, Path), Paging), responses((status = 200, body = Communication)), tag = "communications")]
pub async fn get(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.communication()?;
    let paging: Paging = ask.query()?;
    Ok(response::json(StatusCode::OK, &communication::show(&cx, &account, &id, &paging).await?.1))
}

/// `POST …/communications/{communication}/resend`: the letters that failed or were never sent.
#[utoipa::path(post, path = "/v1/accounts/{account}/communications/{communication}/resend", params(("account" = String, Path), ("communication" = String, Path)), responses((status = 200, body = Communication)), tag = "communications")]
pub async fn post_resend(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.communication()?;
    Ok(response::json(StatusCode::OK, &communication::resend(&cx, &account, &id).await?))
}

/// `GET …/members/{member}/communications`: what a person received of the account.
#[utoipa::path(get, path = "/v1/accounts/{account}/members/{member}/communications", params(("account" = String, Path), ("member" = String, Path), Filter), responses((status = 200, body = Listed<Communication>)), tag = "communications")]
pub async fn get_of_member(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, member) = ask.member()?;
    let filter: Filter = ask.query()?;
    Ok(history::list(&cx, HistoryOf::Member(&account, &member), &filter).await?.1.answer(ask.uri()))
}

/// `GET /v1/me/communications`: what I received, security letters among it.
#[utoipa::path(get, path = "/v1/me/communications", params(Filter), responses((status = 200, body = Listed<Communication>)), tag = "me")]
pub async fn get_own(cx: Cx, ask: Ask) -> Result<Response> {
    let filter: Filter = ask.query()?;
    Ok(history::list(&cx, HistoryOf::Own, &filter).await?.1.answer(ask.uri()))
}

/// `GET /v1/me/communications/{communication}`: one of them, with its text; the link of a security letter is left out.
#[utoipa::path(get, path = "/v1/me/communications/{communication}", params(("communication" = String, Path)), responses((status = 200, body = Communication)), tag = "me")]
pub async fn get_own_one(cx: Cx, ask: Ask) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &history::own(&cx, ask.named("communication")?).await?.1))
}
