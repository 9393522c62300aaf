//! Delegation: whether an account lets its host manage its users.
//!
//! Document 002: «Gli utenti host potranno vedere e, se dispongono delle autorizzazioni di amministratore, gestire gli utenti degli account
//! che hanno la gestione degli utenti delegata». «Disattiva questa impostazione per trasformare un account in un account non gestito.» An
//! administrator of the account turns it off and on. Turning it off takes effect at the host's next request, whatever page it has open, because
//! every batch reads the authority anew. In the same batch the seat held for the host ends, and so do the links that its users made by delegation.
//! A request for the current state changes nothing.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::act::{Act, BatchResult},
    access::audit::Audit,
    access::context::Cx,
    accounts::account::{Account, expect_version, refuse_host},
    accounts::account_list,
    audited,
    core::db::Stmt,
    core::decode,
    core::id::AccountId,
    core::permission::{Permission, Role},
    core::refusal::Result,
    core::version::Versions,
    identity::reset,
    people::seat,
    sql,
};

/// Delegation on or off.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// On: the host manages the account's users.
    pub delegated: bool,
}

/// An admin of the account `a` who is active, lasts, and is no user of its host; ?2 is now.
macro_rules! own_admin {
    () => {
        "SELECT 1 FROM lasting_admin m JOIN user u ON u.id = m.user_id
          WHERE m.account_id = a.id AND u.status = 'active'
            AND NOT EXISTS (SELECT 1 FROM member h WHERE h.account_id = a.parent_id AND h.user_id = m.user_id AND h.access = 'active'
                               AND h.ends_at > ?2)"
    };
}

/// Turns delegation on or off.
///
/// # Errors
/// `delegation_needs_own_admin`, `not_for_the_host`, `stale_version`, and the gate's.
pub async fn put(cx: &Cx, id: &AccountId, delegated: bool, version: Option<Versions>) -> Result<Account> {
    let action = if delegated { "delegation.turned_on" } else { "delegation.turned_off" };
    let mut act = cx
        .act(Permission::DelegationManage, id)
        .expect(expect_version(id, version))
        .expect(refuse_host(id))
        .audit(Audit {
            sql: audited!(
                "SELECT a.name, json_object('delegated', json(CASE a.delegated WHEN 1 THEN 'true' ELSE 'false' END),
                        'seat_of_host', (SELECT m.email FROM member m WHERE m.account_id = a.id AND m.held_for_host = 1)) AS before
                   FROM account a WHERE a.id = ?8 AND a.delegated <> json_extract(?9, '$.delegated')"
            ),
            action,
            target_type: "account",
            target_id: id.to_string(),
            account: Some(id.clone()),
            after: json!({ "delegated": delegated, "seat_of_host": null }),
        })
        .write(sql!("UPDATE account SET delegated = ?2, version = version + 1 WHERE id = ?1 AND delegated <> ?2", id, delegated));
    if !delegated {
        act = act.writes(seat::end(id)).writes(end_lost_links(cx, id)).relabels(reset::relabelled(id)).rule(sql!(
            concat!("INSERT INTO refusal (delegation_needs_own_admin) SELECT 1 FROM account a WHERE a.id = ?1 AND NOT EXISTS (", own_admin!(), ")"),
            id,
            cx.now
        ));
    }
    let result = account_list::read_one(cx, id)?.into_iter().fold(act, Act::read).run().await?;
    account_list::one(cx, &result, 0)
}

/// Ends the links that host users could make only by delegation. Their reset links for users of other accounts also open nothing here from now on:
/// the same rule is checked when a link is used.
fn end_lost_links(cx: &Cx, id: &AccountId) -> [Stmt; 2] {
    [
        sql!(
            "UPDATE invitation SET state = 'revoked', ended_at = ?2 WHERE account_id = ?1 AND state = 'pending'
                AND EXISTS (SELECT 1 FROM account a JOIN member h ON h.account_id = a.parent_id AND h.user_id = invitation.created_by WHERE a.id = ?1)
                AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = invitation.created_by AND w.account_id = ?1
                      AND w.permission = 'members.manage' AND w.ends_at > ?2)
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            id,
            cx.now
        ),
        reset::end_lost(id, cx.now),
    ]
}

/// A host user who is a user of the account too. Delegation does not change their own access, but a seat held for the host ends with it.
#[derive(Debug, Deserialize)]
pub struct RemainingUser {
    /// As the account calls them.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their own role.
    pub role: Role,
    /// Whether it is the seat of the host.
    #[serde(deserialize_with = "decode::flag")]
    pub held_for_host: bool,
}

/// What the settings page of an account shows.
pub struct Settings {
    /// The account.
    pub account: Account,
    /// The address of the invited first admin, while the account is pending.
    pub invited: Option<String>,
    /// The host users who keep access when delegation is turned off; empty for a caller who cannot turn it off.
    pub remaining_users: Vec<RemainingUser>,
    /// The host user whose seat ends then.
    pub holder: Option<RemainingUser>,
    /// Whether the account still has an admin of its own when delegation is turned off.
    pub has_own_admin: bool,
}

/// What the settings page of an account shows, with the batch that read it.
///
/// # Errors
/// `not_signed_in`, `not_found`.
pub async fn settings(cx: &Cx, id: &AccountId) -> Result<(BatchResult, Settings)> {
    #[derive(Deserialize)]
    struct Invited {
        email: String,
    }
    #[derive(Deserialize)]
    struct Own {
        #[serde(deserialize_with = "decode::flag")]
        admin: bool,
    }
    let result = cx
        .view_row(id)
        .read(sql!(
            "SELECT m.email FROM account a JOIN member m ON m.account_id = a.id WHERE a.id = ?1 AND a.status = 'pending' AND m.role = 'admin' AND m.access = 'invited' LIMIT 1",
            id
        ))
        .read(sql!(
            "SELECT trim(coalesce(m.first_name, '') || ' ' || coalesce(m.last_name, '')) AS name, m.email, m.role, m.held_for_host
               FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND w.account_id = ?1
                       AND w.permission = 'delegation.manage' AND w.ends_at > ?2))
               CROSS JOIN account a CROSS JOIN member h ON h.account_id = a.parent_id AND h.access = 'active' AND h.ends_at > ?2
               CROSS JOIN member m ON m.account_id = a.id AND m.user_id = h.user_id AND m.access = 'active' AND m.ends_at > ?2
              WHERE a.id = ?1 ORDER BY h.name_key LIMIT 100",
            id,
            cx.now,
            cx.session.as_deref()
        ))
        .read(sql!(concat!("SELECT EXISTS (", own_admin!(), ") AS admin FROM account a WHERE a.id = ?1"), id, cx.now))
        .run()
        .await?;
    let account = Account::of(cx, result.authority()?);
    let (holders, remaining_users): (Vec<RemainingUser>, Vec<RemainingUser>) =
        result.rows::<RemainingUser>(1)?.into_iter().partition(|user| user.held_for_host);
    let settings = Settings {
        account,
        invited: result.first::<Invited>(0)?.map(|invited| invited.email),
        remaining_users,
        holder: holders.into_iter().next(),
        has_own_admin: result.first::<Own>(2)?.is_some_and(|own| own.admin),
    };
    Ok((result, settings))
}
