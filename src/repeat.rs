//! Around every handler of a request that is sent twice: which key it carries, and what its repeat is answered.
//!
//! An app says `Idempotency-Key`; a page's form carries `once`, a token of the page that made it. The key of a form is the whole of what it
//! sends, token and all: the same press of the same button is a repeat, a form that was filled in anew is a new act. No handler has a hand in it:
//! how a repeat is found, and why its handler then answers like the first, stands in `act/once.rs`.

use std::sync::Arc;

use crate::{
    access::context::Cx,
    access::idempotency::Idempotency,
    core::refusal::Result,
    core::secret,
    http::request::{Ask, Request},
    http::response::{self, Response},
    pages,
    router::Handler,
};

/// POSTs of the API for which a key says nothing: they spend a secret that works once anyway, only show something, or are for everybody.
pub const WITHOUT_KEY: [&str; 11] = [
    "/v1/setup",
    "/v1/sessions",
    "/v1/access-tokens",
    "/v1/invitations/preview",
    "/v1/invitations/accept",
    "/v1/invitations/decline",
    "/v1/password-resets",
    "/v1/password-resets/preview",
    "/v1/password-resets/confirm",
    "/v1/email-changes/confirm",
    "/v1/email-verifications/confirm",
];
/// The field of a form.
pub const FIELD: &str = "once";
/// Characters of a token are fewer.
const LONGEST_TOKEN: usize = 100;

/// What makes this request one that happens once; nothing for one that may happen again.
fn key_of(cx: &Cx, request: &Request, route: &str) -> Option<Idempotency> {
    if request.method != "POST" || cx.session.is_none() {
        return None;
    }
    let asked = [request.uri.target().as_bytes(), b"\n", &request.body].concat();
    if cx.is_page {
        // No key is needed: the token has 128 random bits that are kept nowhere. So a form is known again also after the signing key changed.
        let token = String::from_utf8_lossy(token_of(&request.body)?);
        return Some(Idempotency::new(format!("form:{}", secret::digest(&asked)), String::new()).of_form(&token));
    }
    let key = request.header("idempotency-key").filter(|key| !key.is_empty() && !WITHOUT_KEY.contains(&route))?;
    // A body may hold a password, and its hash is kept for a day: without the signing key a copy of the database must not be a way to try
    // passwords. A repeat that comes after the signing key changed is read as another request (`idempotency_key_reused`): nothing is done twice.
    Some(Idempotency::new(format!("key:{key}"), secret::keyed_digest(&cx.env.config.signing_key, "repeated request", &asked)))
}

/// Whether sending this request again could do it again: a POST of the API that creates or sends, and came without a key.
#[must_use]
pub fn may_happen_twice(cx: &Cx, request: &Request, route: &str) -> bool {
    !cx.is_page && request.method == "POST" && !WITHOUT_KEY.contains(&route) && key_of(cx, request, route).is_none()
}

/// The token among the fields of a form: it is made of signs that need no coding.
fn token_of(body: &[u8]) -> Option<&[u8]> {
    let token = body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(FIELD.as_bytes())?.strip_prefix(b"="))?;
    (1..=LONGEST_TOKEN).contains(&token.len()).then_some(token)
}

/// Runs the handler; where its batch found that this request was done before, says what came of it.
///
/// # Errors
/// What the handler refuses.
pub async fn handled(cx: Cx, ask: Ask, route: &str, handler: Handler) -> Result<Response> {
    let Some(once) = key_of(&cx, ask.request(), route).map(Arc::new) else { return handler(cx, ask).await };
    let cx = cx.only_once(once.clone());
    let answered = handler(cx.clone(), ask.clone()).await;
    if !once.is_repeated() {
        return answered;
    }
    let repeat = cx.only_once(Arc::new(once.repeat_of(cx.first_request().await?)));
    let path = ask.uri().path.clone();
    let again = match handler(repeat.clone(), ask).await {
        // What the first one did cannot be told in its words any more, to this reader: but that it was done.
        Ok(response) if repeat.is_page && response.status.as_u16() >= 400 => pages::done_already(&repeat, &path),
        Err(_) if repeat.is_page => pages::done_already(&repeat, &path),
        again => again?,
    };
    Ok(response::with(again, "idempotent-replayed", "true"))
}

#[cfg(test)]
mod tests {
    use super::token_of;

    #[test]
    fn the_token_of_a_form_is_found_wherever_it_stands() {
        assert!(token_of(b"once=abc.d&name=x").is_some() && token_of(b"name=x&once=abc").is_some());
        for body in [&b""[..], b"name=once", b"once=", b"nonce=abc", b"name=x&oncer=abc"] {
            assert!(token_of(body).is_none(), "{}", String::from_utf8_lossy(body));
        }
        assert!(token_of([b"once=", "a".repeat(200).as_bytes()].concat().as_slice()).is_none());
    }
}
