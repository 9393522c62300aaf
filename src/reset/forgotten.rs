//! «Forgot password»: a letter with a link to whoever has the address, and one answer for everybody.
//!
//! The answer leaves before the work begins, so that a known address takes no longer than an unknown one. What is done before it is the
//! counting alone, by the same statements for both. Every active user is written to, confirmed or not: who holds the mailbox wins (design §6).

use super::Offer;
use crate::{
    account::HOST,
    audit::Audit,
    audited_by,
    cx::Cx,
    field::Email,
    log, record,
    refusal::{Failure, Result},
    sql, throttle,
};

/// Letters to one address within [`throttle::WINDOW_MS`].
const LETTERS: i64 = 3;

/// Asks for a letter with a link. Always the same answer, but for the place that asks too often whatever it asks.
///
/// # Errors
/// `too_many_attempts`.
pub async fn forgot(cx: &Cx, email: &str) -> Result<()> {
    record! {
        struct Counted {
            count: i64,
        }
    }
    let Some(email) = Email::parse(email) else { return Ok(()) };
    if cx.world.mailer.is_none() {
        return Ok(());
    }
    let (place_key, address_key) = (format!("forgot:place:{}", throttle::place(&cx.ip)), format!("forgot:address:{}", email.key));
    let counted: Option<Counted> = throttle::counted(cx, cx.act_by_secret(), &place_key, throttle::LETTERS_PER_PLACE)
        // The address's own limit refuses nothing, for the answer must not differ: it only stops the letter.
        .expect(throttle::count(cx, &address_key))
        // Read here and not after the answer: of many who ask at once, the first three still get their letter.
        .read(sql!("SELECT t.count FROM attempt t WHERE t.key = ?1", address_key))
        .run()
        .await?
        .first(0)?;
    if counted.is_some_and(|counted| counted.count > LETTERS) {
        return Ok(());
    }
    let after = cx.clone();
    cx.later(async move {
        if let Err(Failure::Broken(fault)) = post(&after, &email).await {
            log::fault(&after.request_id, &fault);
        }
        after.finish().await;
    });
    Ok(())
}

/// The active user of the address.
macro_rules! wanted {
    ($key:literal) => {
        concat!("user u WHERE u.email_key = ", $key, " AND u.status = 'active'")
    };
}

/// The link and its letter, where somebody has the address.
async fn post(cx: &Cx, email: &Email) -> Result<()> {
    let offer = Offer::new(cx)?;
    let act = cx
        .act_by_secret()
        .audit(Audit {
            sql: audited_by!(concat!(
                "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, NULL AS actor_id, NULL AS actor_name FROM ",
                wanted!("?8")
            )),
            action: "password_reset.requested",
            target_type: "user",
            target_id: email.key.clone(),
            account: None,
            after: serde_json::Value::Null,
        })
        .write(sql!(
            concat!(
                "UPDATE password_reset SET state = 'replaced', ended_at = ?2 WHERE state = 'pending' AND origin = 'person' AND user_id IN (SELECT u.id FROM ",
                wanted!("?1"),
                ") RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
            ),
            &email.key,
            cx.now
        ))
        .write(sql!(
            concat!(
                "INSERT INTO password_reset (id, user_id, mailed_token_hash, created_at, expires_at)
                 SELECT ?2, u.id, ?3, ?4, ?4 + (SELECT reset_ms FROM host_setting WHERE account_id = ?5) FROM ",
                wanted!("?1")
            ),
            &email.key,
            &offer.id,
            offer.mailed.as_ref().map(crate::secret::Secret::hash),
            cx.now,
            HOST
        ));
    if let Some(opened) = offer.outboxes(cx, act, None).read(offer.read_back()).run().await?.first(0)? {
        offer.publish(cx, &opened);
    }
    Ok(())
}
