//! Users: the people who can sign in. Users change their own name, language and password here.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::audit::Audit,
    access::context::Cx,
    audited,
    core::db::Stmt,
    core::decode,
    core::field::Checks,
    core::lang::Lang,
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::timestamp::Instant,
    core::version::Versions,
    core::vocabulary::NAME_CHARACTERS,
    identity::device,
    identity::email_change,
    identity::password,
    identity::password_notice::password_changed,
    identity::reset,
    identity::throttle::Attempt,
    sql,
};

/// A user as they see themselves.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct User {
    /// The user.
    pub id: String,
    /// As typed.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// `it` or `en`.
    pub language: String,
    /// Whether the address is confirmed: a link that was mailed to it was opened.
    pub email_verified: bool,
    /// When the user was created.
    pub created_at: Instant,
    /// Counts edits; also the `ETag`.
    pub version: i64,
}

/// A user's row.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "named as in design §4")]
pub struct Row {
    pub id: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub email_verified_at: Option<i64>,
    pub created_at: i64,
    pub version: i64,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            language: row.language,
            email_verified: row.email_verified_at.is_some(),
            created_at: Instant(row.created_at),
            version: row.version,
        }
    }
}

impl From<&crate::access::authority::Who> for User {
    fn from(who: &crate::access::authority::Who) -> Self {
        Self {
            id: who.id.clone(),
            email: who.email.clone(),
            first_name: who.first_name.clone(),
            last_name: who.last_name.clone(),
            language: who.language.clone(),
            email_verified: who.email_verified_at.is_some(),
            created_at: Instant(who.created_at),
            version: who.version,
        }
    }
}

/// One user (?1).
pub const ONE: &str = "SELECT u.id, u.email, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version FROM user u WHERE u.id = ?1";

/// The caller as a user.
///
/// # Errors
/// `not_signed_in`.
pub async fn me(cx: &Cx) -> Result<User> {
    Ok(crate::access::act::view_oneself(cx).run().await.map_err(|failure| crate::access::act::ended(cx, failure))?.who()?.into())
}

/// A change of one's own data. An empty name is accepted only together with the other name, which is not empty.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatch {
    /// Given name.
    #[serde(default, deserialize_with = "decode::given")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, deserialize_with = "decode::given")]
    pub last_name: Option<String>,
    /// `it` or `en`.
    pub language: Option<String>,
}

/// Changes one's own name and language.
///
/// # Errors
/// `validation`, `stale_version`, `not_signed_in`.
pub async fn edit(cx: &Cx, patch: &MePatch, version: Option<Versions>) -> Result<User> {
    let mut checks = Checks::default();
    let (mut first_name, mut last_name) = (patch.first_name.clone(), patch.last_name.clone());
    if first_name.is_some() || last_name.is_some() {
        let (first, last) = checks.names(first_name.as_deref().unwrap_or_default(), last_name.as_deref().unwrap_or_default(), NAME_CHARACTERS);
        first_name = first_name.map(|_| first);
        last_name = last_name.map(|_| last);
    }
    if patch.language.as_deref().is_some_and(|code| Lang::parse(code).is_none()) {
        checks.wrong("/language", Wrong::Unknown);
    }
    checks.done()?;
    let token = cx.signed_in()?;
    let result = cx
        .act_signed_in()
        .changes(first_name.is_some() || last_name.is_some() || patch.language.is_some())
        .expect(sql!(
            "INSERT INTO refusal (stale_version) SELECT 1 FROM user WHERE id = (SELECT user_id FROM session WHERE token_hash = ?1) AND ?2 IS NOT NULL AND version NOT IN (SELECT value FROM json_each(?2))",
            token,
            version.map(Versions::bound)
        ))
        .audit(Audit {
            sql: audited!(
                "SELECT me.email AS name, json_object('first_name', me.first_name, 'last_name', me.last_name, 'language', me.language) AS before
                   FROM user me WHERE me.id = (SELECT user_id FROM session WHERE token_hash = ?5)"
            ),
            action: "user.changed",
            target_type: "user",
            target_id: "me".to_owned(),
            account: None,
            after: json!({ "first_name": first_name, "last_name": last_name, "language": patch.language }),
        })
        .write(sql!(
            "UPDATE user SET first_name = coalesce(?2, first_name), last_name = coalesce(?3, last_name), language = coalesce(?4, language), version = version + 1
              WHERE id = (SELECT user_id FROM session WHERE token_hash = ?1)",
            token,
            first_name,
            last_name,
            patch.language.as_deref()
        ))
        .read(sql!(
            "SELECT u.id, u.email, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version
               FROM user u WHERE u.id = (SELECT user_id FROM session WHERE token_hash = ?1)",
            token
        ))
        .run()
        .await?;
    Ok(result.one::<Row>(0)?.into())
}

/// «Modifica password»: the current one and the new one.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password in use.
    pub current_password: String,
    /// The new password.
    pub new_password: String,
}

/// Changes one's own password. All other sessions and every open reset link end; a notice is sent.
///
/// The hash must be read before it can be compared, so this takes two trips, like signing in.
///
/// # Errors
/// `wrong_password`, `too_many_attempts`, `validation`, `not_signed_in`.
pub async fn change_password(cx: &Cx, change: &PasswordChange) -> Result<()> {
    #[derive(Deserialize)]
    struct Stored {
        password_hash: String,
    }
    if cx.is_repeat() {
        // The first request changed the password: the current one given does not fit any more.
        return Ok(());
    }
    let token = cx.signed_in()?;
    let attempt = Attempt::signed_in(cx)?;
    let result = attempt
        .counted(cx.act_signed_in())
        .read(sql!("SELECT u.password_hash FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1", token))
        .run()
        .await?;
    let who = result.who()?;
    if let Some(weakness) = password::weakness(&change.new_password, &[&who.email, &who.first_name, &who.last_name]) {
        // No password was compared, so this was no attempt.
        cx.act_signed_in().writes(attempt.taken_back()).run().await?;
        return Err(Refusal::field("/new_password", weakness).into());
    }
    let stored: Stored = result.one(0)?;
    if !password::fits(&change.current_password, Some(&stored.password_hash)) {
        return Err(Rule::WrongPassword.into());
    }
    let new_hash = password::hash(&change.new_password)?;
    let act = cx
        .act_signed_in()
        // The password may have been changed since it was compared.
        .expect(sql!(
            "INSERT INTO refusal (wrong_password) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1 AND u.password_hash = ?2)",
            token,
            &stored.password_hash
        ))
        .audit(Audit {
            sql: audited!("SELECT me.email AS name, NULL AS before FROM user me WHERE me.id = (SELECT user_id FROM session WHERE token_hash = ?5)"),
            action: "user.password_changed",
            target_type: "user",
            target_id: who.id.clone(),
            account: None,
            after: serde_json::Value::Null,
        })
        .writes(set_password(&who.id, &new_hash, cx.now))
        .write(sql!("DELETE FROM session WHERE user_id = ?1 AND token_hash <> ?2", &who.id, token))
        .write(device::forget_others(cx, &who.id))
        .writes(attempt.forgiven());
    password_changed(cx, act, &who.id)?.run().await?;
    Ok(())
}

/// Sets a new password, and ends every open reset link and change of address.
#[must_use]
pub fn set_password(user_id: &str, stored: &str, now: i64) -> Vec<Stmt> {
    vec![
        sql!("UPDATE user SET password_hash = ?2, version = version + 1 WHERE id = ?1", user_id, stored),
        reset::end_all(user_id, now),
        email_change::end(user_id, "revoked", now),
    ]
}
