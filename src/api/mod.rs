//! How JSON comes in and goes out: the extractors and answers every API handler uses (design §7).

pub mod account;
#[cfg(not(target_arch = "wasm32"))]
mod document;
pub mod link;
pub mod me;
pub mod member;
mod strict;

#[cfg(not(target_arch = "wasm32"))]
pub use document::document;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use strict::Strict;

use crate::{
    cx::Cx,
    refusal::{Failure, Fault, FieldError, Refusal, Result, Rule, Wrong},
    secret,
};

/// The largest body taken, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// Rows a page of a list has at most, and when nobody says otherwise.
const LARGEST_PAGE: i64 = 100;
const USUAL_PAGE: i64 = 50;

/// A JSON body: of the right type, not too large, without unknown fields.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// Its hash, for `Idempotency-Key`.
    pub hash: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let is_json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
            let kind = value.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        if !is_json {
            return Err(Rule::UnsupportedMediaType.into());
        }
        let path = request.uri().path().to_owned();
        let bytes = limited(request).await?;
        let Strict(json) = serde_json::from_slice(&bytes).map_err(|_| Rule::Malformed)?;
        let value = T::deserialize(&json).map_err(|error| misfit::<T>(&json, &error))?;
        let hash = secret::digest(&[path.as_bytes(), b"\n", &bytes].concat());
        Ok(Self { value, hash })
    }
}

/// The bytes of a body under the limit.
///
/// # Errors
/// [`Rule::TooLarge`].
pub async fn limited(request: Request) -> Result<Bytes> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST_BODY) {
        return Err(Rule::TooLarge.into());
    }
    axum::body::to_bytes(request.into_body(), LARGEST_BODY).await.map_err(|_| Rule::TooLarge.into())
}

/// JSON of another shape: says which field is wrong, and how.
fn misfit<T: DeserializeOwned>(json: &Value, error: &serde_json::Error) -> Failure {
    let said = error.to_string();
    let mut pointer = place_of(json, &said, &|json| T::deserialize(json).err().map(|error| error.to_string()));
    let code = if said.starts_with("unknown field") {
        Wrong::UnknownField
    } else if said.starts_with("missing field") {
        pointer = format!("{pointer}/{}", said.split('`').nth(1).unwrap_or_default());
        Wrong::Required
    } else if said.starts_with("unknown variant") {
        Wrong::Unknown
    } else {
        Wrong::Type
    };
    Refusal::fields(vec![FieldError { pointer, code }]).into()
}

/// Where the error comes from: the deepest part without which it is gone. Only misfits pay for the search.
fn place_of(json: &Value, said: &str, read: &dyn Fn(&Value) -> Option<String>) -> String {
    let (mut place, mut steps): (String, Vec<String>) = (String::new(), children(json));
    while let Some(child) = steps.iter().find(|child| {
        let mut without = json.clone();
        let parent = without.pointer_mut(&place);
        match parent {
            Some(Value::Object(fields)) => drop(fields.remove(child.as_str())),
            Some(Value::Array(items)) => drop(child.parse().ok().filter(|index| *index < items.len()).map(|index: usize| items.remove(index))),
            _ => {}
        }
        read(&without).as_deref() != Some(said)
    }) {
        place = format!("{place}/{child}");
        steps = json.pointer(&place).map(children).unwrap_or_default();
    }
    place
}

/// The steps from a value to its parts.
fn children(json: &Value) -> Vec<String> {
    match json {
        Value::Object(fields) => fields.keys().filter(|key| !key.contains(['~', '/'])).cloned().collect(),
        Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// What the address names. Nonsense in it is "not found".
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Path::from_request_parts(parts, state).await.map(|Path(value)| Self(value)).map_err(|_| Rule::NotFound.into())
    }
}

/// The parameters after `?`. Unknown ones are refused where the type says so.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).map(Self).map_err(|_| Rule::Malformed.into())
    }
}

/// `If-Match`: the version the caller saw; `*` for any.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Some(given) = parts.headers.get(header::IF_MATCH) else { return Err(Rule::VersionRequired.into()) };
        let given = given.to_str().unwrap_or_default().trim();
        if given == "*" {
            return Ok(Self(None));
        }
        let version = given.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"')).and_then(|digits| digits.parse().ok());
        // A tag that was never ours fits nothing we have.
        version.map(|version| Self(Some(version))).ok_or_else(|| Rule::StaleVersion.into())
    }
}

/// An answer in JSON.
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Failure::from(Fault::new("an answer that is no JSON", error.to_string())).into_response(),
        }
    }
}

/// A single thing with its `ETag`.
pub fn tagged<T: Serialize>(version: i64, thing: &T) -> Response {
    let mut response = Json(thing).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"v{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// 201 with `Location`.
pub fn created<T: Serialize>(location: &str, thing: &T) -> Response {
    let mut response = (StatusCode::CREATED, Json(thing)).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Where a page of a list starts and how many rows it has. The cursor is opaque, and bound to list and filter.
#[derive(Debug, Clone)]
pub struct Page {
    /// Rows asked for.
    pub limit: i64,
    after: (String, String),
    key: Vec<u8>,
    purpose: String,
}

impl Page {
    /// Reads `limit` and `cursor` of a list that is told apart by `list` (its account and filters).
    ///
    /// # Errors
    /// [`Rule::CursorNotValid`], or the limit out of 1..=100.
    pub fn of(cx: &Cx, list: &str, limit: Option<i64>, cursor: Option<&str>) -> Result<Self> {
        let limit = limit.unwrap_or(USUAL_PAGE);
        if !(1..=LARGEST_PAGE).contains(&limit) {
            return Err(Refusal::field("/limit", Wrong::Unknown).into());
        }
        let (key, purpose) = (cx.world.config.signing_key.clone(), format!("cursor:{list}"));
        let after = match cursor.filter(|cursor| !cursor.is_empty()) {
            None => (String::new(), String::new()),
            Some(cursor) => {
                let text = secret::unseal(&key, &purpose, cursor).ok_or(Rule::CursorNotValid)?;
                serde_json::from_str(&text).map_err(|_| Rule::CursorNotValid)?
            }
        };
        Ok(Self { limit, after, key, purpose })
    }

    /// The sort key and id to start after; empty texts: from the start.
    #[must_use]
    pub fn after(&self) -> (&str, &str) {
        (&self.after.0, &self.after.1)
    }

    /// What to bind to LIMIT: one more than asked, to know whether there is a next page.
    #[must_use]
    pub fn limit_and_one(&self) -> i64 {
        self.limit + 1
    }

    /// Cuts the rows to the page and makes the cursor of the next one.
    pub fn cut<T>(&self, mut rows: Vec<T>, place: impl Fn(&T) -> (&str, &str)) -> Listed<T> {
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor =
            rows.last().filter(|_| more).and_then(|last| serde_json::to_string(&place(last)).ok()).map(|text| secret::seal(&self.key, &self.purpose, &text));
        Listed { data: rows, next_cursor }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Listed<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page starts; `null` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// The same page of another form of its rows.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Listed<U> {
        Listed { data: self.data.into_iter().map(form).collect(), next_cursor: self.next_cursor }
    }
}

impl<T: Serialize> Listed<T> {
    /// The page with its `Link: rel="next"`.
    pub fn answer(&self, uri: &axum::http::Uri) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(cursor) = &self.next_cursor {
            let kept = uri
                .query()
                .unwrap_or_default()
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
                .fold(String::new(), |query, pair| format!("{query}{pair}&"));
            if let Ok(link) = HeaderValue::from_str(&format!("<{}?{kept}cursor={cursor}>; rel=\"next\"", uri.path())) {
                headers.insert(header::LINK, link);
            }
        }
        (headers, Json(self)).into_response()
    }
}

/// The parameters every list takes.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// Rows a page: 1 to 100, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
