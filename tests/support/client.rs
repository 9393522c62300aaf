//! The one way in: a request goes through the client, an answer comes back. In process it is `app::serve`, on the wire it is HTTP.

use serde_json::Value as Json;

/// What is asked, without the address of the service: `GET /v1/me`.
pub type Ask = http::Request<Vec<u8>>;

/// Whoever stands behind it answers.
pub trait Client: Send + Sync {
    /// One request, one answer.
    fn send(&self, ask: Ask) -> http::Response<Vec<u8>>;
}

/// An answer, easy to read.
#[derive(Debug, Clone)]
pub struct Reply {
    /// What was asked, for the message when it was not expected.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The answer to `asked`.
    pub fn new(asked: String, response: http::Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body).unwrap_or_else(|_| "(not UTF-8)".into());
        Self { asked, status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The body as JSON; `null` where it is none.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or(Json::Null)
    }

    /// What is at this JSON pointer; `null` where nothing is.
    pub fn at(&self, pointer: &str) -> Json {
        self.json().pointer(pointer).cloned().unwrap_or(Json::Null)
    }

    /// The text at this JSON pointer.
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_default().to_owned()
    }

    /// The things of a list.
    pub fn data(&self) -> Vec<Json> {
        self.at("/data").as_array().unwrap_or_else(|| panic!("{} has no data", self.told())).clone()
    }

    /// The code of a problem, or nothing.
    pub fn code(&self) -> String {
        self.text("/code")
    }

    /// What `/errors` says is wrong: pointer and code of each.
    pub fn wrong(&self) -> Vec<(String, String)> {
        let errors = self.at("/errors").as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (error["pointer"].as_str().unwrap_or_default().to_owned(), error["code"].as_str().unwrap_or_default().to_owned())).collect()
    }

    /// It has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.told());
        self
    }

    /// It was refused with this status and this code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.told());
        self
    }

    /// It was refused for this field.
    #[track_caller]
    pub fn refused_field(self, pointer: &str, code: &str) -> Self {
        let reply = self.refused(422, "validation");
        assert!(reply.wrong().contains(&(pointer.to_owned(), code.to_owned())), "expected {pointer} {code}: {}", reply.told());
        reply
    }

    /// What was asked and answered, for people.
    pub fn told(&self) -> String {
        format!("{} → {} {}", self.asked, self.status, self.body.chars().take(700).collect::<String>())
    }
}

/// How many of these answers have this status and this code; what was done has none.
pub fn counted(replies: &[Reply], status: u16, code: &str) -> usize {
    replies.iter().filter(|reply| (reply.status, reply.code().as_str()) == (status, code)).count()
}
