//! When a session was last used, and when a member was last in an account. Both are written at most every five minutes, so that reading a list
//! is rarely a write.
//!
//! A session is known to its user only. An account knows only when its member was last in it: a request about another account, or about none,
//! does not count. A host user who acts by delegation is no member of the account, so nothing is written there.

use crate::{
    access::authority::{Authority, Who},
    access::context::Cx,
    core::db::Stmt,
    core::id::AccountId,
    sql,
};

/// How long a written time is not written again.
const EVERY_MS: i64 = 5 * 60_000;

/// Writes the times after the answer, where they are due.
pub(super) fn after(cx: &Cx, who: Option<&Who>, authority: Option<&Authority>) {
    let (Some(who), Some(token_hash)) = (who, &cx.session) else { return };
    let due = |at: Option<i64>| at.is_none_or(|at| at <= cx.now - EVERY_MS);
    let own = authority.and_then(|authority| Some((authority.own()?, AccountId::known(authority.account.id.clone()))));
    if !due(Some(who.last_seen_at)) && !own.as_ref().is_some_and(|(path, _)| due(path.last_seen_at())) {
        return;
    }
    let account = own.map(|(_, account)| account);
    let (later, writes) = (cx.clone(), writes(token_hash, cx.now, account.as_ref()));
    cx.later(async move {
        // If this write is lost, the session ends a few minutes earlier at worst.
        let _ = later.run(writes).await;
    });
}

/// The statements. Each changes nothing where it is not due.
fn writes(token_hash: &str, now: i64, account: Option<&AccountId>) -> Vec<Stmt> {
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
