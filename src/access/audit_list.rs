//! The audit of an account, newest first.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::decode,
    core::id::AccountId,
    core::list::{Listed, Page, Paging},
    core::permission::{Permission, Via},
    core::refusal::Result,
    core::timestamp::Instant,
    sql,
};

/// Who did it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Actor {
    /// The user. `null` for somebody who only held a link.
    pub user_id: Option<String>,
    /// Their name at that time.
    pub name: Option<String>,
    /// How they reached the account.
    pub via: Option<Via>,
    /// Whether the person belongs to an account and is not named to its host.
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
    /// Its name at that time.
    pub name: Option<String>,
}

/// A line of the audit.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AuditEvent)]
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
    /// As it is after the change.
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

/// The lines of the account ?1 before ?2, and for a host those about whole accounts of it. The latter name only people of the host: the host may
/// not know the people of an account that manages its users itself (design I8), also where it was managed before.
const LISTED: &str =
    "SELECT e.id, e.at, CASE WHEN NOT e.is_withheld THEN e.actor_id END AS actor_id, CASE WHEN NOT e.is_withheld THEN e.actor_name END AS actor_name,
            e.is_withheld, e.via, e.action, e.target_type, e.target_id, e.target_name, e.before, e.after, e.request_id FROM (
       SELECT audit_event.*, 0 AS is_withheld FROM audit_event WHERE account_id = ?1 AND id < ?2
       UNION ALL
       SELECT audit_event.*, actor_id IS NOT NULL AND by_host IS NULL AND coalesce(via, '') NOT IN ('host', 'delegation') FROM audit_event
        WHERE host_id = ?1 AND id < ?2
       ORDER BY id DESC LIMIT ?3) e";

/// A page of the account's audit, the latest first.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, account: &AccountId, paging: &Paging) -> Result<(BatchResult, Listed<Event>)> {
    let page = Page::of(&cx.env.config, &["audit", account.as_str()], paging.limit, paging.cursor.as_deref())?;
    let result = cx
        .view(Permission::AuditView, account)
        .read(sql!(LISTED, account, if page.after().1.is_empty() { "~" } else { page.after().1 }, page.limit_and_one()))
        .run()
        .await?;
    let listed = page.cut(result.rows::<Row>(0)?, |row| ("", &row.id)).map(Event::from);
    Ok((result, listed))
}
