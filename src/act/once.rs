//! A change that is asked for twice happens once (`Idempotency-Key`, design §7).

use super::Act;
use crate::sql;

impl Act<'_> {
    /// Honours `Idempotency-Key` (design §7): the same key and body find the first result, another body is refused.
    pub fn once(self, request_hash: &str, target_id: &str) -> Self {
        let (Some(key), Some(token)) = (self.0.cx.idempotency_key.clone(), self.0.cx.session.clone()) else { return self };
        let now = self.0.cx.now;
        self.expect(sql!(
            "DELETE FROM idempotency WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND key = ?2 AND expires_at <= ?3",
            &token,
            &key,
            now
        ))
        .expect(sql!(
            "INSERT INTO refusal (idempotency_key_reused) SELECT 1 FROM idempotency
              WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND key = ?2 AND request_hash <> ?3",
            &token,
            &key,
            request_hash
        ))
        .expect(sql!(
            "INSERT INTO refusal (replayed) SELECT 1 FROM idempotency WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND key = ?2",
            &token,
            &key
        ))
        .write(sql!(
            "INSERT INTO idempotency (user_id, key, request_hash, target_id, expires_at) SELECT user_id, ?2, ?3, ?4, ?5 FROM session WHERE token_hash = ?1",
            token,
            key,
            request_hash,
            target_id,
            now + 24 * 3_600_000
        ))
    }
}
