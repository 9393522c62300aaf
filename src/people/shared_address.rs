//! The limit on how many people of an account share an address: 50, so that a statement that looks at all of them is bounded.
//!
//! Families and offices share a mailbox; a thousand contacts with one address are a mistake or an attack. People added before the limit existed
//! stay and can be edited. The plan of an import applies the limit to the lines of a file (`people/import_plan.sql`). It does not apply to users who
//! change their own address: an address has one user.

use crate::{
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    sql,
};

/// More than 50 people of the account ?1 have the address ?2.
macro_rules! has_too_many {
    () => {
        "(SELECT count(*) FROM (SELECT 1 FROM member WHERE account_id = ?1 AND email_key = ?2 LIMIT 51)) > 50"
    };
}

/// Refuses, after somebody was added with this address, when more than 50 people have it.
#[must_use]
pub fn has_room(account: &AccountId, email_key: &str) -> Stmt {
    sql!(concat!("INSERT INTO refusal (address_shared_by_too_many) SELECT 1 WHERE ", has_too_many!()), account, email_key)
}

/// The same, for a batch that adds the member with this id only where no contact is meant.
#[must_use]
pub fn has_room_if_added(member: &MemberId, account: &AccountId, email_key: &str) -> Stmt {
    sql!(
        concat!("INSERT INTO refusal (address_shared_by_too_many) SELECT 1 WHERE EXISTS (SELECT 1 FROM member WHERE id = ?3) AND ", has_too_many!()),
        account,
        email_key,
        member
    )
}

/// Refuses, before a member's address changes to this one, when 50 people have it already.
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
