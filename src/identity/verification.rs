//! The confirmation of one's own address. A link that was mailed to it and is opened proves the mailbox (design §6).
//!
//! A user who came by a copied link has not proven the mailbox, and every page asks them to. The row of the e-mail is the only record of the
//! link: its token is valid as long as the user has that address and has not confirmed it. Opened again in its time, it gives the same answer
//! and changes nothing. (A reset link that was mailed proves the mailbox as well: `identity/reset.rs`.)

use crate::{
    access::audit::Audit, access::context::Cx, access::email_queue::expect_provider, audited_by, core::pasted_link::LinkPage, core::refusal::Result,
    core::secret::Secret, email_row, identity::link, identity::throttle, sql,
};

/// E-mails that one session can ask for within [`throttle::WINDOW_MS`].
const MOST_EMAILS: i64 = 3;

/// Sends the e-mail with the link. Where the address is confirmed already, nothing is sent.
///
/// # Errors
/// `needs_mail`, `too_many_attempts`, `not_signed_in`.
pub async fn ask(cx: &Cx) -> Result<()> {
    let (token, id) = (cx.signed_in()?, cx.new_id()?);
    throttle::counted(cx, cx.act_signed_in().expect(expect_provider(cx)), &format!("verification:session:{token}"), MOST_EMAILS)
        .outbox(sql!(
            email_row!(
                "SELECT ?1, NULL, NULL, u.id, NULL, 'email_verification', u.email, u.language, '{}', ?3, u.id, 'queued', ?4, ?4
                   FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?2 AND u.email_verified_at IS NULL"
            ),
            &id,
            token,
            Secret::mailed(&cx.env.config, &id).hash(),
            cx.now
        ))
        .run()
        .await?;
    Ok(())
}

/// How long the link of `email_verification` is valid, in ms. Its e-mail says so.
pub const VERIFICATION_MS: i64 = 24 * 3_600_000;

/// Confirms the address by the link of its e-mail. The same link again is the same confirmation, because its answer may have been lost.
///
/// # Errors
/// `link_not_valid`, `link_expired`.
pub async fn confirm(cx: &Cx, token: &str) -> Result<()> {
    let hash = link::hash_in(LinkPage::Verification, token)?;
    cx.act_by_secret()
        .expect(sql!(
            "INSERT INTO refusal (link_not_valid)
             SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM address_proof p WHERE p.token_hash = ?1 AND (NOT p.is_done OR p.created_at > ?2))",
            &hash,
            cx.now - VERIFICATION_MS
        ))
        .expect(sql!(
            "INSERT INTO refusal (link_expired) SELECT 1 FROM address_proof p WHERE p.token_hash = ?1 AND NOT p.is_done AND p.created_at <= ?2",
            &hash,
            cx.now - VERIFICATION_MS
        ))
        .audit(Audit {
            sql: audited_by!(
                "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, u.id AS actor_id, trim(u.first_name || ' ' || u.last_name) AS actor_name
                   FROM delivery d JOIN user u ON u.id = d.user_id WHERE d.token_hash = ?8 AND u.email_verified_at IS NULL"
            ),
            action: "user.email_verified",
            target_type: "user",
            target_id: hash.clone(),
            account: None,
            after: serde_json::Value::Null,
        })
        .write(sql!(
            "UPDATE user SET email_verified_at = ?2 WHERE id = (SELECT p.user_id FROM address_proof p WHERE p.token_hash = ?1 AND NOT p.is_done)",
            &hash,
            cx.now
        ))
        .run()
        .await?;
    Ok(())
}
