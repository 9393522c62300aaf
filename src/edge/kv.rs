//! The token copies on Workers KV, whose three methods are called directly.

use js_sys::{Array, Function, JsString, Object, Promise, Reflect};
use wasm_bindgen_futures::JsFuture;
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use crate::{
    db::Pending,
    ports::{Tokens, TokensDown},
};

/// The `TOKENS` binding.
pub struct Kv(pub JsValue);

impl Kv {
    async fn call(&self, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
        let method: Function = Reflect::get(&self.0, &method.into())?.dyn_into()?;
        let promise: Promise = method.apply(&self.0, &arguments.iter().collect::<Array>())?.dyn_into()?;
        JsFuture::from(promise).await
    }

    async fn put(&self, key: &str, value: &str, ttl_seconds: u64) -> Result<(), JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"expirationTtl".into(), &JsValue::from_f64(u32::try_from(ttl_seconds).unwrap_or(u32::MAX).into()))?;
        self.call("put", &[key.into(), value.into(), options.into()]).await.map(drop)
    }
}

fn down(error: JsValue) -> TokensDown {
    TokensDown(JsString::from(error).into())
}

impl Tokens for Kv {
    fn put(&self, key: String, value: String, ttl_seconds: u64) -> Pending<'_, Result<(), TokensDown>> {
        Box::pin(SendFuture::new(async move { Self::put(self, &key, &value, ttl_seconds).await.map_err(down) }))
    }

    fn get(&self, key: String) -> Pending<'_, Result<Option<String>, TokensDown>> {
        Box::pin(SendFuture::new(async move { self.call("get", &[key.into()]).await.map(|value| value.as_string()).map_err(down) }))
    }

    fn delete(&self, key: String) -> Pending<'_, Result<(), TokensDown>> {
        Box::pin(SendFuture::new(async move { self.call("delete", &[key.into()]).await.map(drop).map_err(down) }))
    }
}
