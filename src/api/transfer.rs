//! The people of an account as files, over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use http::StatusCode;

use super::followed;
use crate::{
    access::context::Cx,
    core::refusal::Result,
    http::request::{Ask, LARGEST_MESSAGE},
    http::response::{self, Response},
    people::export::{self, Part},
    people::import::{self, Imported, Wanted},
};

/// `GET …/members/export`: up to 1,000 people as CSV or JSON; `Link` says where the next part is.
#[utoipa::path(get, path = "/v1/accounts/{account}/members/export", params(("account" = String, Path), Part), responses((status = 200, content((String = "text/csv"), (export::People = "application/json")))), tag = "members")]
pub async fn get_export(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let (response, next) = export::file(&cx, &account, &ask.query()?).await?;
    Ok(followed(response, ask.uri(), next.as_deref()))
}

/// `POST …/members/import`: a table, our export, or WHMCS's `GetContacts` and `GetClientsDetails`; up to 1,000 people, 200 a request.
#[utoipa::path(post, path = "/v1/accounts/{account}/members/import", params(("account" = String, Path), Wanted), request_body(content((String = "text/csv"), (serde_json::Value = "application/json"))), responses((status = 200, body = Imported)), tag = "members")]
pub async fn post_import(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let wanted: Wanted = ask.query()?;
    let text = ask.text(&["text/csv", "application/json"], LARGEST_MESSAGE)?;
    Ok(response::json(StatusCode::OK, &import::run(&cx, &account, text, &wanted).await?.1))
}
