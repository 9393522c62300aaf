//! Who may do what, and why, over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use axum::response::{IntoResponse, Response};

use super::Json;
use crate::{
    ask::Ask,
    cx::Cx,
    explanation::{self, Answer, Explanation, Question},
    refusal::Result,
};

/// `GET …/access/check`
#[utoipa::path(get, path = "/v1/accounts/{account}/access/check", params(("account" = String, Path), Question), responses((status = 200, body = Answer)), tag = "access")]
pub async fn get_check(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let question: Question = ask.query()?;
    Ok(Json(explanation::explain(&cx, &account, &question).await?.answer).into_response())
}

/// `GET …/access/explain`: the chain of reasons.
#[utoipa::path(get, path = "/v1/accounts/{account}/access/explain", params(("account" = String, Path), Question), responses((status = 200, body = Explanation)), tag = "access")]
pub async fn get_explain(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let question: Question = ask.query()?;
    Ok(Json(explanation::explain(&cx, &account, &question).await?).into_response())
}
