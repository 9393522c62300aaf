//! A refusal as a page: the same words the API says, and the way on.

use axum::{
    body::Body,
    http::{Method, Response, StatusCode, header},
    response::{Html, IntoResponse},
};
use askama::Template;

use super::{ErrorPage, Frame, Link, encode};
use crate::{cx::Cx, refusal::{Refusal, Rule}, text::refusals};

/// The page of a refusal. Who is not signed in is sent to sign in, and back.
#[must_use]
pub fn refused(cx: &Cx, refusal: &Refusal, method: &Method, target: &str) -> Response<Body> {
    if refusal.rule == Rule::NotSignedIn {
        let next = if *method == Method::GET { format!("?next={}", encode(target)) } else { String::new() };
        return (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/sign-in{next}"))]).into_response();
    }
    let words = refusals::words(refusal.rule, cx.lang);
    let page = ErrorPage {
        frame: Frame::new(cx.lang, words.title, target),
        status: refusal.rule.status().as_u16(),
        heading: words.title.to_owned(),
        detail: words.detail.to_owned(),
        next: vec![Link::new(cx.lang.text().accounts.title, "/accounts")],
        request_id: cx.request_id.clone(),
    };
    (refusal.rule.status(), Html(page.render().unwrap_or_default())).into_response()
}
