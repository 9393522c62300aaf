//! What is refused before any handler: a change that a browser sends from another site, a request whose body broke off, an access token for
//! another account.

use axum::{Extension, extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use url::{Origin, Url};

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

/// A browser may change something only from our own pages. The first of these headers that came decides, and no page can forge one: `Sec-Fetch-Site`,
/// `Origin`, `Referer` (OWASP, «Cross-Site Request Forgery Prevention»). Browsers before 2023 send no `Sec-Fetch-Site`, and some proxies take `Origin`
/// away. Without any of them a request is taken unless it brings our cookie: an app sends none.
///
/// `Sec-Fetch-Site: none` means that no site made the request (Fetch Metadata, 2.1.4): a reader reloaded or restored a page. Its `Origin` then says whose
/// form it was, so that a form of another site that was refused is not taken when the page is reloaded. `Origin: null` is refused:
/// it is what a sandboxed frame of another site sends. Our own pages never send it, because their policy is [`crate::http::headers::PAGE_REFERRER`].
fn same_origin(cx: &Cx, method: &Method, headers: &HeaderMap) -> Result<()> {
    if request::is_look(method) || method == Method::OPTIONS {
        return Ok(());
    }
    let is_ours = |url: &HeaderValue| is_of(&cx.env.config.public_url, url);
    let is_taken = match (headers.get(SITE), headers.get(header::ORIGIN)) {
        (Some(site), origin) => site == "same-origin" || site == "none" && origin.is_some_and(is_ours),
        (None, Some(origin)) => is_ours(origin),
        (None, None) => cookies::value(headers, cookies::SESSION).is_none() || headers.get(header::REFERER).is_some_and(is_ours),
    };
    if is_taken { Ok(()) } else { Err(Rule::CrossSite.into()) }
}

/// Whether a URL that a browser sent is of the same origin as ours: scheme, host and port.
fn is_of(public_url: &str, sent: &HeaderValue) -> bool {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin()).filter(Origin::is_tuple);
    sent.to_str().ok().and_then(origin).is_some_and(|sent| origin(public_url) == Some(sent))
}
