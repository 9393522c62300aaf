//! The headers of every answer, whatever its status (security H2).

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a page may load and do.
pub const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The id of the request, on every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the database did for the request.
pub const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
/// Says of an answer that it tells of an earlier request.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What the browser is to forget of this site.
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// All but its cookies: those end one by one.
pub const CACHE_AND_STORAGE: &str = "\"cache\", \"storage\"";

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

/// Adds each that the answer does not have in a form of its own. (Nine layers of `tower-http` would say the same, and a worker that is not
/// configured has no router.)
pub fn add(headers: &mut HeaderMap) {
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}
