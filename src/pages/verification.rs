//! `/verification`: the link that confirms the reader's address. The reader confirms with a button, because mail scanners open links.

use askama::Template;
use http::Uri;

use super::{
    Frame,
    answer::{html, paste_again, see},
};
use crate::{
    access::context::Cx,
    core::pasted_link::{LinkPage, code_in},
    core::refusal::Result,
    http::extract::Form,
    http::response::Response,
    identity::link::Token,
    identity::verification,
};

/// The form for the token of the link.
#[derive(Template)]
#[template(path = "verification.html")]
pub struct VerificationPage {
    /// The frame of the page.
    pub frame: Frame,
    /// What was pasted, where no whole link is in it.
    pub token: String,
}

fn frame(cx: &Cx) -> Frame {
    Frame::new(cx.lang, cx.lang.text().me.verify_title, "/verification")
}

/// `GET /verification`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&VerificationPage { frame: frame(&cx).at(&uri), token: String::new() })
}

/// `POST /verification`
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn post(cx: Cx, Form(sent): Form<Token>) -> Result<Response> {
    let token = match code_in(LinkPage::Verification, &sent.token) {
        Ok(token) => token,
        Err(fault) => return paste_again(fault, |refusal| html(&VerificationPage { frame: frame(&cx).refusing(refusal), token: sent.token })),
    };
    verification::confirm(&cx, &token).await?;
    Ok(see(if cx.session.is_some() { "/me?done=email_verified" } else { "/sign-in?done=email_verified" }))
}

/// `POST /me/verification`: asks for the confirmation e-mail.
///
/// # Errors
/// `needs_mail`, `too_many_attempts`, `not_signed_in`.
pub async fn post_ask(cx: Cx) -> Result<Response> {
    verification::ask(&cx).await?;
    Ok(see("/me?done=verification_sent"))
}
