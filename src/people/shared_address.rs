//! How many people of an account share an address: at most 50, so that whatever looks at all who share one is bounded.
//!
//! Families and offices share a mailbox; a thousand contacts of one address are a mistake or an attack. Whoever is there from before the limit
//! stays, and is edited like others. A line of an imported file is held to it by its plan (`import_plan.sql`). A user who changes their own
//! address is not: an address has one user.

use crate::{
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    sql,
};

/// After somebody was added with this address: no more than 50 have it.
#[must_use]
pub fn has_room(account: &AccountId, email_key: &str) -> Stmt {
    sql!(
        "INSERT INTO refusal (address_shared_by_too_many) SELECT 1
          WHERE (SELECT count(*) FROM (SELECT 1 FROM member WHERE account_id = ?1 AND email_key = ?2 LIMIT 51)) > 50",
        account,
        email_key
    )
}

/// Before a member's address becomes this one, where it changes: fewer than 50 have it.
#[must_use]
pub fn has_room_for(member: &MemberId, account: &AccountId, email_key: Option<&str>) -> Stmt {
    sql!(
        "INSERT INTO refusal (address_shared_by_too_many) SELECT 1 FROM member m WHERE m.id = ?1 AND m.account_id = ?2 AND m.email_key <> ?3
          AND (SELECT count(*) FROM (SELECT 1 FROM member o WHERE o.account_id = ?2 AND o.email_key = ?3 LIMIT 50)) = 50",
        member,
        account,
        email_key
    )
}
