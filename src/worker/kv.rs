//! The token cache on Workers KV. Its three methods are called directly: where a binding gives no promise, those of `worker::KvStore` never
//! return, and that request hangs (tried on workerd).

use std::time::Duration;

use js_sys::{Array, Object, Reflect};
use worker::{send::SendFuture, wasm_bindgen::JsValue};

use super::js;
use crate::{
    core::db::Pending,
    core::log,
    core::ports::{Tokens, TokensDown},
};

/// How long a reader waits for a copy. After that the database is asked.
const READ_PATIENCE: Duration = Duration::from_secs(2);
/// How long a write may take. Nobody waits for it, but the worker runs for 30 seconds at most after its answer.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// The `TOKENS` binding.
pub struct Kv(pub JsValue);

impl Kv {
    /// Calls a method. A failure, or no answer in time, is logged here, and fails no request.
    async fn call(&self, patience: Duration, method: &str, arguments: Array) -> Result<JsValue, TokensDown> {
        js::within(patience, js::call(&self.0, method, &arguments)).await.map_err(|error| {
            let words = js::words(&error);
            log::tokens_down(method, &words);
            TokensDown(words)
        })
    }
}

/// The options of `put` that say how long KV keeps a copy.
fn expiring_after(ttl_seconds: u64) -> JsValue {
    let options = Object::new();
    let seconds = JsValue::from_f64(u32::try_from(ttl_seconds).unwrap_or(u32::MAX).into());
    // A plain object takes any property.
    let _ = Reflect::set(&options, &"expirationTtl".into(), &seconds);
    options.into()
}

impl Tokens for Kv {
    fn put(&self, key: String, value: String, ttl_seconds: u64) -> Pending<'_, Result<(), TokensDown>> {
        let arguments = Array::of3(&key.into(), &value.into(), &expiring_after(ttl_seconds));
        Box::pin(SendFuture::new(async move { self.call(WRITE_PATIENCE, "put", arguments).await.map(drop) }))
    }

    fn get(&self, key: String) -> Pending<'_, Result<Option<String>, TokensDown>> {
        let arguments = Array::of1(&key.into());
        Box::pin(SendFuture::new(async move { self.call(READ_PATIENCE, "get", arguments).await.map(|value| value.as_string()) }))
    }

    fn delete(&self, key: String) -> Pending<'_, Result<(), TokensDown>> {
        let arguments = Array::of1(&key.into());
        Box::pin(SendFuture::new(async move { self.call(WRITE_PATIENCE, "delete", arguments).await.map(drop) }))
    }
}
