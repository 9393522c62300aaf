//! *Preferenze email*: who wants letters of which category.
//!
//! Document 000: «Email Generali - Annunci Generali e Reinvio Password» and four more, for each person an account knows, with access or
//! without; and for the account's own address. The account's address wants all of them at first, its first admin those about domains, anybody
//! else none. Renewals of domains must reach somebody (design I7): whoever is the last to receive them is not switched off, taken out or
//! emptied. An account without an address or a recipient is not stuck: only what goes is judged, before it goes.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::act::BatchResult,
    access::audit::Audit,
    access::authority::expect_member,
    access::context::Cx,
    audited,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::{Refusal, Result, Wrong},
    core::vocabulary::Category,
    people::capabilities::Viewer,
    people::member::{self, ADMINS, Member, read_one},
    sql,
};

/// The categories that are wanted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// All of them: what is not named is not wanted.
    pub categories: Option<Vec<Category>>,
}

impl Preferences {
    /// Each once, in their own order.
    pub(crate) fn chosen(&self) -> Result<Vec<Category>> {
        let given = self.categories.as_ref().ok_or_else(|| Refusal::field("/categories", Wrong::Required))?;
        Ok(Category::ALL.iter().copied().filter(|category| given.contains(category)).collect())
    }
}

/// The account `a` is in use, and neither its own address nor anybody but the member that the literal selects receives what a domain needs.
#[macro_export]
macro_rules! no_other_recipient {
    ($member:literal) => {
        concat!(
            "a.status IN ('active', 'deactivated')
             AND NOT (a.email IS NOT NULL AND instr(' ' || a.email_preferences || ' ', ' domain ') > 0)
             AND NOT EXISTS (SELECT 1 FROM subscription o WHERE o.account_id = a.id AND o.category = 'domain' AND o.member_id <> ",
            $member,
            ")"
        )
    };
}

/// The member ?1 of the account ?2 is not the last who receives what a domain needs.
#[must_use]
pub fn keep_a_recipient_besides(member: &MemberId, account: &AccountId) -> Stmt {
    sql!(
        concat!(
            "INSERT INTO refusal (domain_keeps_a_recipient) SELECT 1 FROM account a
              WHERE a.id = ?2 AND EXISTS (SELECT 1 FROM subscription s WHERE s.member_id = ?1 AND s.category = 'domain' AND s.account_id = a.id) AND ",
            no_other_recipient!("?1")
        ),
        member,
        account
    )
}

/// The same of whoever asks, by the hash of their session.
#[must_use]
pub fn keep_a_recipient_besides_oneself(token: &str, account: &AccountId) -> Stmt {
    sql!(
        concat!(
            "INSERT INTO refusal (domain_keeps_a_recipient) SELECT 1 FROM session s JOIN member m ON m.user_id = s.user_id AND m.account_id = ?2
               JOIN subscription p ON p.member_id = m.id AND p.category = 'domain' JOIN account a ON a.id = m.account_id
              WHERE s.token_hash = ?1 AND ",
            no_other_recipient!("m.id")
        ),
        token,
        account
    )
}

/// The account's own address is not the last that receives what a domain needs.
#[must_use]
pub fn keep_a_recipient_without_address(account: &AccountId) -> Stmt {
    sql!(
        "INSERT INTO refusal (domain_keeps_a_recipient) SELECT 1 FROM account a
          WHERE a.id = ?1 AND a.status IN ('active', 'deactivated') AND a.email IS NOT NULL AND instr(' ' || a.email_preferences || ' ', ' domain ') > 0
            AND NOT EXISTS (SELECT 1 FROM subscription o WHERE o.account_id = a.id AND o.category = 'domain')",
        account
    )
}

/// What a new member wants.
#[must_use]
pub fn insert(member: &MemberId, account: &AccountId, categories: &[Category]) -> Stmt {
    let each_once: Vec<Category> = Category::ALL.iter().copied().filter(|category| categories.contains(category)).collect();
    sql!("INSERT INTO subscription (member_id, category, account_id) SELECT ?1, value, ?3 FROM json_each(?2)", member, json!(each_once), account)
}

/// A person wants these categories and no others.
///
/// # Errors
/// `validation`, `domain_keeps_a_recipient`, `stale_version`, `not_found`, and the gate's.
pub async fn put_of_member(cx: &Cx, account: &AccountId, id: &MemberId, preferences: &Preferences, version: Option<i64>) -> Result<(BatchResult, Member)> {
    let chosen = preferences.chosen()?;
    let mut act = cx.act(Permission::ContactsManage, account).expect(expect_member(id, account)).expect(member::expect_version(id, account, version));
    if !chosen.contains(&Category::Domain) {
        act = act.expect(keep_a_recipient_besides(id, account));
    }
    let done = act
        .audit(Audit {
            sql: audited!(
                "SELECT m.email AS name, json_object('email_preferences', json((SELECT json_group_array(s.category) FROM subscription s WHERE s.member_id = m.id))) AS before
                   FROM member m WHERE m.id = ?8 AND m.account_id = ?3"
            ),
            action: "member.preferences_changed",
            target_type: "member",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!({ "email_preferences": chosen }),
        })
        .write(sql!("DELETE FROM subscription WHERE member_id = ?1", id))
        .write(insert(id, account, &chosen))
        .write(sql!("UPDATE member SET version = version + 1, updated_at = ?3 WHERE id = ?1 AND account_id = ?2", id, account, cx.now))
        .read(read_one(cx, account, id)?)
        .read(sql!(ADMINS, account))
        .run()
        .await?;
    let member = Viewer::of(cx, &done, 1)?.sees(done.one(0)?);
    Ok((done, member))
}
