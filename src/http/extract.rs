//! Extractors: what a handler takes from a request, each with its own refusal.
//!
//! A handler names them in the order in which the request may be refused: the path (404), the version (428, 412), the query (400), then the body
//! (415, 413, 400, 422).

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
};
use bytes::Bytes;
use headers::{ContentLength, HeaderMapExt};
use http::{HeaderMap, Uri, header, request::Parts};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::{fields, request::LARGEST_BODY};
use crate::{
    core::decode,
    core::encoding::{self, Encoding},
    core::refusal::{BodyFault, Failure, Refusal, Result, Rule, Wrong},
    core::version::Versions,
};

/// The type of a JSON body.
const JSON: &str = "application/json";
/// The type of a form's body.
const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of the path, decoded: one, or several in their order. `not_found` for one that cannot be read.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(parameters)| Self(parameters)).map_err(|_| Rule::NotFound.into())
    }
}

/// `If-Match`: the versions that the caller names, or `None` for `*`. `version_required` without any tag. A tag that is not one of ours matches
/// no version, so that a header without one of ours is refused like a stale version.
///
/// The header is a list (RFC 9110, 8.8.3 and 13.1.1), in one line or several. A weak tag of ours counts too, and so does one that a proxy marked as
/// compressed: both are how a proxy that compresses an answer rewrites its tag, and the thing is the same. (Not `headers::IfMatch`: it compares with
/// a tag that must be known already, and takes no weak one.)
pub struct IfMatch(pub Option<Versions>);

/// What compressing proxies append within a tag: Apache's `mod_deflate` and `mod_brotli`, Jetty.
const MARKS: [&str; 3] = ["--gzip", "-gzip", "-br"];

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        if_match(&parts.headers).map(Self)
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<Versions>> {
    let lines: Vec<&str> = headers.get_all(header::IF_MATCH).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    // Our own tags have no comma, so that the parts of a tag that is not ours match nothing either.
    let tags = || lines.iter().flat_map(|line| line.split(',')).map(|tag| tag.trim_matches([' ', '\t'])).filter(|tag| !tag.is_empty());
    if tags().next().is_none() {
        return Err(Rule::VersionRequired.into());
    }
    Ok(if tags().eq(["*"]) { None } else { Some(tags().filter_map(version).collect()) })
}

/// The version in a tag of ours.
fn version(tag: &str) -> Option<i64> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix("\"v")?.strip_suffix('"')?;
    let digits = MARKS.iter().find_map(|mark| tag.strip_suffix(mark)).unwrap_or(tag);
    digits.parse().ok().filter(|version: &i64| version.to_string() == digits)
}

/// The query parameters of an API request. `malformed` for unknown ones, one that comes twice, or one of another type.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        query(&parts.uri).map(Self)
    }
}

fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T> {
    decode::query(uri.query().unwrap_or_default())
}

/// A JSON body of at most `LARGEST` bytes. `unsupported_media_type`, `too_large`, `malformed` for what is no JSON or has a field twice,
/// `validation` for fields that are unknown, missing or of another type.
pub struct Json<T, const LARGEST: usize = LARGEST_BODY>(pub T);

impl<T: DeserializeOwned, S: Sync, const LARGEST: usize> FromRequest<S> for Json<T, LARGEST> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        decode::body(&body(request, &[JSON], LARGEST).await?).map(Self)
    }
}

/// The query parameters of a page, read as [`fields`] says. `malformed`.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        fields::read(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// A form of one of our pages, at most `LARGEST` bytes, read as [`fields`] says. `unsupported_media_type`, `too_large`, `malformed`.
pub struct Form<T, const LARGEST: usize = LARGEST_BODY>(pub T);

impl<T: DeserializeOwned, S: Sync, const LARGEST: usize> FromRequest<S> for Form<T, LARGEST> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        fields::read(&body(request, &[FORM], LARGEST).await?).map(Self)
    }
}

/// A body of CSV, JSON or JSON lines, at most `LARGEST` bytes. `unsupported_media_type`, `too_large`.
pub struct Table<const LARGEST: usize>(Bytes);

impl<const LARGEST: usize> Table<LARGEST> {
    /// The text, and the encoding it was read in.
    ///
    /// # Errors
    /// `validation` for what is in no encoding that is read.
    pub fn text(&self) -> Result<(String, Encoding)> {
        encoding::read(&self.0).map_err(|line| Refusal::field("/members", Wrong::Encoding(line)).into())
    }
}

impl<S: Sync, const LARGEST: usize> FromRequest<S> for Table<LARGEST> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        body(request, &["text/csv", JSON, "application/x-ndjson"], LARGEST).await.map(Self)
    }
}

/// The body, if it is of one of these types and not too large.
async fn body(request: Request, kinds: &'static [&'static str], largest: usize) -> Result<Bytes> {
    let (parts, body) = request.into_parts();
    let bytes = all_bytes(body).await?;
    check(&parts.headers, kinds, &bytes, largest)?;
    Ok(bytes)
}

/// The bytes of a body. They are in memory already: the platform's body was read before the router.
async fn all_bytes(body: Body) -> Result<Bytes> {
    body.collect().await.map(http_body_util::Collected::to_bytes).map_err(|_| Rule::Malformed.into())
}

/// Refuses a body of another type, and one that is larger than the limit or whose `Content-Length` is. (Not a `tower-http` limit: that one would
/// be answered before the path and the version.)
fn check(headers: &HeaderMap, kinds: &'static [&'static str], bytes: &[u8], largest: usize) -> Result<()> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err(Refusal { body: Some(BodyFault::TakesTypes(kinds)), ..Rule::UnsupportedMediaType.into() }.into());
    }
    let announced = headers.typed_get::<ContentLength>().map_or(0, |ContentLength(length)| length);
    let is_too_large = bytes.len() > largest || usize::try_from(announced).map_or(true, |announced| announced > largest);
    if is_too_large { Err(Refusal { body: Some(BodyFault::TakesBytes(largest)), ..Rule::TooLarge.into() }.into()) } else { Ok(()) }
}
