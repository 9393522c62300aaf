//! Sends e-mails: by the runtime's `fetch`, by another worker, or by the `send_email` binding.
//!
//! The bindings' methods are called directly: where one throws or gives no promise, `worker::SendEmail` never returns, and neither does
//! `worker::Fetcher` in the second case (tried on workerd).

use std::time::Duration;

use js_sys::{Array, JSON, Reflect};
use worker::{
    AbortSignal, Fetch, Headers, Method, RequestInit, RequestRedirect, ResponseBody,
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use super::{clock, http, js};
use crate::{
    core::db::Pending,
    core::ports::{Mail, MailFailure, Mailer, Sent},
    messages::mail::provider::{Answer, Carrier, LONGEST_ANSWER, Request, Transport, thrown},
};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same in ms, after which the connection is closed.
const PATIENCE_MS: u32 = 10_000;

/// The carrier, and the binding whose method takes the e-mail, where it is one.
pub struct BoundMailer {
    pub carrier: Carrier,
    pub to: JsValue,
}

impl Mailer for BoundMailer {
    fn now(&self, since: i64) -> i64 {
        clock::now().max(since)
    }

    fn send(&self, email: Mail) -> Pending<'_, Result<Sent, MailFailure>> {
        let request = self.carrier.request(&email);
        Box::pin(SendFuture::new(async move {
            // Only the runtime's message shows whether a connection was not made or broke. So either may have taken the e-mail.
            let answer = match self.carrier.provider.transport {
                Transport::Send(_) => self.hand_over(request).await,
                _ => self.fetch(request).await.map_err(|_| JsValue::UNDEFINED),
            };
            let message = |error: &JsValue| if error.is_undefined() { String::new() } else { js::words(error) };
            self.carrier.read(&answer.map_err(|error| self.carrier.unanswered(&message(&error)))?)
        }))
    }
}

impl BoundMailer {
    async fn fetch(&self, email: Request) -> Result<Answer, JsValue> {
        let headers = Headers::new();
        for (name, value) in &email.headers {
            headers.set(name, value)?;
        }
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_redirect(RequestRedirect::Manual).with_headers(headers).with_body(Some(email.body.into()));
        let request = worker::Request::new_with_init(&email.url, &init)?;
        let response = js::within(PATIENCE, self.answered(request)).await?;
        let header = |name: &str| response.headers().get(name).ok().flatten().unwrap_or_default();
        let (status, retry_after, date) = (response.status_code(), header("retry-after"), header("date"));
        let body = if let ResponseBody::Stream(stream) = response.body() { Some(stream.clone()) } else { None };
        // The status is known, and it says what became of the e-mail, with or without the body.
        let body = js::within(PATIENCE, async { Ok(http::bytes(body, LONGEST_ANSWER).await?.into()) }).await.unwrap_or_default();
        Ok(Answer { status, retry_after, date, body })
    }

    async fn answered(&self, request: worker::Request) -> Result<worker::Response, JsValue> {
        let signal = web_sys::AbortSignal::timeout_with_u32(PATIENCE_MS);
        if self.carrier.provider.transport == Transport::Http {
            return Ok(Fetch::Request(request).send_with_signal(&AbortSignal::from(signal)).await?);
        }
        let init = web_sys::RequestInit::new();
        init.set_signal(Some(&signal));
        let response: web_sys::Response = js::call(&self.to, "fetch", &Array::of2(request.inner(), &init)).await?.dyn_into()?;
        Ok(response.into())
    }

    async fn hand_over(&self, request: Request) -> Result<Answer, JsValue> {
        let email = Array::of1(&JSON::parse(&request.body)?);
        match js::within(PATIENCE, js::call(&self.to, "send", &email)).await {
            Ok(sent) => Ok(Answer { status: 200, body: JSON::stringify(&sent)?.as_string().unwrap_or_default().into_bytes(), ..Answer::default() }),
            Err(error) => thrown(&js::property(&error, "code").unwrap_or_default(), &js::words(&error)).ok_or(error),
        }
    }
}

/// The setting of this name: the text of a variable, or `binding` where it is a binding.
pub fn setting(env: &JsValue, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok()?;
    value.as_string().or_else(|| value.is_object().then(|| "binding".to_owned()))
}

/// The mailer of this carrier.
pub fn mailer(env: &JsValue, carrier: Carrier) -> BoundMailer {
    let to = match carrier.provider.transport {
        Transport::Http => JsValue::UNDEFINED,
        Transport::Service(name) | Transport::Send(name) => Reflect::get(env, &name.into()).unwrap_or_default(),
    };
    BoundMailer { carrier, to }
}
