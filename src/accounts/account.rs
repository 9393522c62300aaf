//! Accounts: the host and its customers, both one record (design §1). Here is an account as a caller sees it, with what the caller may do.
//!
//! Creation is in `accounts/creation.rs`; delegation in `accounts/delegation.rs`; deactivation, deletion and restoration in
//! `accounts/lifecycle.rs`.

use serde::Serialize;

use crate::{
    access::account_row::Profile,
    access::authority::Authority,
    access::context::Cx,
    core::capability::{Capabilities, Capability},
    core::db::Stmt,
    core::field,
    core::id::AccountId,
    core::permission::{Permission, Role, Via},
    core::refusal::{Failure, Refusal, Result, Rule},
    core::timestamp::Instant,
    core::version::Versions,
    core::vocabulary::{AccountStatus, Category},
    sql,
};

/// Characters of an account's name.
pub const NAME_CHARACTERS: usize = 100;

/// An account as the caller sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Account<C = Capabilities> {
    /// The account.
    pub id: String,
    /// `host` or `customer`.
    pub kind: &'static str,
    /// The host, for a customer.
    pub parent_id: Option<String>,
    /// As people call it.
    pub name: String,
    /// Its state.
    pub status: AccountStatus,
    /// Whether its host manages its users.
    pub delegated: bool,
    /// Address data; all `null` for a caller who may not open the account.
    pub profile: Profile,
    /// The categories of e-mails its own address wants; empty for a caller who may not open the account.
    pub email_preferences: Vec<Category>,
    /// The caller's effective role.
    pub role: Option<Role>,
    /// Where the role comes from.
    pub via: Option<Via>,
    /// When it was created.
    pub created_at: Instant,
    /// When it was deleted, if it is.
    pub deleted_at: Option<Instant>,
    /// Until when it can be restored, if it is deleted.
    pub purge_at: Option<Instant>,
    /// Counts edits; also the `ETag`.
    pub version: i64,
    /// What the caller may do.
    pub capabilities: C,
}

impl<C: From<Capabilities>> Account<C> {
    /// The account as this caller sees it.
    #[must_use]
    pub fn of(cx: &Cx, authority: &Authority) -> Self {
        let row = &authority.account;
        let path = authority.strongest();
        let lacks = |permission: Permission| !authority.may(permission);
        let waits = row.status == AccountStatus::Pending;
        let may = |permission| Capability::unless(&[(lacks(permission), Rule::NotAllowed)]);
        let mut capabilities = Capabilities(vec![
            ("open", may(Permission::AccountView)),
            ("rename", may(Permission::AccountRename)),
            ("edit_profile", may(Permission::ProfileManage)),
            ("view_members", may(Permission::MembersView)),
            ("manage_members", may(Permission::MembersManage)),
            ("view_audit", may(Permission::AuditView)),
            ("create_accounts", Capability::unless(&[(lacks(Permission::AccountsCreate) || !row.is_host(), Rule::NotAllowed)])),
            ("renew_first_admin_link", Capability::unless(&[(lacks(Permission::AccountsCreate), Rule::NotAllowed), (!waits, Rule::AccountNotPending)])),
        ]);
        capabilities.0.push(("delegate", Capability::unless(&[(lacks(Permission::DelegationManage), Rule::NotAllowed), (row.is_host(), Rule::NotForTheHost)])));
        capabilities.0.extend(life_capabilities(authority, cx.now));
        Self {
            id: row.id.clone(),
            kind: if row.is_host() { "host" } else { "customer" },
            parent_id: row.parent_id.clone(),
            name: row.name.clone(),
            status: row.status,
            delegated: row.delegated,
            profile: if lacks(Permission::AccountView) { Profile::default() } else { row.profile.clone() },
            email_preferences: row.email_preferences.split(' ').filter(|_| !lacks(Permission::AccountView)).filter_map(Category::from_code).collect(),
            role: path.map(|path| path.role),
            via: path.map(|path| path.via),
            created_at: Instant(row.created_at),
            deleted_at: row.deleted_at.map(Instant),
            purge_at: row.purge_at.map(Instant),
            version: row.version,
            capabilities: capabilities.into(),
        }
    }
}

/// Whether the caller may deactivate, reactivate, delete and restore the account.
fn life_capabilities(authority: &Authority, now: i64) -> [(&'static str, Capability); 4] {
    let account = &authority.account;
    let lacks = |permission: Permission| (!authority.may(permission), Rule::NotAllowed);
    let is = |status: AccountStatus, rule: Rule| (account.status == status, rule);
    let gone = is(AccountStatus::Deleted, Rule::AccountDeleted);
    let in_use = (account.status != AccountStatus::Deactivated, Rule::AccountNotDeactivated);
    let not_gone = (account.status != AccountStatus::Deleted, Rule::AccountNotDeleted);
    let late = (account.purge_at.is_none_or(|at| at <= now), Rule::RestoreTooLate);
    [
        ("deactivate", Capability::unless(&[gone, lacks(Permission::AccountDeactivate), is(AccountStatus::Deactivated, Rule::AccountDeactivated)])),
        ("reactivate", Capability::unless(&[gone, lacks(Permission::AccountDeactivate), in_use])),
        ("delete", Capability::unless(&[lacks(Permission::AccountDelete), gone, (account.is_host(), Rule::NotForTheHost)])),
        ("restore", Capability::unless(&[lacks(Permission::AccountRestore), not_gone, late])),
    ]
}

/// Turns `not_found` into `not_allowed` for the creation of accounts: the host's address is in no request, so a caller who is no user of it lacks
/// the permission.
#[must_use]
pub fn lacks_creation(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotFound => Refusal::not_allowed(Permission::AccountsCreate).into(),
        failure => failure,
    }
}

/// The words an account is searched by.
#[must_use]
pub fn index_words(account: &AccountId, name: &str) -> Vec<Stmt> {
    field::search_words(&[name])
        .into_iter()
        .map(|word| {
            sql!(
                "INSERT INTO account_word (parent_id, word, account_id) SELECT parent_id, ?2, id FROM account WHERE id = ?1 AND parent_id IS NOT NULL",
                account,
                word
            )
        })
        .collect()
}

/// Reads one account.
///
/// # Errors
/// `not_signed_in`, `not_found`.
pub async fn show(cx: &Cx, id: &AccountId) -> Result<Account> {
    let result = cx.view_row(id).run().await?;
    Ok(Account::of(cx, result.authority()?))
}

/// Refuses with `stale_version` unless the account still has a version the caller saw.
#[must_use]
pub fn expect_version(id: &AccountId, version: Option<Versions>) -> Stmt {
    sql!(
        "INSERT INTO refusal (stale_version) SELECT 1 FROM account WHERE id = ?1 AND ?2 IS NOT NULL AND version NOT IN (SELECT value FROM json_each(?2))",
        id,
        version.map(Versions::bound)
    )
}

/// Refuses the host itself, which is neither delegated nor deleted.
#[must_use]
pub fn refuse_host(id: &AccountId) -> Stmt {
    sql!("INSERT INTO refusal (not_for_the_host) SELECT 1 FROM account WHERE id = ?1 AND parent_id IS NULL", id)
}
