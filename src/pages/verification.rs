//! `/verification`: the link that confirms one's address. It is used by a press of the button: what only opens links confirms nothing.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Frame,
    answer::{html, see, token_in},
};
use crate::{access::context::Cx, core::refusal::Result, http::extract::Form, http::response::Response, identity::verification};

/// The token's way in.
#[derive(Template)]
#[template(path = "verification.html")]
pub struct VerificationPage {
    /// What stands around it.
    pub frame: Frame,
}

/// `GET /verification`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&VerificationPage { frame: Frame::new(cx.lang, cx.lang.text().me.verify_title, "/verification").at(&uri) })
}

/// A link or its code.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    token: String,
}

/// `POST /verification`
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn post(cx: Cx, Form(sent): Form<Sent>) -> Result<Response> {
    verification::confirm(&cx, token_in(&sent.token)).await?;
    Ok(see(if cx.session.is_some() { "/me?done=email_verified" } else { "/sign-in?done=email_verified" }))
}

/// `POST /me/verification`: asks for the letter.
///
/// # Errors
/// `needs_mail`, `too_many_attempts`, `not_signed_in`.
pub async fn post_ask(cx: Cx) -> Result<Response> {
    verification::ask(&cx).await?;
    Ok(see("/me?done=verification_sent"))
}
