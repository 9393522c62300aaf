//! How JSON comes in and goes out: the extractors and answers every API handler uses (design §7).

pub mod account;
#[cfg(not(target_arch = "wasm32"))]
mod document;
pub mod link;
pub mod me;
pub mod member;

#[cfg(not(target_arch = "wasm32"))]
pub use document::document;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    cx::Cx,
    refusal::{Failure, FieldError, Refusal, Result, Rule, Wrong},
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
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| refused(&error, &bytes))?;
        json.end().map_err(|_| Rule::Malformed)?;
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

fn pointer_segment(segment: &serde_path_to_error::Segment) -> String {
    match segment {
        serde_path_to_error::Segment::Map { key } => format!("/{key}"),
        serde_path_to_error::Segment::Seq { index } => format!("/{index}"),
        _ => String::new(),
    }
}

/// Broken JSON is malformed; JSON of another shape names its field.
fn refused(error: &serde_path_to_error::Error<serde_json::Error>, body: &[u8]) -> Failure {
    if serde_json::from_slice::<serde_json::Value>(body).is_err() {
        return Rule::Malformed.into();
    }
    let mut pointer: String = error.path().iter().map(pointer_segment).collect();
    let said = error.inner().to_string();
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let code = if said.starts_with("unknown field") {
        // The path of an unknown field ends with its name already.
        Wrong::UnknownField
    } else if said.starts_with("missing field") {
        pointer = format!("{pointer}/{quoted}");
        Wrong::Required
    } else if said.starts_with("unknown variant") {
        Wrong::Unknown
    } else {
        Wrong::Type
    };
    Refusal::fields(vec![FieldError { pointer, code }]).into()
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

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Query::from_request_parts(parts, state).await.map(|Query(value)| Self(value)).map_err(|_| Rule::Malformed.into())
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
