//! The operator's own webhook: `POST MAIL_URL` with the e-mail as JSON; `Authorization: Bearer MAIL_TOKEN` if there is a token.
//!
//! It answers any 2xx for an e-mail that it took, optionally with `{"id": …}`. `Idempotency-Key` is the e-mail's id, the same at each attempt: for
//! an e-mail that it already took it gives the same answer and does not send again. Errors are `{"message"}`: 408, 409, 425, 429 and 5xx are tried
//! again, not before `Retry-After`; after any other status the e-mail has failed.

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
