//! The answer to a refusal, a problem for apps and a page for people, and its log line.

use axum::{
    Extension,
    extract::{MatchedPath, Request},
    middleware::Next,
};
use http::Method;

use super::{arrival::Arrival, idempotency, problem};
use crate::{
    access::context::Cx,
    access::explanation,
    core::log,
    core::refusal::{Failure, Rule},
    http::request::Asked,
    http::response::{self, Refused, Response},
    pages,
};

/// Answers a failure with its words.
pub async fn word_refusals(cx: Cx, Extension(asked): Extension<Asked>, request: Request, next: Next) -> Response {
    let may_happen_twice = idempotency::may_happen_twice(&cx, &request);
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    let refusal = match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotAllowed => explanation::with_people_to_ask(&cx, *refusal, asked.uri.path()).await,
        Failure::Refused(refusal) => *refusal,
        Failure::Broken(fault) => {
            log::fault(&cx.request_id, &fault);
            Rule::Internal.into()
        }
    };
    let refusal = cx.timing.truthful(refusal);
    let worded = if cx.is_page { pages::refused(&cx, &refusal, &asked) } else { problem::of(&cx, &refusal, may_happen_twice) };
    // A reader who is not signed in is redirected to the sign-in page: that status stays.
    response::telling(worded, &refusal)
}

/// Logs the refusals that the operator of the deployment needs to see. Nothing in the line was written by the caller.
pub async fn log_refusals(cx: Cx, Extension(arrival): Extension<Arrival>, route: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    if let Some(Refused(rule)) = response.extensions().get()
        // A request without a token that is not signed in is usual.
        && (arrival.is_elsewhere || rule.is_of_security_interest() && (arrival.has_token || *rule != Rule::NotSignedIn))
    {
        const KNOWN: [Method; 7] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
        let method = if KNOWN.contains(&method) { method.as_str() } else { "another" };
        log::refused(&cx.request_id, method, route.as_ref().map_or("none", MatchedPath::as_str), response.status().as_u16(), rule.code());
    }
    response
}
