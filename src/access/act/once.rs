//! A request that is sent twice is done once (design §6, "A form is sent once"; §7, `Idempotency-Key`).
//!
//! A request that may be repeated carries a key: an app's header, or the hidden field `once` of a page's form (`router/idempotency.rs` reads both).
//! 1. Every batch of such a request first looks for the row of the key, by an open session. It does so before the checks of the permission and the
//!    version, because the first copy may have changed both.
//! 2. No row: the batch that makes the change writes the row with it. A batch that is refused rolls back and leaves none. Of two copies at
//!    the same time the database lets one through, and the other finds its row.
//! 3. A row of the same request: the batch is refused as `replayed`, and the handler runs a second time as a *repeat*. Its acts write
//!    nothing and only read what the answer needs, nothing is done after the answer, and no link is shown. The ids that a request gives are
//!    derived from its own id, and the repeat gives those of the first: so it reads what the first made, and answers what the first answered.
//! 4. A row of another request: `idempotency_key_reused`.
//!
//! Out of scope: requests without a session. Their secrets can be used only once anyway.

use std::sync::atomic::Ordering;

use super::{Act, BatchResult, Gate, SESSION_IDLE_MS};
use crate::{
    access::authority,
    access::context::Cx,
    access::idempotency::{First, Idempotency},
    core::db::{Batch, Bind, DbError, Stmt},
    core::refusal::{Result, Rule},
    sql,
};

/// How long a key is remembered.
const KEPT_MS: i64 = 24 * 3_600_000;

const REFUSE_REPEATED: &str = "INSERT INTO refusal (replayed, idempotency_key_reused)
     SELECT CASE WHEN i.request_hash = ?5 THEN 1 END, CASE WHEN i.request_hash <> ?5 THEN 1 END FROM idempotency i
      WHERE i.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND i.key = ?4 AND i.expires_at > ?2";
const FIRST: &str = "SELECT i.first_request AS request_id, i.request_hash, i.result FROM idempotency i
      WHERE i.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND i.key = ?4 AND i.expires_at > ?2 AND i.first_request IS NOT NULL";
const KEEP: &str = "INSERT OR REPLACE INTO idempotency (user_id, key, request_hash, target_id, first_request, expires_at)
     SELECT user_id, ?2, ?3, ?4, ?5, ?6 FROM session WHERE token_hash = ?1";

impl Cx {
    /// Whether this request is a repeat, which only answers what the first one did.
    #[must_use]
    pub fn is_repeat(&self) -> bool {
        self.idempotency.as_ref().is_some_and(|idempotency| idempotency.first.is_some())
    }

    /// The token of the form that was sent. A form that is shown again carries the same token, so that pressing the button again without a change
    /// is the same request, also where the outcome of the first is unknown.
    #[must_use]
    pub fn form_token(&self) -> Option<&str> {
        self.idempotency.as_ref()?.form_token.as_deref()
    }

    /// What the first request kept for its repeats.
    #[must_use]
    pub fn first_result(&self) -> Option<&str> {
        self.idempotency.as_ref()?.first.as_ref()?.result.as_deref()
    }

    /// The key whose row has not been found or written yet, with the session that asks.
    fn open_key(&self) -> Option<(&Idempotency, &str)> {
        let idempotency = self.idempotency.as_deref().filter(|idempotency| idempotency.first.is_none() && !idempotency.is_kept.load(Ordering::Relaxed))?;
        Some((idempotency, self.session.as_deref()?))
    }

    fn first_of(&self, idempotency: &Idempotency, token: &str) -> Stmt {
        sql!(FIRST, token, self.now, self.now - SESSION_IDLE_MS, &idempotency.key)
    }

    /// The first request of the key, after a batch has found that there was one.
    ///
    /// # Errors
    /// `not_signed_in`, or the database's fault. `busy` where its row is gone by now.
    pub async fn first_request(&self) -> Result<First> {
        let (Some((idempotency, token)), idle) = (self.open_key(), self.now - SESSION_IDLE_MS) else { return Err(Rule::NotSignedIn.into()) };
        let mut statements = authority::reads(token, self.now, idle, None, self.is_page);
        statements.push(self.first_of(idempotency, token));
        let result = BatchResult::of(self.run(statements).await.map_err(|error| error.failure(false))?, 0, 1, &Gate::SignedIn, self.is_page)?;
        result.admit(&Gate::SignedIn)?;
        result.first(0)?.ok_or_else(|| Rule::Busy.into())
    }

    /// The read of the row of the key, in a batch that only reads.
    pub(super) fn read_first(&self, gate: &Gate) -> Option<Stmt> {
        let (idempotency, token) = self.open_key().filter(|_| !matches!(gate, Gate::Anyone))?;
        Some(self.first_of(idempotency, token))
    }

    /// Refuses a request whose row was read.
    pub(super) fn refuse_first(&self, first: Option<First>) -> Result<()> {
        let (Some(idempotency), Some(first)) = (&self.idempotency, first) else { return Ok(()) };
        Err(idempotency.found(first.request_hash == idempotency.request_hash))
    }
}

impl Act<'_> {
    /// The statement that refuses a request that was done before.
    pub(super) fn only_once(&self) -> Vec<Stmt> {
        let cx = self.0.cx;
        let Some((idempotency, token)) = cx.open_key() else { return Vec::new() };
        let idle = cx.now - SESSION_IDLE_MS;
        vec![sql!(REFUSE_REPEATED, token, cx.now, idle, &idempotency.key, &idempotency.request_hash)]
    }

    /// The statement that writes the row of a request that is done now.
    pub(super) fn keeps_key(&self) -> Option<Stmt> {
        let cx = self.0.cx;
        let (idempotency, token) = cx.open_key().filter(|_| self.is_a_change())?;
        let target = self.0.audit.first().map(|line| line.target_id.as_str()).unwrap_or_default();
        Some(sql!(KEEP, token, &idempotency.key, &idempotency.request_hash, target, &cx.request_id, cx.now + KEPT_MS))
    }

    /// Whether the act makes the change that was asked for, and does not only count an attempt.
    pub(super) fn is_a_change(&self) -> bool {
        !matches!(self.0.gate, Gate::Anyone) && (!self.0.audit.is_empty() || self.0.has_emails)
    }

    /// Keeps a text for the repeats of this request, where it could not be read back afterwards. The pieces select it, with the bindings ?1
    /// and ?2.
    pub fn keep(self, select: &[&'static str], binds: [&dyn Bind; 2]) -> Self {
        let cx = self.0.cx;
        let Some((idempotency, token)) = cx.open_key() else { return self };
        let (head, tail) = ("UPDATE idempotency SET result = (", ") WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND key = ?4");
        let pieces = [&[head], select, &[tail]].concat();
        let [first, second] = binds;
        self.expect(Stmt::of_pieces(&pieces, &[first, second, &token, &idempotency.key]))
    }

    /// Runs the act of a repeat: nothing is written, and what the answer needs is read as it is now.
    pub(super) async fn repeat(self) -> Result<BatchResult> {
        let super::Parts { cx, gate, audit, reads, .. } = *self.0;
        for _ in audit {
            // The first gave its line an id here.
            cx.new_id()?;
        }
        let mut statements = super::caller_reads(cx, &gate);
        let first_read = statements.len();
        statements.extend(reads);
        if statements.is_empty() {
            return Ok(BatchResult::default());
        }
        let result = BatchResult::of(cx.run(statements).await.map_err(|error| error.failure(false))?, 0, first_read, &gate, cx.is_page)?;
        result.admit(&gate)?;
        Ok(result)
    }
}

/// Notes in the request's context what a batch found or wrote of the key, and returns the batch.
pub(super) fn note_outcome(cx: &Cx, is_change: bool, batch: std::result::Result<Batch, DbError>) -> std::result::Result<Batch, DbError> {
    if let Some(idempotency) = &cx.idempotency {
        match &batch {
            Ok(_) if is_change => idempotency.is_kept.store(true, Ordering::Relaxed),
            Err(DbError::Rule(name)) if name == Rule::Replayed.code() => idempotency.is_repeated.store(true, Ordering::Relaxed),
            _ => {}
        }
    }
    batch
}
