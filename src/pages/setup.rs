//! `/setup`: sets a deployment up. It works once.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    FieldMessage, Frame,
    answer::{again, html, refusal_of, see},
    shown::rule_words,
};
use crate::{
    access::context::Cx,
    accounts::setup::{self, Setup},
    core::pasted_link::setup_token_in,
    core::refusal::{Result, Rule},
    http::extract::Form,
    http::response::Response,
};

/// The form that names the host and creates its first admin.
#[derive(Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The setup token as typed; the script fills it from the fragment.
    pub token: String,
    /// The host's name as typed.
    pub host_name: String,
    /// The first admin's address as typed.
    pub email: String,
    /// First name as typed.
    pub first_name: String,
    /// Last name as typed.
    pub last_name: String,
}

/// The fields of the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    token: String,
    host_name: String,
    email: String,
    first_name: String,
    last_name: String,
    password: String,
}

impl Sent {
    fn page(self, frame: Frame) -> SetupPage {
        SetupPage { frame, token: self.token, host_name: self.host_name, email: self.email, first_name: self.first_name, last_name: self.last_name }
    }
}

fn frame(cx: &Cx) -> Frame {
    Frame::new(cx.lang, cx.lang.text().setup.title, "/setup")
}

/// `GET /setup`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&Sent::default().page(frame(&cx).at(&uri)))
}

/// `POST /setup`
///
/// # Errors
/// `already_set_up`, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Form(sent): Form<Sent>) -> Result<Response> {
    let setup_token = match setup_token_in(&sent.token) {
        Ok(token) => token.into_owned(),
        Err(fault) => {
            let refusal = refusal_of(fault.into())?;
            return again(&refusal, &sent.page(frame(&cx).refusing(&refusal)));
        }
    };
    let setup = Setup {
        setup_token,
        host_name: sent.host_name.clone(),
        email: sent.email.clone(),
        first_name: sent.first_name.clone(),
        last_name: sent.last_name.clone(),
        password: sent.password.clone(),
    };
    let Err(failure) = setup::set_up(&cx, &setup).await else {
        // Only an e-mail confirms the address. The page offers it when a mail provider is configured; otherwise every page offers it once one is.
        let notice = if cx.env.mailer.is_some() { "/sign-in?done=setup_done_confirm" } else { "/sign-in?done=setup_done" };
        return Ok(see(notice));
    };
    let refusal = refusal_of(failure)?;
    let frame = match refusal.rule {
        Rule::AlreadySetUp => return Err(refusal.into()),
        Rule::WrongSetupToken => frame(&cx).with_errors(vec![FieldMessage::on("token", rule_words(refusal.rule, cx.lang))]),
        _ => frame(&cx).refusing(&refusal),
    };
    again(&refusal, &sent.page(frame))
}
