//! What a request asks, as its handler reads it: the address, the headers, a body of JSON or a form.
//!
//! Every handler has one form, `async fn(Cx, Ask) -> Result<Response>`, and takes what it wants in the order in which it may be refused:
//! what the address names (else 404), the version seen (428, 412), then the body (415, 413, 400, 422). One form for all of them is also what
//! keeps the worker small: the way from the router to a handler is compiled once.

use std::sync::Arc;

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    core::db::Pending,
    core::decode,
    core::id::{AccountId, CommunicationId, MemberId, ResourceId},
    core::refusal::{Failure, Result, Rule},
    http::response::Response,
};

/// The largest body taken, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// The largest body of a communication: its HTML and text, escaped.
pub const LARGEST_MESSAGE: usize = 512 * 1024;

/// The largest form of a file: a thousand people of our own export, as forms write them.
pub const LARGEST_FILE: usize = 2 * 1024 * 1024;

/// The type of a form's body.
const FORM: &str = "application/x-www-form-urlencoded";

/// What a handler is going to answer.
pub type Answering = Pending<'static, Result<Response>>;

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method, as sent.
    pub method: String,
    /// The address.
    pub uri: Uri,
    /// Names in lower case, and their values.
    pub headers: Vec<(String, String)>,
    /// The whole body; of one that is too large, just more than is taken.
    pub body: Vec<u8>,
    /// Whether the body broke off on its way.
    pub is_broken: bool,
}

impl Request {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Whether it only looks.
    #[must_use]
    pub fn is_look(&self) -> bool {
        self.method == "GET" || self.method == "HEAD"
    }
}

/// An address on this site, as it was sent: still encoded.
#[derive(Debug, Clone, Default)]
pub struct Uri {
    /// What stands before `?`.
    pub path: String,
    /// What stands after it; nothing without one.
    pub query: String,
}

impl Uri {
    /// Path and query.
    #[must_use]
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

/// Every field of a form by its name, where forms differ in which they have.
#[derive(Default, Deserialize)]
pub struct Named(Vec<(String, String)>);

impl Named {
    /// The field of this name, if it came.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same, empty where it did not come.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// All of this name.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }
}

/// A request, without its context.
#[derive(Clone)]
pub struct Ask {
    request: Arc<Request>,
    named: Vec<(&'static str, String)>,
}

impl Ask {
    /// The request, and what its route names in the address.
    pub(crate) fn of(request: Arc<Request>, named: Vec<(&'static str, String)>) -> Self {
        Self { request, named }
    }

    /// The address.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.request.uri
    }

    /// What the address names in this place.
    ///
    /// # Errors
    /// `not_found` for what cannot be read.
    pub fn named(&self, place: &str) -> Result<&str> {
        self.named.iter().find(|(name, _)| *name == place).map(|(_, value)| value.as_str()).ok_or_else(|| Rule::NotFound.into())
    }

    /// The account in the address.
    ///
    /// # Errors
    /// `not_found` for what is no id.
    pub fn account(&self) -> Result<AccountId> {
        AccountId::parse(self.named("account")?).ok_or_else(|| Rule::NotFound.into())
    }

    /// The account and the member in the address.
    ///
    /// # Errors
    /// `not_found` for what is no id.
    pub fn member(&self) -> Result<(AccountId, MemberId)> {
        let member = MemberId::parse(self.named("member")?).ok_or(Rule::NotFound)?;
        Ok((self.account()?, member))
    }

    /// The account and the resource in the address.
    ///
    /// # Errors
    /// `not_found` for what is no id.
    pub fn resource(&self) -> Result<(AccountId, ResourceId)> {
        let resource = ResourceId::parse(self.named("resource")?).ok_or(Rule::NotFound)?;
        Ok((self.account()?, resource))
    }

    /// The account and the communication in the address.
    ///
    /// # Errors
    /// `not_found` for what is no id.
    pub fn communication(&self) -> Result<(AccountId, CommunicationId)> {
        let communication = CommunicationId::parse(self.named("communication")?).ok_or(Rule::NotFound)?;
        Ok((self.account()?, communication))
    }

    /// `If-Match`: the version the caller saw; nothing for `*`.
    ///
    /// # Errors
    /// `version_required` without one, `stale_version` for a tag that was never ours and so fits nothing we have.
    pub fn if_match(&self) -> Result<Option<i64>> {
        let Some(given) = self.request.header("if-match") else { return Err(Rule::VersionRequired.into()) };
        let given = given.trim();
        if given == "*" {
            return Ok(None);
        }
        let version = given.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"')).and_then(|digits| digits.parse().ok());
        version.map(Some).ok_or_else(|| Rule::StaleVersion.into())
    }

    /// The parameters after `?`, of an app: unknown ones are refused.
    ///
    /// # Errors
    /// `malformed`.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T> {
        decode::query(&self.request.uri.query)
    }

    /// The same, of a page: unknown ones are let be.
    ///
    /// # Errors
    /// `malformed`.
    pub fn wanted<T: DeserializeOwned>(&self) -> Result<T> {
        form(self.request.uri.query.as_bytes())
    }

    /// A JSON body: of the right type, not too large, no field twice, without unknown fields.
    ///
    /// # Errors
    /// `unsupported_media_type`, `too_large`, `malformed`, `validation`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.json_within(LARGEST_BODY)
    }

    /// The same, of a body that may be larger or must be smaller.
    ///
    /// # Errors
    /// As [`Ask::json`].
    pub fn json_within<T: DeserializeOwned>(&self, largest: usize) -> Result<T> {
        decode::body(self.body("application/json", largest)?)
    }

    /// A form of one of our pages: of the right type and not too large. Unknown fields are let be, for password managers add some.
    ///
    /// # Errors
    /// `unsupported_media_type`, `too_large`, `malformed`.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        self.form_within(LARGEST_BODY)
    }

    /// The same, of a form that may be larger.
    ///
    /// # Errors
    /// As [`Ask::form`].
    pub fn form_within<T: DeserializeOwned>(&self, largest: usize) -> Result<T> {
        form(self.body(FORM, largest)?)
    }

    /// The request itself.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// A body of one of these types as text, not too large.
    ///
    /// # Errors
    /// `unsupported_media_type`, `too_large`, `malformed`.
    pub fn text(&self, kinds: &[&str], largest: usize) -> Result<&str> {
        let bytes = kinds.iter().find_map(|kind| match self.body(kind, largest) {
            Err(Failure::Refused(refusal)) if refusal.rule == Rule::UnsupportedMediaType => None,
            taken => Some(taken),
        });
        std::str::from_utf8(bytes.ok_or(Rule::UnsupportedMediaType)??).map_err(|_| Rule::Malformed.into())
    }

    fn body(&self, kind: &str, largest: usize) -> Result<&[u8]> {
        let sent = self.request.header("content-type").unwrap_or_default();
        if !sent.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind) {
            return Err(Rule::UnsupportedMediaType.into());
        }
        let announced = self.request.header("content-length").unwrap_or_default().parse::<usize>().unwrap_or_default();
        if announced.max(self.request.body.len()) > largest { Err(Rule::TooLarge.into()) } else { Ok(&self.request.body) }
    }
}

/// Texts, and a list where a field may come several times. A field that is not one of these is let be; a text that comes twice is refused.
fn form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_html_form::from_bytes(bytes).map_err(|_| Rule::Malformed.into())
}
