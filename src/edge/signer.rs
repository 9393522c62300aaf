//! Ed25519 by the runtime's `WebCrypto`.

use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use crate::{db::Pending, ports::Signer, refusal::Fault, secret};

/// What stands before the seed in PKCS #8 (RFC 8410, §7).
const PKCS_8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// `crypto.subtle`.
pub struct WebCrypto;

impl Signer for WebCrypto {
    fn public(&self, seed: [u8; 32]) -> Pending<'_, Result<Vec<u8>, Fault>> {
        Box::pin(SendFuture::new(async move { public(seed).await.map_err(fault) }))
    }

    fn sign(&self, seed: [u8; 32], text: String) -> Pending<'_, Result<Vec<u8>, Fault>> {
        Box::pin(SendFuture::new(async move { sign(seed, &text).await.map_err(fault) }))
    }

    fn verifies(&self, seed: [u8; 32], text: String, signature: Vec<u8>) -> Pending<'_, bool> {
        Box::pin(SendFuture::new(async move { verifies(seed, &text, &signature).await.unwrap_or(false) }))
    }
}

fn fault(error: JsValue) -> Fault {
    Fault::new("WebCrypto", String::from(JsString::from(error)))
}

fn subtle() -> Result<SubtleCrypto, JsValue> {
    Ok(js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto()?.subtle())
}

fn ed25519() -> Result<Object, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"Ed25519".into())?;
    Ok(algorithm)
}

async fn private(seed: [u8; 32]) -> Result<CryptoKey, JsValue> {
    let key = Uint8Array::from([PKCS_8.as_slice(), &seed].concat().as_slice());
    let usages = Array::of1(&"sign".into());
    JsFuture::from(subtle()?.import_key_with_object("pkcs8", &key, &ed25519()?, true, &usages)?).await.map(JsCast::unchecked_into)
}

async fn public(seed: [u8; 32]) -> Result<Vec<u8>, JsValue> {
    let key = JsFuture::from(subtle()?.export_key("jwk", &private(seed).await?)?).await?;
    let x = Reflect::get(&key, &"x".into())?.as_string().unwrap_or_default();
    secret::decoded(&x).ok_or_else(|| "a key without x".into())
}

async fn sign(seed: [u8; 32], text: &str) -> Result<Vec<u8>, JsValue> {
    let signed = subtle()?.sign_with_object_and_u8_array(&ed25519()?, &private(seed).await?, text.as_bytes())?;
    Ok(Uint8Array::new(&JsFuture::from(signed).await?).to_vec())
}

async fn verifies(seed: [u8; 32], text: &str, signature: &[u8]) -> Result<bool, JsValue> {
    let raw = Uint8Array::from(public(seed).await?.as_slice());
    let usages = Array::of1(&"verify".into());
    let key: CryptoKey = JsFuture::from(subtle()?.import_key_with_object("raw", &raw, &ed25519()?, false, &usages)?).await?.unchecked_into();
    let fits = subtle()?.verify_with_object_and_u8_array_and_u8_array(&ed25519()?, &key, signature, text.as_bytes())?;
    Ok(JsFuture::from(fits).await?.is_truthy())
}
