//! Refusals as apps read them: `application/problem+json` (RFC 9457).

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::permission::Role,
    core::refusal::{BodyFault, Refusal, Rule},
    http::headers,
    http::response::{self, Response},
    text::{refusals, refused},
};

const PROBLEM: &str = "application/problem+json";

/// A refusal in the reader's language. Where the outcome is unknown and the request `may_happen_twice`, it says to look before sending it again.
#[must_use]
pub fn of(cx: &Cx, refusal: &Refusal, may_happen_twice: bool) -> Response {
    let rule = refusal.rule;
    let is_in_doubt = rule == Rule::OutcomeUnknown && may_happen_twice;
    let detail = if is_in_doubt { cx.lang.text().common.look_before_repeating.to_owned() } else { refused::detail(refusal, cx.lang) };
    let mut body = json!({
        "type": format!("{}/problems/{}", cx.env.config.public_url, rule.code()),
        "title": refused::title(refusal, cx.lang),
        "status": rule.status().as_u16(),
        "detail": detail,
        "code": rule.code(),
        "request_id": cx.request_id,
    });
    if let Some(fields) = body.as_object_mut() {
        if !refusal.errors.is_empty() {
            let errors: Vec<_> = refusal
                .errors
                .iter()
                .map(|error| json!({ "pointer": error.pointer, "code": error.code.code(), "detail": refusals::wrong(error.code, cx.lang) }))
                .collect();
            fields.insert("errors".to_owned(), errors.into());
        }
        if let Some(permission) = refusal.permission {
            fields.insert("permission".to_owned(), permission.key().into());
            fields.insert("role".to_owned(), refusal.role.map(Role::code).into());
            fields.insert("ask".to_owned(), json!(refusal.ask));
        }
        if let Some(BodyFault::HasColumns(columns)) = &refusal.body {
            fields.insert("columns".to_owned(), json!(columns));
        }
        if let Some(member) = &refusal.target_id {
            fields.insert("member_id".to_owned(), member.as_str().into());
        }
    }
    let mut response = response::of(rule.status(), PROBLEM, body.to_string().into_bytes());
    if rule.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"portineria\""));
    }
    response
}

/// A problem where there is no context of a request: without an id, in English, with the headers of every answer.
#[must_use]
pub fn plain(rule: Rule, detail: &str) -> http::Response<Bytes> {
    let (title, status) = (refusals::words(rule, Lang::En).title, rule.status());
    let body = json!({ "title": title, "status": status.as_u16(), "detail": detail, "code": rule.code() });
    let mut response = http::Response::new(body.to_string().into());
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    fields.extend(Refusal::from(rule).retry_after.map(|seconds| (header::RETRY_AFTER, seconds.into())));
    headers::add(fields);
    response
}
