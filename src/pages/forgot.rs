//! `/forgot-password`.

use askama::Template;
use http::Uri;
use serde::Deserialize;

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
    identity::reset,
};

/// Asks for a reset link by mail.
#[derive(Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// What stands around it.
    pub frame: Frame,
    /// How far the person has come.
    pub state: ForgotState,
}

/// How far the person has come.
pub enum ForgotState {
    /// Asked for the address.
    Ask {
        /// The address as typed.
        email: String,
    },
    /// Told, whether or not the address is known, that a letter may be coming.
    Sent {
        /// The address as typed.
        email: String,
    },
    /// No mail provider: an admin can make a link.
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

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    email: String,
}

/// `POST /forgot-password`: the same words for known and unknown addresses.
///
/// # Errors
/// Those a form has nothing to say to.
pub async fn post(cx: Cx, Form(Sent { email }): Form<Sent>) -> Result<Response> {
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
    // What is no address tells nothing about anybody, so it may be said.
    let mut checks = Checks::default();
    checks.email("/email", email);
    checks.done()?;
    reset::forgot(cx, email).await
}
