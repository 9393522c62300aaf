//! When a session was last used, and when a member was last in an account: written at most every five minutes, so that looking at a list is not
//! a write.
//!
//! A session is the user's own. What an account learns is only when its member was in that account: a request that names another account, or
//! none, tells it nothing. Who acts by delegation has no member there, so nothing is written.

use crate::{
    access::authority::{Authority, Who},
    access::context::Cx,
    core::db::Stmt,
    core::id::AccountId,
    sql,
};

/// How long it stays as it was written.
const EVERY_MS: i64 = 5 * 60_000;

/// Writes it down after the answer of a look, where it is due.
pub(super) fn after_a_look(cx: &Cx, who: &Who, authority: Option<&Authority>, token_hash: &str) {
    let due = |at: Option<i64>| at.is_none_or(|at| at <= cx.now - EVERY_MS);
    let own = authority.and_then(|authority| Some((authority.own()?, AccountId::known(authority.account.id.clone()))));
    if !due(Some(who.last_seen_at)) && !own.as_ref().is_some_and(|(way, _)| due(way.last_seen_at())) {
        return;
    }
    let account = own.map(|(_, account)| account);
    let (later, writes) = (cx.clone(), writes(token_hash, cx.now, account.as_ref()));
    cx.later(async move {
        // Losing this write costs the person an earlier sign-in at worst.
        let _ = later.run(writes).await;
    });
}

/// The writes, in a batch that writes anyway: each changes nothing where it is not due.
pub(super) fn writes(token_hash: &str, now: i64, account: Option<&AccountId>) -> Vec<Stmt> {
    let before = now - EVERY_MS;
    let mut writes = vec![sql!("UPDATE session SET last_seen_at = ?2 WHERE token_hash = ?1 AND last_seen_at <= ?3", token_hash, now, before)];
    writes.extend(account.map(|account| {
        sql!(
            "UPDATE member SET last_seen_at = ?2 WHERE account_id = ?4 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?1)
                AND access = 'active' AND (last_seen_at IS NULL OR last_seen_at <= ?3)",
            token_hash,
            now,
            before,
            account
        )
    }));
    writes
}
