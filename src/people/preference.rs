//! *Preferenze email*: who wants e-mails of which category.
//!
//! Document 000: «Email Generali - Annunci Generali e Reinvio Password» and four more categories, for each person an account knows, with or without
//! access, and for the account's own address. At first the account's address wants all of them, its first admin those about domains, and everybody
//! else none. Renewals of domains must reach somebody (design I7): the last recipient cannot be switched off, removed or emptied. An account that
//! has no address or no recipient can still be edited: the rule is checked only when a recipient goes, before it goes.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::act::BatchResult,
    access::audit::Audit,
    access::context::Cx,
    audited,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::{Refusal, Result, Wrong},
    core::version::Versions,
    core::vocabulary::Category,
    people::capabilities::Viewer,
    people::member::{self, Member, read_one},
    sql,
};

/// The categories of e-mails that a person or an account wants.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The complete list: a category that is not named is not wanted.
    pub categories: Option<Vec<Category>>,
}

impl Preferences {
    /// The categories without repeats, in the order of [`Category`].
    pub(crate) fn chosen(&self) -> Result<Vec<Category>> {
        let given = self.categories.as_ref().ok_or_else(|| Refusal::field("/categories", Wrong::Required))?;
        Ok(Category::ALL.iter().copied().filter(|category| given.contains(category)).collect())
    }
}

/// The condition that the account `a` is in use and that nobody else receives the e-mails about domains: neither its own address nor any member but
/// the one that the literal selects.
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

/// Refuses when the member ?1 of the account ?2 is the last who receives the e-mails about domains.
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

/// The same for the caller, by the hash of their session.
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

/// Refuses when the account's own address is the last that receives the e-mails about domains.
#[must_use]
pub fn keep_a_recipient_without_address(account: &AccountId) -> Stmt {
    sql!(
        "INSERT INTO refusal (domain_keeps_a_recipient) SELECT 1 FROM account a
          WHERE a.id = ?1 AND a.status IN ('active', 'deactivated') AND a.email IS NOT NULL AND instr(' ' || a.email_preferences || ' ', ' domain ') > 0
            AND NOT EXISTS (SELECT 1 FROM subscription o WHERE o.account_id = a.id AND o.category = 'domain')",
        account
    )
}

/// Inserts the categories a new member wants.
#[must_use]
pub fn insert(member: &MemberId, account: &AccountId, categories: &[Category]) -> Stmt {
    let each_once: Vec<Category> = Category::ALL.iter().copied().filter(|category| categories.contains(category)).collect();
    sql!("INSERT INTO subscription (member_id, category, account_id) SELECT ?1, value, ?3 FROM json_each(?2)", member, json!(each_once), account)
}

/// Sets the categories a person wants, to exactly these.
///
/// # Errors
/// `validation`, `domain_keeps_a_recipient`, `stale_version`, `not_found`, and the gate's.
pub async fn put_of_member(cx: &Cx, account: &AccountId, id: &MemberId, preferences: &Preferences, version: Option<Versions>) -> Result<(BatchResult, Member)> {
    let chosen = preferences.chosen()?;
    let mut act = cx.act(Permission::ContactsManage, account).expect(member::expect_unchanged(id, account, version));
    if !chosen.contains(&Category::Domain) {
        act = act.expect(keep_a_recipient_besides(id, account));
    }
    let result = act
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
        .run()
        .await?;
    let member = Viewer::of(cx, &result)?.sees(result.one(0)?);
    Ok((result, member))
}
