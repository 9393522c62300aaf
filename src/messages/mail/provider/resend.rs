//! Resend: `POST /emails` with a bearer token and `Idempotency-Key` (kept for 24 hours), 200 `{"id": …}`
//! (<https://resend.com/docs/api-reference/emails/send-email>, <https://resend.com/docs/dashboard/emails/idempotency-keys>).
//!
//! Errors are `{"statusCode", "name", "message"}`: 400, 401, 403, 422 for the request, the key or the domain; 429 for the rate and the
//! quota; 409 `concurrent_idempotent_requests` while the first request with the key is still under way, so 409 is tried again
//! (<https://resend.com/docs/api-reference/errors>).

use super::carrier::{Form, Provider, Transport};

pub const RESEND: Provider = Provider {
    name: "resend",
    transport: Transport::Http,
    base: "https://api.resend.com",
    path: "/emails",
    headers: &[("authorization", "Bearer $token"), ("idempotency-key", "$id")],
    form: Form::Json,
    body: r#"{"from":$from,"to":[$to],"subject":$subject,"text":$text,"html":$html}"#,
    needs: &["MAIL_FROM", "MAIL_TOKEN"],
    id: "/id",
    reason: "/message",
};
