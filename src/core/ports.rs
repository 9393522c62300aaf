//! What else of the world a request may touch: the token cache, the mailer. The database is in `core/db.rs`, the clock is a value.
//!
//! Each port has two implementations in the tree: Cloudflare's in `worker/`, the tests' in `tests/support/`.

use crate::core::db::Pending;

/// Copies of what a link shows before it is used (Workers KV). **It decides nothing**: it may be stale, absent or down.
pub trait Tokens: Send + Sync {
    /// Keeps `value` under `key` for `ttl_seconds` (at least 60).
    fn put(&self, key: String, value: String, ttl_seconds: u64) -> Pending<'_, Result<(), TokensDown>>;
    /// What is kept under `key`, as far as this place of the world knows.
    fn get(&self, key: String) -> Pending<'_, Result<Option<String>, TokensDown>>;
    /// Forgets `key`, sooner or later.
    fn delete(&self, key: String) -> Pending<'_, Result<(), TokensDown>>;
}

/// KV did not answer. Never a reason to fail a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokensDown(pub String);

/// The way a letter leaves.
pub trait Mailer: Send + Sync {
    /// Hands one letter to the provider. The id is the idempotency key: a provider that has one is given it, so that a letter whose fate is
    /// unknown can be handed over again.
    fn send(&self, mail: Mail) -> Pending<'_, Result<Sent, MailFailure>>;
    /// The instant by now, at least `since`. Letters take time, and what is noted of one counts from when its answer came.
    fn now(&self, since: i64) -> i64 {
        since
    }
}

/// A rendered letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The delivery's id, which is also the idempotency key at the provider.
    pub id: String,
    /// The stored address it goes to.
    pub to: String,
    /// Whom it is from, where it is not the deployment's own address (`MAIL_FROM`).
    pub from: Option<String>,
    /// One line, no control characters.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same, as HTML.
    pub html: String,
}

/// What the provider said on taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The provider's own id, where it gives one.
    pub provider_id: Option<String>,
}

/// Why a letter did not leave, as far as one knows: a short reason without secrets, and whether to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFailure {
    /// Never will it take this letter: permanent.
    Refused(String),
    /// Surely not taken, perhaps later: too many (429), its own fault (5xx), no connection.
    Later {
        /// Why.
        reason: String,
        /// How long to wait at least, in ms, where the provider says so (`Retry-After`).
        after_ms: Option<i64>,
    },
    /// It may have been taken: no answer came after the letter had left. To be tried again under the same id.
    Unknown(String),
}
