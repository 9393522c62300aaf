//! What a request brings: its address, its whole body, and the fields of forms and addresses.

use bytes::Bytes;
use http::{Method, Uri};
use serde::Deserialize;

/// The largest body taken, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// The largest body of a communication: its HTML and text, escaped.
pub const LARGEST_MESSAGE: usize = 512 * 1024;

/// The largest form of a file: a thousand people of our own export, as forms write them.
pub const LARGEST_FILE: usize = 2 * 1024 * 1024;

/// The field of a form whose token makes that it is done once.
pub const ONCE: &str = "once";

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
