//! The ports of the token cache and the mailer. The port of the database is in `core/db.rs`, and the clock is a value.
//!
//! Each port has two implementations in the tree: Cloudflare's in `worker/`, the tests' in `tests/support/`.

use crate::core::db::Pending;

/// The cache of what links show before they are used (Workers KV). **It decides nothing**: it may be stale, empty or down.
pub trait Tokens: Send + Sync {
    /// Keeps `value` under `key` for `ttl_seconds` (at least 60).
    fn put(&self, key: String, value: String, ttl_seconds: u64) -> Pending<'_, Result<(), TokensDown>>;
    /// The value under `key`, as far as this location of KV has it.
    fn get(&self, key: String) -> Pending<'_, Result<Option<String>, TokensDown>>;
    /// Deletes `key`. Other locations of KV follow later.
    fn delete(&self, key: String) -> Pending<'_, Result<(), TokensDown>>;
}

/// KV did not answer. No request fails for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokensDown(pub String);

/// Sends e-mails.
pub trait Mailer: Send + Sync {
    /// Hands one e-mail to the provider. Its id is the idempotency key, for providers that take one, so that an e-mail whose outcome is unknown
    /// can be handed over again.
    fn send(&self, email: Mail) -> Pending<'_, Result<Sent, MailFailure>>;
    /// The instant now (ms UTC), at least `since`. Sending takes time, and what is noted of an e-mail counts from when its answer came.
    fn now(&self, since: i64) -> i64 {
        since
    }
}

/// A rendered e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The delivery's id, which is also the idempotency key at the provider.
    pub id: String,
    /// The stored address it goes to.
    pub to: String,
    /// The sender, where it is not the deployment's own address (`MAIL_FROM`).
    pub from: Option<String>,
    /// One line, no control characters.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same, as HTML.
    pub html: String,
}

/// What the provider answered when it took an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The provider's own id, where it gives one.
    pub provider_id: Option<String>,
}

/// Why an e-mail was not sent, as far as known: a short reason without secrets, and whether to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFailure {
    /// The provider will never take this e-mail.
    Refused(String),
    /// The provider did not take it, but may take it later: too many requests (429), its own fault (5xx), no connection.
    Later {
        /// Why.
        reason: String,
        /// How long to wait at least, in ms, where the provider says so (`Retry-After`).
        after_ms: Option<i64>,
    },
    /// The provider may have taken it: no answer came after the e-mail was sent. It is tried again with the same id.
    Unknown(String),
}
