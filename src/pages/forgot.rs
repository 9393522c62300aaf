//! `/forgot-password`.

use askama::Template;
use http::Uri;

use super::{
    Frame,
    answer::{again, html, refusal_of},
};
use crate::{
    access::context::Cx,
    core::field::Checks,
    core::refusal::{Refusal, Result},
    http::extract::Form,
    http::response::Response,
    identity::reset::{self, Address},
};

/// The page that asks for a reset link by e-mail.
#[derive(Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The step the reader is at.
    pub state: ForgotState,
}

/// The step the reader is at.
pub enum ForgotState {
    /// The form for the address.
    Ask {
        /// The address as typed.
        email: String,
    },
    /// The answer that an e-mail may come. It is the same for known and unknown addresses.
    Sent {
        /// The address as typed.
        email: String,
    },
    /// No mail provider is configured: an admin can make a link.
    NoMail,
}

fn frame(cx: &Cx) -> Frame {
    Frame::new(cx.lang, cx.lang.text().forgot.title, "/forgot-password")
}

/// `GET /forgot-password`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    let state = if cx.env.mailer.is_some() { ForgotState::Ask { email: String::new() } } else { ForgotState::NoMail };
    html(&ForgotPage { frame: frame(&cx).at(&uri), state })
}

/// `POST /forgot-password`: the answer is the same for known and unknown addresses.
///
/// # Errors
/// Those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Form(Address { email }): Form<Address>) -> Result<Response> {
    if cx.env.mailer.is_none() {
        return html(&ForgotPage { frame: frame(&cx), state: ForgotState::NoMail });
    }
    match asked(&cx, &email).await {
        Ok(()) => html(&ForgotPage { frame: frame(&cx), state: ForgotState::Sent { email } }),
        Err(failure) => {
            let refusal: Refusal = refusal_of(failure)?;
            again(&refusal, &ForgotPage { frame: frame(&cx).refusing(&refusal), state: ForgotState::Ask { email } })
        }
    }
}

async fn asked(cx: &Cx, email: &str) -> Result<()> {
    // Whether a text is an e-mail address says nothing about any user, so the page may show this error.
    let mut checks = Checks::default();
    checks.email("/email", email);
    checks.done()?;
    reset::forgot(cx, email).await
}
