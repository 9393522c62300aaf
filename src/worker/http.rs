//! Converts the platform's requests and responses to and from those of the `http` crate. A body is read up to a limit, and an answer is sent as
//! bytes.
//!
//! `worker`'s own conversions are not used: they refuse every header of a request that is not ASCII (a city's name, which Cloudflare adds), they
//! send an answer as a stream in JavaScript, and `worker::Response` panics where the platform does not take it.

use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue};
use http_body_util::BodyExt;
use js_sys::Array;
use web_sys::{Headers, ReadableStream, ResponseInit};
use worker::{
    Body,
    wasm_bindgen::{JsCast, JsValue},
};

use crate::http::request::{BrokenOff, LARGEST_FILE_FORM, Request};

/// A request with its body. Of a body that is too large, only a little more than the limit is read. A body that broke off is marked with
/// [`BrokenOff`]. `None` where the URL is not valid.
pub async fn request(raw: web_sys::Request) -> Option<Request> {
    let mut request = http::Request::builder().method(raw.method().as_str()).uri(raw.url()).body(Bytes::new()).ok()?;
    for header in raw.headers().entries() {
        let header: Array = header.ok()?.unchecked_into();
        let [name, value] = [0, 1].map(|place| header.get(place).as_string().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            request.headers_mut().append(name, value);
        }
    }
    match bytes(raw.body(), LARGEST_FILE_FORM).await {
        Ok(body) => *request.body_mut() = body,
        Err(_) => _ = request.extensions_mut().insert(BrokenOff),
    }
    Some(request)
}

/// The bytes of the stream, up to the first part that makes them more than `most`.
pub async fn bytes(stream: Option<ReadableStream>, most: usize) -> worker::Result<Bytes> {
    let mut body = stream.map_or_else(Body::empty, Body::new);
    let mut bytes = BytesMut::new();
    while bytes.len() <= most
        && let Some(frame) = body.frame().await
    {
        if let Some(part) = frame?.data_ref() {
            bytes.extend_from_slice(part);
        }
    }
    Ok(bytes.freeze())
}

/// An answer of the platform's type.
pub fn response(answer: http::Response<Bytes>) -> Result<web_sys::Response, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in answer.headers() {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let init = ResponseInit::new();
    init.set_status(answer.status().as_u16());
    init.set_headers(&headers);
    // 204 and 304 must have none, not an empty one.
    let mut bytes = Some(Vec::from(answer.into_body())).filter(|bytes| !bytes.is_empty());
    web_sys::Response::new_with_opt_u8_array_and_init(bytes.as_deref_mut(), &init)
}
