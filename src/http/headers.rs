//! The headers of every answer, whatever its status (security H2).

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The content security policy: what a page may load and do.
pub const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The id of the request, on every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the database did for the request.
pub const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
/// Marks an answer that repeats the result of an earlier request.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What the browser shall delete of this site.
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// All but the cookies, which end one by one.
pub const CACHE_AND_STORAGE: &str = "\"cache\", \"storage\"";

/// The referrer policy of every page. A browser names our page to us alone, never to another site, and the token of a link is in the fragment, which
/// no `Referer` has. It is not `no-referrer`, because under that policy the browser sends `Origin: null` with our own forms (Fetch, «append a request
/// `Origin` header»), as a hostile frame does, and a browser without Fetch Metadata could not even sign in.
pub const PAGE_REFERRER: &str = "same-origin";

static HEADERS: [(HeaderName, HeaderValue); 9] = [
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Adds each header that the answer does not have yet. (Nine layers of `tower-http` would do the same, but a worker that is not configured answers
/// without a router.)
pub fn add(headers: &mut HeaderMap) {
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}
