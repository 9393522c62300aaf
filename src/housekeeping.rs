//! The scheduled job: what is over is removed, a bounded number of rows at a time, so that it may be killed anywhere and run again.

use crate::{cx::Cx, log, refusal::Failure, sql};

/// Removes sessions that ended, counts whose window is over and answers kept for repeats.
pub async fn run(cx: &Cx) {
    let swept = cx
        .act_by_secret()
        .write(sql!("DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session WHERE expires_at <= ?1 LIMIT 1000)", cx.now))
        .write(sql!("DELETE FROM attempt WHERE key IN (SELECT key FROM attempt WHERE ends_at <= ?1 LIMIT 1000)", cx.now))
        .write(sql!("DELETE FROM idempotency WHERE (user_id, key) IN (SELECT user_id, key FROM idempotency WHERE expires_at <= ?1 LIMIT 1000)", cx.now))
        .run()
        .await;
    if let Err(Failure::Broken(fault)) = swept {
        log::fault(&cx.request_id, &fault);
    }
}
