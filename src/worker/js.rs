//! JavaScript's values as they may come. A binding may throw at once, reject with anything, answer late or never: nothing here trusts the
//! type of what it is handed, and nothing waits for ever.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;
use worker::{
    Delay,
    wasm_bindgen::{JsCast, JsValue},
};

/// Characters of somebody else's words that are kept.
const LONGEST_WORDS: usize = 500;

/// What was thrown, in words: the message of an `Error`, a `DOMException` or of their cause (where D1 puts the database's own words), a text,
/// a number, or what kind of value it is. The only way from a thrown value to text.
pub fn words(thrown: &JsValue) -> String {
    let said = thrown.as_string().or_else(|| property(&member(thrown, "cause"), "message")).or_else(|| property(thrown, "message"));
    let said = said.or_else(|| thrown.as_f64().map(|number| number.to_string())).or_else(|| thrown.as_bool().map(|is| is.to_string()));
    let kind = if thrown.is_undefined() {
        "undefined"
    } else if thrown.is_null() {
        "null"
    } else {
        "a value without words"
    };
    said.unwrap_or_else(|| kind.to_owned()).chars().take(LONGEST_WORDS).collect()
}

/// The text that a value has by this name, unless it is empty.
pub fn property(value: &JsValue, name: &str) -> Option<String> {
    member(value, name).as_string().filter(|text| !text.is_empty())
}

/// What a value has by this name; `undefined` also where asking for it throws.
fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or_default()
}

/// Calls the method of this name and waits for what it gives. A method may be a stub, whose own `apply` is a method of the other side; and
/// what it gives may be no promise, but something one can wait for.
pub async fn call(object: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    settled(&Reflect::apply(&method, object, arguments)?).await
}

/// What comes of a promise, or of whatever stands in its place.
pub async fn settled(promise: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(promise)).await
}

/// What comes of this work, unless it takes longer than that. What comes later is let be.
pub async fn within<T>(patience: Duration, work: impl Future<Output = Result<T, JsValue>>) -> Result<T, JsValue> {
    let (mut work, mut clock) = (pin!(work), pin!(Delay::from(patience)));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending => clock.as_mut().poll(context).map(|()| Err(format!("nothing came within {} s", patience.as_secs()).into())),
    })
    .await
}

/// What the stream brings, up to the first part that makes it more than `most`.
pub async fn bytes(stream: Option<ReadableStream>, most: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::new();
    let Some(stream) = stream else { return Ok(bytes) };
    let reader = call(&stream, "getReader", &Array::new()).await?;
    while bytes.len() <= most {
        let part = call(&reader, "read", &Array::new()).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            break;
        }
        let part: Uint8Array = Reflect::get(&part, &"value".into())?.dyn_into()?;
        bytes.extend(part.to_vec());
    }
    Ok(bytes)
}
