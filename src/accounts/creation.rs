//! The creation of an account, and its first-admin link.
//!
//! A host user creates an account either *managed* (delegation starts on: document 002, «Questa impostazione viene attivata automaticamente per gli
//! account gestiti al momento della loro creazione») or *unmanaged*. «Al momento della creazione, ogni account deve avere almeno un utente
//! amministratore»: an administrator who is named in the request and invited by a link (the account is pending until they accept), or, of a managed
//! account, the host administrator who creates it, in a seat held for the host (`people/seat.rs`).

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::act::{Act, BatchResult},
    access::audit::Audit,
    access::authority::keeps_an_admin,
    access::context::Cx,
    accounts::account::{Account, NAME_CHARACTERS, index_words, lacks_creation},
    accounts::account_list,
    audited,
    core::db::Stmt,
    core::decode,
    core::field::{Checks, Email},
    core::id::AccountId,
    core::letters,
    core::permission::Permission,
    core::refusal::{Failure, Refusal, Result, Rule, Wrong},
    core::vocabulary::{AccountStatus, HOST},
    identity::link::NewLink,
    people::invitation::{self, Purpose},
    people::member_words,
    people::seat,
    remove_words, sql,
};

/// What creates an account.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// As people call it.
    pub name: String,
    /// Managed: delegation is on. Unmanaged: the account manages its users itself.
    pub managed: bool,
    /// The first admin, who is invited: the account is pending until they accept. Required for an unmanaged account, and from a caller who cannot
    /// hold a seat for the host: a host user who is no admin there, or one whose access has an end date. Absent: the creator is the first admin, in
    /// a seat held for the host.
    pub admin_email: Option<String>,
}

/// A new account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CreatedAccount {
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// The first admin's invitation with its link, when one was invited. Also `null` in a repeat of the request when another first-admin link has
    /// been made since.
    pub invitation: Option<invitation::NewInvitation>,
}

/// Creates an account. A repeat with the same `Idempotency-Key` returns the first one, without its link.
///
/// # Errors
/// `validation`, `first_admin_required`, `first_admin_of_host`, `not_signed_in`, `not_allowed`.
pub async fn create(cx: &Cx, new: &NewAccount) -> Result<(BatchResult, CreatedAccount)> {
    let mut checks = Checks::default();
    let name = checks.line("/name", &new.name, NAME_CHARACTERS);
    let first_admin = match (&new.admin_email, new.managed) {
        (Some(email), _) => Some(checks.email("/admin_email", email)),
        (None, true) => None,
        (None, false) => {
            checks.wrong("/admin_email", Wrong::Required);
            None
        }
    };
    checks.done()?;
    let id = AccountId::known(cx.new_id()?);
    let host = AccountId::known(HOST);
    let status = if first_admin.is_none() { AccountStatus::Active } else { AccountStatus::Pending }.code();
    let mut act = cx.act(Permission::AccountsCreate, &host).audit(Audit {
        sql: audited!("SELECT json_extract(?9, '$.name') AS name, NULL AS before"),
        action: "account.created",
        target_type: "account",
        target_id: id.to_string(),
        account: Some(host.clone()),
        after: json!({ "name": name, "managed": new.managed, "status": status }),
    });
    act = act
        .write(sql!(
            "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            &id,
            HOST,
            &name,
            letters::folded(&name),
            status,
            new.managed,
            cx.now
        ))
        .writes(index_words(&id, &name));
    let mut link = None;
    if let Some(email) = first_admin {
        let member = cx.new_id()?;
        let new_link = NewLink::new(cx)?;
        act = act
            .expect(refuse_host_user(&email))
            .write(invite_first_admin(cx, &id, &member, &email))
            .write(member_words::added(&member))
            .writes(new_link.inserts(cx, &id, &member, Purpose::FirstAdmin)?);
        act = new_link.outboxes_invitation(cx, act);
        link = Some(new_link);
    } else {
        act = act.expect(seat::expect_holder(cx)?).writes(seat::take(cx, &id)?).rule(keeps_an_admin(&id));
    }
    act = account_list::read_one(cx, &id)?.into_iter().fold(act, Act::read);
    if let Some(link) = &link {
        act = act.read(link.read_invitation());
    }
    let result = act.run().await.map_err(lacks_creation).map_err(lacks_first_admin)?;
    let account = account_list::one(cx, &result, 0)?;
    let invitation = match &link {
        None => None,
        // A new first-admin link replaces the member, and the first link's row is deleted with the old member: a repeat returns the account without
        // it.
        Some(link) if cx.is_repeat() => result.first(3)?.map(|opened| link.publish_invitation(cx, opened)),
        Some(link) => Some(link.publish_invitation(cx, result.one(3)?)),
    };
    Ok((result, CreatedAccount { account, invitation }))
}

/// Names the missing field when a caller who cannot hold a seat for the host gave no first admin.
fn lacks_first_admin(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::FirstAdminRequired => {
            Refusal { errors: Refusal::field("/admin_email", Wrong::Required).errors, ..*refusal }.into()
        }
        failure => failure,
    }
}

/// Refuses a user of the host as first admin: nobody gains more rights than they had by creating an account. Host users are invited into accounts
/// by those who manage the accounts.
fn refuse_host_user(email: &Email) -> Stmt {
    sql!("INSERT INTO refusal (first_admin_of_host) SELECT 1 FROM member WHERE account_id = ?1 AND email_key = ?2 AND access <> 'none'", HOST, &email.key)
}

fn invite_first_admin(cx: &Cx, account: &AccountId, member: &str, email: &Email) -> Stmt {
    sql!(
        "INSERT INTO member (id, account_id, email, email_key, access, role, created_at, updated_at, words) VALUES (?1, ?2, ?3, ?4, 'invited', 'admin', ?5, ?5, ?6)",
        member,
        account,
        &email.typed,
        &email.key,
        cx.now,
        member_words::words(&[("email", Some(&email.typed))])
    )
}

/// The request for a new first-admin link.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdmin {
    /// The new address; absent: the same person.
    #[serde(default, deserialize_with = "decode::given")]
    pub admin_email: Option<String>,
}

/// Makes a new first-admin link, for the same person or for another address. The old link ends at once.
///
/// # Errors
/// `account_not_pending`, `first_admin_of_host`, `validation`, and the gate's.
pub async fn renew_first_admin(cx: &Cx, id: &AccountId, first_admin: &FirstAdmin) -> Result<(BatchResult, invitation::NewInvitation)> {
    let email = match &first_admin.admin_email {
        None => None,
        Some(text) => {
            let mut checks = Checks::default();
            let email = checks.email("/admin_email", text);
            checks.done()?;
            Some(email)
        }
    };
    let link = NewLink::new(cx)?;
    let member = cx.new_id()?;
    let words = email.as_ref().map(|email| member_words::words(&[("email", Some(&email.typed))]));
    let of_host = email.as_ref().map(refuse_host_user);
    let (typed, key) = email.map(|email| (email.typed, email.key)).unzip();
    // The member row is replaced each time: no user has it yet, and a new person must not inherit what the old one was sent.
    let act = of_host
        .into_iter()
        .fold(cx.act(Permission::AccountsCreate, id), Act::expect)
        .expect(sql!("INSERT INTO refusal (account_not_pending) SELECT 1 FROM account WHERE id = ?1 AND status <> 'pending'", id))
        .audit(Audit {
            sql: audited!("SELECT a.name, json_object('email', (SELECT m.email FROM member m WHERE m.account_id = a.id AND m.role = 'admin' AND m.access = 'invited' LIMIT 1)) AS before FROM account a WHERE a.id = ?8"),
            action: "account.first_admin_invited",
            target_type: "account",
            target_id: id.to_string(),
            account: Some(id.clone()),
            after: json!({ "email": typed }),
        })
        .write(sql!(
            "INSERT INTO member (id, account_id, email, email_key, role, created_at, updated_at, words)
             SELECT ?1, a.id, coalesce(?3, m.email), coalesce(?4, m.email_key), 'admin', ?5, ?5, coalesce(?6, json_object('_email', json(json_extract(m.words, '$._email'))))
               FROM account a LEFT JOIN member m ON m.account_id = a.id AND m.role = 'admin' AND m.access = 'invited' WHERE a.id = ?2 LIMIT 1",
            &member,
            id,
            typed,
            key,
            cx.now,
            words
        ))
        // Its links are deleted with it.
        .write(sql!(
            "UPDATE invitation SET state = 'replaced', ended_at = ?2 WHERE account_id = ?1 AND state = 'pending' RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            id,
            cx.now
        ))
        .write(sql!(remove_words!("SELECT id FROM member WHERE account_id = ?1 AND role = 'admin' AND access = 'invited'"), id))
        .write(sql!("DELETE FROM member WHERE account_id = ?1 AND role = 'admin' AND access = 'invited'", id))
        .write(sql!("UPDATE member SET access = 'invited' WHERE id = ?1 AND account_id = ?2", &member, id))
        .write(member_words::added(&member))
        .writes(link.inserts(cx, id, &member, Purpose::FirstAdmin)?);
    let result = link.outboxes_invitation(cx, act).read(link.read_invitation()).run().await?;
    let made = link.publish_invitation(cx, result.one(0)?);
    Ok((result, made))
}
