//! The change of one's own address. It needs the password again, a link is mailed to the new address, and a notice to the old one. Nothing
//! changes before the link is used. The link is valid only while the session that asked exists, so ending the session ends the change.
//!
//! The link is only mailed, because it proves the mailbox. Without a provider the change is refused (`needs_mail`): a link shown to whoever
//! asks would let them sign in by an address that is not theirs. An address that belongs to another user gets the same answer as any other,
//! so that nobody learns who has a user. Its owner reads who asked, and the link is refused (`email_taken`). A new request replaces the one
//! before it. The user's members get the new address too, because a person with access has the address they sign in with.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::audit::Audit,
    access::context::Cx,
    access::email_queue::{expect_provider, first_status},
    add_words, audited, audited_by,
    core::db::Stmt,
    core::field::{self, Checks},
    core::pasted_link::LinkPage,
    core::refusal::{Result, Rule},
    core::secret::Secret,
    email_row,
    identity::link,
    identity::password,
    identity::throttle::{self, Attempt},
    remove_words, sql,
};

/// Changes that one user can ask for within [`throttle::WINDOW_MS`]: each sends an e-mail to an address of their choice.
const MOST_CHANGES: i64 = 10;
/// How long the link is valid, in ms.
const LIFE_MS: i64 = 3_600_000;

/// A change of the address one signs in with.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    /// The new address.
    pub email: String,
    /// The password in use.
    pub current_password: String,
}

/// Asks for another address. The answer is the same whoever the address belongs to.
///
/// The hash must be read before it can be compared, so this takes two trips, like changing the password.
///
/// # Errors
/// `validation`, `needs_mail`, `wrong_password`, `too_many_attempts`, `not_signed_in`.
pub async fn ask(cx: &Cx, given: &EmailChange) -> Result<()> {
    #[derive(Deserialize)]
    struct Stored {
        password_hash: String,
    }
    let mut checks = Checks::default();
    let email = checks.email("/email", &given.email);
    checks.done()?;
    if cx.is_repeat() {
        // The first request was checked. A repeat compares nothing.
        return Ok(());
    }
    let token = cx.signed_in()?;
    let attempt = Attempt::signed_in(cx)?;
    let result = attempt
        .counted(cx.act_signed_in().expect(expect_provider(cx)))
        .read(sql!("SELECT u.password_hash FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1", token))
        .run()
        .await?;
    let (who, stored) = (result.who()?, result.one::<Stored>(0)?);
    if !password::fits(&given.current_password, Some(&stored.password_hash)) {
        return Err(Rule::WrongPassword.into());
    }
    let (id, delivery_id) = (cx.new_id()?, cx.new_id()?);
    let words = json!(field::search_words(&[&email.typed]));
    throttle::counted(cx, cx.act_signed_in(), &format!("email-change:user:{}", who.id), MOST_CHANGES)
        // The password may have been changed since it was compared.
        .expect(sql!(
            "INSERT INTO refusal (wrong_password) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?1 AND u.password_hash = ?2)",
            token,
            &stored.password_hash
        ))
        .audit(Audit {
            sql: audited!("SELECT me.email AS name, json_object('email', me.email) AS before FROM user me WHERE me.id = ?8"),
            action: "user.email_change_requested",
            target_type: "user",
            target_id: who.id.clone(),
            account: None,
            after: json!({ "email": email.typed }),
        })
        .writes(attempt.forgiven())
        .write(end(&who.id, "replaced", cx.now))
        .write(sql!(
            "INSERT INTO email_change (id, user_id, session_id, email, email_key, words, old_email, mailed_token_hash, created_at, expires_at)
             SELECT ?1, u.id, s.id, ?2, ?3, ?4, u.email, ?5, ?6, ?7 FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?8",
            &id,
            &email.typed,
            &email.key,
            words,
            Secret::mailed(&cx.env.config, &delivery_id).hash(),
            cx.now,
            cx.now + LIFE_MS,
            token
        ))
        .outbox(sql!(
            email_row!(
                "SELECT ?1, NULL, NULL, u.id, NULL, 'email_change', e.email, u.language,
                        json_object('by', trim(u.first_name || ' ' || u.last_name), 'email', e.email, 'until', e.expires_at), e.mailed_token_hash, u.id, ?3, ?4, ?4
                   FROM email_change e JOIN user u ON u.id = e.user_id WHERE e.id = ?2"
            ),
            delivery_id,
            &id,
            first_status(cx),
            cx.now
        ))
        .outbox(notice(cx, "email_change_asked", &who.id)?)
        .run()
        .await?;
    Ok(())
}

/// An e-mail to the old address about the open change, which is found by the user or by the hash of the link.
fn notice(cx: &Cx, code: &str, found_by: &str) -> Result<Stmt> {
    Ok(sql!(
        email_row!(
            "SELECT ?1, NULL, NULL, u.id, NULL, ?2, e.old_email, u.language, json_object('email', e.email), NULL, u.id, ?4, ?5, ?5
               FROM email_change e JOIN user u ON u.id = e.user_id
              WHERE e.id IN (SELECT id FROM email_change WHERE user_id = ?3 UNION ALL SELECT id FROM email_change WHERE mailed_token_hash = ?3) AND e.state = 'pending'"
        ),
        cx.new_id()?,
        code,
        found_by,
        first_status(cx),
        cx.now
    ))
}

/// Ends the open change of this user.
#[must_use]
pub fn end(user_id: &str, state: &str, now: i64) -> Stmt {
    sql!("UPDATE email_change SET state = ?2, ended_at = ?3 WHERE user_id = ?1 AND state = 'pending'", user_id, state, now)
}

/// Refuses where another user has the address, or where somebody else has access with it in an account of this user.
const EXPECT_FREE: &str = "INSERT INTO refusal (email_taken) SELECT 1 FROM open_email_change o
      WHERE o.mailed_token_hash = ?1 AND (EXISTS (SELECT 1 FROM user t WHERE t.email_key = o.email_key AND t.id <> o.user_id)
        OR EXISTS (SELECT 1 FROM member m JOIN member t ON t.account_id = m.account_id AND t.email_key = o.email_key AND t.access <> 'none' AND t.id <> m.id
                    WHERE m.user_id = o.user_id AND m.access <> 'none'))";

/// Uses the link: from now on the user signs in with the new address. Every open reset link ends, and every session but the one that asked.
/// The same link again is the same change, because its answer may have been lost. Then each statement finds nothing left to do.
///
/// # Errors
/// `link_not_valid`, `link_expired`, `email_taken`.
pub async fn confirm(cx: &Cx, token: &str) -> Result<()> {
    let hash = link::hash_in(LinkPage::EmailChange, token)?;
    cx.act_by_secret()
        .expect(sql!(
            // A used link is accepted again until it expires, while its user has that address.
            "INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM open_email_change o WHERE o.mailed_token_hash = ?1)
                AND NOT EXISTS (SELECT 1 FROM email_change e JOIN user u ON u.id = e.user_id
                  WHERE e.mailed_token_hash = ?1 AND e.state = 'used' AND e.expires_at > ?2 AND u.email = e.email AND u.status = 'active')",
            &hash,
            cx.now
        ))
        .expect(sql!("INSERT INTO refusal (link_expired) SELECT 1 FROM open_email_change o WHERE o.mailed_token_hash = ?1 AND o.expires_at <= ?2", &hash, cx.now))
        .expect(sql!(EXPECT_FREE, &hash))
        .audit(Audit {
            sql: audited_by!(
                "SELECT NULL AS account_id, u.id AS target_id, e.email AS name, json_object('email', u.email) AS before, u.id AS actor_id, trim(u.first_name || ' ' || u.last_name) AS actor_name
                   FROM email_change e JOIN user u ON u.id = e.user_id WHERE e.mailed_token_hash = ?8 AND e.state = 'pending'"
            ),
            action: "user.email_changed",
            target_type: "user",
            target_id: hash.clone(),
            account: None,
            after: json!({}),
        })
        .write(sql!(
            "UPDATE user SET (email, email_key) = (SELECT o.email, o.email_key FROM open_email_change o WHERE o.mailed_token_hash = ?1),
                    email_verified_at = ?2, version = version + 1
              WHERE id = (SELECT o.user_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)",
            &hash,
            cx.now
        ))
        .write(sql!(remove_words!("SELECT m.id FROM member m WHERE m.user_id = (SELECT o.user_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)"), &hash))
        .write(sql!(
            "UPDATE member SET (email, email_key) = (SELECT o.email, o.email_key FROM open_email_change o WHERE o.mailed_token_hash = ?1),
                    words = json_set(words, '$._email', json((SELECT c.words FROM email_change c WHERE c.mailed_token_hash = ?1))), updated_at = ?2, version = version + 1
              WHERE user_id = (SELECT o.user_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)",
            &hash,
            cx.now
        ))
        .write(sql!(add_words!("SELECT m.id FROM member m WHERE m.user_id = (SELECT o.user_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)"), &hash))
        .write(sql!(
            "DELETE FROM session WHERE user_id = (SELECT o.user_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)
                AND id <> (SELECT o.session_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)",
            &hash
        ))
        .write(sql!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?2
              WHERE state = 'pending' AND user_id = (SELECT o.user_id FROM open_email_change o WHERE o.mailed_token_hash = ?1)
             RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            &hash,
            cx.now
        ))
        .email(notice(cx, "email_changed", &hash)?)
        .write(sql!("UPDATE email_change SET state = 'used', ended_at = ?2 WHERE mailed_token_hash = ?1 AND state = 'pending'", &hash, cx.now))
        .run()
        .await?;
    Ok(())
}
