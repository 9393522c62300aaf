//! `/sign-in` and `/sign-out`.

use askama::Template;
use http::{StatusCode, Uri};
use serde::Deserialize;

use super::{
    Frame,
    answer::{self, again, html, own_path, refusal_of, see},
    carried_form::{CarriedForm, LARGEST_SIGN_IN, page_above},
    forms::Next,
};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::refusal::{Failure, Result, Rule},
    http::cookies::{self, with_cookie},
    http::extract::{Form, Params},
    http::headers,
    http::request::Asked,
    http::response::{self, Response},
    identity::device,
    identity::session::{self, Credentials, SESSION_LONGEST_MS, Which},
};

/// The form for address and password.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The address as typed.
    pub email: String,
    /// The path to go to afterwards, on this site; may be empty.
    pub next: String,
    /// The form that was sent after the session ended.
    pub kept: Option<CarriedForm>,
}

/// `GET /sign-in`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri, Params(Next { next }): Params<Next>) -> Result<Response> {
    let next = own_path(&next).unwrap_or_default().to_owned();
    html(&SignInPage { frame: Frame::new(cx.lang, cx.lang.text().sign_in.title, "/sign-in").at(&uri), email: String::new(), next, kept: None })
}

/// Returns the page for a reader whose session ended before their form arrived. It carries the form, or says that it does not.
#[must_use]
pub fn when_ended(cx: &Cx, asked: &Asked) -> Response {
    let (text, kept, next) = (&cx.lang.text().sign_in, CarriedForm::of(cx.routes, asked), page_above(cx.routes, asked.uri.path()).to_owned());
    let mut frame = Frame::new(cx.lang, text.title, "/sign-in").without_language_switch();
    frame.notice = Some(if kept.is_some() { text.ended_kept } else { text.ended });
    let page = SignInPage { frame, email: String::new(), next, kept };
    answer::page(StatusCode::UNAUTHORIZED, page.render().unwrap_or_default())
}

/// The form that the page carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Carried {
    kept: String,
    kept_path: String,
}

/// `POST /sign-in`
///
/// # Errors
/// Those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Form((sent, Next { next }, carried)): Form<(Credentials, Next, Carried), LARGEST_SIGN_IN>) -> Result<Response> {
    let next = own_path(&next).unwrap_or_default();
    let kept = CarriedForm::carried(cx.routes, carried.kept_path, carried.kept);
    let credentials = Credentials { device_token: None, remember_device: Some(true), ..sent };
    match session::sign_in(&cx, &credentials).await {
        Ok(signed_in) => {
            let lang = Lang::parse(&signed_in.user.language).unwrap_or(cx.lang);
            let next = if next.is_empty() { "/accounts" } else { next };
            let answer = match kept {
                None => see(next),
                Some(kept) => kept.hand_back(&cx.in_language(lang), &signed_in.user.id, next.to_owned())?,
            };
            let answer = with_cookie(with_cookie(answer, &cookies::session(&signed_in.session_token, SESSION_LONGEST_MS)), &cookies::language(lang.code()));
            Ok(match &signed_in.device_token {
                Some(secret) => with_cookie(answer, &cookies::device(secret, device::LIFE_MS)),
                None => answer,
            })
        }
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let frame = Frame::new(cx.lang, cx.lang.text().sign_in.title, "/sign-in").refusing(&refusal);
            again(&refusal, &SignInPage { frame, email: credentials.email, next: next.to_owned(), kept })
        }
    }
}

/// `POST /sign-out`: succeeds for a session that has ended, too.
///
/// # Errors
/// A fault of the database.
pub async fn post_out(cx: Cx) -> Result<Response> {
    match session::end(&cx, &Which::Current).await {
        Err(Failure::Refused(refusal)) if refusal.rule == Rule::NotSignedIn => {}
        ended => ended?,
    }
    let answer = with_cookie(see("/sign-in?done=signed_out"), &cookies::no_session());
    Ok(response::with(answer, headers::CLEAR_SITE_DATA, headers::CACHE_AND_STORAGE))
}
