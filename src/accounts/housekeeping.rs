//! The scheduled job. It sends e-mails that are due (`messages/mail/outbox.rs`) and removes expired rows, a bounded number at a time, so that it
//! may be killed at any point and run again.
//!
//! A deleted account is purged when its time to be restored is over, in chunks of one batch each: first the rows that depend on others, then its
//! people and resources. At last a tombstone remains (id, `deleted`, no name) with its audit trail. Its people keep their users. The first chunk
//! records that the purge has begun; from then on nobody can restore the account. A chunk finds what is left by itself, so nothing is stored
//! between two chunks.

use serde::Deserialize;

use crate::access::{act::SESSION_IDLE_MS, context::Cx};

use serde_json::json;

use crate::{access::audit::Audit, audited_by, core::log, core::refusal::Failure, identity::reset, messages::mail::outbox, sql};

/// Rows of a table that one chunk removes at most.
const CHUNK: i64 = 500;
/// Chunks that one run of the job removes at most.
const CHUNKS: usize = 20;

/// The statements that look at the next thousand rows of a table, by its `$key`, and delete those for which `$is_over` holds. ?1 is now. After the
/// last row they begin anew.
macro_rules! swept {
    ($table:literal, $key:literal, $is_over:literal) => {
        [
            concat!(
                "WITH next AS (SELECT coalesce((SELECT after_key FROM sweep WHERE name = '",
                $table,
                "'), '') AS first)
                 INSERT OR REPLACE INTO sweep (name, first_key, after_key)
                 SELECT '",
                $table,
                "', first, (SELECT x.",
                $key,
                " FROM ",
                $table,
                " x WHERE x.",
                $key,
                " > first ORDER BY x.",
                $key,
                " LIMIT 1 OFFSET 999) FROM next"
            ),
            concat!(
                "DELETE FROM ",
                $table,
                " WHERE ",
                $key,
                " > (SELECT first_key FROM sweep WHERE name = '",
                $table,
                "')
                    AND ",
                $key,
                " <= coalesce((SELECT after_key FROM sweep WHERE name = '",
                $table,
                "'), char(1114111)) AND ",
                $is_over
            ),
        ]
    };
}
const SESSIONS: [&str; 2] = swept!("session", "token_hash", "(expires_at <= ?1 OR last_seen_at <= ?2)");
const ATTEMPTS: [&str; 2] = swept!("attempt", "key", "ends_at <= ?1");

/// Makes the reset links that were asked for and not made yet; sends the e-mails that are due; removes ended sessions, expired counts and expired
/// answers kept for repeats; then purges accounts.
pub async fn run(cx: &Cx) {
    reset::do_waiting_requests(cx).await;
    outbox::run(cx, outbox::IN_THE_JOB).await;
    let swept = cx
        .act_by_secret()
        .writes([sql!(SESSIONS[0]), sql!(SESSIONS[1], cx.now, cx.now - SESSION_IDLE_MS)])
        .writes([sql!(ATTEMPTS[0]), sql!(ATTEMPTS[1], cx.now)])
        .write(sql!("DELETE FROM idempotency WHERE (user_id, key) IN (SELECT user_id, key FROM idempotency WHERE expires_at <= ?1 LIMIT 1000)", cx.now))
        .write(reset::give_up(cx))
        .writes(outbox::give_up(cx))
        .run()
        .await;
    match swept {
        Ok(_) => {}
        Err(Failure::Broken(fault)) => log::fault(&cx.request_id, &fault),
        // The database does not answer. The next job is a minute away.
        Err(Failure::Refused(_)) => return,
    }
    let mut failed = Vec::new();
    for _ in 0..CHUNKS {
        if !purge_a_chunk(cx, &mut failed).await {
            break;
        }
    }
}

/// The account to purge next. ?1 is now, ?2 the accounts whose purge failed in this run (in an audit line: ?2 and ?8).
macro_rules! due {
    ($now:literal, $failed:literal) => {
        concat!(
            "(SELECT d.id FROM account d WHERE d.purge_at <= ",
            $now,
            " AND d.status = 'deleted' AND d.id NOT IN (SELECT j.value FROM json_each(",
            $failed,
            ") j) ORDER BY d.purge_at, d.id LIMIT 1)"
        )
    };
    () => {
        due!("?1", "?2")
    };
}
/// Deletes at most ?3 rows of a table that belong to that account. `$key` is the table's key, and `$rows` selects the keys.
macro_rules! chunk {
    ($table:literal, $key:literal, $rows:expr) => {
        concat!("DELETE FROM ", $table, " WHERE ", $key, " IN (SELECT ", $rows, " LIMIT ?3)")
    };
}

const WORDS: &str =
    chunk!("member_word", "(account_id, word, member_id)", concat!("x.account_id, x.word, x.member_id FROM member_word x WHERE x.account_id = ", due!()));
const ASSIGNMENTS: &str = chunk!(
    "assignment",
    "(member_id, resource_id)",
    concat!(
        "x.member_id, x.resource_id FROM (SELECT r.id FROM resource r WHERE r.account_id = ",
        due!(),
        " LIMIT ?3) next CROSS JOIN assignment x ON x.resource_id = next.id"
    )
);
const DELIVERIES: &str = chunk!("delivery", "id", concat!("x.id FROM delivery x WHERE x.account_id = ", due!()));
const COMMUNICATION_WORDS: &str = chunk!(
    "communication_word",
    "(account_id, word, communication_id)",
    concat!("x.account_id, x.word, x.communication_id FROM communication_word x WHERE x.account_id = ", due!())
);
/// Communications are deleted when their deliveries and words are gone. The statement checks that before it reads a communication.
const COMMUNICATIONS: &str = chunk!(
    "communication",
    "id",
    concat!(
        "x.id FROM (SELECT a.id FROM account a WHERE a.id = ",
        due!(),
        " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.account_id = a.id) AND NOT EXISTS (SELECT 1 FROM communication_word w WHERE w.account_id = a.id) LIMIT 1) ready
           CROSS JOIN communication x ON x.account_id = ready.id"
    )
);
const INVITATIONS: &str = chunk!("invitation", "id", concat!("x.id FROM invitation x WHERE x.account_id = ", due!()));
/// The resources that have no assignments left, among the first ones whose assignments are deleted in this chunk.
const RESOURCES: &str = chunk!(
    "resource",
    "id",
    concat!(
        "x.id FROM (SELECT r.id FROM resource r WHERE r.account_id = ",
        due!(),
        " LIMIT ?3) x WHERE NOT EXISTS (SELECT 1 FROM assignment s WHERE s.resource_id = x.id)"
    )
);
const MEMBERS: &str = chunk!(
    "member",
    "id",
    concat!(
        "x.id FROM (SELECT a.id FROM account a WHERE a.id = ",
        due!(),
        " AND NOT EXISTS (SELECT 1 FROM member_word w WHERE w.account_id = a.id) AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.account_id = a.id)
             AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.account_id = a.id) AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.account_id = a.id) LIMIT 1) ready CROSS JOIN member x ON x.account_id = ready.id"
    )
);
const TOMBSTONE: &str = concat!(
    "UPDATE account SET name = '-', name_key = '', delegated = 0, company = NULL, email = NULL, email_key = NULL, phone = NULL, address_1 = NULL, address_2 = NULL, city = NULL,
        province = NULL, postcode = NULL, country = NULL, tax_id = NULL, language = NULL, email_preferences = '', purge_at = NULL, version = version + 1
      WHERE id = ",
    due!(),
    " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.account_id = account.id) AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.account_id = account.id)
        AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.account_id = account.id) AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.account_id = account.id)
        AND NOT EXISTS (SELECT 1 FROM communication c WHERE c.account_id = account.id)"
);

/// Removes one chunk of the account that is due first, except for those that `failed`. An account whose chunk fails joins them, so that it does not
/// make the others wait. Returns whether there is more to do.
pub async fn purge_a_chunk(cx: &Cx, failed: &mut Vec<String>) -> bool {
    #[derive(Deserialize)]
    struct Left {
        account: Option<String>,
    }
    let without = json!(failed);
    let next = sql!(concat!("SELECT ", due!(), " AS account"), cx.now, &without);
    let result = cx
        .act_by_secret()
        .audit(Audit {
            sql: audited_by!(concat!(
                "SELECT a.id AS account_id, a.id AS target_id, a.name, json_object('status', a.status) AS before, NULL AS actor_id, NULL AS actor_name
                   FROM account a WHERE a.purge_began_at IS NULL AND a.id = ",
                due!("?2", "?8")
            )),
            action: "account.purged",
            target_type: "account",
            target_id: without.to_string(),
            account: None,
            after: json!(null),
        })
        .write(sql!(concat!("UPDATE account SET purge_began_at = ?1 WHERE purge_began_at IS NULL AND id = ", due!()), cx.now, &without))
        .write(sql!(WORDS, cx.now, &without, CHUNK))
        .write(sql!(ASSIGNMENTS, cx.now, &without, CHUNK))
        .write(sql!(DELIVERIES, cx.now, &without, CHUNK))
        .write(sql!(COMMUNICATION_WORDS, cx.now, &without, CHUNK))
        .write(sql!(COMMUNICATIONS, cx.now, &without, CHUNK))
        .write(sql!(INVITATIONS, cx.now, &without, CHUNK))
        .write(sql!(RESOURCES, cx.now, &without, CHUNK))
        .write(sql!(MEMBERS, cx.now, &without, CHUNK))
        .write(sql!(concat!("DELETE FROM account_word WHERE account_id = ", due!()), cx.now, &without))
        .write(sql!(TOMBSTONE, cx.now, &without))
        .read(next.clone())
        .run()
        .await;
    let failure = match result.and_then(|result| result.one::<Left>(0)) {
        Ok(left) => return left.account.is_some(),
        Err(failure) => failure,
    };
    if let Failure::Broken(fault) = failure {
        log::fault(&cx.request_id, &fault);
    }
    let blocked = cx.view_by_secret().read(next).run().await.and_then(|result| result.one::<Left>(0)).ok().and_then(|left| left.account);
    failed.extend(blocked.clone());
    blocked.is_some()
}
