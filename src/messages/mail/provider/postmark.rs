//! Postmark: `POST /email` with the server's token, 200 `{"MessageID": …, "ErrorCode": 0, "Message": "OK"}`
//! (<https://postmarkapp.com/developer/api/email-api>).
//!
//! Errors are `{"ErrorCode", "Message"}`: 401 for the token, 422 for the request, the sender or a suppressed recipient, 429 for the rate,
//! 500 and 503 for Postmark itself (<https://postmarkapp.com/developer/api/overview>). It knows no idempotency key: the id goes along as
//! metadata, so that one e-mail that came twice can be recognised.

use super::carrier::{Form, Provider, Transport};

pub const POSTMARK: Provider = Provider {
    name: "postmark",
    transport: Transport::Http,
    base: "https://api.postmarkapp.com",
    path: "/email",
    headers: &[("x-postmark-server-token", "$token")],
    form: Form::Json,
    body: r#"{"From":$from,"To":$to,"Subject":$subject,"TextBody":$text,"HtmlBody":$html,"MessageStream":"outbound","Metadata":{"delivery":$id}}"#,
    needs: &["MAIL_FROM", "MAIL_TOKEN"],
    id: "/MessageID",
    reason: "/Message",
};
