//! `/email-change`: the link that was mailed to the new address. The script only fills in the code; the person confirms.

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
    identity::email_change,
    identity::link::Token,
};

/// The form for the token of the link.
#[derive(Template)]
#[template(path = "email_change.html")]
pub struct EmailChangePage {
    /// The frame of the page.
    pub frame: Frame,
    /// What was pasted, where no whole link is in it.
    pub token: String,
}

fn frame(cx: &Cx) -> Frame {
    Frame::new(cx.lang, cx.lang.text().email_change.title, "/email-change")
}

/// `GET /email-change`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&EmailChangePage { frame: frame(&cx).at(&uri), token: String::new() })
}

/// `POST /email-change`: the user signs in with the new address from now on.
///
/// # Errors
/// `link_expired`, `link_not_valid`, `email_taken`.
pub async fn post(cx: Cx, Form(sent): Form<Token>) -> Result<Response> {
    let token = match code_in(LinkPage::EmailChange, &sent.token) {
        Ok(token) => token,
        Err(fault) => return paste_again(fault, |refusal| html(&EmailChangePage { frame: frame(&cx).refusing(refusal), token: sent.token })),
    };
    email_change::confirm(&cx, &token).await?;
    Ok(see(if cx.session.is_some() { "/me?done=email_changed" } else { "/sign-in?done=email_changed" }))
}
