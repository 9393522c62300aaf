//! Which categories of e-mail the account's own address wants.

use serde_json::json;

use crate::{
    access::audit::Audit,
    access::context::Cx,
    account_columns,
    accounts::account::{Account, expect_version},
    audited,
    core::id::AccountId,
    core::permission::Permission,
    core::refusal::Result,
    core::version::Versions,
    core::vocabulary::Category,
    people::preference::{Preferences, keep_a_recipient_without_address},
    sql,
};

/// Sets the categories the account's own address wants, to exactly these.
///
/// # Errors
/// `validation`, `domain_keeps_a_recipient`, `stale_version`, and the gate's.
pub async fn put_of_account(cx: &Cx, account: &AccountId, preferences: &Preferences, version: Option<Versions>) -> Result<Account> {
    let chosen = preferences.chosen()?;
    let mut act = cx.act(Permission::ProfileManage, account).expect(expect_version(account, version));
    if !chosen.contains(&Category::Domain) {
        act = act.expect(keep_a_recipient_without_address(account));
    }
    let codes: Vec<&str> = chosen.iter().map(|category| category.code()).collect();
    let result = act
        .audit(Audit {
            sql: audited!("SELECT a.name, json_object('email_preferences', a.email_preferences) AS before FROM account a WHERE a.id = ?8"),
            action: "account.preferences_changed",
            target_type: "account",
            target_id: account.to_string(),
            account: Some(account.clone()),
            after: json!({ "email_preferences": codes.join(" ") }),
        })
        .write(sql!("UPDATE account SET email_preferences = ?2, version = version + 1 WHERE id = ?1", account, codes.join(" ")))
        .read(sql!(concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = ?1"), account))
        .run()
        .await?;
    let authority = result.authority()?.clone().of(result.one(0)?);
    Ok(Account::of(cx, &authority))
}
