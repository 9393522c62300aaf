//! Export and import of the people of an account, over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};

use crate::{
    access::context::Cx,
    core::id::AccountId,
    core::refusal::Result,
    http::extract::{Path, Query, Table},
    http::paging::followed,
    http::request::LARGEST_FILE,
    http::response::{self, Response},
    people::export::{self, Part},
    people::import::{self, Imported, Parameters},
};

/// `GET …/members/export`: returns up to 1,000 people as CSV or JSON; the header `Link` names the next part.
#[utoipa::path(get, path = "/v1/accounts/{account}/members/export", params(("account" = String, Path), Part), responses((status = 200, content((String = "text/csv"), (export::People = "application/json")))), tag = "members")]
pub async fn get_export(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Query(part): Query<Part>) -> Result<Response> {
    let (response, next) = export::file(&cx, &account, &part).await?;
    Ok(followed(response, &uri, next.as_deref()))
}

/// `POST …/members/import`: takes a table, our export, WHMCS's `GetContacts` and `GetClientsDetails`, or the users of Keycloak, Auth0, SCIM and the
/// like, in one JSON text or one a line; up to 1,000 people, 200 a request, 500 cells a line, 100,000 values of JSON. An invitation to an address
/// that has one contact is that contact's.
#[utoipa::path(post, path = "/v1/accounts/{account}/members/import", params(("account" = String, Path), Parameters), request_body(content((String = "text/csv"), (serde_json::Value = "application/json"), (String = "application/x-ndjson"))), responses((status = 200, body = Imported)), tag = "members")]
pub async fn post_import(cx: Cx, Path(account): Path<AccountId>, Query(wanted): Query<Parameters>, file: Table<LARGEST_FILE>) -> Result<Response> {
    cx.signed_in()?;
    let (text, encoding) = file.text()?;
    Ok(response::json(StatusCode::OK, &import::run(&cx, &account, &text, encoding, &wanted).await?.1))
}
