//! The outbox: how e-mails leave, after an answer and in the scheduled job.
//!
//! A round takes a few rows that are due (one batch: count them against the limits, claim them, read them), makes each e-mail from its row, hands
//! all of them over at once, and writes the results in the batch that claims the next. A worker that is killed at any point loses nothing: its
//! claims run out, and the rows are due again under the same ids, which are the idempotency keys at the provider. Two rounds at the same time never
//! take the same row.
//!
//! Limits keep people from being mail-bombed through us. An e-mail over a limit is `failed` with the reason `limit`. It is not delayed: a slow
//! flood is still a flood, and most links would have expired by then. The requester's answer does not tell it, and the link can be copied.

use serde::Deserialize;
use std::{future::poll_fn, task::Poll};

use serde_json::Value as Json;

use super::email::EmailTemplate;
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::db::{Pending, Stmt},
    core::decode,
    core::lang::Lang,
    core::log,
    core::ports::{Mail, MailFailure, Mailer, Sent},
    core::refusal::{Failure, Result},
    core::secret::Secret,
    lost_invitation, lost_reset, sql,
};

/// E-mails handed over at once: below the six connections that Cloudflare lets one request hold.
const ROUND: i64 = 5;
/// How long a claim holds. A provider that does not answer is given up long before.
pub const CLAIM_MS: i64 = 60_000;
/// Rounds after an answer, and within how many ms of the first they may begin. (Cloudflare gives them 30 seconds; one round takes a little more
/// than ten.)
pub const AFTER_AN_ANSWER: (i64, i64) = (4, 15_000);
/// The same in a run of the scheduled job.
pub const IN_THE_JOB: (i64, i64) = (40, 300_000);
/// How long an e-mail waits after its first, second, … failed attempt; after one more it has failed.
const DELAYS_MS: [i64; 7] = [60_000, 5 * 60_000, 15 * 60_000, 3_600_000, 2 * 3_600_000, 4 * 3_600_000, 6 * 3_600_000];
/// The longest wait that a provider can ask for.
const LONGEST_WAIT_MS: i64 = 24 * 3_600_000;

/// The limit an e-mail counts against. There are four: communications; e-mails that a user asks to be sent to an address that is not theirs yet;
/// e-mails that users ask for themselves; e-mails that others cause. Notices of a user's own acts have no limit, because a stranger's e-mails must
/// not suppress them. Notices of others' acts have a limit for each account and kind, which counts for the recipient alone.
macro_rules! limit_class {
    ($of:literal) => {
        concat!(
            "CASE WHEN ",
            $of,
            ".communication_id IS NOT NULL THEN 'news:' WHEN ",
            $of,
            ".token_hash IS NULL THEN 'tells:' || ",
            $of,
            ".account_id || ':' || ",
            $of,
            ".letter || ':' WHEN ",
            $of,
            ".letter = 'email_change' THEN 'change:' WHEN ",
            $of,
            ".account_id IS NULL THEN 'own:' ELSE 'letters:' END"
        )
    };
}
/// The recipient, by the key of the address if somebody has it: a mailbox counts once in any spelling.
macro_rules! recipient {
    ($of:literal) => {
        concat!(
            "coalesce((SELECT u.email_key FROM user u WHERE u.id = ",
            $of,
            ".user_id AND u.email = ",
            $of,
            ".to_email),
                      (SELECT m.email_key FROM member m WHERE m.id = ",
            $of,
            ".member_id AND m.email = ",
            $of,
            ".to_email),
                      (SELECT e.email_key FROM email_change e WHERE e.mailed_token_hash = ",
            $of,
            ".token_hash), lower(",
            $of,
            ".to_email))"
        )
    };
}
/// The rows that are due, newest first, so that an e-mail somebody waits for does not come after a thousand others. There are none while the
/// provider (?4) asks us to wait. Invitations into a deactivated account are left out, because nobody could accept them.
macro_rules! due {
    () => {
        concat!(
            "SELECT d.id, ",
            recipient!("d"),
            " AS reader, d.account_id, d.sender_id, d.attempts, ",
            limit_class!("d"),
            " AS class
               FROM delivery d WHERE d.status = 'queued' AND d.next_attempt_at <= ?1 AND (d.claimed_until IS NULL OR d.claimed_until <= ?1)
                AND NOT EXISTS (SELECT 1 FROM attempt w WHERE w.key = ?4 AND w.ends_at > ?1)
                AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = d.account_id AND a.status = 'deactivated' AND d.invitation_id IS NOT NULL)
              ORDER BY d.next_attempt_at DESC LIMIT ?2"
        )
    };
}
/// Counts an e-mail at its first attempt: for its recipient (`to`), its account (`of`) and the user who caused it (`by`). ?3 is how long it counts.
const COUNT: &str = concat!(
    "INSERT INTO attempt (key, count, ends_at) WITH due AS (",
    due!(),
    ") SELECT k.key, count(*), ?1 + ?3 FROM (
          SELECT 'mail:to:' || class || reader AS key FROM due WHERE attempts = 0
          UNION ALL SELECT 'mail:of:' || class || account_id FROM due WHERE attempts = 0 AND class < 'tells:'
          UNION ALL SELECT 'mail:by:' || class || sender_id FROM due WHERE attempts = 0 AND class < 'tells:') k
       WHERE k.key IS NOT NULL GROUP BY k.key
       ON CONFLICT (key) DO UPDATE SET count = CASE WHEN ends_at <= ?1 THEN excluded.count ELSE count + excluded.count END,
          ends_at = CASE WHEN ends_at <= ?1 THEN excluded.ends_at ELSE ends_at END"
);
/// The limits are for an hour: 20 e-mails to one address, 300 in one account and by one user; 5,000 of communications.
const COUNTS_FOR_MS: i64 = 3_600_000;
/// Claims the rows. The claim sets the time of the next attempt (?5 are the delays), so that an e-mail whose worker dies waits as after any other
/// failure; if that was its last attempt it has failed. `over`: which of its counts are over the limit, and by how many e-mails.
const CLAIM: &str = concat!(
    "UPDATE delivery SET claimed_until = CASE WHEN attempts < 8 THEN ?3 END, attempts = min(attempts + 1, 8), next_attempt_at = ?1 + coalesce(?5 ->> attempts, 0),
        status = CASE WHEN attempts < 8 THEN status ELSE 'failed' END, failure = CASE WHEN attempts < 8 THEN failure ELSE coalesce(failure, 'no answer') END
      WHERE id IN (SELECT id FROM (",
    due!(),
    ")) RETURNING id, to_email, letter, language, details, token_hash, communication_id, attempts, status = 'failed' AS is_spent, created_at > ?1 - 172800000 AS is_young,
        (SELECT json_group_array(json_array(o.key, o.excess)) FROM (SELECT t.key, t.count - CASE WHEN t.key >= 'mail:to:' AND t.key < 'mail:to;' THEN 20
            WHEN claimed.class = 'news:' THEN 5000 ELSE 300 END AS excess FROM (SELECT ",
    limit_class!("delivery"),
    " AS class, ",
    recipient!("delivery"),
    " AS reader) claimed
          JOIN attempt t ON t.key IN ('mail:to:' || claimed.class || claimed.reader, 'mail:of:' || claimed.class || delivery.account_id,
                                      'mail:by:' || claimed.class || delivery.sender_id)
         WHERE delivery.attempts = 1) o WHERE o.excess > 0) AS over,
        token_hash IS NULL AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = delivery.account_id AND delivery.communication_id IS NOT NULL AND a.status = 'deleted')
         OR EXISTS (SELECT 1 FROM invitation WHERE invitation.mailed_token_hash = delivery.token_hash AND invitation.state = 'pending' AND invitation.expires_at > ?1
                       AND NOT ",
    lost_invitation!("?1"),
    ") OR EXISTS (SELECT 1 FROM password_reset JOIN user u ON u.id = password_reset.user_id WHERE password_reset.mailed_token_hash = delivery.token_hash
                       AND password_reset.state = 'pending' AND password_reset.expires_at > ?1 AND u.status = 'active'
                       AND NOT (password_reset.created_by IS NOT NULL AND ",
    lost_reset!("?1"),
    ")) OR EXISTS (SELECT 1 FROM open_email_change e WHERE e.mailed_token_hash = delivery.token_hash AND e.expires_at > ?1)
         OR EXISTS (SELECT 1 FROM user u WHERE u.id = delivery.user_id AND u.email = delivery.to_email AND u.email_verified_at IS NULL AND u.status = 'active'
                       AND delivery.letter = 'email_verification' AND delivery.created_at > ?1 - 86400000) AS is_live"
);

/// A claimed row.
#[derive(Deserialize)]
struct Due {
    id: String,
    to_email: String,
    letter: String,
    language: Option<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    details: Json,
    token_hash: Option<String>,
    communication_id: Option<String>,
    attempts: i64,
    #[serde(deserialize_with = "decode::flag")]
    is_spent: bool,
    #[serde(deserialize_with = "decode::flag")]
    is_young: bool,
    #[serde(default, deserialize_with = "decode::nested")]
    over: Json,
    #[serde(deserialize_with = "decode::flag")]
    is_live: bool,
}

/// Sends what is due in at most `rounds` rounds, each at its own instant.
pub async fn run(cx: &Cx, (rounds, within_ms): (i64, i64)) {
    let Some(mailer) = &cx.env.mailer else { return };
    let began = mailer.now(cx.now);
    let (mut now, mut notes) = (began, Vec::new());
    for _ in 0..rounds {
        let Some(mut due) = write_notes(cx, &notes, Some(now)).await else { return };
        if due.is_empty() {
            return;
        }
        keep_to_limits(&mut due);
        let texts = if due.iter().any(|one| one.communication_id.is_some()) { communications(cx, &due).await } else { Ok(Vec::new()) };
        let Ok(texts) = texts else { return };
        let made: Vec<_> = due.iter().map(|one| mail_of(cx, one, &texts)).collect();
        let handed = made.iter().map(|mail| mail.clone().map(|mail| mailer.send(mail)));
        let answers =
            all(handed.map(|sending| sending.unwrap_or_else(|reason| Box::pin(std::future::ready(Err(MailFailure::Refused(reason)))))).collect()).await;
        let is_accepting = !answers.iter().any(|answer| matches!(answer, Err(MailFailure::Later { .. } | MailFailure::Unknown(_))));
        let lease = now + CLAIM_MS;
        now = mailer.now(now);
        notes = due.iter().zip(answers).flat_map(|(one, answer)| note(cx, one, (lease, now), answer)).collect();
        // A provider that accepts nothing now is not asked again in this run.
        if !is_accepting || now - began > within_ms {
            break;
        }
    }
    write_notes(cx, &notes, None).await;
}

/// Leaves out rows that had their last attempt, and marks those over a limit: of the e-mails that a round counts together, the first still fit.
fn keep_to_limits(due: &mut Vec<Due>) {
    due.retain(|one| !one.is_spent);
    let full: Vec<Vec<Json>> = due.iter_mut().map(|one| one.over.as_array_mut().map(std::mem::take).unwrap_or_default()).collect();
    for (place, one) in due.iter_mut().enumerate() {
        let fits = |count: &Json| {
            let behind = full.iter().skip(place + 1).filter(|other| other.contains(count)).count();
            count.get(1).and_then(Json::as_u64).is_some_and(|excess| excess <= behind as u64)
        };
        one.over = Json::from(!full.get(place).is_some_and(|counts| counts.iter().all(fits)));
    }
}

/// The key of the count that holds back e-mails while this provider asks us to wait.
#[must_use]
pub fn wait_key(cx: &Cx) -> String {
    format!("mail:wait:{}", cx.env.config.mailing.provider.as_deref().unwrap_or_default())
}

/// Writes the results, and claims the next rows in the same batch. It tries twice when the database is busy, because a lost result sends an e-mail
/// again.
async fn write_notes(cx: &Cx, notes: &[Stmt], claims_at: Option<i64>) -> Option<Vec<Due>> {
    let mut statements = notes.to_vec();
    if let Some(now) = claims_at {
        statements.push(sql!(COUNT, now, ROUND, COUNTS_FOR_MS, wait_key(cx)));
        statements.push(sql!(CLAIM, now, ROUND, now + CLAIM_MS, wait_key(cx), serde_json::json!(DELAYS_MS)));
    }
    if statements.is_empty() {
        return None;
    }
    // Without results to write there is nothing to lose: the next run claims the rows soon enough.
    for _ in 0..if notes.is_empty() { 1 } else { 2 } {
        match cx.act_by_secret().writes(statements.clone()).run().await.and_then(|result| result.returned()) {
            Ok(due) => return Some(due),
            Err(Failure::Broken(fault)) => log::fault(&cx.request_id, &fault),
            Err(Failure::Refused(_)) => {}
        }
    }
    None
}

/// The text that an account wrote, read once for all who receive it.
#[derive(Deserialize)]
struct Written {
    id: String,
    subject: String,
    text: String,
    html: Option<String>,
}

/// Reads the row of an e-mail that was written with its claim, for [`at_once`].
#[must_use]
pub fn claimed(id: &str) -> Stmt {
    sql!(
        "SELECT d.id, d.to_email, d.letter, d.language, d.details, d.token_hash, d.communication_id, d.attempts, 0 AS is_spent, 1 AS is_young, '[]' AS over, 1 AS is_live FROM delivery d WHERE d.id = ?1",
        id
    )
}

/// Sends that e-mail before the request is answered, and writes the result.
///
/// # Errors
/// A fault when the row is of another shape.
pub async fn at_once(cx: &Cx, mailer: &dyn Mailer, result: &BatchResult, lease: i64) -> Result<std::result::Result<Sent, MailFailure>> {
    let due: Due = result.one(0)?;
    if due.attempts == 0 {
        return Ok(Err(MailFailure::Later { reason: "the provider asked us to wait".to_owned(), after_ms: None }));
    }
    let answer = match mail_of(cx, &due, &[]) {
        Ok(mail) => mailer.send(mail).await,
        Err(reason) => Err(MailFailure::Refused(reason)),
    };
    write_notes(cx, &note(cx, &due, (lease, mailer.now(cx.now)), answer.clone()), None).await;
    Ok(answer)
}

async fn communications(cx: &Cx, due: &[Due]) -> Result<Vec<Written>> {
    let ids: Vec<&str> = due.iter().filter_map(|one| one.communication_id.as_deref()).collect();
    let statement = sql!("SELECT c.id, c.subject, c.text, c.html FROM communication c WHERE c.id IN (SELECT value FROM json_each(?1))", serde_json::json!(ids));
    cx.view_by_secret().read(statement).run().await?.rows(0)
}

/// The e-mail of a row, or the reason why there is none. Its link is the same at each attempt, and a link that no longer works is never mailed.
fn mail_of(cx: &Cx, due: &Due, texts: &[Written]) -> std::result::Result<Mail, String> {
    if due.over == true {
        return Err("limit".to_owned());
    }
    // A communication stops when its account is deleted, like everything else in it.
    if !due.is_live && due.token_hash.is_none() {
        return Err("stopped".to_owned());
    }
    let secret = due.token_hash.as_deref().map(|hash| Secret::mailed_before(&cx.env.config, &due.id, hash));
    let (Some(template), true, false) = (EmailTemplate::of(&due.letter), due.is_live, matches!(secret, Some(None))) else {
        return Err("superseded".to_owned());
    };
    let link = secret.flatten().map(|secret| cx.link(template.page, secret.reveal())).unwrap_or_default();
    let mut details = due.details.clone();
    if let (Some(text), Some(fields)) = (texts.iter().find(|text| Some(&text.id) == due.communication_id.as_ref()), details.as_object_mut()) {
        let written = [("subject", Some(&text.subject)), ("text", Some(&text.text)), ("html", text.html.as_ref())];
        fields.extend(written.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Json::from(text?.as_str())))));
    }
    let lang = due.language.as_deref().and_then(Lang::parse).unwrap_or(Lang::En);
    let words = template.words(lang, &details, &link, &cx.env.config.public_url);
    Ok(Mail { id: due.id.clone(), to: due.to_email.clone(), from: None, subject: words.subject, text: words.text, html: words.html })
}

/// The statements that write the result to the row. `sent` is true whichever worker says so and is always written; any other result is written only
/// by the worker that still holds the claim. An answer that asks us to wait costs no attempt, for two days.
fn note(cx: &Cx, due: &Due, (lease, now): (i64, i64), answer: std::result::Result<Sent, MailFailure>) -> Vec<Stmt> {
    let delay = usize::try_from(due.attempts - 1).ok().and_then(|attempt| DELAYS_MS.get(attempt)).copied();
    let (mut status, mut failure, mut provider_id, mut wait, mut given_back) = ("sent", None, None, None, false);
    match answer {
        Ok(sent) => provider_id = sent.provider_id,
        Err(MailFailure::Refused(reason)) => (status, failure) = ("failed", Some(reason)),
        Err(MailFailure::Unknown(reason)) => (status, failure) = (if delay.is_some() { "queued" } else { "failed" }, Some(reason)),
        Err(MailFailure::Later { reason, after_ms }) => {
            wait = after_ms.map(|wait| wait.clamp(0, LONGEST_WAIT_MS));
            given_back = wait.is_some() && due.is_young;
            (status, failure) = (if delay.is_some() || given_back { "queued" } else { "failed" }, Some(reason));
        }
    }
    let pause = if given_back { 0 } else { delay.unwrap_or_default() };
    let next = (status == "queued").then(|| now + pause.max(wait.unwrap_or_default()));
    let mut notes = vec![sql!(
        "UPDATE delivery SET status = ?2, failure = ?3, provider_id = ?4, sent_at = ?5, next_attempt_at = coalesce(?6, next_attempt_at), claimed_until = NULL,
            attempts = max(attempts - ?8, 1)
          WHERE id = ?1 AND (?2 = 'sent' OR status = 'queued' AND claimed_until = ?7)",
        &due.id,
        status,
        failure,
        provider_id,
        (status == "sent").then_some(now),
        next,
        lease,
        given_back
    )];
    if let Some(wait) = wait {
        notes.push(sql!(
            "INSERT INTO attempt (key, count, ends_at) VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET ends_at = max(ends_at, excluded.ends_at)",
            wait_key(cx),
            now + wait
        ));
    }
    notes
}

/// Waits for all of them at once.
async fn all(mut sending: Vec<Pending<'_, std::result::Result<Sent, MailFailure>>>) -> Vec<std::result::Result<Sent, MailFailure>> {
    let mut answers: Vec<_> = sending.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (sending, answer) in sending.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(ready) = sending.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// Without a provider, marks what is due as `not_sent`. (Where a provider is named but lacks a secret, e-mails wait.)
#[must_use]
pub fn give_up(cx: &Cx) -> Option<Stmt> {
    cx.env.config.mailing.provider.is_none().then(|| {
        sql!(
            "UPDATE delivery SET status = 'not_sent' WHERE id IN (
               SELECT id FROM delivery WHERE status = 'queued' AND next_attempt_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1) LIMIT 500)",
            cx.now
        )
    })
}
