//! Brevo: `POST /v3/smtp/email` with `api-key`, 201 `{"messageId": "<…>"}`
//! (<https://developers.brevo.com/reference/sendtransacemail>). The header `idempotencyKey` among the e-mail's own, a UUID, makes a repeat within 15
//! minutes harmless (<https://developers.brevo.com/changelog/email-api-now-supports-idempotency>).
//!
//! Errors are `{"code", "message"}`: 400 for the request or the sender, 401 for the key, 402 for the credits, 429 for the rate.

use super::carrier::{Form, Provider, Transport};

pub const BREVO: Provider = Provider {
    name: "brevo",
    transport: Transport::Http,
    base: "https://api.brevo.com",
    path: "/v3/smtp/email",
    headers: &[("api-key", "$token")],
    form: Form::Json,
    body: r#"{"sender":{"name":$from_name,"email":$from_email},"to":[{"email":$to}],"subject":$subject,"textContent":$text,"htmlContent":$html,"headers":{"idempotencyKey":$uuid}}"#,
    needs: &["MAIL_FROM", "MAIL_TOKEN"],
    id: "/messageId",
    reason: "/message",
};
