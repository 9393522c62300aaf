//! A request that is sent twice happens once (design §6, "A form is sent once"; §7, `Idempotency-Key`).
//!
//! A request that may be repeated carries a key: an app's header, or the hidden field `once` of a page's form (`router/idempotency.rs` reads both).
//! 1. Every batch of such a request first looks for the key's row, right after the question who asks: before what one may, and before the
//!    version, for the first copy may have changed both.
//! 2. No row: the batch that makes the change writes the row with it. A batch that is refused rolls back and leaves none. Of two copies at
//!    the same time the database lets one through; the other finds its row.
//! 3. A row of the same request: the batch is refused as `replayed`, and the handler runs a second time as a *repeat*: its acts write
//!    nothing and only read what the answer needs, nothing is done after the answer, and no link is shown. The ids a request gives follow
//!    from its own id, and the repeat takes those of the first: so it reads what the first made, and answers what the first answered.
//! 4. A row of another request: `idempotency_key_reused`.
//!
//! Out of scope: requests that nobody is signed in for. Their secrets are spent once anyway.

use std::sync::atomic::Ordering;

use super::{Act, BatchResult, Gate, SESSION_IDLE_MS};
use crate::{
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
    /// Whether this request only says again what came of the first one.
    #[must_use]
    pub fn is_repeat(&self) -> bool {
        self.idempotency.as_ref().is_some_and(|once| once.first.is_some())
    }

    /// The token of the form that this request is. A form that comes back carries it again: whoever presses the button once more, without having
    /// changed anything, asks for the same, also where nobody knows what became of the first.
    #[must_use]
    pub fn form_token(&self) -> Option<&str> {
        self.idempotency.as_ref()?.form_token.as_deref()
    }

    /// What the first request kept for its repeats.
    #[must_use]
    pub fn first_result(&self) -> Option<&str> {
        self.idempotency.as_ref()?.first.as_ref()?.result.as_deref()
    }

    /// The key whose row is still to be looked for, with the session it is looked for by.
    fn open_key(&self) -> Option<(&Idempotency, &str)> {
        let once = self.idempotency.as_deref().filter(|once| once.first.is_none() && !once.is_kept.load(Ordering::Relaxed))?;
        Some((once, self.session.as_deref()?))
    }

    fn first_of(&self, once: &Idempotency, token: &str) -> Stmt {
        sql!(FIRST, token, self.now, self.now - SESSION_IDLE_MS, &once.key)
    }

    /// The first request of the key, once a batch has found that there was one.
    ///
    /// # Errors
    /// `not_signed_in`, or the database's fault. `busy` where its row has gone since.
    pub async fn first_request(&self) -> Result<First> {
        let (Some((once, token)), idle) = (self.open_key(), self.now - SESSION_IDLE_MS) else { return Err(Rule::NotSignedIn.into()) };
        let statements = vec![sql!(super::WHO, token, self.now, idle), self.first_of(once, token)];
        let done = BatchResult::of(self.run(statements).await.map_err(|error| error.failure(false))?, 0, 1, &Gate::SignedIn, self.is_page)?;
        done.admit(&Gate::SignedIn)?;
        done.first(0)?.ok_or_else(|| Rule::Busy.into())
    }

    /// Reads the row of the key, in a batch that only reads.
    pub(super) fn look_for_first(&self, gate: &Gate) -> Option<Stmt> {
        let (once, token) = self.open_key().filter(|_| !matches!(gate, Gate::Anyone))?;
        Some(self.first_of(once, token))
    }

    /// Refuses what was done before, by the row that was read.
    pub(super) fn refuse_first(&self, first: Option<First>) -> Result<()> {
        let (Some(once), Some(first)) = (&self.idempotency, first) else { return Ok(()) };
        Err(once.found(first.request_hash == once.request_hash))
    }
}

impl Act<'_> {
    /// What says that this request was done before, and what keeps that it is being done.
    pub(super) fn only_once(&self) -> Vec<Stmt> {
        let cx = self.0.cx;
        let Some((once, token)) = cx.open_key() else { return Vec::new() };
        let idle = cx.now - SESSION_IDLE_MS;
        let mut statements = vec![sql!(REFUSE_REPEATED, token, cx.now, idle, &once.key, &once.request_hash)];
        if self.is_a_change() {
            let target = self.0.audit.first().map(|line| line.target_id.as_str()).unwrap_or_default();
            statements.push(sql!(KEEP, token, &once.key, &once.request_hash, target, &cx.request_id, cx.now + KEPT_MS));
        }
        statements
    }

    /// Whether it does what was asked; and does not only count that somebody tries.
    pub(super) fn is_a_change(&self) -> bool {
        !matches!(self.0.gate, Gate::Anyone) && (!self.0.audit.is_empty() || self.0.has_emails)
    }

    /// Keeps a text for the repeats of this request: what could not be read back afterwards. The pieces select it, by
    /// the bindings ?1 and ?2.
    pub fn keep(self, select: &[&'static str], binds: [&dyn Bind; 2]) -> Self {
        let cx = self.0.cx;
        let Some((once, token)) = cx.open_key() else { return self };
        let (head, tail) = ("UPDATE idempotency SET result = (", ") WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND key = ?4");
        let pieces = [&[head], select, &[tail]].concat();
        let [first, second] = binds;
        self.expect(Stmt::of_pieces(&pieces, &[first, second, &token, &once.key]))
    }

    /// The act of a repeat: nothing is written, and what the answer needs is read as it is now.
    pub(super) async fn repeat(self) -> Result<BatchResult> {
        let super::Parts { cx, gate, audit, reads, .. } = *self.0;
        for _ in audit {
            // The first gave its line an id here.
            cx.new_id()?;
        }
        let mut statements = super::introductions(cx, &gate);
        let first_read = statements.len();
        statements.extend(reads);
        if statements.is_empty() {
            return Ok(BatchResult::default());
        }
        let done = BatchResult::of(cx.run(statements).await.map_err(|error| error.failure(false))?, 0, first_read, &gate, cx.is_page)?;
        done.admit(&gate)?;
        Ok(done)
    }
}

/// Notes what a batch says of the key, and hands on what it says.
pub(super) fn noted(cx: &Cx, is_change: bool, batch: std::result::Result<Batch, DbError>) -> std::result::Result<Batch, DbError> {
    if let Some(once) = &cx.idempotency {
        match &batch {
            Ok(_) if is_change => once.is_kept.store(true, Ordering::Relaxed),
            Err(DbError::Rule(name)) if name == Rule::Replayed.code() => once.is_repeated.store(true, Ordering::Relaxed),
            _ => {}
        }
    }
    batch
}
