//! Who may do what, and why, over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use http::StatusCode;

use crate::{
    access::context::Cx,
    access::explanation::{self, AccessCheck, Explanation, Question},
    core::refusal::Result,
    http::request::Ask,
    http::response::{self, Response},
};

/// `GET …/access/check`
#[utoipa::path(get, path = "/v1/accounts/{account}/access/check", params(("account" = String, Path), Question), responses((status = 200, body = AccessCheck)), tag = "access")]
pub async fn get_check(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let question: Question = ask.query()?;
    Ok(response::json(StatusCode::OK, &explanation::explain(&cx, &account, &question).await?.explanation.answer))
}

/// `GET …/access/explain`: the chain of reasons.
#[utoipa::path(get, path = "/v1/accounts/{account}/access/explain", params(("account" = String, Path), Question), responses((status = 200, body = Explanation)), tag = "access")]
pub async fn get_explain(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let question: Question = ask.query()?;
    Ok(response::json(StatusCode::OK, &explanation::explain(&cx, &account, &question).await?.explanation))
}
