//! How letters leave: the runtime's `fetch`, another worker's, or the `send_email` binding, whose objects are called directly.

use std::time::Duration;

use js_sys::{Array, Function, JSON, Reflect};
use serde_json::{Map, Value as Json, json};
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use super::{js, web};
use crate::{
    core::db::Pending,
    core::ports::{Mail, MailFailure, Mailer, Sent},
    messages::mail::provider::{Answer, Carrier, LONGEST_ANSWER, Request, Transport, thrown},
};

/// Within this an answer begins.
const PATIENCE: Duration = Duration::from_secs(10);

/// The carrier, and the object whose method takes the letter: the runtime itself, or a binding.
pub struct Post {
    pub carrier: Carrier,
    pub to: JsValue,
}

impl Mailer for Post {
    fn now(&self, since: i64) -> i64 {
        super::now().max(since)
    }

    fn send(&self, letter: Mail) -> Pending<'_, Result<Sent, MailFailure>> {
        let request = self.carrier.request(&letter);
        Box::pin(SendFuture::new(async move {
            // The runtime tells a connection that was not made from one that broke by its words alone: both may have taken the letter.
            let answer = match self.carrier.provider.way {
                Transport::Send(_) => self.hand_over(request).await,
                _ => self.fetch(request).await.map_err(|_| JsValue::UNDEFINED),
            };
            let said = |error: &JsValue| if error.is_undefined() { String::new() } else { js::words(error) };
            self.carrier.read(&answer.map_err(|error| self.carrier.unanswered(&said(&error)))?)
        }))
    }
}

impl Post {
    async fn fetch(&self, request: Request) -> Result<Answer, JsValue> {
        let headers: Map<String, Json> = request.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let init = JSON::parse(&crate::core::json::written(&json!({ "method": "POST", "redirect": "manual", "headers": headers, "body": request.body })))?;
        let clock = Reflect::get(&js_sys::global(), &"AbortSignal".into())?;
        let timeout: Function = Reflect::get(&clock, &"timeout".into())?.dyn_into()?;
        // The signal ends the connection besides.
        Reflect::set(&init, &"signal".into(), &timeout.call1(&clock, &JsValue::from_f64(PATIENCE.as_secs_f64() * 1_000.0))?)?;
        let answer = js::within(PATIENCE, js::call(&self.to, "fetch", &Array::of2(&request.url.into(), &init))).await?;
        let response: web_sys::Response = answer.dyn_into()?;
        let header = |name: &str| response.headers().get(name).ok().flatten().unwrap_or_default();
        let (status, retry_after, date) = (response.status(), header("retry-after"), header("date"));
        // The status has come: it says what became of the letter, with or without the rest.
        let body = js::within(PATIENCE, web::bytes(response.body(), LONGEST_ANSWER)).await.unwrap_or_default();
        Ok(Answer { status, retry_after, date, body })
    }

    async fn hand_over(&self, request: Request) -> Result<Answer, JsValue> {
        let letter = Array::of1(&JSON::parse(&request.body)?);
        match js::within(PATIENCE, js::call(&self.to, "send", &letter)).await {
            Ok(sent) => Ok(Answer { status: 200, body: JSON::stringify(&sent)?.as_string().unwrap_or_default().into_bytes(), ..Answer::default() }),
            Err(error) => thrown(&js::property(&error, "code").unwrap_or_default(), &js::words(&error)).ok_or(error),
        }
    }
}

/// What the worker is given by this name: the text of a variable, or that there is a binding.
pub fn set(env: &JsValue, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok()?;
    value.as_string().or_else(|| value.is_object().then(|| "binding".to_owned()))
}

/// What takes the letters of this carrier.
pub fn post(env: &JsValue, carrier: Carrier) -> Post {
    let to = match carrier.provider.way {
        Transport::Http => js_sys::global().into(),
        Transport::Service(name) | Transport::Send(name) => Reflect::get(env, &name.into()).unwrap_or_default(),
    };
    Post { carrier, to }
}
