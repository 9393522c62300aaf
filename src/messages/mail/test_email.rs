//! The test e-mail: a host administrator sends it to themselves to see whether e-mails leave (`POST /v1/host/test-mail`). The answer waits for the
//! provider and says what it said.
//!
//! It is an e-mail like any other, with a row in the batch that lets it leave. The row is written with its claim, so that only this request sends
//! it now. When the provider cannot take it yet, or the worker dies, the outbox sends it later.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::outbox;
use crate::{
    access::audit::Audit,
    access::authority::lacks_the_host,
    access::context::Cx,
    audited,
    core::db::Stmt,
    core::id::AccountId,
    core::permission::Permission,
    core::ports::MailFailure,
    core::refusal::{Result, Rule},
    core::vocabulary::HOST,
    email_row,
    identity::throttle,
    sql,
};

/// Test e-mails of all administrators together within [`throttle::WINDOW_MS`].
pub const MOST: i64 = 20;

/// The result of sending an e-mail.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
pub struct TestOutcome {
    /// `sent`; `queued`: it has not left yet and is tried again later; `failed`.
    pub status: String,
    /// Why it was not sent, as the provider says it.
    pub failure: Option<String>,
    /// The provider's own id of it, where it gives one.
    pub provider_id: Option<String>,
}

/// A test e-mail and its result.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TestEmail {
    /// The id of the e-mail.
    pub id: String,
    /// Its result.
    pub delivery: TestOutcome,
}

/// Sends a test e-mail to the caller.
///
/// # Errors
/// `not_signed_in`, `not_allowed`, `mail_not_configured`, `too_many_attempts`.
pub async fn send(cx: &Cx) -> Result<TestEmail> {
    let (id, host, lease) = (cx.new_id()?, AccountId::known(HOST), cx.now + outbox::CLAIM_MS);
    let act = cx
        .act(Permission::HostManage, &host)
        .expect(sql!("INSERT INTO refusal (mail_not_configured) SELECT 1 WHERE ?1", cx.env.mailer.is_none()))
        .audit(Audit {
            sql: audited!("SELECT a.name, NULL AS before FROM account a WHERE a.id = ?8"),
            action: "mail.tested",
            target_type: "account",
            target_id: host.to_string(),
            account: Some(host.clone()),
            after: json!({ "provider": cx.env.config.mailing.provider }),
        })
        .outbox(sql!(
            email_row!(
                "SELECT ?1, NULL, NULL, u.id, NULL, 'test', u.email, u.language, json_object('by', trim(u.first_name || ' ' || u.last_name)), NULL, u.id, 'queued', ?2, ?2
                   FROM session s JOIN user u ON u.id = s.user_id WHERE s.token_hash = ?3"
            ),
            &id,
            cx.now,
            cx.session.as_deref()
        ))
        // While the provider asks us to wait, it waits like any other e-mail.
        .outbox(sql!(
            "UPDATE delivery SET claimed_until = CASE w.waits WHEN 0 THEN ?2 END, next_attempt_at = ?2, attempts = 1 - w.waits,
                failure = CASE w.waits WHEN 1 THEN 'the provider asked us to wait' END
               FROM (SELECT EXISTS (SELECT 1 FROM attempt WHERE key = ?3 AND ends_at > ?4) AS waits) w WHERE id = ?1",
            &id,
            lease,
            outbox::wait_key(cx),
            cx.now
        ))
        .read(outbox::claimed(&id))
        .read(read(&id));
    let result = throttle::counted(cx, act, "test-mail", MOST).run().await.map_err(lacks_the_host)?;
    if cx.is_repeat() {
        return Ok(TestEmail { id, delivery: result.one(1)? });
    }
    let Some(mailer) = &cx.env.mailer else { return Err(Rule::MailNotConfigured.into()) };
    let (status, failure, provider_id) = match outbox::at_once(cx, &**mailer, &result, lease).await? {
        Ok(sent) => ("sent", None, sent.provider_id),
        Err(MailFailure::Refused(reason)) => ("failed", Some(reason), None),
        Err(MailFailure::Later { reason, .. } | MailFailure::Unknown(reason)) => ("queued", Some(reason), None),
    };
    Ok(TestEmail { id, delivery: TestOutcome { status: status.to_owned(), failure, provider_id } })
}

/// Reads the result of the test e-mail with this id from its row.
#[must_use]
pub fn read(id: &str) -> Stmt {
    sql!("SELECT status, failure, provider_id FROM delivery WHERE id = ?1 AND letter = 'test'", id)
}
