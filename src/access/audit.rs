//! The audit: exactly one line for each accepted change, written in the change's own batch (design I10) and never edited.

use serde_json::Value as Json;

use crate::core::id::AccountId;

/// An audit line, without who, when and which request.
pub struct Audit {
    /// Made by [`crate::audited!`] or [`crate::audited_by!`]: selects the target's `name` and `before` from the rows as they still are.
    /// In pieces: the many lines of an import are made of the same ones.
    pub sql: &'static [&'static str],
    /// `noun.verb_in_the_past`.
    pub action: &'static str,
    /// The kind of thing.
    pub target_type: &'static str,
    /// Which one.
    pub target_id: String,
    /// The account whose audit it belongs to. `None` for what users change of themselves.
    pub account: Option<AccountId>,
    /// What the change set.
    pub after: Json,
}

macro_rules! insert {
    () => {
        "INSERT INTO audit_event (id, at, account_id, host_id, by_host, actor_id, actor_name, via, action, target_type, target_id, target_name, before, after, request_id) "
    };
}

/// The beginning of a line by the session's user. A further condition on the user's own permission may follow.
pub const BY_USER: &str = concat!(
    insert!(),
    "SELECT ?1, ?2, ?3, CASE WHEN ?11 THEN (SELECT o.parent_id FROM account o WHERE o.id = ?3) END,
       CASE WHEN ?11 THEN (SELECT 1 FROM account o JOIN member h ON h.account_id = o.parent_id AND h.user_id = u.id AND h.access = 'active' WHERE o.id = ?3) END, u.id, trim(u.first_name || ' ' || u.last_name),
       CASE WHEN EXISTS (SELECT 1 FROM power w WHERE w.user_id = u.id AND w.account_id = ?3 AND w.permission = ?4 AND w.via = 'member' AND w.ends_at > ?2)"
);
/// The next part, up to the action.
pub const BY_USER_OF: &str = " THEN 'member'
         WHEN EXISTS (SELECT 1 FROM power w WHERE w.user_id = u.id AND w.account_id = ?3 AND w.permission = ?4 AND w.via = 'delegation' AND w.ends_at > ?2) THEN 'delegation'
         WHEN EXISTS (SELECT 1 FROM power w WHERE w.user_id = u.id AND w.account_id = ?3 AND w.permission = ?4 AND w.via = 'host' AND w.ends_at > ?2) THEN 'host'
         WHEN ?3 IS NOT NULL THEN 'member' END, ";
/// The part after the action, up to `after`.
pub const BY_USER_ON: &str = ", ?7, ?8, t.name, t.before, ";
/// The next part, up to the target.
pub const BY_USER_FROM: &str = ", ?10 FROM session s JOIN user u ON u.id = s.user_id, (";
/// The end.
pub const BY_USER_END: &str = ") t WHERE s.token_hash = ?5";
/// The beginning of a line by the holder of a secret, up to the target.
pub const BY_HOLDER: &str = concat!(
    insert!(),
    "SELECT ?1, ?2, t.account_id, CASE WHEN ?11 THEN (SELECT o.parent_id FROM account o WHERE o.id = t.account_id) END, NULL, t.actor_id, t.actor_name,
        CASE WHEN t.account_id IS NOT NULL THEN 'member' END, ?6, ?7, t.target_id, t.name, t.before, ?9, ?10 FROM ("
);

/// An audit line whose actor is the session's user. The first literal selects `name` and `before` of the target (?8, in account ?3). The second
/// one is a further condition under which the user's own permission counts.
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
            "?6",
            $crate::access::audit::BY_USER_ON,
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

/// The changes of a whole account. Their lines are in the audit of its host too, because nobody of the host reads the account's own once it is
/// deleted or not delegated.
const OF_WHOLE_ACCOUNT: [&str; 7] =
    ["account.deactivated", "account.reactivated", "account.deleted", "account.restored", "account.purged", "delegation.turned_off", "delegation.turned_on"];

impl Audit {
    /// Whether the line is about a whole account.
    #[must_use]
    pub fn is_of_whole_account(&self) -> bool {
        OF_WHOLE_ACCOUNT.contains(&self.action)
    }
}
