//! Mailgun: `POST /v3/{domain}/messages`, a form, Basic authentication as `api`, 200 `{"id": "<…>", "message": "Queued. Thank you."}`
//! (<https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages>). The domain is
//! `MAIL_DOMAIN`, or that of `MAIL_FROM`; accounts of the EU set `MAIL_URL` to `https://api.eu.mailgun.net`.
//!
//! Errors are `{"message"}`: 400 for the request, 401 and 403 for the key, 404 for the domain, 429 for the rate, 500 for Mailgun itself
//! (<https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses>). It knows no idempotency key: the e-mail's own
//! `Message-Id` (`h:` adds a header) is the same at each attempt, by which mailboxes know an e-mail that came twice.

use super::carrier::{Form, Provider, Transport};

pub const MAILGUN: Provider = Provider {
    name: "mailgun",
    transport: Transport::Http,
    base: "https://api.mailgun.net",
    path: "/v3/$domain/messages",
    headers: &[("authorization", "Basic $basic")],
    form: Form::Urlencoded,
    body: "from=$from&to=$to&subject=$subject&text=$text&html=$html&h%3AMessage-Id=$message_id",
    needs: &["MAIL_FROM", "MAIL_TOKEN"],
    id: "/id",
    reason: "/message",
};
