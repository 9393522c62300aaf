//! Who may do what, and why, over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::StatusCode;

use crate::{
    access::context::Cx,
    access::explanation::{self, AccessCheck, Explanation, Question},
    core::id::AccountId,
    core::refusal::Result,
    http::extract::{Path, Query},
    http::response::{self, Response},
};

/// `GET …/access/check`
#[utoipa::path(get, path = "/v1/accounts/{account}/access/check", params(("account" = String, Path), Question), responses((status = 200, body = AccessCheck)), tag = "access")]
pub async fn get_check(cx: Cx, Path(account): Path<AccountId>, Query(question): Query<Question>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &explanation::explain(&cx, &account, &question).await?.explanation.answer))
}

/// `GET …/access/explain`: returns the chain of reasons.
#[utoipa::path(get, path = "/v1/accounts/{account}/access/explain", params(("account" = String, Path), Question), responses((status = 200, body = Explanation)), tag = "access")]
pub async fn get_explain(cx: Cx, Path(account): Path<AccountId>, Query(question): Query<Question>) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &explanation::explain(&cx, &account, &question).await?.explanation))
}
