//! What is refused before any handler: a change that a browser sends from another site, a request whose body broke off, an access token for
//! another account.

use axum::{Extension, extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, Method, header};

use super::arrival::Arrival;
use crate::{
    access::context::Cx,
    core::refusal::{Result, Rule},
    http::cookies,
    http::request::{self, BrokenOff},
};

/// The header in which a browser says where a request comes from.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The most characters of an `Idempotency-Key`.
const LONGEST_KEY: usize = 200;

/// Lets a request through to its handler.
///
/// # Errors
/// `cross_site`, `malformed`, `not_found` below another account than the access token's.
pub async fn admit(cx: Cx, Extension(arrival): Extension<Arrival>, request: Request, next: Next) -> Result<Response> {
    same_origin(&cx, request.method(), request.headers())?;
    let key = request.headers().get(super::idempotency::KEY);
    if request.extensions().get::<BrokenOff>().is_some() || key.is_some_and(|key| key.len() > LONGEST_KEY) {
        return Err(Rule::Malformed.into());
    }
    if arrival.is_elsewhere {
        return Err(Rule::NotFound.into());
    }
    Ok(next.run(request).await)
}

/// A browser may change something only from our own pages: `Sec-Fetch-Site`, else `Origin` (security H1). Apps send neither, and no cookie.
fn same_origin(cx: &Cx, method: &Method, headers: &HeaderMap) -> Result<()> {
    if request::is_look(method) || method == Method::OPTIONS {
        return Ok(());
    }
    let is_ours = match (headers.get(SITE), headers.get(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == cx.env.config.public_url.as_str(),
        (None, None) => cookies::value(headers, cookies::SESSION).is_none(),
    };
    if is_ours { Ok(()) } else { Err(Rule::CrossSite.into()) }
}
