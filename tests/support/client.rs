//! The client of all scenarios: it sends a request and returns the answer. In process it calls `router::serve`; on the wire it speaks HTTP.

use serde_json::Value as Json;

/// A request without the address of the service: `GET /v1/me`.
pub type Request = http::Request<Vec<u8>>;

/// Sends requests to a service.
pub trait Client: Send + Sync {
    /// Sends a request and returns its answer.
    fn send(&self, request: Request) -> http::Response<Vec<u8>>;
}

/// An answer, with methods to read it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The request as text, for the message of a failed assertion.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// Returns the answer to the request `asked`.
    pub fn new(asked: String, response: http::Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body).unwrap_or_else(|_| "(not UTF-8)".into());
        Self { asked, status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Returns a header; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Returns the body as JSON; `null` when it is not JSON.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or(Json::Null)
    }

    /// Returns the value at this JSON pointer; `null` when there is none.
    pub fn at(&self, pointer: &str) -> Json {
        self.json().pointer(pointer).cloned().unwrap_or(Json::Null)
    }

    /// Returns the text at this JSON pointer; empty when there is none.
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_default().to_owned()
    }

    /// Returns the items of a list.
    pub fn data(&self) -> Vec<Json> {
        self.at("/data").as_array().unwrap_or_else(|| panic!("{} has no data", self.summary())).clone()
    }

    /// Returns the code of a problem; empty when it is none.
    pub fn code(&self) -> String {
        self.text("/code")
    }

    /// Returns pointer and code of each entry in `/errors`.
    pub fn wrong(&self) -> Vec<(String, String)> {
        let errors = self.at("/errors").as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (error["pointer"].as_str().unwrap_or_default().to_owned(), error["code"].as_str().unwrap_or_default().to_owned())).collect()
    }

    /// Asserts this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.summary());
        self
    }

    /// Asserts a refusal with this status and this code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.summary());
        self
    }

    /// Asserts a refusal for this field.
    #[track_caller]
    pub fn refused_field(self, pointer: &str, code: &str) -> Self {
        let reply = self.refused(422, "validation");
        assert!(reply.wrong().contains(&(pointer.to_owned(), code.to_owned())), "expected {pointer} {code}: {}", reply.summary());
        reply
    }

    /// Returns request and answer as one line for people.
    pub fn summary(&self) -> String {
        format!("{} → {} {}", self.asked, self.status, self.body.chars().take(700).collect::<String>())
    }
}

/// Returns how many of these answers have this status and this code. The code of a success is empty.
pub fn counted(replies: &[Reply], status: u16, code: &str) -> usize {
    replies.iter().filter(|reply| (reply.status, reply.code().as_str()) == (status, code)).count()
}
