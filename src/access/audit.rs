//! The audit trail: exactly one line for each accepted change, written in the change's own batch (design I10), never edited.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    access::act::BatchResult,
    api::{Listed, Page, Paging},
    core::context::Cx,
    core::decode,
    core::id::AccountId,
    core::permission::{Permission, Via},
    core::refusal::Result,
    core::timestamp::Instant,
    sql,
};

/// What an audit line says besides who, when and which request.
pub struct Audit {
    /// Made by [`crate::audited!`] or [`crate::audited_by!`]: selects the target's `name` and `before` from the rows as they still are.
    /// (In pieces, for what is the same in all lines weighs.)
    pub sql: &'static [&'static str],
    /// `noun.verb_in_the_past`.
    pub action: &'static str,
    /// The kind of thing.
    pub target_type: &'static str,
    /// Which one.
    pub target_id: String,
    /// The account whose trail it belongs to; none for what a user does to themselves.
    pub account: Option<AccountId>,
    /// What it is now.
    pub after: Json,
}

/// Whether `u` holds the power of an audit line by this access.
macro_rules! acts_by {
    ($via:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM power w WHERE w.user_id = u.id AND w.account_id = ?3 AND w.permission = ?4 AND w.via = '",
            $via,
            "' AND (w.expires_at IS NULL OR w.expires_at > ?2))"
        )
    };
}
macro_rules! insert {
    () => {
        "INSERT INTO audit_event (id, at, account_id, host_id, by_host, actor_id, actor_name, via, action, target_type, target_id, target_name, before, after, request_id) "
    };
}

/// How a line by the session's user begins, up to what one's own permission needs besides being held.
pub const BY_USER: &str = concat!(
    insert!(),
    "SELECT ?1, ?2, ?3, (SELECT o.parent_id FROM account o WHERE o.id = ?3 AND ?11),
       (SELECT 1 FROM account o JOIN member h ON h.account_id = o.parent_id AND h.user_id = u.id AND h.access = 'active' WHERE o.id = ?3 AND ?11), u.id, trim(u.first_name || ' ' || u.last_name), CASE WHEN ",
    acts_by!("member")
);
/// How it goes on, up to what is now.
pub const BY_USER_OF: &str = concat!(
    " THEN 'member' WHEN ",
    acts_by!("delegation"),
    " THEN 'delegation' WHEN ",
    acts_by!("host"),
    " THEN 'host' WHEN ?3 IS NOT NULL THEN 'member' END, ?6, ?7, ?8, t.name, t.before, "
);
/// How it goes on, up to its target.
pub const BY_USER_FROM: &str = ", ?10 FROM session s JOIN user u ON u.id = s.user_id, (";
/// How it ends.
pub const BY_USER_END: &str = ") t WHERE s.token_hash = ?5";
/// How a line by the holder of a secret begins, up to its target.
pub const BY_HOLDER: &str = concat!(
    insert!(),
    "SELECT ?1, ?2, t.account_id, (SELECT o.parent_id FROM account o WHERE o.id = t.account_id AND ?11), NULL, t.actor_id, t.actor_name,
        CASE WHEN t.account_id IS NOT NULL THEN 'member' END, ?6, ?7, t.target_id, t.name, t.before, ?9, ?10 FROM ("
);

/// An audit line whose actor is the session's user. The literal selects `name` and `before` of the target (?8, in account ?3). A second one
/// says what one's own permission needs here besides being held.
#[macro_export]
macro_rules! audited {
    ($target:expr) => {
        $crate::audited!($target, "")
    };
    ($target:expr, $and:expr) => {
        &[
            $crate::access::audit::BY_USER,
            $and,
            $crate::access::audit::BY_USER_OF,
            "?9",
            $crate::access::audit::BY_USER_FROM,
            $target,
            $crate::access::audit::BY_USER_END,
        ]
    };
}

/// An audit line of somebody who acts by a link or a password: the literal selects `account_id`, `target_id`, `name`, `before`, `actor_id`
/// and `actor_name`; ?8 is what it finds them by, ?9 the JSON of `after`.
#[macro_export]
macro_rules! audited_by {
    ($target:expr) => {
        &[$crate::access::audit::BY_HOLDER, $target, ") t"]
    };
}

/// Changes of an account as a whole: their lines stand in its host's trail too, for its own is closed once it is deleted or not delegated.
const OF_THE_WHOLE: [&str; 7] =
    ["account.deactivated", "account.reactivated", "account.deleted", "account.restored", "account.purged", "delegation.turned_off", "delegation.turned_on"];

impl Audit {
    /// Whether it speaks of an account as a whole.
    #[must_use]
    pub fn is_of_the_whole(&self) -> bool {
        OF_THE_WHOLE.contains(&self.action)
    }
}

/// Who did it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Actor {
    /// The user; none for somebody who only held a link.
    pub user_id: Option<String>,
    /// As they were called then.
    pub name: Option<String>,
    /// By which access.
    pub via: Option<Via>,
    /// Whether it was somebody of an account who is not named to its host.
    #[serde(skip)]
    pub is_withheld: bool,
}

/// What it was done to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Target {
    /// `account`, `member`, `user`, `session`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// As it was called then.
    pub name: Option<String>,
}

/// A line of the trail.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Event {
    /// The line.
    pub id: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Actor,
    /// `noun.verb_in_the_past`.
    pub action: String,
    /// To what.
    pub target: Target,
    /// As it was.
    pub before: Json,
    /// As it is since.
    pub after: Json,
    /// The request that did it.
    pub request_id: String,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    at: i64,
    actor_id: Option<String>,
    actor_name: Option<String>,
    via: Option<Via>,
    #[serde(deserialize_with = "decode::flag")]
    is_withheld: bool,
    action: String,
    target_type: String,
    target_id: String,
    target_name: Option<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    before: Json,
    #[serde(default, deserialize_with = "decode::nested")]
    after: Json,
    request_id: String,
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: Instant(row.at),
            actor: Actor { user_id: row.actor_id, name: row.actor_name, via: row.via, is_withheld: row.is_withheld },
            action: row.action,
            target: Target { kind: row.target_type, id: row.target_id, name: row.target_name },
            before: row.before,
            after: row.after,
            request_id: row.request_id,
        }
    }
}

/// The lines of the account ?1 before ?2, and for a host those of its accounts as a whole. There the trail tells the act, and names only people of the
/// host: those of an account that manages its users itself are not the host's to know (design I8), nor are they when it was managed before.
const LISTED: &str =
    "SELECT e.id, e.at, CASE WHEN NOT f.is_withheld THEN e.actor_id END AS actor_id, CASE WHEN NOT f.is_withheld THEN e.actor_name END AS actor_name, f.is_withheld, e.via, e.action, e.target_type, e.target_id, e.target_name, e.before, e.after, e.request_id FROM (
     SELECT * FROM (SELECT id, 0 AS is_withheld FROM audit_event WHERE account_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)
     UNION ALL
     SELECT * FROM (SELECT id, actor_id IS NOT NULL AND by_host IS NULL AND coalesce(via, '') NOT IN ('host', 'delegation') AS is_withheld
                      FROM audit_event WHERE host_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)
   ) f CROSS JOIN audit_event e ON e.id = f.id ORDER BY e.id DESC LIMIT ?3";

/// A page of the account's trail, the latest first.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, account: &AccountId, paging: &Paging) -> Result<(BatchResult, Listed<Event>)> {
    let page = Page::of(cx, &["audit", account.as_str()], paging.limit, paging.cursor.as_deref())?;
    let done = cx
        .view(Permission::AuditView, account)
        .read(sql!(LISTED, account, if page.after().1.is_empty() { "~" } else { page.after().1 }, page.limit_and_one()))
        .run()
        .await?;
    let listed = page.cut(done.rows::<Row>(0)?, |row| ("", &row.id)).map(Event::from);
    Ok((done, listed))
}
