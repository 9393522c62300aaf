//! The database as the program sees it: one method, `batch`.
//!
//! D1 has no interactive transaction; it has `batch`: several statements, one round trip, one transaction that rolls back whole.
//! Cloudflare's implementation is in `edge/d1.rs`; the tests bring one on `SQLite` with D1's limits.
//! Only `act.rs` holds a `Db`: a feature writes statements, never a call.

use std::{borrow::Cow, future::Future, pin::Pin};

use serde_json::Value as Json;

use crate::{
    refusal::{Fault, Rule},
    reply,
};

/// A future that may cross threads natively (the edge wraps Cloudflare's, which never leave theirs).
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The one thing a database does for us: run the statements in order, in one transaction, or none of them.
pub trait Db: Send + Sync {
    /// One round trip. On any error nothing was written.
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
        let statement = $crate::db::Stmt::new($text, &[$(&$bind),*]);
        statement
    }};
}

impl Stmt {
    /// See [`sql!`]. (Bindings come as trait objects: written out at each of some hundreds of statements, they weighed.)
    #[must_use]
    pub fn new(sql: &'static str, binds: &[&dyn Bind]) -> Self {
        Self { sql: Cow::Borrowed(sql), binds: binds.iter().map(Bind::value).collect() }
    }

    /// The same, of a text in pieces, each a literal.
    #[must_use]
    pub fn of_pieces(pieces: &[&'static str], binds: &[&dyn Bind]) -> Self {
        Self { sql: Cow::Owned(pieces.concat()), ..Self::new("", binds) }
    }
}

/// What a binding is made of.
pub trait Bind {
    /// As it is bound.
    fn value(&self) -> Value;
}

impl Bind for Json {
    fn value(&self) -> Value {
        Value::Text(reply::written(self))
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

/// What a batch answered: the rows of each statement, and what D1 says it read and wrote.
#[derive(Debug, Default)]
pub struct Batch {
    /// One entry a statement, each a list of JSON objects by column name. Whole numbers are integers.
    pub results: Vec<Vec<Json>>,
    /// Rows read by all statements, as D1 bills them.
    pub rows_read: u64,
    /// Rows written by all statements.
    pub rows_written: u64,
}

/// Why a batch was not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbError {
    /// A row of the `refusal` table was refused: the rule of that name does not hold.
    Rule(String),
    /// A unique index was hit: two writers meant the same thing.
    Unique(String),
    /// The database is overloaded or was reset: nothing was decided, try again.
    Busy(String),
    /// Anything else: a fault of ours.
    Other(String),
}

impl DbError {
    /// Classifies the text of D1 (or `SQLite`): the only place that reads database messages.
    #[must_use]
    pub fn classify(message: &str) -> Self {
        const BUSY: [&str; 7] = [
            "overloaded",
            "Network connection lost",
            "caused object to be reset",
            "reset because its code was updated",
            "Cannot resolve D1 DB due to transient issue",
            "Too many requests queued",
            "database is locked",
        ];
        let after = |marker: &str| message.split_once(marker).map(|(_, rest)| rest.trim());
        if let Some(rest) = after("CHECK constraint failed: ") {
            return Self::Rule(rest.split([':', ' ', '\n']).next().unwrap_or_default().to_owned());
        }
        if let Some(rest) = after("UNIQUE constraint failed: ") {
            return Self::Unique(rest.split(": ").next().unwrap_or_default().to_owned());
        }
        if BUSY.iter().any(|text| message.contains(text)) {
            return Self::Busy(message.to_owned());
        }
        Self::Other(message.to_owned())
    }
}

impl From<DbError> for crate::refusal::Failure {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Rule(name) => match Rule::from_code(&name) {
                Some(rule) => rule.into(),
                None => Fault::new("a constraint that is no rule", name).into(),
            },
            DbError::Unique(columns) => Rule::of_unique(&columns).into(),
            DbError::Busy(_) => Rule::Busy.into(),
            DbError::Other(message) => Fault::new("database", message).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DbError;

    #[test]
    fn messages_of_d1_and_sqlite_are_told_apart() {
        let rule = DbError::Rule("account_keeps_an_admin".into());
        assert_eq!(DbError::classify("D1_ERROR: CHECK constraint failed: account_keeps_an_admin: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)"), rule);
        assert_eq!(DbError::classify("CHECK constraint failed: account_keeps_an_admin"), rule);
        let unique = DbError::Unique("user.email_key".into());
        assert_eq!(DbError::classify("UNIQUE constraint failed: user.email_key: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"), unique);
        assert!(matches!(DbError::classify("D1_ERROR: Network connection lost."), DbError::Busy(_)));
        assert!(matches!(DbError::classify("no such table: x"), DbError::Other(_)));
    }
}
