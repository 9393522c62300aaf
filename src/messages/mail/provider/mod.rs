//! The providers that can send e-mails, chosen by configuration alone.
//!
//! A provider is data: the request it documents, as a template whose `$words` are filled in, and where its answer holds the id or the reason. So
//! each is a small file that reads like its documentation, and one interpreter serves all of them. The code that owns a socket (the runtime's
//! `fetch` in `worker/mail.rs`, an HTTP client in the tests) turns a [`Request`] into an [`Answer`]. Nothing here sends.
//!
//! *Secrets.* A reason is stored in a row and shown on a page, and providers repeat what they were given. So it is one short line, without the
//! configured token in any form in which it was sent, and without any run of characters as long as the secret of a link.

mod brevo;
mod carrier;
mod cloudflare;
mod mailgun;
mod postmark;
mod resend;
mod service;
mod webhook;

pub use carrier::{Answer, Carrier, LONGEST_ANSWER, Provider, Request, Transport};
pub use cloudflare::thrown;

use crate::core::field;
use carrier::mailbox;

/// All providers.
const PROVIDERS: [&Provider; 7] =
    [&cloudflare::CLOUDFLARE, &service::SERVICE, &resend::RESEND, &postmark::POSTMARK, &mailgun::MAILGUN, &brevo::BREVO, &webhook::WEBHOOK];

/// How a deployment's e-mails leave.
#[derive(Debug, Clone)]
pub enum Choice {
    /// They do not leave: people hand links over themselves.
    None,
    /// They leave by this carrier.
    By(Carrier),
    /// They should leave, but variables or bindings are missing or wrong.
    Lacking {
        /// The value of `MAIL_PROVIDER`.
        provider: String,
        /// The missing variables and bindings.
        missing: Vec<&'static str>,
    },
}

/// The choice that the deployment's variables and bindings make. The value of a binding that exists is any text.
#[must_use]
pub fn chosen(set: &dyn Fn(&str) -> Option<String>) -> Choice {
    let of = |name: &str| set(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let name = of("MAIL_PROVIDER");
    if ["", "none"].contains(&name.as_str()) {
        return Choice::None;
    }
    let Some(provider) = PROVIDERS.into_iter().find(|provider| provider.name == name) else {
        return Choice::Lacking { provider: name, missing: vec!["MAIL_PROVIDER"] };
    };
    let url = of("MAIL_URL");
    let fits = |name: &str| match name {
        "MAIL_FROM" => mailbox(&of(name)).1.contains('@'),
        _ => !of(name).is_empty(),
    };
    let mut missing: Vec<&'static str> = provider.needs.iter().copied().filter(|name| !fits(name)).collect();
    // E-mails carry links in plain text, so they go to no other address than a safe one.
    if !url.is_empty() && !field::is_safe_url(&url) {
        missing.push("MAIL_URL");
    }
    if !missing.is_empty() {
        return Choice::Lacking { provider: name, missing };
    }
    let base = if url.is_empty() { provider.base.to_owned() } else { url.trim_end_matches('/').to_owned() };
    Choice::By(Carrier { provider, base, token: of("MAIL_TOKEN"), from: of("MAIL_FROM"), domain: of("MAIL_DOMAIN") })
}
