//! «Forgot password»: a letter with a link to whoever has the address, and one answer for everybody.
//!
//! The answer leaves before the work begins, so that a known address takes no longer than an unknown one. What is done before it is the same
//! for both: the counting, and a row that says what is to be done (`reset_request`). The work takes that row away in its own batch, after the
//! answer or, where the worker was killed or the database failed, in the scheduled job: whoever is first does it. Every active user is
//! written to, confirmed or not: who holds the mailbox wins (design §6).

use serde::Deserialize;

use super::NewLink;
use crate::{
    access::audit::Audit,
    access::context::Cx,
    audited_by,
    core::db::Stmt,
    core::field::Email,
    core::log,
    core::refusal::{Failure, Result},
    core::secret::Secret,
    core::vocabulary::HOST,
    identity::throttle,
    sql,
};

/// Letters to one address within [`throttle::WINDOW_MS`].
const EMAILS: i64 = 3;
/// Requests that one run of the scheduled job works on.
const IN_THE_JOB: i64 = 20;
/// A request that nobody could work on for so long is given up: the person has asked again.
const GIVEN_UP_MS: i64 = 3_600_000;

#[derive(Deserialize)]
struct Request {
    id: String,
}

/// Asks for a letter with a link. Always the same answer, but for the place that asks too often whatever it asks.
///
/// # Errors
/// `too_many_attempts`.
pub async fn forgot(cx: &Cx, email: &str) -> Result<()> {
    let Some(email) = Email::parse(email) else { return Ok(()) };
    if cx.env.mailer.is_none() {
        return Ok(());
    }
    let (place_key, address_key) = (format!("forgot:place:{}", throttle::place(&cx.ip)), format!("forgot:address:{}", email.key));
    let asked: Vec<Request> = throttle::counted(cx, cx.act_by_secret(), &place_key, throttle::EMAILS_PER_PLACE)
        // The address's own limit refuses nothing, for the answer must not differ: it only stops the letter. It is read here and not after
        // the answer: of many who ask at once, the first three still get theirs.
        .expect(throttle::count(cx, &address_key))
        .write(sql!(
            "INSERT INTO reset_request (id, email_key, created_at) SELECT ?1, ?2, ?3 FROM attempt t WHERE t.key = ?4 AND t.count <= ?5 RETURNING id",
            cx.new_id()?,
            &email.key,
            cx.now,
            address_key,
            EMAILS
        ))
        .run()
        .await?
        .returned()?;
    if !asked.is_empty() {
        let after = cx.clone();
        cx.later(async move {
            // Done while the answer is on its way, it would tell by time that there is a user.
            (after.env.config.answer_left)().await;
            work(&after, &asked).await;
        });
    }
    Ok(())
}

/// Does what waits, in the scheduled job.
pub async fn work_on_what_waits(cx: &Cx) {
    if cx.env.mailer.is_none() {
        return;
    }
    let waiting = sql!("SELECT q.id FROM reset_request q WHERE q.created_at > ?1 ORDER BY q.created_at LIMIT ?2", cx.now - GIVEN_UP_MS, IN_THE_JOB);
    match cx.view_by_secret().read(waiting).run().await.and_then(|done| done.rows::<Request>(0)) {
        Ok(waiting) => work(cx, &waiting).await,
        Err(Failure::Broken(fault)) => log::fault(&cx.request_id, &fault),
        Err(Failure::Refused(_)) => {}
    }
}

/// What is not worked on any more.
#[must_use]
pub fn give_up(cx: &Cx) -> Stmt {
    sql!("DELETE FROM reset_request WHERE created_at <= ?1", cx.now - GIVEN_UP_MS)
}

async fn work(cx: &Cx, requests: &[Request]) {
    for request in requests {
        if let Err(Failure::Broken(fault)) = post(cx, &request.id).await {
            log::fault(&cx.request_id, &fault);
        }
    }
    cx.finish().await;
}

/// The active user of the address that the request of this id names.
macro_rules! wanted {
    ($request:literal) => {
        concat!("reset_request q JOIN user u ON u.email_key = q.email_key WHERE q.id = ", $request, " AND u.status = 'active'")
    };
}

/// The link and its letter, where somebody has the address and nobody has worked on the request yet.
async fn post(cx: &Cx, request: &str) -> Result<()> {
    let offer = NewLink::new(cx)?;
    let act = cx
        .act_by_secret()
        .audit(Audit {
            sql: audited_by!(concat!(
                "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, NULL AS actor_id, NULL AS actor_name FROM ",
                wanted!("?8")
            )),
            action: "password_reset.requested",
            target_type: "user",
            target_id: request.to_owned(),
            account: None,
            after: serde_json::Value::Null,
        })
        .write(sql!(
            concat!(
                "UPDATE password_reset SET state = 'replaced', ended_at = ?2 WHERE state = 'pending' AND origin = 'person' AND user_id IN (SELECT u.id FROM ",
                wanted!("?1"),
                ") RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
            ),
            request,
            cx.now
        ))
        .write(sql!(
            concat!(
                "INSERT INTO password_reset (id, user_id, mailed_token_hash, created_at, expires_at)
                 SELECT ?2, u.id, ?3, ?4, ?4 + (SELECT reset_ms FROM host_setting WHERE account_id = ?5) FROM ",
                wanted!("?1")
            ),
            request,
            &offer.id,
            offer.mailed.as_ref().map(Secret::hash),
            cx.now,
            HOST
        ))
        .write(sql!("DELETE FROM reset_request WHERE id = ?1", request));
    if let Some(opened) = offer.outboxes_reset(cx, act, None).read(offer.read_reset()).run().await?.first(0)? {
        offer.publish_reset(cx, &opened);
    }
    Ok(())
}
