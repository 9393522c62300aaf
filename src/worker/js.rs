//! Values of JavaScript. A binding may throw at once, reject with any value, answer late or never: nothing here trusts the type of a value, and
//! nothing waits for ever.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen_futures::JsFuture;
use worker::{
    Delay,
    wasm_bindgen::{JsCast, JsValue},
};

/// The most characters of a message that are kept.
const LONGEST_WORDS: usize = 500;

/// The message of a thrown value: of an `Error`, a `DOMException` or their cause (where D1 puts the database's own message), a text, a number, or
/// the kind of the value. Nothing else makes text of a thrown value.
pub fn words(thrown: &JsValue) -> String {
    let message = thrown.as_string().or_else(|| property(&member(thrown, "cause"), "message")).or_else(|| property(thrown, "message"));
    let message = message.or_else(|| thrown.as_f64().map(|number| number.to_string())).or_else(|| thrown.as_bool().map(|is| is.to_string()));
    let kind = if thrown.is_undefined() {
        "undefined"
    } else if thrown.is_null() {
        "null"
    } else {
        "a value without words"
    };
    message.unwrap_or_else(|| kind.to_owned()).chars().take(LONGEST_WORDS).collect()
}

/// The text that a value has by this name, unless it is empty.
pub fn property(value: &JsValue, name: &str) -> Option<String> {
    member(value, name).as_string().filter(|text| !text.is_empty())
}

/// The property of this name; `undefined` also where reading it throws.
fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or_default()
}

/// Calls the method of this name and waits for its result. The method is called by `Reflect::apply`, because it may be a stub whose own `apply` is
/// a method of the other side. The result may be another thenable than a promise.
pub async fn call(object: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    settled(&Reflect::apply(&method, object, arguments)?).await
}

/// The result of a promise, or of a value in its place.
pub async fn settled(promise: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(promise)).await
}

/// The result of this work, or an error when it takes longer than `patience`. A later result is ignored.
pub async fn within<T>(patience: Duration, work: impl Future<Output = Result<T, JsValue>>) -> Result<T, JsValue> {
    let (mut work, mut clock) = (pin!(work), pin!(Delay::from(patience)));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(result),
        Poll::Pending => clock.as_mut().poll(context).map(|()| Err(format!("nothing came within {} s", patience.as_secs()).into())),
    })
    .await
}
