//! A webhook of one's own: `POST MAIL_URL` with the letter as JSON; `Authorization: Bearer MAIL_TOKEN` where there is one.
//!
//! It answers any 2xx for a letter that it took, with `{"id": …}` if it likes. `Idempotency-Key` is the letter's id, the same at each attempt: a
//! letter that was taken already is answered alike and not sent again. Errors are `{"message"}`: 408, 409, 425, 429 and 5xx are tried
//! again, not before `Retry-After`; any other status ends the letter.

use super::carrier::{Form, Provider, Transport};

pub const WEBHOOK: Provider = Provider {
    name: "webhook",
    way: Transport::Http,
    base: "",
    path: "",
    headers: &[("authorization", "Bearer $token"), ("idempotency-key", "$id")],
    form: Form::Json,
    body: r#"{"id":$id,"from":$from,"to":$to,"subject":$subject,"text":$text,"html":$html}"#,
    needs: &["MAIL_FROM", "MAIL_URL"],
    id: "/id",
    reason: "/message",
};
