//! The database as the program sees it: one method, `batch`.
//!
//! D1 has no interactive transaction; it has `batch`: several statements, one round trip, one transaction that rolls back whole.
//! Cloudflare's implementation is in `worker/d1.rs`; the tests bring one on `SQLite` with D1's limits.
//! Only `access/act.rs` calls a `Db`. A feature writes statements.

use std::{borrow::Cow, future::Future, pin::Pin};

use serde_json::Value as Json;

use crate::core::refusal::{Failure, Fault, Rule};

/// A future that may cross threads natively (the worker wraps Cloudflare's, which stay on their thread).
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A database: it runs statements in order, in one transaction, all or none of them.
pub trait Db: Send + Sync {
    /// One round trip, within a bound of time. The error says whether anything can have been written.
    fn batch(&self, statements: Vec<Stmt>) -> Pending<'_, Result<Batch, DbError>>;
}

/// A statement and what is bound to its `?1`, `?2`, … The text is always a literal: nothing is ever formatted into SQL.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// The text.
    pub sql: Cow<'static, str>,
    /// What is bound, in order.
    pub binds: Vec<Value>,
}

/// What can be bound. D1 binds every number as a REAL; columns are STRICT, so an INTEGER column gets its integer back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number within ±2^53.
    Int(i64),
    /// Text.
    Text(String),
}

/// A statement from a literal and its bindings: `sql!("SELECT … WHERE id = ?1", id)`.
#[macro_export]
macro_rules! sql {
    // In a block of its own, so that nothing borrowed for it lives on until the batch has run.
    ($text:expr $(, $bind:expr)* $(,)?) => {{
        let statement = $crate::core::db::Stmt::new($text, &[$(&$bind),*]);
        statement
    }};
}

impl Stmt {
    /// See [`sql!`].
    #[must_use]
    pub fn new(sql: &'static str, binds: &[&dyn Bind]) -> Self {
        Self { sql: Cow::Borrowed(sql), binds: binds.iter().map(Bind::value).collect() }
    }

    /// The same of values that are bound already.
    #[must_use]
    pub fn bound(sql: &'static str, binds: Vec<Value>) -> Self {
        Self { sql: Cow::Borrowed(sql), binds }
    }

    /// The same, of a text in pieces, each a literal.
    #[must_use]
    pub fn of_pieces(pieces: &[&'static str], binds: &[&dyn Bind]) -> Self {
        Self { sql: Cow::Owned(pieces.concat()), ..Self::new("", binds) }
    }
}

/// A value that can be bound.
pub trait Bind {
    /// The value as it is bound.
    fn value(&self) -> Value;
}

impl Bind for Json {
    fn value(&self) -> Value {
        Value::Text(self.to_string())
    }
}
impl Bind for i64 {
    fn value(&self) -> Value {
        Value::Int(*self)
    }
}
impl Bind for bool {
    fn value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
}
impl Bind for str {
    fn value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}
impl Bind for String {
    fn value(&self) -> Value {
        self.as_str().value()
    }
}
impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}
impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Bind::value)
    }
}

/// The rows of one statement, as JSON text: a list of objects by column name, or no text for no rows. Whole numbers are integers. The type that asks
/// reads them (`decode::rows`), so that they are decoded once.
#[derive(Debug, Clone, Default)]
pub struct Rows(pub String);

/// What a batch answered: the rows of each statement, and what D1 says it read and wrote.
#[derive(Debug, Default)]
pub struct Batch {
    /// One entry a statement.
    pub results: Vec<Rows>,
    /// Rows read by all statements, as D1 bills them.
    pub rows_read: u64,
    /// Rows written by all statements.
    pub rows_written: u64,
}

/// Why a batch failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbError {
    /// A row of the `refusal` table was refused: the rule of that name does not hold, and the batch was undone.
    Rule(String),
    /// A unique index refused a row: two writers wrote the same thing, and the batch was undone.
    Unique(String),
    /// The database refused the batch before it began.
    Busy(String),
    /// No answer came, or none that is known: the batch was carried out, or not.
    Lost(String),
    /// A statement failed and the batch was undone: a fault of ours.
    Other(String),
}

impl DbError {
    /// Classifies a message of D1 or `SQLite`, or of the worker about a batch that it gave up. No other place reads database messages. A batch that
    /// is not known to have been refused or undone is `Lost`.
    ///
    /// D1's own list: <https://developers.cloudflare.com/d1/observability/debug-d1/>.
    #[must_use]
    pub fn classify(message: &str) -> Self {
        /// The batch never began: D1's queue was full or too slow, the database could not be found, or somebody else held the lock.
        const NOT_BEGUN: [&str; 4] = ["D1 DB is overloaded", "Cannot resolve D1 DB due to transient issue", "database is locked", "SQLITE_BUSY"];
        /// A statement was refused, which undoes the whole batch. D1 appends the engine's code to the engine's message.
        const UNDONE: [&str; 10] = [
            "SQLITE_ERROR",
            "SQLITE_CONSTRAINT",
            "SQLITE_MISMATCH",
            "SQLITE_TOOBIG",
            "SQLITE_AUTH",
            "constraint failed",
            "D1_TYPE_ERROR",
            "no such ",
            "syntax error",
            "Wrong number of parameter bindings",
        ];
        let after = |marker: &str| message.split_once(marker).map(|(_, rest)| rest.trim());
        let says = |markers: &[&str]| markers.iter().any(|marker| message.contains(marker));
        if let Some(rest) = after("CHECK constraint failed: ") {
            return Self::Rule(rest.split([':', ' ', '\n']).next().unwrap_or_default().to_owned());
        }
        if let Some(rest) = after("UNIQUE constraint failed: ") {
            return Self::Unique(rest.split(": ").next().unwrap_or_default().to_owned());
        }
        if says(&NOT_BEGUN) {
            return Self::Busy(message.to_owned());
        }
        if says(&UNDONE) { Self::Other(message.to_owned()) } else { Self::Lost(message.to_owned()) }
    }

    /// The failure that the request answers with. It says that nothing was changed only where that is certain (design §6, "When an answer is lost"):
    /// after a batch that was refused or undone, that never began, or that was to change nothing.
    #[must_use]
    pub fn failure(self, was_to_change: bool) -> Failure {
        match self {
            Self::Rule(name) => match Rule::from_code(&name) {
                Some(rule) => rule.into(),
                None => Fault::new("a constraint that is no rule", name).into(),
            },
            Self::Unique(columns) => Rule::of_unique(&columns).into(),
            Self::Lost(_) if was_to_change => Rule::OutcomeUnknown.into(),
            Self::Busy(_) | Self::Lost(_) => Rule::Busy.into(),
            Self::Other(message) => Fault::new("database", message).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DbError, Failure};

    #[test]
    fn messages_of_d1_and_sqlite_are_told_apart() {
        let rule = DbError::Rule("account_keeps_an_admin".into());
        assert_eq!(DbError::classify("D1_ERROR: CHECK constraint failed: account_keeps_an_admin: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)"), rule);
        assert_eq!(DbError::classify("CHECK constraint failed: account_keeps_an_admin"), rule);
        let unique = DbError::Unique("user.email_key".into());
        assert_eq!(DbError::classify("UNIQUE constraint failed: user.email_key: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"), unique);
        assert!(matches!(DbError::classify("D1_ERROR: no such table: x: SQLITE_ERROR"), DbError::Other(_)));
        assert!(matches!(DbError::classify("no such table: x"), DbError::Other(_)));
        let fk = DbError::classify("D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)");
        assert!(matches!(fk, DbError::Other(_)), "{fk:?}");
    }

    /// Every message of D1's list, and messages that are on no list.
    #[test]
    fn only_a_batch_that_certainly_changed_nothing_says_so() {
        let not_begun = [
            "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
            "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
            "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
            "D1_ERROR: database is locked: SQLITE_BUSY",
        ];
        let lost = [
            "D1_ERROR: Network connection lost.",
            "D1_ERROR: D1 DB reset because its code was updated.",
            "D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.",
            "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
            "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
            "D1_ERROR: Can't read from request stream because client disconnected.",
            "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
            "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.",
            "Durable Object was reset",
            "nothing came within 10 s",
            "an answer that is no list of results",
            "undefined",
            "",
        ];
        let code = |message: &str, was_to_change: bool| match DbError::classify(message).failure(was_to_change) {
            Failure::Refused(refusal) => refusal.rule.code(),
            Failure::Broken(_) => "broken",
        };
        for message in not_begun {
            assert_eq!([code(message, true), code(message, false)], ["busy", "busy"], "{message}");
        }
        for message in lost {
            assert_eq!([code(message, true), code(message, false)], ["outcome_unknown", "busy"], "{message}");
        }
        assert_eq!([code("no such table: x", true), code("no such table: x", false)], ["broken", "broken"]);
    }
}
