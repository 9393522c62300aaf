//! The platform's requests and responses as ours, whole: a body is read up to the limit, and no streams are needed on either side.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStream, ReadableStreamDefaultReader, ResponseInit, Url};
use worker::wasm_bindgen::{JsCast, JsValue};

use crate::{
    ask::{LARGEST_FILE, Request, Uri},
    reply::Response,
};

/// A request with its body; of one that is too large, just more than is taken.
pub async fn request(raw: web_sys::Request) -> Result<Request, JsValue> {
    let url = Url::new(&raw.url())?;
    let query = url.search();
    let uri = Uri { path: url.pathname(), query: query.strip_prefix('?').unwrap_or_default().to_owned() };
    let mut headers = Vec::new();
    for header in raw.headers().entries() {
        let header: Array = header?.unchecked_into();
        headers.push((header.get(0).as_string().unwrap_or_default(), header.get(1).as_string().unwrap_or_default()));
    }
    Ok(Request { method: raw.method(), uri, headers, body: bytes(raw.body(), LARGEST_FILE).await? })
}

/// What the stream brings, up to the first part that makes it more than `most`.
pub async fn bytes(stream: Option<ReadableStream>, most: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::new();
    let Some(stream) = stream else { return Ok(bytes) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    while bytes.len() <= most {
        let part = JsFuture::from(reader.read()).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            break;
        }
        bytes.extend(Uint8Array::new(&Reflect::get(&part, &"value".into())?).to_vec());
    }
    Ok(bytes)
}

/// A response, as the platform sends it.
pub fn response(answer: Response) -> Result<web_sys::Response, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &answer.headers {
        headers.append(name, value)?;
    }
    let init = ResponseInit::new();
    init.set_status(answer.status.as_u16());
    init.set_headers(&headers);
    // 204 and 304 must have none, not an empty one.
    let mut bytes = Some(answer.body).filter(|bytes| !bytes.is_empty());
    web_sys::Response::new_with_opt_u8_array_and_init(bytes.as_deref_mut(), &init)
}
