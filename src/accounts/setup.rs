//! The setup of a deployment: the holder of the one-time `SETUP_TOKEN` creates the host and its first admin, once.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::audit::Audit,
    access::authority::keeps_an_admin,
    access::context::Cx,
    accounts::account::NAME_CHARACTERS as ACCOUNT_NAME_CHARACTERS,
    audited_by,
    core::field::Checks,
    core::id::{AccountId, MemberId},
    core::letters,
    core::letters::bare,
    core::refusal::{Failure, Result, Rule},
    core::secret,
    core::vocabulary::{Category, HOST, NAME_CHARACTERS},
    identity::password,
    identity::throttle::Attempt,
    identity::user::{self, User},
    people::member_words,
    people::preference,
    sql,
};

/// The request that sets up a deployment.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The deployment's `SETUP_TOKEN`.
    pub setup_token: String,
    /// The host's name.
    pub host_name: String,
    /// The first admin's address.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The first admin's password.
    pub password: String,
}

/// The new host and its first admin.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SetUp {
    /// The host's account.
    pub account_id: String,
    /// Its first admin.
    pub user: User,
}

/// The user who set up the host ?1 with the address ?2, while they are a member of it; ?3 is now. The first audit line of the host names them.
macro_rules! founder {
    () => {
        "SELECT u.id, u.email, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version, u.password_hash
           FROM (SELECT actor_id FROM audit_event WHERE account_id = ?1 AND action = 'host.set_up' ORDER BY id LIMIT 1) e JOIN user u ON u.id = e.actor_id
          WHERE u.email_key = ?2 AND u.status = 'active'
            AND EXISTS (SELECT 1 FROM presence p WHERE p.user_id = u.id AND p.account_id = ?1 AND p.ends_at > ?3)"
    };
}

#[derive(Deserialize)]
struct Founder {
    password_hash: String,
    #[serde(flatten)]
    row: user::Row,
}

/// Counts the request. Returns `None` when there is no host yet, and the founder when the host was set up with this address; otherwise refuses with
/// `already_set_up`.
async fn founder(cx: &Cx, attempt: &Attempt, email_key: &str) -> Result<Option<Founder>> {
    let expected =
        sql!(concat!("INSERT INTO refusal (already_set_up) SELECT 1 FROM account WHERE id = ?1 AND NOT EXISTS (", founder!(), ")"), HOST, email_key, cx.now);
    attempt.counted(cx.act_by_secret().expect(expected)).read(sql!(founder!(), HOST, email_key, cx.now)).run().await?.first(0)
}

/// Returns the first result for the same setup with the same password: its answer may have been lost.
async fn repeated(cx: &Cx, attempt: &Attempt, founder: Founder, password: &str) -> Result<SetUp> {
    if !password::fits(password, Some(&founder.password_hash)) {
        return Err(Rule::AlreadySetUp.into());
    }
    cx.act_by_secret().writes(attempt.forgiven()).run().await?;
    Ok(SetUp { account_id: HOST.to_owned(), user: founder.row.into() })
}

/// Creates the host and its first admin. It works once; the founder gets the same answer again with the same address and password.
///
/// It takes two trips: the password is hashed only after the request was counted and when there is no host yet. The request counts like a sign-in,
/// because the holder of the setup token could try passwords here.
///
/// # Errors
/// `wrong_setup_token`, `validation`, `already_set_up`, `too_many_attempts`.
#[expect(clippy::too_many_lines, reason = "one batch, mostly its columns")]
pub async fn set_up(cx: &Cx, setup: &Setup) -> Result<SetUp> {
    if !secret::same(bare(&setup.setup_token), &cx.env.config.setup_token) {
        return Err(Rule::WrongSetupToken.into());
    }
    let mut checks = Checks::default();
    let host_name = checks.line("/host_name", &setup.host_name, ACCOUNT_NAME_CHARACTERS);
    let email = checks.email("/email", &setup.email);
    let (first_name, last_name) = checks.names(&setup.first_name, &setup.last_name, NAME_CHARACTERS);
    if let Some(weakness) = password::weakness(&setup.password, &[&email.key, &first_name, &last_name, &host_name]) {
        checks.wrong("/password", weakness);
    }
    checks.done()?;
    let (host, user, member) = (AccountId::known(HOST), cx.new_id()?, cx.new_id()?);
    let attempt = Attempt::to_sign_in(cx, Some(&email.key), &setup.email);
    if let Some(founder) = founder(cx, &attempt, &email.key).await? {
        return repeated(cx, &attempt, founder, &setup.password).await;
    }
    let made = cx
        .act_by_secret()
        .expect(sql!("INSERT INTO refusal (already_set_up) SELECT 1 FROM account WHERE id = ?1", HOST))
        .audit(Audit {
            sql: audited_by!(
                "SELECT ?8 AS account_id, ?8 AS target_id, json_extract(?9, '$.name') AS name, NULL AS before, json_extract(?9, '$.user_id') AS actor_id, json_extract(?9, '$.admin') AS actor_name"
            ),
            action: "host.set_up",
            target_type: "account",
            target_id: HOST.to_owned(),
            account: None,
            after: json!({ "name": host_name, "user_id": user, "admin": format!("{first_name} {last_name}").trim() }),
        })
        .write(sql!(
            "INSERT INTO account (id, name, name_key, status, language, created_at) VALUES (?1, ?2, ?3, 'active', ?4, ?5)",
            HOST,
            &host_name,
            letters::folded(&host_name),
            cx.lang.code(),
            cx.now
        ))
        .writes(attempt.forgiven())
        .write(sql!("INSERT INTO host_setting (account_id) VALUES (?1)", HOST))
        .write(sql!(
            "INSERT INTO user (id, email, email_key, password_hash, first_name, last_name, language, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &user,
            &email.typed,
            &email.key,
            password::hash(&setup.password)?,
            &first_name,
            &last_name,
            cx.lang.code(),
            cx.now
        ))
        .write(sql!(
            "INSERT INTO member (id, account_id, email, email_key, first_name, last_name, first_name_key, last_name_key, access, role, user_id, created_at, updated_at, words)
             VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), nullif(?6, ''), nullif(?7, ''), nullif(?8, ''), 'active', 'admin', ?9, ?10, ?10, ?11)",
            &member,
            HOST,
            &email.typed,
            &email.key,
            &first_name,
            &last_name,
            letters::folded(&first_name),
            letters::folded(&last_name),
            &user,
            cx.now,
            member_words::words(&[("email", Some(&email.typed)), ("first_name", Some(&first_name)), ("last_name", Some(&last_name))])
        ))
        .write(preference::insert(&MemberId::known(member.clone()), &host, &[Category::Domain]))
        .write(member_words::added(&member))
        .rule(keeps_an_admin(&host))
        .read(sql!(user::ONE, &user))
        .run()
        .await;
    match made {
        Ok(result) => Ok(SetUp { account_id: HOST.to_owned(), user: result.one::<user::Row>(0)?.into() }),
        // Another request was faster; it may be the same person's. (The host's id is fixed, so a lost race can also be a primary key that is
        // taken.)
        Err(Failure::Refused(refusal)) if [Rule::AlreadySetUp, Rule::StaleVersion].contains(&refusal.rule) => {
            let founder = founder(cx, &attempt, &email.key).await?.ok_or(Rule::AlreadySetUp)?;
            repeated(cx, &attempt, founder, &setup.password).await
        }
        Err(failure) => Err(failure),
    }
}
