//! The first hour of a deployment: whoever holds the one-time `SETUP_TOKEN` creates the host and its first admin. Once.

use serde::Serialize;
use serde_json::json;

use crate::{
    acceptance::NAME_CHARACTERS,
    account::{HOST, NAME_CHARACTERS as ACCOUNT_NAME_CHARACTERS, keeps_an_admin},
    audit::Audit,
    audited_by,
    cx::Cx,
    field::{self, Checks},
    id::{AccountId, MemberId},
    member::{Category, index_words},
    password, preference, record,
    refusal::{Failure, Result, Rule},
    secret, sql,
    throttle::Attempt,
    user::{self, User},
};

record! {
    /// What sets a deployment up.
    #[derive(Debug, Clone, Default, utoipa::ToSchema)]
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
}

/// A deployment just set up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SetUp {
    /// The host's account.
    pub account_id: String,
    /// Its first admin.
    pub user: User,
}

/// Creates the host and its first admin.
///
/// The password is hashed only once the request was counted and there is no host yet, so this takes two trips.
///
/// # Errors
/// `wrong_setup_token`, `validation`, `already_set_up`, `too_many_attempts`.
#[expect(clippy::too_many_lines, reason = "one batch, mostly its columns")]
pub async fn set_up(cx: &Cx, setup: &Setup) -> Result<SetUp> {
    if !secret::same(setup.setup_token.trim(), &cx.world.config.setup_token) {
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
    let attempt = Attempt::of_the_place(cx);
    let no_host = sql!("INSERT INTO refusal (already_set_up) SELECT 1 FROM account WHERE id = ?1", HOST);
    attempt.counted(cx.act_by_secret().expect(no_host.clone())).run().await?;
    let done = cx
        .act_by_secret()
        .expect(no_host)
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
            field::folded(&host_name),
            cx.lang.code(),
            cx.now
        ))
        .write(attempt.forgiven())
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
            "INSERT INTO member (id, account_id, email, email_key, first_name, last_name, first_name_key, last_name_key, access, role, user_id, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), nullif(?6, ''), nullif(?7, ''), nullif(?8, ''), 'active', 'admin', ?9, ?10, ?10)",
            &member,
            HOST,
            &email.typed,
            &email.key,
            &first_name,
            &last_name,
            field::folded(&first_name),
            field::folded(&last_name),
            &user,
            cx.now
        ))
        .write(preference::insert(&MemberId::known(member.clone()), &host, &[Category::Domain]))
        .writes(index_words(&host, &member, "email", &email.typed))
        .writes(index_words(&host, &member, "first_name", &first_name))
        .writes(index_words(&host, &member, "last_name", &last_name))
        .rule(keeps_an_admin(&host))
        .read(sql!(user::ONE, &user))
        .run()
        .await
        .map_err(|failure| match failure {
            // The host's id is fixed, so a lost race is a primary key taken.
            Failure::Refused(refusal) if refusal.rule == Rule::StaleVersion => Rule::AlreadySetUp.into(),
            failure => failure,
        })?;
    Ok(SetUp { account_id: HOST.to_owned(), user: done.one::<user::Row>(0)?.into() })
}
