//! «Forgot password»: an e-mail with a link to the user of the address, and the same answer for everybody.
//!
//! The answer is sent before the work begins, so that a known address takes no longer than an unknown one. Before the answer the same is done
//! for both: the request is counted, and a row says what is to be done (`reset_request`). The work deletes that row in its own batch, after the
//! answer or, where the worker was killed or the database failed, in the scheduled job: whichever is first does it. Every active user gets the
//! e-mail, with a confirmed address or not: who holds the mailbox wins (design §6).

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

/// E-mails to one address within [`throttle::WINDOW_MS`].
const MOST_EMAILS: i64 = 3;
/// The most requests that one run of the scheduled job works on.
const IN_THE_JOB: i64 = 20;
/// A request that could not be worked on for so long (in ms) is given up, because the person has asked again.
const GIVEN_UP_MS: i64 = 3_600_000;

#[derive(Deserialize)]
struct Request {
    id: String,
}

/// An e-mail address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The address.
    pub email: String,
}

/// Asks for an e-mail with a link. The answer is the same for every address. Only a place that asks too often is refused.
///
/// # Errors
/// `too_many_attempts`.
pub async fn forgot(cx: &Cx, email: &str) -> Result<()> {
    let Some(email) = Email::parse(email) else { return Ok(()) };
    if cx.env.mailer.is_none() {
        return Ok(());
    }
    let (place_key, address_key) = (format!("forgot:place:{}", throttle::place(&cx.ip)), format!("forgot:address:{}", email.key));
    let requests: Vec<Request> = throttle::counted(cx, cx.act_by_secret(), &place_key, throttle::RESETS_PER_PLACE)
        // The limit of the address refuses nothing, because the answer must not differ: it only stops the e-mail. It is read here and not after
        // the answer, so that of many requests at once the first three still get theirs.
        .expect(throttle::count(cx, &address_key))
        .write(sql!(
            "INSERT INTO reset_request (id, email_key, created_at) SELECT ?1, ?2, ?3 FROM attempt t WHERE t.key = ?4 AND t.count <= ?5 RETURNING id",
            cx.new_id()?,
            &email.key,
            cx.now,
            address_key,
            MOST_EMAILS
        ))
        .run()
        .await?
        .returned()?;
    if !requests.is_empty() {
        let after = cx.clone();
        cx.later(async move {
            // Work done while the answer is on its way would show by its time that there is a user.
            (after.env.config.answer_left)().await;
            work(&after, &requests).await;
        });
    }
    Ok(())
}

/// Works on the requests that wait, in the scheduled job.
pub async fn do_waiting_requests(cx: &Cx) {
    if cx.env.mailer.is_none() {
        return;
    }
    let waiting = sql!("SELECT q.id FROM reset_request q WHERE q.created_at > ?1 ORDER BY q.created_at LIMIT ?2", cx.now - GIVEN_UP_MS, IN_THE_JOB);
    match cx.view_by_secret().read(waiting).run().await.and_then(|result| result.rows::<Request>(0)) {
        Ok(waiting) => work(cx, &waiting).await,
        Err(Failure::Broken(fault)) => log::fault(&cx.request_id, &fault),
        Err(Failure::Refused(_)) => {}
    }
}

/// Deletes the requests that are given up.
#[must_use]
pub fn give_up(cx: &Cx) -> Stmt {
    sql!("DELETE FROM reset_request WHERE created_at <= ?1", cx.now - GIVEN_UP_MS)
}

async fn work(cx: &Cx, requests: &[Request]) {
    for request in requests {
        if let Err(Failure::Broken(fault)) = make_link(cx, &request.id).await {
            log::fault(&cx.request_id, &fault);
        }
    }
    cx.finish().await;
}

/// The active user of the address that the request of this id names.
macro_rules! requested_user {
    ($request:literal) => {
        concat!("reset_request q JOIN user u ON u.email_key = q.email_key WHERE q.id = ", $request, " AND u.status = 'active'")
    };
}

/// Makes the link and its e-mail, where a user has the address and the request has not been worked on yet.
async fn make_link(cx: &Cx, request: &str) -> Result<()> {
    let link = NewLink::new(cx)?;
    let act = cx
        .act_by_secret()
        .audit(Audit {
            sql: audited_by!(concat!(
                "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, NULL AS actor_id, NULL AS actor_name FROM ",
                requested_user!("?8")
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
                requested_user!("?1"),
                ") RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
            ),
            request,
            cx.now
        ))
        .write(sql!(
            concat!(
                "INSERT INTO password_reset (id, user_id, mailed_token_hash, created_at, expires_at)
                 SELECT ?2, u.id, ?3, ?4, ?4 + (SELECT reset_ms FROM host_setting WHERE account_id = ?5) FROM ",
                requested_user!("?1")
            ),
            request,
            &link.id,
            link.mailed.as_ref().map(Secret::hash),
            cx.now,
            HOST
        ))
        .write(sql!("DELETE FROM reset_request WHERE id = ?1", request));
    if let Some(opened) = link.queue_reset_email(cx, act, None).read(link.read_reset()).run().await?.first(0)? {
        link.publish_reset(cx, &opened);
    }
    Ok(())
}
