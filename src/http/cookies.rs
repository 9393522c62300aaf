//! The cookies of this service: a session, a device, a language.

use axum_extra::extract::cookie::{Cookie, SameSite};
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

/// The value of the cookie of this name that a request brings; of several the first, `None` for an empty one.
///
/// The name is compared as it was sent. (Not `CookieJar`: it decodes `%48` in names, so that another host of the domain could send a `__Host-`
/// cookie; the last of a name counts for it; and it loses all cookies of a header that is not ASCII.)
#[must_use]
pub fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).into_iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let values =
        lines.filter_map(|line| Cookie::split_parse(line.as_ref()).flatten().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned()));
    values.into_iter().next().filter(|value| !value.is_empty())
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

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{SESSION, value};

    #[test]
    fn a_cookie_is_found_by_its_very_name_among_any_others() {
        let found = |lines: &[&[u8]]| {
            let lines = lines.iter().map(|line| (header::COOKIE, HeaderValue::from_bytes(line).unwrap()));
            value(&lines.collect::<HeaderMap>(), SESSION)
        };
        assert_eq!(found(&["city=São; __Host-session=good".as_bytes()]).as_deref(), Some("good"));
        assert_eq!(found(&[b"theme=dark", b"__Host-session=good; __Host-session=bad"]).as_deref(), Some("good"));
        assert_eq!(found(&[b"=; ;x; __Host-session=good"]).as_deref(), Some("good"));
        for line in [&b"__%48ost-session=bad"[..], b"__host-session=bad", b"__Host-session=", b"session=bad"] {
            assert_eq!(found(&[line]), None, "{}", String::from_utf8_lossy(line));
        }
    }
}
