//! Ed25519 by the runtime's `WebCrypto`.

use std::time::Duration;

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use super::js;
use crate::{core::db::Pending, core::ports::Signer, core::refusal::Fault, core::secret};

/// A signature, which the runtime makes by itself, is waited for this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// What stands before the seed in PKCS #8 (RFC 8410, §7).
const PKCS_8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// `crypto.subtle`.
pub struct WebCrypto;

impl Signer for WebCrypto {
    fn public(&self, seed: [u8; 32]) -> Pending<'_, Result<Vec<u8>, Fault>> {
        soon(public(seed))
    }

    fn sign(&self, seed: [u8; 32], text: String) -> Pending<'_, Result<Vec<u8>, Fault>> {
        soon(async move { sign(seed, &text).await })
    }

    fn verifies(&self, seed: [u8; 32], text: String, signature: Vec<u8>) -> Pending<'_, Result<bool, Fault>> {
        soon(async move { verifies(seed, &text, &signature).await })
    }
}

fn soon<T>(work: impl Future<Output = Result<T, JsValue>> + 'static) -> Pending<'static, Result<T, Fault>> {
    Box::pin(SendFuture::new(async move { js::within(PATIENCE, work).await.map_err(|error| Fault::passing("WebCrypto", js::words(&error))) }))
}

/// A method of `crypto.subtle`, and what comes of it.
async fn subtle(method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let subtle = Reflect::get(&Reflect::get(&js_sys::global(), &"crypto".into())?, &"subtle".into())?;
    js::call(&subtle, method, &arguments.iter().copied().collect::<Array>()).await
}

fn ed25519() -> Result<JsValue, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"Ed25519".into())?;
    Ok(algorithm.into())
}

async fn private(seed: [u8; 32]) -> Result<JsValue, JsValue> {
    let key = Uint8Array::from([PKCS_8.as_slice(), &seed].concat().as_slice());
    subtle("importKey", &[&"pkcs8".into(), &key, &ed25519()?, &JsValue::TRUE, &Array::of1(&"sign".into())]).await
}

async fn public(seed: [u8; 32]) -> Result<Vec<u8>, JsValue> {
    let key = subtle("exportKey", &[&"jwk".into(), &private(seed).await?]).await?;
    let x = js::property(&key, "x").unwrap_or_default();
    secret::decoded(&x).filter(|x| !x.is_empty()).ok_or_else(|| "a key without x".into())
}

async fn sign(seed: [u8; 32], text: &str) -> Result<Vec<u8>, JsValue> {
    let signed = subtle("sign", &[&ed25519()?, &private(seed).await?, &Uint8Array::from(text.as_bytes())]).await?;
    let bytes: ArrayBuffer = signed.dyn_into().map_err(|_| "a signature that is no bytes")?;
    Ok(Uint8Array::new(&bytes).to_vec())
}

async fn verifies(seed: [u8; 32], text: &str, signature: &[u8]) -> Result<bool, JsValue> {
    let raw = Uint8Array::from(public(seed).await?.as_slice());
    let key = subtle("importKey", &[&"raw".into(), &raw, &ed25519()?, &JsValue::FALSE, &Array::of1(&"verify".into())]).await?;
    let fits = subtle("verify", &[&ed25519()?, &key, &Uint8Array::from(signature), &Uint8Array::from(text.as_bytes())]).await?;
    fits.as_bool().ok_or_else(|| "a judgement that is neither yes nor no".into())
}
