//! The authority of a caller: who asks, and what they may do in the account. Every batch reads it first, and one that changes something refuses by it.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    access::account_row::AccountRow,
    account_columns,
    core::db::{Rows, Stmt},
    core::decode,
    core::id::{AccountId, MemberId},
    core::permission::{Permission, Role, Via},
    core::refusal::{Failure, Refusal, Result, Rule},
    core::vocabulary::{AccountStatus, HOST},
    sql,
};

/// The columns of [`Who`], of a `session s` and its `user u`.
macro_rules! who_columns {
    () => {
        "u.id AS user_id, u.email AS user_email, u.email_key AS user_email_key, u.first_name AS user_first_name, u.last_name AS user_last_name,
         u.language AS user_language, u.email_verified_at AS user_email_verified_at, u.created_at AS user_created_at, u.version AS user_version,
         s.id AS session_id, s.last_seen_at AS session_last_seen_at"
    };
}
/// The caller and every path into the account ?4, as one row: the `session s` and its `user u`, the `account a`, the caller's own access `m` and
/// their access to the host `h`, and the permissions that each brings while it is in force. What is not there is NULL. Here and in the
/// statements below, ?1 is the hash of the session's token, ?2 now, ?3 the instant before which an unused session is over.
///
/// The access one has in a deactivated account is a path, but brings nothing. A seat that is held for the host counts while its holder is an
/// administrator of the host without an end and the account delegates. The views `presence` and `power` say the same for any user.
macro_rules! caller {
    () => {
        " FROM (SELECT 1) LEFT JOIN session s ON s.token_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3
     LEFT JOIN user u ON u.id = s.user_id AND u.status = 'active'
     LEFT JOIN account a ON a.id = ?4 AND u.id IS NOT NULL
     LEFT JOIN member m ON m.account_id = a.id AND m.user_id = u.id AND m.access = 'active' AND m.ends_at > ?2 AND a.status IN ('active', 'deactivated')
       AND (m.held_for_host = 0 OR a.delegated = 1 AND EXISTS (SELECT 1 FROM lasting_admin o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id))
     LEFT JOIN member h ON h.account_id = coalesce(a.parent_id, a.id) AND h.user_id = u.id AND h.access = 'active' AND h.ends_at > ?2
       AND (a.status <> 'deleted' OR a.purge_at IS NOT NULL)
     LEFT JOIN permission_set own ON own.via = 'member' AND own.role = m.role AND a.status = 'active'
     LEFT JOIN permission_set hosting ON hosting.via = 'host' AND hosting.role = h.role
     LEFT JOIN permission_set delegated ON delegated.via = 'delegation' AND delegated.role = h.role AND a.parent_id IS NOT NULL AND a.delegated = 1
       AND a.status IN ('active', 'deactivated')"
    };
}
/// What the grants of the caller's own access bring, a JSON list of lists.
macro_rules! granted {
    () => {
        "(SELECT json_group_array(json(s.permissions)) FROM member_permission g JOIN permission_set s ON s.via = 'grant' AND s.role = g.permission
           WHERE g.member_id = m.id AND a.status = 'active')"
    };
}

/// Reads [`Who`].
const WHO: &str = concat!(
    "SELECT ",
    who_columns!(),
    " FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3 AND u.status = 'active'"
);
/// Reads [`Who`], the account's row and the paths.
const CALLER: &str = concat!(
    "SELECT ",
    who_columns!(),
    ", ",
    account_columns!(),
    ", m.id AS own_member_id, m.role AS own_role, m.expires_at AS own_expires_at, m.last_seen_at AS own_last_seen_at, own.permissions AS own_permissions,
     CASE WHEN m.role <> 'admin' THEN ",
    granted!(),
    " END AS own_granted, h.id AS host_member_id, h.role AS host_role, h.expires_at AS host_expires_at, hosting.permissions AS host_permissions,
     delegated.permissions AS delegated_permissions",
    caller!()
);
/// Refuses a caller who may not act: ?5 is the permission in quotes, ?6 whether the act is for deleted accounts too.
const REFUSE: &str = concat!(
    "INSERT INTO refusal (not_signed_in, not_found, account_deactivated, account_deleted, not_allowed)
     SELECT CASE WHEN u.id IS NULL THEN 1 END, CASE WHEN m.id IS NULL AND h.id IS NULL THEN 1 END, CASE WHEN h.id IS NULL AND a.status <> 'active' THEN 1 END,
            CASE WHEN a.status = 'deleted' AND NOT ?6 THEN 1 END, 1",
    caller!(),
    " WHERE a.status = 'deleted' AND NOT ?6
        OR NOT instr(coalesce(own.permissions, '') || coalesce(hosting.permissions, '') || coalesce(delegated.permissions, ''), ?5)
           AND NOT (m.id IS NOT NULL AND instr(",
    granted!(),
    ", ?5))"
);

/// Refuses a caller whose session is over.
const REFUSE_SIGNED_OUT: &str = "INSERT INTO refusal (not_signed_in) SELECT 1 WHERE NOT EXISTS (
      SELECT 1 FROM open_session WHERE token_hash = ?1 AND expires_at > ?2 AND last_seen_at > ?3)";
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

/// Refuses a caller who may not do this in the account: one statement for every rule of the gate.
#[must_use]
pub fn refuse(token: &str, now: i64, idle: i64, permission: Permission, account: &AccountId) -> Stmt {
    sql!(REFUSE, token, now, idle, account, format!("\"{}\"", permission.key()), permission == Permission::AccountRestore)
}

/// Refuses a caller whose session is over.
#[must_use]
pub fn refuse_signed_out(token: &str, now: i64, idle: i64) -> Stmt {
    sql!(REFUSE_SIGNED_OUT, token, now, idle)
}

/// The reads of who asks and of their authority in the account, if one is named, in the order in which [`Caller::read`] takes them. A page also
/// reads the other accounts.
#[must_use]
pub fn reads(token: &str, now: i64, idle: i64, account: Option<&AccountId>, is_page: bool) -> Vec<Stmt> {
    let Some(account) = account else { return vec![sql!(WHO, token, now, idle)] };
    let mut reads = vec![sql!(CALLER, token, now, idle, account)];
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
    #[serde(rename = "user_id")]
    pub id: String,
    /// As typed.
    #[serde(rename = "user_email")]
    pub email: String,
    /// For comparison.
    #[serde(rename = "user_email_key")]
    pub email_key: String,
    /// Given name.
    #[serde(rename = "user_first_name")]
    pub first_name: String,
    /// Family name.
    #[serde(rename = "user_last_name")]
    pub last_name: String,
    /// `it` or `en`.
    #[serde(rename = "user_language")]
    pub language: String,
    /// When a link that was mailed to this address was opened.
    #[serde(rename = "user_email_verified_at")]
    pub email_verified_at: Option<i64>,
    /// When the user was created.
    #[serde(rename = "user_created_at")]
    pub created_at: i64,
    /// Counts edits.
    #[serde(rename = "user_version")]
    pub version: i64,
    /// The session they ask with.
    pub session_id: String,
    /// When the session was last used, ms UTC.
    #[serde(rename = "session_last_seen_at")]
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
#[derive(Debug, Clone)]
pub struct AccessPath {
    /// The kind of path.
    pub via: Via,
    /// With which role.
    pub role: Role,
    /// The member row it comes from.
    pub member_id: String,
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

/// One permission that a path brings, and when the path ends.
#[derive(Debug, Clone)]
struct Power {
    via: Via,
    permission: String,
    expires_at: Option<i64>,
}

/// The paths of [`CALLER`].
#[derive(Debug, Deserialize)]
struct PathsRow {
    own_member_id: Option<String>,
    own_role: Option<Role>,
    own_expires_at: Option<i64>,
    own_last_seen_at: Option<i64>,
    #[serde(default, deserialize_with = "decode::nested")]
    own_permissions: Vec<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    own_granted: Vec<Vec<String>>,
    host_member_id: Option<String>,
    host_role: Option<Role>,
    host_expires_at: Option<i64>,
    #[serde(default, deserialize_with = "decode::nested")]
    host_permissions: Vec<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    delegated_permissions: Vec<String>,
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

    /// What the caller holds here as somebody of the account, or of the host by delegation.
    #[must_use]
    pub fn permissions_within(&self) -> Vec<&'static str> {
        let held = |key: &&str| self.powers.iter().any(|power| power.via != Via::Host && power.permission == *key);
        Permission::ALL.iter().map(|permission| permission.key()).filter(held).collect()
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

impl PathsRow {
    /// The paths into the account, and what they bring.
    fn paths(self, account: &AccountRow) -> (Vec<AccessPath>, Vec<Power>) {
        let (mut paths, mut powers) = (Vec::new(), Vec::new());
        let mut bring = |via: Via, permissions: Vec<String>, expires_at: Option<i64>| {
            powers.extend(permissions.into_iter().map(|permission| Power { via, permission, expires_at }));
        };
        if let (Some(role), Some(member_id)) = (self.own_role, self.own_member_id) {
            bring(Via::Member, self.own_permissions, self.own_expires_at);
            bring(Via::Member, self.own_granted.concat(), self.own_expires_at);
            let in_force = account.status == AccountStatus::Active;
            paths.push(AccessPath { via: Via::Member, role, member_id, in_force, last_seen_at: self.own_last_seen_at });
        }
        if let (Some(role), Some(member_id)) = (self.host_role, self.host_member_id) {
            if account.delegated && !account.is_host() && matches!(account.status, AccountStatus::Active | AccountStatus::Deactivated) {
                bring(Via::Delegation, self.delegated_permissions, self.host_expires_at);
                paths.push(AccessPath::new(Via::Delegation, role, member_id.clone(), true));
            }
            bring(Via::Host, self.host_permissions, self.host_expires_at);
            paths.push(AccessPath::new(Via::Host, role, member_id, true));
        }
        (paths, powers)
    }
}

/// Who asks, and their authority in the account.
#[derive(Debug, Default)]
pub struct Caller {
    /// The user. `None` for nobody.
    pub who: Option<Who>,
    /// `None` for a caller without a path into the account, and where no account is named.
    pub authority: Option<Authority>,
}

impl Caller {
    /// The caller from the rows of [`reads`].
    ///
    /// # Errors
    /// A fault when they are of another shape.
    pub fn read(rows: &Rows, others: &Rows) -> Result<Self> {
        let Some(row) = &decode::first::<Json>(rows)?.filter(|row| !row["user_id"].is_null()) else { return Ok(Self::default()) };
        let who = Some(decode::row(row)?);
        if row.get("id").is_none_or(Json::is_null) {
            return Ok(Self { who, authority: None });
        }
        let account: AccountRow = decode::row(row)?;
        let (paths, powers) = decode::row::<PathsRow>(row)?.paths(&account);
        if paths.is_empty() {
            return Ok(Self { who, authority: None });
        }
        let permissions = Permission::ALL.iter().map(|permission| permission.key()).filter(|key| powers.iter().any(|power| power.permission == *key)).collect();
        Ok(Self { who, authority: Some(Authority { account, paths, permissions, powers, others: decode::rows(others)? }) })
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
