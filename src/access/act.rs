//! One request, one batch (design §2).
//!
//! A [`View`] reads: its first statements *select* who asks and whether they may, and the answer is refused here before another row
//! is looked at. An [`Act`] writes: who → may → expected state → audit → writes → rules on the end state → outbox → reads for the
//! answer, in that order whatever order it was written in. Both name their gate when they are made, and only this file holds the
//! database: **a route without a permission does not compile.**

mod limit;
pub mod once;
mod seen;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{
    access::audit::Audit,
    access::authority::{self, Authority, WHO, Who},
    access::cached_link,
    access::context::Cx,
    core::db::{Batch, DbError, Stmt},
    core::decode,
    core::id::AccountId,
    core::log,
    core::permission::Permission,
    core::refusal::{Failure, Fault, Refusal, Result, Rule},
    core::vocabulary::AccountStatus,
    sql,
};

/// A session unused for this long is over.
pub const SESSION_IDLE_MS: i64 = 14 * 24 * 3_600_000;

#[derive(Clone)]
enum Gate {
    Anyone,
    SignedIn,
    Present(AccountId),
    May(Permission, AccountId),
}

impl Gate {
    fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Present(account) | Self::May(_, account) => Some(account),
            _ => None,
        }
    }
}

impl Cx {
    /// A change by somebody who holds `permission` in `account`.
    pub fn act(&self, permission: Permission, account: &AccountId) -> Act<'_> {
        Act::new(self, Gate::May(permission, account.clone()))
    }

    /// A change of one's own things, or of one's own place in `account`.
    pub fn act_signed_in(&self) -> Act<'_> {
        Act::new(self, Gate::SignedIn)
    }

    /// A change by whoever knows a password or holds a link: the batch itself checks it.
    pub fn act_by_secret(&self) -> Act<'_> {
        Act::new(self, Gate::Anyone)
    }

    /// A look by somebody who holds `permission` in `account`.
    pub fn view(&self, permission: Permission, account: &AccountId) -> View<'_> {
        View { cx: self, gate: Gate::May(permission, account.clone()), reads: Vec::new() }
    }

    /// A look at the row of an account one stands in, whatever one may do there.
    pub fn view_row(&self, account: &AccountId) -> View<'_> {
        View { cx: self, gate: Gate::Present(account.clone()), reads: Vec::new() }
    }

    /// A look at one's own things.
    pub fn view_signed_in(&self) -> View<'_> {
        View { cx: self, gate: Gate::SignedIn, reads: Vec::new() }
    }

    /// A look at what a secret opens, or at what everybody may know.
    pub fn view_by_secret(&self) -> View<'_> {
        View { cx: self, gate: Gate::Anyone, reads: Vec::new() }
    }

    async fn run(&self, statements: Vec<Stmt>) -> std::result::Result<Batch, DbError> {
        let batch = self.env.db.batch(statements).await;
        let (read, written) = batch.as_ref().map_or((0, 0), |batch| (batch.rows_read, batch.rows_written));
        self.timing.count(read, written);
        if let Err(DbError::Busy(words) | DbError::Lost(words)) = &batch {
            log::database_down(&self.request_id, words);
        }
        batch
    }
}

const REFUSE_STRANGER: &str = "INSERT INTO refusal (not_signed_in) SELECT 1 WHERE NOT EXISTS (
      SELECT 1 FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)";
const REFUSE_ABSENT: &str = "INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM presence p
      WHERE p.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND p.account_id = ?4 AND p.ends_at > ?2)";
const REFUSE_DEACTIVATED: &str = "INSERT INTO refusal (account_deactivated) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM presence p
      WHERE p.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND p.account_id = ?4 AND p.in_force AND p.ends_at > ?2)";
const REFUSE_POWERLESS: &str = "INSERT INTO refusal (not_allowed) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM power w
      WHERE w.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND w.account_id = ?4 AND w.permission = ?5 AND w.ends_at > ?2)";
const REFUSE_DELETED: &str = "INSERT INTO refusal (account_deleted) SELECT 1 FROM account WHERE id = ?1 AND status = 'deleted'";

/// The SELECTs that say who asks and how they stand, in the order [`BatchResult::of`] reads them.
fn introductions(cx: &Cx, gate: &Gate) -> Vec<Stmt> {
    let (Some(token), false) = (cx.session.as_deref(), matches!(gate, Gate::Anyone)) else { return Vec::new() };
    let idle = cx.now - SESSION_IDLE_MS;
    let mut statements = vec![sql!(WHO, token, cx.now, idle)];
    if let Some(account) = gate.account() {
        statements.extend(authority::reads(token, cx.now, idle, account, cx.is_page));
    }
    statements
}

/// A batch that reads.
#[must_use]
pub struct View<'a> {
    cx: &'a Cx,
    gate: Gate,
    reads: Vec<Stmt>,
}

impl View<'_> {
    /// Reads; the rows come back in the order of these calls.
    pub fn read(mut self, statement: Stmt) -> Self {
        self.reads.push(statement);
        self
    }

    /// One round trip.
    ///
    /// # Errors
    /// The refusal of the gate, before another row is looked at; or the database's fault.
    pub async fn run(self) -> Result<BatchResult> {
        if !matches!(self.gate, Gate::Anyone) {
            self.cx.signed_in()?;
        }
        let looks_for_first = self.cx.look_for_first(&self.gate);
        let first_introduction = usize::from(looks_for_first.is_some());
        let mut statements: Vec<Stmt> = looks_for_first.into_iter().chain(introductions(self.cx, &self.gate)).collect();
        let first_read = statements.len();
        statements.extend(self.reads);
        if statements.is_empty() {
            return Ok(BatchResult::default());
        }
        let mut batch = self.cx.run(statements).await.map_err(|error| error.failure(false))?;
        if first_introduction > 0 {
            self.cx.refuse_first(batch.results.first_mut().and_then(Vec::pop).map(|row| decode::row(&row)).transpose()?)?;
        }
        let done = BatchResult::of(batch, first_introduction, first_read, &self.gate, self.cx.is_page)?;
        done.admit(&self.gate)?;
        if let (Some(who), Some(token)) = (&done.who, &self.cx.session) {
            seen::after_a_look(self.cx, who, done.authority.as_ref(), token);
        }
        Ok(done)
    }
}

/// A batch that writes.
#[must_use]
pub struct Act<'a>(Box<Parts<'a>>);

/// Boxed, for an act is handed on at each of its statements.
struct Parts<'a> {
    cx: &'a Cx,
    gate: Gate,
    expected: Vec<Stmt>,
    audit: Vec<Audit>,
    writes: Vec<Stmt>,
    rules: Vec<Stmt>,
    outbox: Vec<Stmt>,
    has_emails: bool,
    reads: Vec<Stmt>,
    limits: Vec<Stmt>,
    changes_nothing: bool,
}

impl<'a> Act<'a> {
    fn new(cx: &'a Cx, gate: Gate) -> Self {
        Self(Box::new(Parts {
            cx,
            gate,
            expected: Vec::new(),
            audit: Vec::new(),
            writes: Vec::new(),
            rules: Vec::new(),
            outbox: Vec::new(),
            has_emails: false,
            reads: Vec::new(),
            limits: Vec::new(),
            changes_nothing: false,
        }))
    }

    /// What must hold before: a version, an open link, a state.
    pub fn expect(mut self, statement: Stmt) -> Self {
        self.0.expected.push(statement);
        self
    }

    /// The line in the trail (design I10: exactly one for each accepted change).
    pub fn audit(mut self, line: Audit) -> Self {
        self.0.audit.push(line);
        self
    }

    /// A change.
    pub fn write(mut self, statement: Stmt) -> Self {
        self.0.writes.push(statement);
        self
    }

    /// A letter that must be written from the rows as they still are, or before the rules are asked.
    pub fn email(mut self, statement: Stmt) -> Self {
        self.0.has_emails = true;
        self.write(statement)
    }

    /// Open links that show something else from now on: the rows of this SELECT, written as an end of a link returns them.
    pub fn relabels(self, links: Stmt) -> Self {
        self.write(links)
    }

    /// Several changes.
    pub fn writes(mut self, statements: impl IntoIterator<Item = Stmt>) -> Self {
        self.0.writes.extend(statements);
        self
    }

    /// What must hold after.
    pub fn rule(mut self, statement: Stmt) -> Self {
        self.0.rules.push(statement);
        self
    }

    /// A letter to be sent.
    pub fn outbox(mut self, statement: Stmt) -> Self {
        self.0.has_emails = true;
        self.0.outbox.push(statement);
        self
    }

    /// Reads for the answer; the rows come back in the order of these calls.
    pub fn read(mut self, statement: Stmt) -> Self {
        self.0.reads.push(statement);
        self
    }

    /// Whether anything is asked for. An empty PATCH is refused like a full one, and then changes nothing: no row, no version, no audit line.
    pub fn changes(mut self, anything: bool) -> Self {
        self.0.changes_nothing = !anything;
        self
    }

    /// One round trip. When it is refused nothing was written; when its answer is lost (`outcome_unknown`), nobody knows.
    ///
    /// # Errors
    /// The first rule that does not hold, or the database's fault.
    pub async fn run(mut self) -> Result<BatchResult> {
        if self.0.cx.is_repeat() {
            return self.repeat().await;
        }
        if self.0.changes_nothing {
            self.writes_nothing();
        }
        let mut statements = self.who_and_may()?;
        let is_change = self.is_a_change();
        let Parts { cx, gate, expected, audit, writes, rules, outbox, has_emails, reads, limits, .. } = *self.0;
        // What an act only expects are questions and counts of attempts: whether those were kept, nobody asks.
        let changes = !(audit.is_empty() && writes.is_empty() && outbox.is_empty());
        let first_introduction = statements.len();
        statements.extend(introductions(cx, &gate));
        statements.extend(expected);
        let permission = if let Gate::May(permission, _) = gate { Some(permission) } else { None };
        for line in audit {
            statements.push(Stmt::of_pieces(
                line.sql,
                &[
                    &cx.new_id()?,
                    &cx.now,
                    &line.account.as_ref().map(AccountId::as_str),
                    &permission.map(Permission::key),
                    &cx.session.as_deref(),
                    &line.action,
                    &line.target_type,
                    &line.target_id,
                    &line.after,
                    &cx.request_id.as_str(),
                    &line.is_of_the_whole(),
                ],
            ));
        }
        let written = statements.len()..statements.len() + writes.len();
        statements.extend(writes);
        if !matches!(gate, Gate::Anyone)
            && let Some(token) = &cx.session
        {
            statements.extend(seen::writes(token, cx.now, gate.account()));
        }
        statements.extend(rules);
        statements.extend(outbox);
        let first_read = statements.len();
        statements.extend(reads);
        match once::noted(cx, is_change, cx.run(statements).await) {
            Ok(mut batch) => {
                if changes {
                    cx.timing.changed(true);
                }
                if has_emails {
                    (cx.env.emails_due)(cx);
                }
                let returned = batch.results.get_mut(written).unwrap_or_default().iter_mut().flat_map(std::mem::take).collect();
                let returned = cached_link::forget(cx, returned);
                Ok(BatchResult { returned, ..BatchResult::of(batch, first_introduction, first_read, &gate, cx.is_page)? })
            }
            Err(error) => {
                if changes && matches!(error, DbError::Lost(_)) {
                    cx.timing.changed(false);
                }
                Err(match (error.failure(changes), permission) {
                    (Failure::Refused(refusal), Some(permission)) if refusal.rule == Rule::NotAllowed => {
                        Refusal { permission: Some(permission), ..*refusal }.into()
                    }
                    (Failure::Refused(refusal), _) if refusal.rule == Rule::TooManyAttempts => cx.until_when(*refusal, limits).await.into(),
                    (failure, _) => failure,
                })
            }
        }
    }

    fn writes_nothing(&mut self) {
        (self.0.has_emails, self.0.audit) = (false, Vec::new());
        for statements in [&mut self.0.writes, &mut self.0.rules, &mut self.0.outbox] {
            statements.clear();
        }
    }

    fn who_and_may(&self) -> Result<Vec<Stmt>> {
        if matches!(self.0.gate, Gate::Anyone) {
            return Ok(Vec::new());
        }
        let (token, now) = (self.0.cx.signed_in()?, self.0.cx.now);
        let idle = now - SESSION_IDLE_MS;
        let mut statements = vec![sql!(REFUSE_STRANGER, token, now, idle)];
        statements.extend(self.only_once());
        if let Gate::May(permission, account) = &self.0.gate {
            statements.push(sql!(REFUSE_ABSENT, token, now, idle, account));
            statements.push(sql!(REFUSE_DEACTIVATED, token, now, idle, account));
            if *permission != Permission::AccountRestore {
                statements.push(sql!(REFUSE_DELETED, account));
            }
            statements.push(sql!(REFUSE_POWERLESS, token, now, idle, account, permission.key()));
        }
        Ok(statements)
    }
}

/// What a batch brought.
#[derive(Debug, Default)]
pub struct BatchResult {
    who: Option<Who>,
    authority: Option<Authority>,
    returned: Vec<Json>,
    reads: Vec<Vec<Json>>,
}

impl BatchResult {
    fn of(batch: Batch, first_introduction: usize, first_read: usize, gate: &Gate, is_page: bool) -> Result<Self> {
        let mut results = batch.results;
        let reads = if first_read <= results.len() { results.split_off(first_read) } else { Vec::new() };
        let mut introductions = results.into_iter().skip(first_introduction);
        let mut next = || introductions.next().unwrap_or_default();
        if matches!(gate, Gate::Anyone) {
            return Ok(Self { reads, ..Self::default() });
        }
        let who = decode::rows(&next())?.pop();
        let authority = match gate.account() {
            None => None,
            Some(_) => Authority::read([next(), next(), next(), if is_page { next() } else { Vec::new() }])?,
        };
        Ok(Self { who, authority, returned: Vec::new(), reads })
    }

    /// The gate of a view.
    fn admit(&self, gate: &Gate) -> Result<()> {
        if matches!(gate, Gate::Anyone) {
            return Ok(());
        }
        if self.who.is_none() {
            return Err(Rule::NotSignedIn.into());
        }
        let (Some(authority), Gate::May(permission, _)) = (&self.authority, gate) else {
            return if gate.account().is_some() && self.authority.is_none() { Err(Rule::NotFound.into()) } else { Ok(()) };
        };
        if !authority.ways.iter().any(crate::access::authority::AccessPath::is_in_force) {
            return Err(Rule::AccountDeactivated.into());
        }
        if authority.account.status == AccountStatus::Deleted {
            return Err(Rule::AccountDeleted.into());
        }
        if !authority.may(*permission) {
            return Err(Refusal::not_allowed(*permission).into());
        }
        Ok(())
    }

    /// Who asked.
    ///
    /// # Errors
    /// A fault when the gate asked for nobody.
    pub fn who(&self) -> Result<&Who> {
        self.who.as_ref().ok_or_else(|| Fault::new("a batch without its caller", "").into())
    }

    /// How they stand in the account.
    ///
    /// # Errors
    /// A fault when the gate named no account.
    pub fn authority(&self) -> Result<&Authority> {
        self.authority.as_ref().ok_or_else(|| Fault::new("a batch without its account", "").into())
    }

    /// What the writes returned (`RETURNING`), all of one shape. The rows of links are not among it: their copies are forgotten already.
    ///
    /// # Errors
    /// A fault when the rows are of another shape.
    pub fn returned<T: DeserializeOwned>(&self) -> Result<Vec<T>> {
        Ok(decode::rows(&self.returned)?)
    }

    /// The rows of the read with this number.
    ///
    /// # Errors
    /// A fault when the rows are of another shape.
    pub fn rows<T: DeserializeOwned>(&self, read: usize) -> Result<Vec<T>> {
        Ok(decode::rows(self.reads.get(read).map(Vec::as_slice).unwrap_or_default())?)
    }

    /// The first row of the read with this number.
    ///
    /// # Errors
    /// A fault when the row is of another shape.
    pub fn first<T: DeserializeOwned>(&self, read: usize) -> Result<Option<T>> {
        let row = self.reads.get(read).and_then(|rows| rows.first());
        Ok(row.map(decode::row).transpose()?)
    }

    /// The one row of the read with this number; [`Rule::NotFound`] without it.
    ///
    /// # Errors
    /// Not found, or a fault when the row is of another shape.
    pub fn one<T: DeserializeOwned>(&self, read: usize) -> Result<T> {
        self.first(read)?.ok_or_else(|| Rule::NotFound.into())
    }
}

/// A look at oneself; by a token, only while its access lives.
pub fn view_oneself(cx: &Cx) -> View<'_> {
    match &cx.confined_to {
        None => cx.view_signed_in(),
        Some(account) => cx.view_row(account),
    }
}

/// A token whose access has ended is nobody's.
#[must_use]
pub fn ended(cx: &Cx, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotFound && cx.confined_to.is_some() => Rule::NotSignedIn.into(),
        failure => failure,
    }
}
