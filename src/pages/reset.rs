//! `/reset`: the link that was mailed or handed over, and the new password.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Frame, LanguageSwitch,
    answer::{again, html, refusal_of, see, token_in},
};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::refusal::{Refusal, Result, Rule, Wrong},
    http::cookies::{self, with_cookie},
    http::extract::Form,
    http::response::Response,
    identity::reset::{self, Confirmation, Preview},
    text::When,
};

/// The token's way in: the script posts it from the fragment; without JavaScript it is pasted.
#[derive(Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// What stands around it.
    pub frame: Frame,
}

/// Whose password it is, and the new one.
#[derive(Template)]
#[template(path = "reset_preview.html")]
pub struct ResetPreviewPage {
    /// What stands around it; its language switch reposts the token.
    pub frame: Frame,
    /// The token, to be posted with the password.
    pub token: String,
    /// Whose password it is.
    pub email: String,
    /// How long the link works.
    pub valid_until: When,
}

impl ResetPreviewPage {
    fn of(cx: &Cx, token: &str, preview: Preview) -> Self {
        let mut frame = Frame::new(cx.lang, cx.lang.text().reset.title, "/reset");
        frame.switch = LanguageSwitch::Repost { action: "/reset", token: token.to_owned() };
        Self { frame, token: token.to_owned(), email: preview.email, valid_until: cx.lang.when(preview.expires_at.0) }
    }
}

/// `GET /reset`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&ResetPage { frame: Frame::new(cx.lang, cx.lang.text().reset.title, "/reset").at(&uri) })
}

/// A link or its code, and the language its preview is wanted in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Opened {
    token: String,
    lang: String,
}

/// `POST /reset`: shows what the link does; nothing is used up.
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn post(cx: Cx, Form(opened): Form<Opened>) -> Result<Response> {
    let chosen = Lang::parse(&opened.lang);
    let cx = cx.in_language(chosen.unwrap_or(cx.lang));
    let token = token_in(&opened.token);
    let answer = html(&ResetPreviewPage::of(&cx, token, reset::preview(&cx, token).await?))?;
    Ok(chosen.into_iter().fold(answer, |answer, lang| with_cookie(answer, &cookies::language(lang.code()))))
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    token: String,
    new_password: String,
    new_password_again: String,
}

/// `POST /reset/confirm`: every session ends, and it does not sign in.
///
/// # Errors
/// `link_expired`, `link_not_valid`, and those a form has nothing to say to.
pub async fn post_confirm(cx: Cx, Form(sent): Form<Sent>) -> Result<Response> {
    let token = token_in(&sent.token).to_owned();
    let confirmed = if sent.new_password == sent.new_password_again {
        reset::confirm(&cx, &Confirmation { token: token.clone(), new_password: sent.new_password }).await
    } else {
        Err(Refusal::field("/new_password_again", Wrong::Differs).into())
    };
    let Err(failure) = confirmed else {
        return Ok(with_cookie(see("/sign-in?done=password_reset"), &cookies::no_session()));
    };
    let refusal = refusal_of(failure)?;
    if matches!(refusal.rule, Rule::LinkNotValid | Rule::LinkExpired) {
        return Err(refusal.into());
    }
    let mut page = ResetPreviewPage::of(&cx, &token, reset::preview(&cx, &token).await?);
    page.frame = page.frame.refusing(&refusal);
    again(&refusal, &page)
}
