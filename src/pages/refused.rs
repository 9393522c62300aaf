//! A refusal as a page: the same words the API says, and the way on.

use askama::Template;

use super::{
    ErrorPage, Frame, LanguageSwitch, Link,
    answer::{HTML, see},
    encode,
    kept::Kept,
    sign_in,
};
use crate::{
    access::context::Cx,
    core::refusal::{Refusal, Rule},
    http::request::Request,
    http::response::{self, Response},
    text::refusals,
};

/// The page of a refusal. Who is not signed in is sent to sign in, and back, with what they entered.
#[must_use]
pub fn refused(cx: &Cx, refusal: &Refusal, request: &Request) -> Response {
    let (is_look, target) = (request.is_look(), &request.uri.target());
    if refusal.rule == Rule::NotSignedIn {
        return if is_look { see(&format!("/sign-in?next={}", encode(target))) } else { sign_in::when_ended(cx, request) };
    }
    let words = refusals::words(refusal.rule, cx.lang);
    let mut frame = Frame::new(cx.lang, words.title, target.as_str());
    if !is_look {
        // What was posted is gone: its address alone may have no page.
        frame.switch = LanguageSwitch::Absent;
    }
    let page = ErrorPage {
        frame,
        status: refusal.rule.status().as_u16(),
        heading: words.title.to_owned(),
        detail: format!("{}{}", words.detail, refusals::missing(refusal, cx.lang)),
        again: if is_look || !refusal.rule.status().is_server_error() { None } else { Kept::of(request) },
        next: ways_on(cx, refusal.rule, is_look, target),
        request_id: cx.request_id.clone(),
    };
    response::of(refusal.rule.status(), HTML, page.render().unwrap_or_default().into_bytes())
}

/// Where to go next, the likeliest first. Whether somebody is signed in is guessed from the cookie: it costs no trip.
fn ways_on(cx: &Cx, rule: Rule, is_look: bool, target: &str) -> Vec<Link> {
    let text = cx.lang.text();
    let path = target.split('?').next().unwrap_or_default();
    let home = if cx.session.is_some() { Link::new(text.common.all_accounts, "/accounts") } else { Link::new(text.common.sign_in, "/sign-in") };
    let before = match rule {
        Rule::LinkNotValid | Rule::LinkExpired if path.starts_with("/reset") => Some(Link::new(text.sign_in.forgot, "/forgot-password")),
        Rule::LinkNotValid | Rule::LinkExpired => Some(Link::new(text.accounts.open_invitation, "/invitation")),
        Rule::CursorNotValid => Some(Link::new(text.common.first_page, path)),
        Rule::Busy | Rule::Internal if is_look => Some(Link::new(text.common.try_again, target)),
        _ => None,
    };
    before.into_iter().chain([home]).collect()
}
