//! The layer for requests that are sent twice: which key a request carries, and how a repeat is answered.
//!
//! An app sends `Idempotency-Key`, and a page's form sends `once`, a token of the page. The key of a form is the hash of its path and of its whole body,
//! token included: pressing the same button again is a repeat, and a form that was filled in differently is a new request. Handlers do nothing for it:
//! `access/act/once.rs` says how a repeat is found, and why its handler then answers like the first.

use std::sync::Arc;

use axum::{
    Extension,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, Method};

use crate::{
    access::context::Cx,
    access::idempotency::Idempotency,
    api::WITHOUT_KEY,
    core::refusal::Failure,
    core::secret,
    http::headers,
    http::request::{Asked, ONCE},
    http::response,
    pages,
};

/// The header of an app.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The most characters of a token. Our own are shorter.
const LONGEST_TOKEN: usize = 100;

/// The key of this request. `None` for one that may be done again.
fn key_of(cx: &Cx, asked: &Asked, headers: &HeaderMap) -> Option<Idempotency> {
    if asked.method != Method::POST || cx.session.is_none() {
        return None;
    }
    let content = || [asked.target().as_bytes(), b"\n", &asked.body].concat();
    if cx.is_page {
        // No key is needed: the token has 128 random bits that are kept nowhere. So a form is known again also after the signing key changed.
        let token = String::from_utf8_lossy(token_of(&asked.body)?);
        return Some(Idempotency::new(format!("form:{}", secret::digest(&content())), String::new()).of_form(&token));
    }
    let key = key_in(headers).filter(|_| !WITHOUT_KEY.contains(&asked.uri.path()))?;
    // A body may hold a password, and its hash is kept for a day. The hash needs the signing key, so that a copy of the database is no means to
    // try passwords. A repeat after a change of the signing key counts as another request (`idempotency_key_reused`): nothing is done twice.
    Some(Idempotency::new(format!("key:{key}"), secret::keyed_digest(&cx.env.config.signing_key, "repeated request", &content())))
}

/// The key of an app, if there is one.
fn key_in(headers: &HeaderMap) -> Option<std::borrow::Cow<'_, str>> {
    headers.get(KEY).filter(|key| !key.is_empty()).map(|key| String::from_utf8_lossy(key.as_bytes()))
}

/// Whether sending this request again could do it again: a POST of the API that creates or sends, without a key.
#[must_use]
pub fn may_happen_twice(cx: &Cx, request: &Request) -> bool {
    let has_key = cx.session.is_some() && key_in(request.headers()).is_some();
    !cx.is_page && request.method() == Method::POST && !has_key && !WITHOUT_KEY.contains(&request.uri().path())
}

/// The token among the fields of a form. Its characters need no percent-encoding.
fn token_of(body: &[u8]) -> Option<&[u8]> {
    let token = body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(ONCE.as_bytes())?.strip_prefix(b"="))?;
    (1..=LONGEST_TOKEN).contains(&token.len()).then_some(token)
}

/// Runs the handler. Where its batch found that this request was done before, runs it again as a repeat, which answers the first result.
pub async fn only_once(cx: Cx, Extension(asked): Extension<Asked>, request: Request, next: Next) -> Response {
    let Some(idempotency) = key_of(&cx, &asked, request.headers()).map(Arc::new) else { return next.run(request).await };
    let (parts, _) = request.into_parts();
    let with_context = |cx: Cx| {
        let mut request = Request::from_parts(parts.clone(), asked.body.clone().into());
        request.extensions_mut().insert(cx);
        request
    };
    let cx = cx.only_once(idempotency.clone());
    let answered = next.clone().run(with_context(cx.clone())).await;
    if !idempotency.is_repeated() {
        return answered;
    }
    let first = match cx.first_request().await {
        Ok(first) => first,
        Err(failure) => return failure.into_response(),
    };
    let repeat = cx.only_once(Arc::new(idempotency.repeat_of(first)));
    let again = next.clone().run(with_context(repeat.clone())).await;
    if repeat.is_page && again.status().as_u16() >= 400 {
        // The result of the first request cannot be shown to this reader any more, so the page says only that it was done.
        return response::with(pages::done_already(&repeat, asked.uri.path()), headers::REPLAYED, "true");
    }
    if again.extensions().get::<Failure>().is_some() { again } else { response::with(again, headers::REPLAYED, "true") }
}

#[cfg(test)]
mod tests {
    use super::token_of;

    #[test]
    fn the_token_of_a_form_is_found_wherever_it_is() {
        assert!(token_of(b"once=abc.d&name=x").is_some() && token_of(b"name=x&once=abc").is_some());
        for body in [&b""[..], b"name=once", b"once=", b"nonce=abc", b"name=x&oncer=abc"] {
            assert!(token_of(body).is_none(), "{}", String::from_utf8_lossy(body));
        }
        assert!(token_of([b"once=", "a".repeat(200).as_bytes()].concat().as_slice()).is_none());
    }
}
