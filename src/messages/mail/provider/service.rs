//! Another worker of the operator, by the service binding `MAIL`: the request of the [webhook](super::webhook), with `POST https://mail/send`,
//! which never leaves Cloudflare (<https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/http/>).

use super::carrier::{Provider, Transport};
use super::webhook::WEBHOOK;

pub const SERVICE: Provider =
    Provider { name: "service", transport: Transport::Service("MAIL"), base: "https://mail", path: "/send", needs: &["MAIL_FROM", "MAIL"], ..WEBHOOK };
