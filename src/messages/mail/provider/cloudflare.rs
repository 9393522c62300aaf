//! Cloudflare's Email Service: `env.EMAIL.send({to, from, subject, text, html})` of the `send_email` binding, which resolves to `{messageId}` and throws
//! an error with a `code` (<https://developers.cloudflare.com/email-service/api/send-emails/workers-api/>). The domain of `MAIL_FROM` must be
//! onboarded there. Headers that begin with `X-` may be added (<https://developers.cloudflare.com/email-service/reference/headers/>).
//!
//! It knows no idempotency key.

use serde_json::json;

use super::carrier::{Answer, Form, Provider, Transport};

pub const CLOUDFLARE: Provider = Provider {
    name: "cloudflare",
    transport: Transport::Send("EMAIL"),
    base: "",
    path: "",
    headers: &[],
    form: Form::Json,
    body: r#"{"from":{"name":$from_name,"email":$from_email},"to":$to,"subject":$subject,"text":$text,"html":$html,"headers":{"X-Delivery-Id":$id}}"#,
    needs: &["MAIL_FROM", "EMAIL"],
    id: "/messageId",
    reason: "/message",
};

/// The error that the binding threw, as an HTTP status and answer; `None` for an error that is not its own, because the e-mail may have left.
#[must_use]
pub fn thrown(code: &str, message: &str) -> Option<Answer> {
    let status = match code {
        "E_RATE_LIMIT_EXCEEDED" | "E_DAILY_LIMIT_EXCEEDED" => 429,
        "E_INTERNAL_SERVER_ERROR" | "E_DELIVERY_FAILED" => 503,
        // The sender's domain, which the operator can correct.
        _ if code.starts_with("E_SENDER_") => 403,
        _ if code.starts_with("E_") => 422,
        _ => return None,
    };
    Some(Answer { status, body: json!({ "message": format!("{code} {message}") }).to_string().into_bytes(), ..Answer::default() })
}
