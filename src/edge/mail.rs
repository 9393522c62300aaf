//! How letters leave: the runtime's `fetch`, another worker's, or the `send_email` binding, whose objects are called directly.

use js_sys::{Array, Function, JSON, Promise, Reflect};
use serde_json::{Map, Value as Json, json};
use wasm_bindgen_futures::JsFuture;
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use super::web;
use crate::{
    db::Pending,
    mail::provider::{Answer, Carrier, LONGEST_ANSWER, Request, Way, thrown},
    ports::{Mail, MailFailure, Mailer, Sent},
};

/// Within this an answer begins.
const PATIENCE_MS: f64 = 10_000.0;

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
                Way::Send(_) => self.hand_over(request).await,
                _ => self.fetch(request).await.map_err(|_| JsValue::UNDEFINED),
            };
            self.carrier.read(&answer.map_err(|error| self.carrier.unanswered(&text(&error, "message")))?)
        }))
    }
}

/// The method of this name, called. A binding's method may be a stub, whose own `apply` is a method of the other side, and what it returns
/// may be no promise but something one can wait for.
fn call(object: &JsValue, method: &str, arguments: &Array) -> Result<Promise, JsValue> {
    let method: Function = Reflect::get(object, &method.into())?.unchecked_into();
    Ok(Promise::resolve(&Reflect::apply(&method, object, arguments)?))
}

fn text(object: &JsValue, name: &str) -> String {
    Reflect::get(object, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

impl Post {
    async fn fetch(&self, request: Request) -> Result<Answer, JsValue> {
        let headers: Map<String, Json> = request.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let init = JSON::parse(&crate::reply::written(&json!({ "method": "POST", "redirect": "manual", "headers": headers, "body": request.body })))?;
        let clock = Reflect::get(&js_sys::global(), &"AbortSignal".into())?;
        let timeout: Function = Reflect::get(&clock, &"timeout".into())?.dyn_into()?;
        Reflect::set(&init, &"signal".into(), &timeout.call1(&clock, &PATIENCE_MS.into())?)?;
        let response: web_sys::Response = JsFuture::from(call(&self.to, "fetch", &Array::of2(&request.url.into(), &init))?).await?.unchecked_into();
        let header = |name: &str| response.headers().get(name).ok().flatten().unwrap_or_default();
        let (status, retry_after, date) = (response.status(), header("retry-after"), header("date"));
        // The status has come: it says what became of the letter, with or without the rest.
        let body = web::bytes(response.body(), LONGEST_ANSWER).await.unwrap_or_default();
        Ok(Answer { status, retry_after, date, body })
    }

    async fn hand_over(&self, request: Request) -> Result<Answer, JsValue> {
        let scheduler = Reflect::get(&js_sys::global(), &"scheduler".into())?;
        let sending = call(&self.to, "send", &Array::of1(&JSON::parse(&request.body)?))?;
        let waiting = call(&scheduler, "wait", &Array::of1(&PATIENCE_MS.into()))?;
        // What the binding gives comes in an array, for it may be `undefined`, which is what the clock gives.
        let sending = Promise::all(&Array::of1(&sending));
        match JsFuture::from(Promise::race(&Array::of2(&sending, &waiting))).await {
            Ok(late) if late.is_undefined() => Err(late),
            Ok(sent) => {
                Ok(Answer { status: 200, body: JSON::stringify(&Array::from(&sent).get(0))?.as_string().unwrap_or_default().into_bytes(), ..Answer::default() })
            }
            Err(error) => thrown(&text(&error, "code"), &text(&error, "message")).ok_or(error),
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
        Way::Http => js_sys::global().into(),
        Way::Service(name) | Way::Send(name) => Reflect::get(env, &name.into()).unwrap_or_default(),
    };
    Post { carrier, to }
}
