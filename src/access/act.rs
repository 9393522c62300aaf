//! One request, one batch (design §2).
//!
//! A [`View`] reads: its first statements *select* who asks and whether they may, and the request is refused here before another row
//! is looked at. An [`Act`] writes: who → may → expected state → audit → writes → rules on the end state → outbox → reads for the
//! answer. The statements always run in that order. Both name their gate when they are made, and only this file uses the database:
//! **a route without a permission does not compile.**

mod last_seen;
mod limit;
pub mod once;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{
    access::audit::Audit,
    access::authority::{self, Authority, Caller, Who},
    access::cached_link,
    access::context::Cx,
    core::db::{Batch, DbError, Rows, Stmt},
    core::decode,
    core::id::AccountId,
    core::log,
    core::permission::Permission,
    core::refusal::{Failure, Fault, Refusal, Result, Rule},
    core::vocabulary::AccountStatus,
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
    /// A change by a user who holds `permission` in `account`.
    pub fn act(&self, permission: Permission, account: &AccountId) -> Act<'_> {
        Act::new(self, Gate::May(permission, account.clone()))
    }

    /// A change by any user who is signed in, of what is their own.
    pub fn act_signed_in(&self) -> Act<'_> {
        Act::new(self, Gate::SignedIn)
    }

    /// A change by whoever knows a password or holds a link. The batch itself checks that.
    pub fn act_by_secret(&self) -> Act<'_> {
        Act::new(self, Gate::Anyone)
    }

    /// A read by a user who holds `permission` in `account`.
    pub fn view(&self, permission: Permission, account: &AccountId) -> View<'_> {
        View { cx: self, gate: Gate::May(permission, account.clone()), reads: Vec::new() }
    }

    /// A read by any user who has a path into `account`, whatever they may do there.
    pub fn view_row(&self, account: &AccountId) -> View<'_> {
        View { cx: self, gate: Gate::Present(account.clone()), reads: Vec::new() }
    }

    /// A read by any user who is signed in, of what is their own.
    pub fn view_signed_in(&self) -> View<'_> {
        View { cx: self, gate: Gate::SignedIn, reads: Vec::new() }
    }

    /// A read of what a secret opens, or of what everybody may know.
    pub fn view_by_secret(&self) -> View<'_> {
        View { cx: self, gate: Gate::Anyone, reads: Vec::new() }
    }

    async fn run(&self, statements: Vec<Stmt>) -> std::result::Result<Batch, DbError> {
        let count = statements.len();
        let batch = self.env.db.batch(statements).await;
        let (read, written) = batch.as_ref().map_or((0, 0), |batch| (batch.rows_read, batch.rows_written));
        self.timing.count(count, read, written);
        if let Err(DbError::Busy(words) | DbError::Lost(words)) = &batch {
            log::database_down(&self.request_id, words);
        }
        batch
    }
}

/// The SELECTs of who asks and of their authority, which [`BatchResult::of`] reads.
fn caller_reads(cx: &Cx, gate: &Gate) -> Vec<Stmt> {
    let (Some(token), false) = (cx.session.as_deref(), matches!(gate, Gate::Anyone)) else { return Vec::new() };
    authority::reads(token, cx.now, cx.now - SESSION_IDLE_MS, gate.account(), cx.is_page)
}

/// A batch that reads.
#[must_use]
pub struct View<'a> {
    cx: &'a Cx,
    gate: Gate,
    reads: Vec<Stmt>,
}

impl View<'_> {
    /// Adds a read. The results come back in the order of these calls.
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
        let read_of_first = self.cx.read_first(&self.gate);
        let first_caller_read = usize::from(read_of_first.is_some());
        let mut statements: Vec<Stmt> = read_of_first.into_iter().chain(caller_reads(self.cx, &self.gate)).collect();
        let first_read = statements.len();
        statements.extend(self.reads);
        if statements.is_empty() {
            return Ok(BatchResult::default());
        }
        let batch = self.cx.run(statements).await.map_err(|error| error.failure(false))?;
        if first_caller_read > 0 {
            self.cx.refuse_first(batch.results.first().map(decode::first).transpose()?.flatten())?;
        }
        let result = BatchResult::of(batch, first_caller_read, first_read, &self.gate, self.cx.is_page)?;
        result.admit(&self.gate)?;
        last_seen::after(self.cx, result.who.as_ref(), result.authority.as_ref());
        Ok(result)
    }
}

/// A batch that writes.
#[must_use]
pub struct Act<'a>(Box<Parts<'a>>);

/// The parts of an act. They are boxed, because an act is passed on with each statement that is added.
struct Parts<'a> {
    cx: &'a Cx,
    gate: Gate,
    expected: Vec<Stmt>,
    audit: Vec<Audit>,
    writes: Vec<Stmt>,
    rules: Vec<Stmt>,
    outbox: Vec<Stmt>,
    has_emails: bool,
    has_many_emails: bool,
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
            has_many_emails: false,
            reads: Vec::new(),
            limits: Vec::new(),
            changes_nothing: false,
        }))
    }

    /// Adds a check of what must hold before: a version, an open link, a state.
    pub fn expect(mut self, statement: Stmt) -> Self {
        self.0.expected.push(statement);
        self
    }

    /// Adds the audit line (design I10: exactly one for each accepted change).
    pub fn audit(mut self, line: Audit) -> Self {
        self.0.audit.push(line);
        self
    }

    /// Adds a change.
    pub fn write(mut self, statement: Stmt) -> Self {
        self.0.writes.push(statement);
        self
    }

    /// Queues an e-mail at this point among the changes, so that its SELECT sees the rows before the changes that are added later. Elsewhere use
    /// [`Act::outbox`].
    pub fn email(mut self, statement: Stmt) -> Self {
        self.0.has_emails = true;
        self.write(statement)
    }

    /// Adds a SELECT of the open links whose preview this change makes out of date. It returns the same columns as a statement that ends a link, so
    /// that their cached copies are deleted.
    pub fn relabels(self, links: Stmt) -> Self {
        self.write(links)
    }

    /// Adds several changes.
    pub fn writes(mut self, statements: impl IntoIterator<Item = Stmt>) -> Self {
        self.0.writes.extend(statements);
        self
    }

    /// Adds a check of what must hold after.
    pub fn rule(mut self, statement: Stmt) -> Self {
        self.0.rules.push(statement);
        self
    }

    /// Adds an e-mail to send.
    pub fn outbox(mut self, statement: Stmt) -> Self {
        self.0.has_emails = true;
        self.0.outbox.push(statement);
        self
    }

    /// Queues e-mails like [`Act::email`], by a statement that does not return their ids, because there may be thousands.
    pub fn email_to_many(mut self, statement: Stmt) -> Self {
        self.0.has_many_emails = true;
        self.email(statement)
    }

    /// Adds a read for the answer. The results come back in the order of these calls.
    pub fn read(mut self, statement: Stmt) -> Self {
        self.0.reads.push(statement);
        self
    }

    /// Says whether the request asks for any change. An empty PATCH needs the same permission as a full one, and then changes nothing: no row, no
    /// version, no audit line.
    pub fn changes(mut self, anything: bool) -> Self {
        self.0.changes_nothing = !anything;
        self
    }

    /// One round trip. Where it is refused, nothing was written. Where its answer is lost (`outcome_unknown`), the change may or may not have been made.
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
        let Parts { cx, gate, expected, audit, writes, rules, outbox, has_many_emails, reads, limits, .. } = *self.0;
        // The checks before the change only ask, or count attempts. Whether such a count was kept does not matter to the caller.
        let changes = !(audit.is_empty() && writes.is_empty() && outbox.is_empty());
        let first_caller_read = statements.len();
        statements.extend(caller_reads(cx, &gate));
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
                    &line.is_of_whole_account(),
                ],
            ));
        }
        let first_write = statements.len();
        statements.extend(writes);
        statements.extend(rules);
        statements.extend(outbox);
        let first_read = statements.len();
        statements.extend(reads);
        match once::note_outcome(cx, is_change, cx.run(statements).await) {
            Ok(batch) => {
                if changes {
                    cx.timing.changed(true);
                }
                let written =
                    batch.results.get(first_write..first_read).unwrap_or_default().iter().map(decode::rows).collect::<std::result::Result<Vec<_>, _>>()?;
                let (emails, returned): (Vec<Json>, Vec<Json>) = written.into_iter().flatten().partition(|row: &Json| row.get("delivery_id").is_some());
                if has_many_emails || !emails.is_empty() {
                    (cx.env.emails_due)(cx);
                }
                let returned = cached_link::forget(cx, returned);
                let result = BatchResult { returned, ..BatchResult::of(batch, first_caller_read, first_read, &gate, cx.is_page)? };
                last_seen::after(cx, result.who.as_ref(), result.authority.as_ref());
                Ok(result)
            }
            Err(error) => {
                if changes && matches!(error, DbError::Lost(_)) {
                    cx.timing.changed(false);
                }
                Err(match (error.failure(changes), permission) {
                    (Failure::Refused(refusal), Some(permission)) if refusal.rule == Rule::NotAllowed => {
                        Refusal { permission: Some(permission), ..*refusal }.into()
                    }
                    (Failure::Refused(refusal), _) if refusal.rule == Rule::TooManyAttempts => cx.with_retry_after(*refusal, limits).await.into(),
                    (failure, _) => failure,
                })
            }
        }
    }

    fn writes_nothing(&mut self) {
        (self.0.has_emails, self.0.has_many_emails, self.0.audit) = (false, false, Vec::new());
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
        let mut statements = self.only_once();
        statements.push(match &self.0.gate {
            Gate::May(permission, account) => authority::refuse(token, now, idle, *permission, account),
            _ => authority::refuse_signed_out(token, now, idle),
        });
        statements.extend(self.keeps_key());
        Ok(statements)
    }
}

/// What a batch returned: who asked, their authority, the rows of its writes and of its reads.
#[derive(Debug, Default)]
pub struct BatchResult {
    who: Option<Who>,
    authority: Option<Authority>,
    returned: Vec<Json>,
    reads: Vec<Rows>,
}

impl BatchResult {
    fn of(batch: Batch, first_caller_read: usize, first_read: usize, gate: &Gate, is_page: bool) -> Result<Self> {
        let mut results = batch.results;
        let reads = if first_read <= results.len() { results.split_off(first_read) } else { Vec::new() };
        let mut caller_reads = results.into_iter().skip(first_caller_read);
        let mut next = || caller_reads.next().unwrap_or_default();
        if matches!(gate, Gate::Anyone) {
            return Ok(Self { reads, ..Self::default() });
        }
        let (row, others) = (next(), if is_page && gate.account().is_some() { next() } else { Rows::default() });
        let Caller { who, authority } = Caller::read(&row, &others)?;
        Ok(Self { who, authority, returned: Vec::new(), reads })
    }

    /// Refuses a view whose gate does not let the caller in.
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
        if !authority.paths.iter().any(crate::access::authority::AccessPath::is_in_force) {
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

    /// The user who asked.
    ///
    /// # Errors
    /// A fault when the gate asked for nobody.
    pub fn who(&self) -> Result<&Who> {
        self.who.as_ref().ok_or_else(|| Fault::new("a batch without its caller", "").into())
    }

    /// The authority of the caller in the account.
    ///
    /// # Errors
    /// A fault when the gate named no account.
    pub fn authority(&self) -> Result<&Authority> {
        self.authority.as_ref().ok_or_else(|| Fault::new("a batch without its account", "").into())
    }

    /// What the writes returned (`RETURNING`), all of one shape. The rows of links are left out: [`cached_link::forget`] took them.
    ///
    /// # Errors
    /// A fault when the rows are of another shape.
    pub fn returned<T: DeserializeOwned>(&self) -> Result<Vec<T>> {
        Ok(self.returned.iter().map(decode::row).collect::<std::result::Result<_, _>>()?)
    }

    /// The rows of the read with this number.
    ///
    /// # Errors
    /// A fault when the rows are of another shape.
    pub fn rows<T: DeserializeOwned>(&self, read: usize) -> Result<Vec<T>> {
        Ok(self.reads.get(read).map(decode::rows).transpose()?.unwrap_or_default())
    }

    /// The first row of the read with this number.
    ///
    /// # Errors
    /// A fault when the row is of another shape.
    pub fn first<T: DeserializeOwned>(&self, read: usize) -> Result<Option<T>> {
        Ok(self.reads.get(read).map(decode::first).transpose()?.flatten())
    }

    /// The one row of the read with this number; [`Rule::NotFound`] without it.
    ///
    /// # Errors
    /// Not found, or a fault when the row is of another shape.
    pub fn one<T: DeserializeOwned>(&self, read: usize) -> Result<T> {
        self.first(read)?.ok_or_else(|| Rule::NotFound.into())
    }
}

/// A read of the caller's own data. By an access token it needs access to the token's account.
pub fn view_oneself(cx: &Cx) -> View<'_> {
    match &cx.confined_to {
        None => cx.view_signed_in(),
        Some(account) => cx.view_row(account),
    }
}

/// The failure of [`view_oneself`]: an access token whose access has ended is answered as `not_signed_in`.
#[must_use]
pub fn ended(cx: &Cx, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotFound && cx.confined_to.is_some() => Rule::NotSignedIn.into(),
        failure => failure,
    }
}
