//! `/email-change`: the link that was mailed to the new address. The script only fills in the code; the person confirms.

use askama::Template;
use http::Uri;

use super::{
    Frame,
    answer::{html, see, token_in},
};
use crate::{access::context::Cx, core::refusal::Result, http::extract::Form, http::response::Response, identity::email_change, identity::link::Token};

/// The form for the token of the link.
#[derive(Template)]
#[template(path = "email_change.html")]
pub struct EmailChangePage {
    /// The frame of the page.
    pub frame: Frame,
}

/// `GET /email-change`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&EmailChangePage { frame: Frame::new(cx.lang, cx.lang.text().email_change.title, "/email-change").at(&uri) })
}

/// `POST /email-change`: the user signs in with the new address from now on.
///
/// # Errors
/// `link_expired`, `link_not_valid`, `email_taken`.
pub async fn post(cx: Cx, Form(sent): Form<Token>) -> Result<Response> {
    email_change::confirm(&cx, token_in(&sent.token)).await?;
    Ok(see(if cx.session.is_some() { "/me?done=email_changed" } else { "/sign-in?done=email_changed" }))
}
