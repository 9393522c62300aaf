//! One's own address confirmed: a link that was mailed to it and came back proves the mailbox (design §6).
//!
//! Who came in by a copied link has proven nothing, and is asked to on every page. The letter's row is all there is of it: its token opens
//! as long as the user still has that address, unproven. Opened once more while it lives it says what the first press said, and changes nothing. (A reset link that was mailed proves the mailbox as well: `identity/reset.rs`.)

use crate::{
    access::audit::Audit,
    access::context::Cx,
    access::email_queue::expect_provider,
    audited_by,
    core::refusal::Result,
    core::secret::{self, Secret},
    email_row,
    identity::throttle,
    sql,
};

/// Letters one session can ask for within a window.
const EMAILS: i64 = 3;

/// Asks for the letter. Where the address is confirmed already, nothing is sent.
///
/// # Errors
/// `needs_mail`, `too_many_attempts`, `not_signed_in`.
pub async fn ask(cx: &Cx) -> Result<()> {
    let (token, id) = (cx.signed_in()?, cx.new_id()?);
    throttle::counted(cx, cx.act_signed_in().expect(expect_provider(cx)), &format!("verification:session:{token}"), EMAILS)
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

/// How long the link of `email_verification` proves anything; its e-mail says so.
pub const VERIFICATION_MS: i64 = 24 * 3_600_000;

/// Confirms the address by the link of its letter. The same link once more is the same confirmation: its answer may have been lost.
///
/// # Errors
/// `link_not_valid`, `link_expired`.
pub async fn confirm(cx: &Cx, token: &str) -> Result<()> {
    let hash = secret::hash(token.trim());
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
