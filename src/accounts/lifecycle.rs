//! An account after its creation: its host deactivates and reactivates it, it is deleted, and it is restored within 30 days.
//!
//! Document 002: «Un utente con ruolo di amministratore o standard può eliminare un account seguendo questi passaggi». The caller types the
//! account's name and their own password. That batch stops everything in the account: its people have no rights in a deleted account (`presence`,
//! `power`), and its open links end. The other rows stay, so that a restored account is as it was; ended links must be made again. After 30 days
//! the scheduled job purges the account (`accounts/housekeeping.rs`).
//!
//! Restoring does not check whether an administrator is left. Only the seats of the host change in a deleted account (they pass to another host
//! user, `people/seat.rs`), and an administrator whose access has an end date never counted. If the last administrator's user was switched off
//! meanwhile, a host administrator may still restore the account.

use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    access::act::Act,
    access::audit::Audit,
    access::context::Cx,
    accounts::account::{Account, NAME_CHARACTERS, expect_version, refuse_host},
    accounts::account_list,
    audited, codes,
    core::field::Checks,
    core::id::AccountId,
    core::letters::comparable,
    core::permission::Permission,
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::version::Versions,
    core::vocabulary::AccountStatus,
    identity::password,
    identity::reset,
    identity::throttle::Attempt,
    messages::mail,
    sql,
};

/// How long a deleted account can be restored.
pub const RESTORE_MS: i64 = 30 * 24 * 3_600_000;

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Use {
    /// In use.
    Active,
    /// Stopped until it is reactivated; nothing is lost.
    Deactivated,
}
codes!(Use);

/// The state to put an account in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatus {
    /// `active` or `deactivated`.
    pub status: Use,
}

/// The confirmation that deletes an account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// The account's name, typed. Kinds of spaces, apostrophes, quotation marks and dashes do not matter.
    pub name: String,
    /// The caller's own password.
    pub current_password: String,
}

/// The open links into the account ?1 while it is deactivated. They cannot be accepted now, so their cached previews are removed.
const STOPPED: &str = "SELECT 'invitation' AS kind, i.token_hash, i.mailed_token_hash FROM account a CROSS JOIN invitation i ON i.account_id = a.id
  WHERE a.id = ?1 AND a.status = 'deactivated' AND i.state = 'pending' LIMIT 400";

/// Deactivates or reactivates an account. A request for the current state changes nothing.
///
/// # Errors
/// `stale_version`, and the gate's.
pub async fn put_status(cx: &Cx, id: &AccountId, status: Use, version: Option<Versions>) -> Result<Account> {
    let action = if status == Use::Active { "account.reactivated" } else { "account.deactivated" };
    let act = cx
        .act(Permission::AccountDeactivate, id)
        .expect(expect_version(id, version))
        .audit(Audit {
            sql: audited!(
                "SELECT a.name, json_object('status', a.status) AS before FROM account a WHERE a.id = ?8 AND a.status <> json_extract(?9, '$.status')"
            ),
            action,
            target_type: "account",
            target_id: id.to_string(),
            account: Some(id.clone()),
            after: json!({ "status": status }),
        })
        .write(sql!("UPDATE account SET status = ?2, version = version + 1 WHERE id = ?1 AND status <> ?2", id, status.code()))
        .write(reset::end_lost(id, cx.now))
        .relabels(sql!(STOPPED, id))
        .relabels(reset::relabelled(id));
    let result = account_list::read_one(cx, id)?.into_iter().fold(act, Act::read).run().await?;
    account_list::one(cx, &result, 0)
}

/// Deletes an account: everything in it stops at once, its admins get an e-mail, and for 30 days a host admin can restore it.
///
/// It takes two trips, like changing the password: the hash must be read before it can be compared.
///
/// # Errors
/// `validation` on the name, `wrong_password`, `too_many_attempts`, `not_for_the_host`, `stale_version`, and the gate's.
pub async fn delete(cx: &Cx, id: &AccountId, given: &Deletion, version: Option<Versions>) -> Result<()> {
    #[derive(Deserialize)]
    struct Known {
        password_hash: String,
    }
    let mut checks = Checks::default();
    let name = checks.line("/name", &given.name, NAME_CHARACTERS);
    checks.done()?;
    if cx.is_repeat() {
        return Ok(());
    }
    let token = cx.signed_in()?;
    let attempt = Attempt::signed_in(cx)?;
    let result = attempt
        .counted(cx.act(Permission::AccountDelete, id).expect(expect_version(id, version)).expect(refuse_host(id)))
        .read(sql!("SELECT u.password_hash FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1", token))
        .run()
        .await?;
    let (account, known) = (&result.authority()?.account, result.one::<Known>(0)?);
    if comparable(&name) != comparable(&account.name) {
        // No password was compared, so this does not count as an attempt.
        cx.act_signed_in().writes(attempt.taken_back()).run().await?;
        return Err(Refusal::field("/name", Wrong::OtherName).into());
    }
    if !password::fits(&given.current_password, Some(&known.password_hash)) {
        return Err(Rule::WrongPassword.into());
    }
    let purge_at = cx.now + RESTORE_MS;
    let act = cx
        .act(Permission::AccountDelete, id)
        // The version whose name was typed: nobody may have renamed the account in between.
        .expect(expect_version(id, Some(account.version.into())))
        .expect(refuse_host(id))
        .expect(sql!(
            "INSERT INTO refusal (wrong_password) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1 AND u.password_hash = ?2)",
            token,
            &known.password_hash
        ))
        .audit(Audit {
            sql: audited!("SELECT a.name, json_object('status', a.status) AS before FROM account a WHERE a.id = ?8"),
            action: "account.deleted",
            target_type: "account",
            target_id: id.to_string(),
            account: Some(id.clone()),
            after: json!({ "status": "deleted" }),
        })
        .write(sql!(
            "UPDATE account SET status_before = status, status = 'deleted', deleted_at = ?2, purge_at = ?3, version = version + 1 WHERE id = ?1",
            id,
            cx.now,
            purge_at
        ))
        .write(sql!(
            "UPDATE invitation SET state = 'revoked', ended_at = ?2 WHERE account_id = ?1 AND state = 'pending' RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            id,
            cx.now
        ))
        .write(sql!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?2 WHERE account_id = ?1 AND state = 'pending' RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            id,
            cx.now
        ))
        .relabels(reset::relabelled(id))
        .writes(attempt.forgiven());
    mail::to_admins(cx, act, id, "account_deleted")?.run().await?;
    Ok(())
}

/// Restores a deleted account as it was: its people, their roles and resources, its state. The links that ended stay ended.
///
/// # Errors
/// `account_not_deleted`, `restore_too_late`, and the gate's.
pub async fn restore(cx: &Cx, id: &AccountId) -> Result<Account> {
    let act = cx
        .act(Permission::AccountRestore, id)
        .expect(sql!("INSERT INTO refusal (account_not_deleted) SELECT 1 FROM account WHERE id = ?1 AND status <> 'deleted'", id))
        // A purge that has begun cannot be undone, whatever this request's clock says.
        .expect(sql!(
            "INSERT INTO refusal (restore_too_late) SELECT 1 FROM account WHERE id = ?1 AND (purge_at IS NULL OR purge_at <= ?2 OR purge_began_at IS NOT NULL)",
            id,
            cx.now
        ))
        .write(sql!(
            "UPDATE account SET status = status_before, status_before = NULL, deleted_at = NULL, purge_at = NULL, version = version + 1 WHERE id = ?1",
            id
        ));
    // One of these three audit lines is written: the one for the state the account returns to.
    let act = [AccountStatus::Pending, AccountStatus::Active, AccountStatus::Deactivated].into_iter().fold(act, |act, status| {
        act.audit(Audit {
            sql: audited!(
                "SELECT a.name, json_object('status', a.status) AS before FROM account a WHERE a.id = ?8 AND a.status_before = json_extract(?9, '$.status')"
            ),
            action: "account.restored",
            target_type: "account",
            target_id: id.to_string(),
            account: Some(id.clone()),
            after: json!({ "status": status }),
        })
    });
    let act = mail::to_admins(cx, act, id, "account_restored")?;
    let result = account_list::read_one(cx, id)?.into_iter().fold(act, Act::read).run().await?;
    account_list::one(cx, &result, 0)
}
