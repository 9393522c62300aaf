//! The cookies of this service: a session, a device, a language.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::{HeaderMap, header};
use time::Duration;

use super::response::{self, Response};

/// The session cookie's name: `__Host-` binds it to this host, to https and to `/`.
pub const SESSION: &str = "__Host-session";
/// The cookie of a device that signed in before.
pub const DEVICE: &str = "__Host-device";
/// The cookie of the language that was chosen.
pub const LANGUAGE: &str = "lang";
/// How long a language is remembered.
const LANGUAGE_MS: i64 = 365 * 24 * 3_600_000;

/// The cookies of a request.
pub fn jar(headers: &HeaderMap) -> CookieJar {
    CookieJar::from_headers(headers)
}

/// The cookie of a new session, which lasts this long at most (in ms).
#[must_use]
pub fn session(token: &str, longest_ms: i64) -> Cookie<'_> {
    of(SESSION, token, longest_ms)
}

/// The cookie that ends the session in the browser.
#[must_use]
pub fn no_session() -> Cookie<'static> {
    of(SESSION, "", 0)
}

/// The cookie of a device that signed in, which is known this long (in ms). It outlasts sessions, and signs nobody in.
#[must_use]
pub fn device(secret: &str, life_ms: i64) -> Cookie<'_> {
    of(DEVICE, secret, life_ms)
}

/// The cookie of a reader's language, by its code.
#[must_use]
pub fn language(code: &str) -> Cookie<'_> {
    of(LANGUAGE, code, LANGUAGE_MS)
}

fn of<'a>(name: &'static str, value: &'a str, life_ms: i64) -> Cookie<'a> {
    let cookie = Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax);
    cookie.max_age(Duration::milliseconds(life_ms)).build()
}

/// The same answer with one more cookie.
#[must_use]
pub fn with_cookie(response: Response, cookie: &Cookie<'_>) -> Response {
    response::with(response, header::SET_COOKIE, &cookie.to_string())
}
