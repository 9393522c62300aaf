//! `/verification`: the link that confirms the reader's address. The reader confirms with a button, because mail scanners open links.

use askama::Template;
use http::Uri;

use super::{
    Frame,
    answer::{html, see, token_in},
};
use crate::{access::context::Cx, core::refusal::Result, http::extract::Form, http::response::Response, identity::link::Token, identity::verification};

/// The form for the token of the link.
#[derive(Template)]
#[template(path = "verification.html")]
pub struct VerificationPage {
    /// The frame of the page.
    pub frame: Frame,
}

/// `GET /verification`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&VerificationPage { frame: Frame::new(cx.lang, cx.lang.text().me.verify_title, "/verification").at(&uri) })
}

/// `POST /verification`
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn post(cx: Cx, Form(sent): Form<Token>) -> Result<Response> {
    verification::confirm(&cx, token_in(&sent.token)).await?;
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
