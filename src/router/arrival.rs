//! The context of a request: who asks, from which device, in which language.

use std::sync::Arc;

use http::{HeaderName, header};

use crate::{
    access::context::{Cx, Environment, RequestContext, Routes},
    core::lang::Lang,
    core::secret,
    http::cookies,
    http::request::Request,
    identity::access_token,
};

/// The caller's address as Cloudflare saw it.
const CALLER: HeaderName = HeaderName::from_static("cf-connecting-ip");

/// What is known of a request before its handler, besides its [`Cx`].
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Whether it came with any token.
    pub has_token: bool,
    /// Whether its access token is for another account than its path names.
    pub is_elsewhere: bool,
}

/// The context of a request that enters now.
pub fn of(env: Arc<Environment>, now: i64, routes: Routes, request: &Request) -> (Cx, Arrival) {
    let text = |name: HeaderName| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let cookie = |name: &str| cookies::value(request.headers(), name);
    // (Not the typed header: it takes a token outside ASCII for none, and the cookie would sign in where a dead token must not.)
    let bearer = text(header::AUTHORIZATION)
        .and_then(|value| value.split_once(' ').map(|(scheme, token)| (scheme.to_owned(), token.trim().to_owned())))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token);
    let mut cx = RequestContext::new(env, now, secret::new_id(now).unwrap_or_default());
    cx.routes = routes;
    let by_token = bearer.as_deref().and_then(|bearer| access_token::read(&cx.env.config, now, bearer));
    let session_token = bearer.or_else(|| cookie(cookies::SESSION)).filter(|token| !token.is_empty());
    let mut arrival = Arrival { has_token: session_token.is_some(), is_elsewhere: false };
    match by_token {
        Some(bearer) => (cx.session, cx.confined_to) = (Some(bearer.session), Some(bearer.account)),
        None => cx.session = session_token.map(|token| secret::hash(&token)),
    }
    cx.device = cookie(cookies::DEVICE).map(|secret| secret::hash(&secret));
    cx.ip = text(CALLER).unwrap_or_default();
    cx.user_agent = text(header::USER_AGENT);
    cx.lang =
        cookie(cookies::LANGUAGE).and_then(|code| Lang::parse(&code)).unwrap_or_else(|| Lang::from_accept_language(text(header::ACCEPT_LANGUAGE).as_deref()));
    let path = request.uri().path();
    cx.is_page = !["/v1/", "/.well-known/", "/health"].iter().any(|start| path.starts_with(start));
    arrival.is_elsewhere = !access_token::confine(&mut cx, request);
    (cx.into(), arrival)
}
