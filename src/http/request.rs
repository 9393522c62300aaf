//! What a request brings: its address, its whole body, and the fields of forms and addresses.

use axum::extract::{FromRequest, FromRequestParts, RawPathParams};
use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

use crate::{
    core::id::{AccountId, CommunicationId, MemberId, ResourceId},
    core::refusal::{Failure, Result, Rule},
    core::shape::Shape,
    http::extract,
};

/// The largest body taken, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// The largest body of a communication: its HTML and text, escaped.
pub const LARGEST_MESSAGE: usize = 512 * 1024;

/// The largest form of a file: a thousand people of our own export, as forms write them.
pub const LARGEST_FILE: usize = 2 * 1024 * 1024;

/// The field of a form whose token makes that it is done once.
pub const ONCE: &str = "once";

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

/// A request with its whole body; of one that is too large, just more than is taken.
pub type Request = http::Request<Bytes>;

/// Says of a request, as one of its extensions, that its body broke off on its way.
#[derive(Debug, Clone, Copy)]
pub struct BrokenOff;

/// Whether a request of this method only looks.
#[must_use]
pub fn is_look(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// What was asked, for what is said of it afterwards. Each request has it as an extension; a copy costs nothing.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The address.
    pub uri: Uri,
    /// The whole body.
    pub body: Bytes,
}

impl Asked {
    /// Whether it only looks.
    #[must_use]
    pub fn is_look(&self) -> bool {
        is_look(&self.method)
    }

    /// Path and query, as they were sent.
    #[must_use]
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
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
pub struct Ask {
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    named: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequest<S> for Ask {
    type Rejection = Failure;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let named = RawPathParams::from_request_parts(&mut parts, state).await.map_err(|_| Rule::NotFound)?;
        let named = named.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Self { uri: parts.uri, headers: parts.headers, body: extract::whole(body).await?, named })
    }
}

impl Ask {
    /// The address.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// What the address names in this place.
    ///
    /// # Errors
    /// `not_found` for what cannot be read.
    pub fn named(&self, place: &str) -> Result<&str> {
        self.named.iter().find(|(name, _)| name == place).map(|(_, value)| value.as_str()).ok_or_else(|| Rule::NotFound.into())
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
        extract::if_match(&self.headers)
    }

    /// The parameters after `?`, of an app: unknown ones are refused.
    ///
    /// # Errors
    /// `malformed`.
    pub fn query<T: Shape>(&self) -> Result<T> {
        extract::query(&self.uri)
    }

    /// The same, of a page: unknown ones are let be.
    ///
    /// # Errors
    /// `malformed`.
    pub fn wanted<T: Sent>(&self) -> Result<T> {
        let mut wanted = T::default();
        take(self.uri.query().unwrap_or_default().as_bytes(), &mut |name, value| wanted.take(name, value))?;
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
        extract::read_json(self.body("application/json", largest)?)
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
        take(self.body(extract::FORM, largest)?, &mut |name, value| sent.take(name, value))?;
        Ok(sent)
    }

    /// A body of one of these types as text, not too large.
    ///
    /// # Errors
    /// `unsupported_media_type`, `too_large`, `malformed`.
    pub fn text(&self, kinds: &[&str], largest: usize) -> Result<&str> {
        extract::is_acceptable(&self.headers, kinds, &self.body, largest)?;
        std::str::from_utf8(&self.body).map_err(|_| Rule::Malformed.into())
    }

    fn body(&self, kind: &str, largest: usize) -> Result<&[u8]> {
        extract::is_acceptable(&self.headers, &[kind], &self.body, largest)?;
        Ok(&self.body)
    }
}

fn take(bytes: &[u8], field: &mut dyn FnMut(&str, String)) -> Result<()> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| Rule::Malformed)?;
    for (name, value) in pairs {
        field(&name, value);
    }
    Ok(())
}
