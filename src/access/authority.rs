//! The authority of a caller: who asks, and what they may do in the account. Every batch reads it first.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    access::account_row::AccountRow,
    account_columns,
    core::db::Stmt,
    core::decode,
    core::id::{AccountId, MemberId},
    core::permission::{Permission, Role, Via},
    core::refusal::{Failure, Refusal, Result, Rule},
    core::vocabulary::HOST,
    sql,
};

/// Reads [`Who`]. Here and in the statements below, ?1 is the hash of the session's token, ?2 now, ?3 the instant before which an unused session is
/// over.
pub const WHO: &str = "SELECT u.id, u.email, u.email_key, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version,
         s.id AS session_id, s.last_seen_at
    FROM session s JOIN user u ON u.id = s.user_id
   WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3 AND u.status = 'active'";
/// Reads the account ?1.
const ACCOUNT: &str = concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = ?1");
/// Reads every [`AccessPath`] into the account ?4.
const PATHS: &str =
    "SELECT p.via, p.role, p.member_id, p.in_force, CASE p.via WHEN 'member' THEN (SELECT m.last_seen_at FROM member m WHERE m.id = p.member_id) END AS last_seen_at
       FROM presence p
      WHERE p.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND p.account_id = ?4 AND p.ends_at > ?2";
/// Reads every permission held in the account ?4.
const POWERS: &str = "SELECT w.permission, w.expires_at FROM power w
      WHERE w.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND w.account_id = ?4 AND w.ends_at > ?2";
/// Reads the other accounts that are listed beside a page of the account ?4, as many as fit: for a user of the host ?5 those that delegate, for
/// others those they have access to.
const OTHERS: &str = "WITH asking AS MATERIALIZED (
       SELECT (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3) AS id),
     hosting AS MATERIALIZED (
       SELECT h.account_id AS id FROM member h WHERE h.account_id = ?5 AND h.user_id = (SELECT id FROM asking) AND h.access = 'active'
          AND h.ends_at > ?2)
     SELECT id, name FROM (
       SELECT * FROM (SELECT a.id, a.name, a.name_key FROM account a INDEXED BY account_to_go_to
         WHERE a.parent_id = (SELECT id FROM hosting) AND a.delegated = 1 AND a.status = 'active' AND a.id <> ?4 ORDER BY a.name_key, a.id LIMIT 10)
       UNION ALL
       SELECT * FROM (SELECT a.id, a.name, a.name_key FROM member m CROSS JOIN account a ON a.id = m.account_id
         WHERE m.user_id = (SELECT id FROM asking) AND NOT EXISTS (SELECT 1 FROM hosting) AND m.access = 'active'
           AND m.ends_at > ?2 AND a.status IN ('active', 'deactivated') AND a.id <> ?4 ORDER BY m.account_id LIMIT 10))
     ORDER BY name_key, id";

/// The reads of the account and of the caller's authority in it, in the order of [`Authority::read`]. A page also reads the other accounts.
#[must_use]
pub fn reads(token: &str, now: i64, idle: i64, account: &AccountId, is_page: bool) -> Vec<Stmt> {
    let mut reads = vec![sql!(ACCOUNT, account), sql!(PATHS, token, now, idle, account), sql!(POWERS, token, now, idle, account)];
    if is_page {
        reads.push(sql!(OTHERS, token, now, idle, account, HOST));
    }
    reads
}

/// Another account to go to.
#[derive(Debug, Clone, Deserialize)]
pub struct Other {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Who asks: the user of the session.
#[derive(Debug, Clone, Deserialize)]
pub struct Who {
    /// The user.
    pub id: String,
    /// As typed.
    pub email: String,
    /// For comparison.
    pub email_key: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// `it` or `en`.
    pub language: String,
    /// When a link that was mailed to this address was opened.
    pub email_verified_at: Option<i64>,
    /// When the user was created.
    pub created_at: i64,
    /// Counts edits.
    pub version: i64,
    /// The session they ask with.
    pub session_id: String,
    /// When the session was last used, ms UTC.
    pub last_seen_at: i64,
}

impl Who {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// One path by which the caller reaches the account.
#[derive(Debug, Clone, Deserialize)]
pub struct AccessPath {
    /// The kind of path.
    pub via: Via,
    /// With which role.
    pub role: Role,
    /// The member row it comes from.
    pub member_id: String,
    #[serde(deserialize_with = "decode::flag")]
    in_force: bool,
    last_seen_at: Option<i64>,
}

impl AccessPath {
    /// A path that a list has read.
    #[must_use]
    pub fn new(via: Via, role: Role, member_id: String, in_force: bool) -> Self {
        Self { via, role, member_id, in_force, last_seen_at: None }
    }

    /// When the member was last in the account. `None` where it was not written down, and for a path that is not the caller's own access.
    #[must_use]
    pub fn last_seen_at(&self) -> Option<i64> {
        self.last_seen_at
    }

    /// Whether anything may be done by this path. The caller's own access to a deactivated account is not in force.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.in_force
    }
}

#[derive(Debug, Clone, Deserialize)]
struct Power {
    permission: String,
    expires_at: Option<i64>,
}

/// What the caller may do in the account of this request, and by which paths.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The account's row.
    pub account: AccountRow,
    /// Every path into the account, in force or not.
    pub paths: Vec<AccessPath>,
    permissions: Vec<&'static str>,
    powers: Vec<Power>,
    /// Other accounts to go to, on a page.
    pub others: Vec<Other>,
}

impl Authority {
    /// The authority that a list has read.
    #[must_use]
    pub fn known(account: AccountRow, paths: Vec<AccessPath>, permissions: &[&str]) -> Self {
        let permissions = Permission::ALL.iter().map(|permission| permission.key()).filter(|key| permissions.contains(key)).collect();
        Self { account, paths, permissions, powers: Vec::new(), others: Vec::new() }
    }

    /// The same authority, in the account as it is after the change.
    #[must_use]
    pub fn of(self, account: AccountRow) -> Self {
        Self { account, ..self }
    }

    /// Whether the caller holds the permission here.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission.key())
    }

    /// Whether the caller holds the permission here at least until this instant, or without an end for `None`. An authority that a list has read
    /// says no.
    #[must_use]
    pub fn may_until(&self, permission: Permission, until: Option<i64>) -> bool {
        let lasts = |power: &Power| power.expires_at.is_none_or(|end| until.is_some_and(|until| end >= until));
        self.powers.iter().any(|power| power.permission == permission.key() && lasts(power))
    }

    /// What the caller holds here.
    #[must_use]
    pub fn permissions(&self) -> Vec<&'static str> {
        self.permissions.clone()
    }

    /// The path by the caller's own access, if there is one.
    #[must_use]
    pub fn own(&self) -> Option<&AccessPath> {
        self.paths.iter().find(|path| path.via == Via::Member)
    }

    /// «The effective role is the stronger of own access and delegated host role» (design §5); then the host's own.
    #[must_use]
    pub fn strongest(&self) -> Option<&AccessPath> {
        let of = |via: Via| self.paths.iter().find(move |path| path.via == via);
        match (of(Via::Member), of(Via::Delegation)) {
            (Some(own), Some(delegated)) if delegated.role > own.role => Some(delegated),
            (Some(own), _) => Some(own),
            (None, Some(delegated)) => Some(delegated),
            (None, None) => of(Via::Host),
        }
    }
}

impl Authority {
    /// The authority from the rows of account, paths, powers and other accounts. `None` for a caller without a path into the account.
    ///
    /// # Errors
    /// A fault when they are of another shape.
    pub fn read([account, paths, powers, others]: [Vec<Json>; 4]) -> Result<Option<Self>> {
        let (Some(account), paths) = (decode::rows(&account)?.pop(), decode::rows::<AccessPath>(&paths)?) else { return Ok(None) };
        if paths.is_empty() {
            return Ok(None);
        }
        let held: Vec<Power> = decode::rows(&powers)?;
        let permissions = Permission::ALL.iter().map(|permission| permission.key()).filter(|key| held.iter().any(|power| power.permission == *key)).collect();
        Ok(Some(Self { account, paths, permissions, powers: held, others: decode::rows(&others)? }))
    }
}

/// I1: «ogni account deve avere almeno un utente amministratore»: active, its user active, without an end date.
#[must_use]
pub fn keeps_an_admin(account: &AccountId) -> Stmt {
    sql!(
        "INSERT INTO refusal (account_keeps_an_admin) SELECT 1 FROM account a
          WHERE a.id = ?1 AND a.status IN ('active', 'deactivated') AND NOT EXISTS (
            SELECT 1 FROM lasting_admin m JOIN user u ON u.id = m.user_id WHERE m.account_id = a.id AND u.status = 'active')",
        account
    )
}

/// Answers `not_allowed` in place of `not_found` where the account is the host: everybody knows that it exists, so who is no user of it lacks the
/// permission to manage it.
#[must_use]
pub fn lacks_the_host(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotFound => Refusal::not_allowed(Permission::HostManage).into(),
        failure => failure,
    }
}

/// Refuses with `not_found` unless the member is in this account.
#[must_use]
pub fn expect_member(id: &MemberId, account: &AccountId) -> Stmt {
    sql!("INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2)", id, account)
}
