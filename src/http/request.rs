//! A request: its URL, its whole body, and the fields of its form.

use bytes::Bytes;
use http::{Method, Uri};

/// The largest body that is accepted, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// The largest body of a communication, in bytes: its HTML and text, escaped.
pub const LARGEST_MESSAGE: usize = 512 * 1024;

/// The largest file, in bytes: a thousand people of our own export, each field as long as it may be.
pub const LARGEST_FILE: usize = 3 * 1024 * 1024;
/// The largest form with a file, in bytes: forms encode each byte that is no ASCII letter or digit as three.
pub const LARGEST_FILE_FORM: usize = 6 * 1024 * 1024;

/// The field of a form with the token by which the form is done once.
pub const ONCE: &str = "once";

/// A request with its whole body. Of a body that is too large, only a little more than the limit is read.
pub type Request = http::Request<Bytes>;

/// An extension of a request whose body broke off.
#[derive(Debug, Clone, Copy)]
pub struct BrokenOff;

/// Whether a request of this method only reads.
#[must_use]
pub fn is_look(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// A copy of what was requested, for the answer. Each request has it as an extension. It shares the bytes of the body.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The URL.
    pub uri: Uri,
    /// The whole body.
    pub body: Bytes,
}

impl Asked {
    /// Whether it only reads.
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
