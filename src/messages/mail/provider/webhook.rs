//! A webhook of one's own: `POST MAIL_URL` with the e-mail as JSON; `Authorization: Bearer MAIL_TOKEN` where there is one.
//!
//! It answers any 2xx for an e-mail that it took, with `{"id": …}` if it likes. `Idempotency-Key` is the e-mail's id, the same at each attempt: a
//! e-mail that was taken already is answered alike and not sent again. Errors are `{"message"}`: 408, 409, 425, 429 and 5xx are tried
//! again, not before `Retry-After`; any other status ends the e-mail.

use super::carrier::{Form, Provider, Transport};

pub const WEBHOOK: Provider = Provider {
    name: "webhook",
    transport: Transport::Http,
    base: "",
    path: "",
    headers: &[("authorization", "Bearer $token"), ("idempotency-key", "$id")],
    form: Form::Json,
    body: r#"{"id":$id,"from":$from,"to":$to,"subject":$subject,"text":$text,"html":$html}"#,
    needs: &["MAIL_FROM", "MAIL_URL"],
    id: "/id",
    reason: "/message",
};
