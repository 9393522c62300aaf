//! `/reset`: opens a reset link and sets the new password.

use askama::Template;
use http::Uri;

use super::{
    Frame, LanguageSwitch,
    answer::{again, html, paste_again, refusal_of, see},
    forms::{Again, Language},
};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::pasted_link::{LinkPage, code_in},
    core::refusal::{Result, Rule},
    http::cookies::{self, with_cookie},
    http::extract::Form,
    http::response::Response,
    identity::link::Token,
    identity::reset::{self, Confirmation, Preview},
    text::When,
};

/// The form for the token. The script posts it from the fragment; without JavaScript the reader pastes it.
#[derive(Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// The frame of the page.
    pub frame: Frame,
    /// What was pasted, where no whole link is in it.
    pub token: String,
}

/// The form for the new password.
#[derive(Template)]
#[template(path = "reset_preview.html")]
pub struct ResetPreviewPage {
    /// The frame of the page. Its language switch posts the token again.
    pub frame: Frame,
    /// The token, which the form posts.
    pub token: String,
    /// The address of the user.
    pub email: String,
    /// When the link expires.
    pub valid_until: When,
}

impl ResetPreviewPage {
    fn of(cx: &Cx, token: &str, preview: Preview) -> Self {
        let mut frame = frame(cx);
        frame.switch = LanguageSwitch::Repost { action: "/reset", token: token.to_owned() };
        Self { frame, token: token.to_owned(), email: preview.email, valid_until: cx.lang.when(preview.expires_at.0) }
    }
}

fn frame(cx: &Cx) -> Frame {
    Frame::new(cx.lang, cx.lang.text().reset.title, "/reset")
}

/// `GET /reset`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&ResetPage { frame: frame(&cx).at(&uri), token: String::new() })
}

/// `POST /reset`: shows what the link does and does not use it up.
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn post(cx: Cx, Form((opened, Language { lang })): Form<(Token, Language)>) -> Result<Response> {
    let chosen = Lang::parse(&lang);
    let cx = cx.in_language(chosen.unwrap_or(cx.lang));
    let token = match code_in(LinkPage::Reset, &opened.token) {
        Ok(token) => token,
        Err(fault) => return paste_again(fault, |refusal| html(&ResetPage { frame: frame(&cx).refusing(refusal), token: opened.token })),
    };
    let answer = html(&ResetPreviewPage::of(&cx, &token, reset::preview(&cx, &token).await?))?;
    Ok(chosen.into_iter().fold(answer, |answer, lang| with_cookie(answer, &cookies::language(lang.code()))))
}

/// `POST /reset/confirm`: sets the password and ends every session. It does not sign the user in.
///
/// # Errors
/// `link_expired`, `link_not_valid`, and those that the form cannot show (`refusal_of`).
pub async fn post_confirm(cx: Cx, Form((sent, typed_again)): Form<(Confirmation, Again)>) -> Result<Response> {
    let sent = Confirmation { token: code_in(LinkPage::Reset, &sent.token)?, ..sent };
    let confirmed = match typed_again.check(&sent.new_password) {
        Ok(()) => reset::confirm(&cx, &sent).await,
        differs => differs,
    };
    let Err(failure) = confirmed else {
        return Ok(with_cookie(see("/sign-in?done=password_reset"), &cookies::no_session()));
    };
    let refusal = refusal_of(failure)?;
    if matches!(refusal.rule, Rule::LinkNotValid | Rule::LinkExpired) {
        return Err(refusal.into());
    }
    let mut page = ResetPreviewPage::of(&cx, &sent.token, reset::preview(&cx, &sent.token).await?);
    page.frame = page.frame.refusing(&refusal);
    again(&refusal, &page)
}
