//! The platform's requests and responses as ours, whole: a body is read up to the limit, and no streams are needed on either side.

use js_sys::Array;
use web_sys::{Headers, ResponseInit, Url};
use worker::wasm_bindgen::{JsCast, JsValue};

use super::js;
use crate::{
    http::request::{LARGEST_FILE, Request, Uri},
    http::response::Response,
};

/// A request with its body; of one that is too large, just more than is taken. A body that broke off is told from one that is whole.
pub async fn request(raw: web_sys::Request) -> Result<Request, JsValue> {
    let url = Url::new(&raw.url())?;
    let query = url.search();
    let uri = Uri { path: url.pathname(), query: query.strip_prefix('?').unwrap_or_default().to_owned() };
    let mut headers = Vec::new();
    for header in raw.headers().entries() {
        let header: Array = header?.unchecked_into();
        headers.push((header.get(0).as_string().unwrap_or_default(), header.get(1).as_string().unwrap_or_default()));
    }
    let body = js::bytes(raw.body(), LARGEST_FILE).await;
    let is_broken = body.is_err();
    Ok(Request { method: raw.method(), uri, headers, body: body.unwrap_or_default(), is_broken })
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
