//! Who asks, and how they stand in the account: what every batch reads first.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    access::account_row::AccountRow,
    account_columns,
    core::db::Stmt,
    core::decode,
    core::id::AccountId,
    core::id::MemberId,
    core::permission::{Permission, Role, Via},
    core::refusal::Failure,
    core::refusal::Refusal,
    core::refusal::Result,
    core::refusal::Rule,
    core::vocabulary::HOST,
    sql,
};

/// Reads [`Who`]: ?1 is the hash of the session's token, ?2 now, ?3 the instant before which an unused session is over. In the statements below too.
pub const WHO: &str = "SELECT u.id, u.email, u.email_key, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version,
         s.id AS session_id, s.last_seen_at
    FROM session s JOIN user u ON u.id = s.user_id
   WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3 AND u.status = 'active'";
/// Reads the account ?1.
const ACCOUNT: &str = concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = ?1");
/// Reads every [`AccessPath`] into the account ?4.
const WAYS: &str =
    "SELECT p.via, p.role, p.member_id, p.in_force, CASE p.via WHEN 'member' THEN (SELECT m.last_seen_at FROM member m WHERE m.id = p.member_id) END AS last_seen_at
       FROM presence p
      WHERE p.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND p.account_id = ?4 AND p.ends_at > ?2";
/// Reads every permission held in the account ?4.
const POWERS: &str = "SELECT w.permission, w.expires_at FROM power w
      WHERE w.user_id = (SELECT user_id FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)
        AND w.account_id = ?4 AND w.ends_at > ?2";
/// Reads the accounts one goes to from the account ?4, as many as fit beside a page: for a user of the host ?5 those that delegate, for others
/// those they have access to.
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

/// What is read of the account and of how the caller stands in it, in the order of [`Authority::read`]; for a page also where else they may go.
#[must_use]
pub fn reads(token: &str, now: i64, idle: i64, account: &AccountId, is_page: bool) -> Vec<Stmt> {
    let mut reads = vec![sql!(ACCOUNT, account), sql!(WAYS, token, now, idle, account), sql!(POWERS, token, now, idle, account)];
    if is_page {
        reads.push(sql!(OTHERS, token, now, idle, account, HOST));
    }
    reads
}

/// An account to go to.
#[derive(Debug, Clone, Deserialize)]
pub struct Other {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Who is asking: the user behind the session.
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
    /// When a letter of ours was answered from this mailbox.
    pub email_verified_at: Option<i64>,
    /// When the user came.
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

/// One way the caller stands in the account.
#[derive(Debug, Clone, Deserialize)]
pub struct AccessPath {
    /// Which way.
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
    /// A way read by a list.
    #[must_use]
    pub fn new(via: Via, role: Role, member_id: String, in_force: bool) -> Self {
        Self { via, role, member_id, in_force, last_seen_at: None }
    }

    /// When the member was last in the account, as far as it is written down; by one's own access alone.
    #[must_use]
    pub fn last_seen_at(&self) -> Option<i64> {
        self.last_seen_at
    }

    /// Whether it lets do anything: not one's own access to a deactivated account.
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

/// How the caller stands in the account of this request.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The account's row.
    pub account: AccountRow,
    /// Every way, as far as in force.
    pub ways: Vec<AccessPath>,
    permissions: Vec<&'static str>,
    powers: Vec<Power>,
    /// Other accounts to go to, on a page.
    pub others: Vec<Other>,
}

impl Authority {
    /// The authority read by a list.
    #[must_use]
    pub fn known(account: AccountRow, ways: Vec<AccessPath>, permissions: &[&str]) -> Self {
        let permissions = Permission::ALL.iter().map(|permission| permission.key()).filter(|key| permissions.contains(key)).collect();
        Self { account, ways, permissions, powers: Vec::new(), others: Vec::new() }
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

    /// Whether the caller holds the permission here at least until this instant; none: without an end. A list's authority does not know.
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

    /// The way by one's own access, if there is one.
    #[must_use]
    pub fn own(&self) -> Option<&AccessPath> {
        self.ways.iter().find(|way| way.via == Via::Member)
    }

    /// «The effective role is the stronger of own access and delegated host role» (design §5); then the host's own.
    #[must_use]
    pub fn strongest(&self) -> Option<&AccessPath> {
        let of = |via: Via| self.ways.iter().find(move |way| way.via == via);
        match (of(Via::Member), of(Via::Delegation)) {
            (Some(own), Some(delegated)) if delegated.role > own.role => Some(delegated),
            (Some(own), _) => Some(own),
            (None, Some(delegated)) => Some(delegated),
            (None, None) => of(Via::Host),
        }
    }
}

impl Authority {
    /// The authority that the rows of account, ways, powers and others say; none for somebody who does not stand there.
    ///
    /// # Errors
    /// A fault when they are of another shape.
    pub fn read([account, ways, powers, others]: [Vec<Json>; 4]) -> Result<Option<Self>> {
        let (Some(account), ways) = (decode::rows(&account)?.pop(), decode::rows::<AccessPath>(&ways)?) else { return Ok(None) };
        if ways.is_empty() {
            return Ok(None);
        }
        let held: Vec<Power> = decode::rows(&powers)?;
        let permissions = Permission::ALL.iter().map(|permission| permission.key()).filter(|key| held.iter().any(|power| power.permission == *key)).collect();
        Ok(Some(Self { account, ways, permissions, powers: held, others: decode::rows(&others)? }))
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

/// Nobody is asked to know the host's address: who is no user of it lacks the permission to manage it.
#[must_use]
pub fn lacks_the_host(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotFound => Refusal::not_allowed(Permission::HostManage).into(),
        failure => failure,
    }
}

/// The member is in this account.
#[must_use]
pub fn expect_member(id: &MemberId, account: &AccountId) -> Stmt {
    sql!("INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2)", id, account)
}
