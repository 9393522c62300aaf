//! What a request asks, as its handler reads it: the address, the headers, a body of JSON or a form.
//!
//! Every handler has one form, `async fn(Cx, Ask) -> Result<Response>`, and takes what it wants in the order in which it may be refused:
//! what the address names (else 404), the version seen (428, 412), then the body (415, 413, 400, 422). One form for all of them is also what
//! keeps the worker small: the way from the router to a handler is compiled once.

use std::sync::Arc;

use crate::{
    core::db::Pending,
    core::id::{AccountId, CommunicationId, MemberId, ResourceId},
    core::refusal::{Failure, Result, Rule},
    core::shape,
    core::shape::Shape,
    core::strict,
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

/// What a form or an address of a page brings: named texts. (Not by [`Shape`]: a page lets be what it does not know.)
pub trait Sent: Default {
    /// Takes one of its fields; others are let be.
    fn take(&mut self, name: &str, value: String);
}

/// A field of a form: the last of its name, or all of them.
pub trait Field {
    /// Takes one value.
    fn take(&mut self, value: String);
}

impl Field for String {
    fn take(&mut self, value: String) {
        *self = value;
    }
}

impl Field for Option<String> {
    fn take(&mut self, value: String) {
        *self = Some(value);
    }
}

impl Field for Vec<String> {
    fn take(&mut self, value: String) {
        self.push(value);
    }
}

/// A struct of what a form sends, its fields texts that may be absent, or come several times.
macro_rules! sent {
    ($(#[$about:meta])* pub struct $Name:ident { $($(#[$of:meta])* $seen:vis $field:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[derive(Default)]
        pub struct $Name { $($(#[$of])* $seen $field: $kind,)* }

        impl $crate::http::request::Sent for $Name {
            fn take(&mut self, name: &str, value: String) {
                match name { $(stringify!($field) => $crate::http::request::Field::take(&mut self.$field, value),)* _ => {} }
            }
        }
    };
}
pub(crate) use sent;

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
#[derive(Default)]
pub struct Named(Vec<(String, String)>);

impl Sent for Named {
    fn take(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }
}

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

    /// Hands each field on.
    pub fn each(&self, take: &mut dyn FnMut(&str, String)) {
        self.0.iter().for_each(|(name, value)| take(name, value.clone()));
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
    pub fn query<T: Shape>(&self) -> Result<T> {
        shape::query(&self.request.uri.query)
    }

    /// The same, of a page: unknown ones are let be.
    ///
    /// # Errors
    /// `malformed`.
    pub fn wanted<T: Sent>(&self) -> Result<T> {
        let mut wanted = T::default();
        take(self.request.uri.query.as_bytes(), &mut |name, value| wanted.take(name, value))?;
        Ok(wanted)
    }

    /// A JSON body: of the right type, not too large, no field twice, without unknown fields.
    ///
    /// # Errors
    /// `unsupported_media_type`, `too_large`, `malformed`, `validation`.
    pub fn json<T: Shape>(&self) -> Result<T> {
        self.json_within(LARGEST_BODY)
    }

    /// The same, of a body that may be larger or must be smaller.
    ///
    /// # Errors
    /// As [`Ask::json`].
    pub fn json_within<T: Shape>(&self, largest: usize) -> Result<T> {
        let json = strict::parse(self.body("application/json", largest)?).ok_or(Rule::Malformed)?;
        shape::body(&json)
    }

    /// A form of one of our pages: of the right type and not too large. Unknown fields are let be, for password managers add some.
    ///
    /// # Errors
    /// `unsupported_media_type`, `too_large`, `malformed`.
    pub fn form<T: Sent>(&self) -> Result<T> {
        self.form_within(LARGEST_BODY)
    }

    /// The same, of a form that may be larger.
    ///
    /// # Errors
    /// As [`Ask::form`].
    pub fn form_within<T: Sent>(&self, largest: usize) -> Result<T> {
        let mut sent = T::default();
        take(self.body(FORM, largest)?, &mut |name, value| sent.take(name, value))?;
        Ok(sent)
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

fn take(bytes: &[u8], field: &mut dyn FnMut(&str, String)) -> Result<()> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| Rule::Malformed)?;
    for (name, value) in pairs {
        field(&name, value);
    }
    Ok(())
}
