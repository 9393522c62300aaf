//! The first proof of a mailbox: a mailed link is opened whose user never confirmed the address (the view `first_proof`). Whoever used the user
//! before may be somebody else (design §6, "Who holds the mailbox wins").

use crate::{core::db::Stmt, sql};

/// Ends the open links that a user made for others, where the mailed link with this hash is the first proof of that user's mailbox. Whoever made
/// them was shown them, and could use them under another name.
#[must_use]
pub fn end_links_for_others(hash: &str, now: i64) -> [Stmt; 2] {
    [
        sql!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?2
              WHERE state = 'pending' AND mailed_token_hash IS NOT ?1 AND created_by = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)
             RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            hash,
            now
        ),
        sql!(
            "UPDATE invitation SET state = 'revoked', ended_at = ?2
              WHERE state = 'pending' AND mailed_token_hash IS NOT ?1 AND created_by = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            hash,
            now
        ),
    ]
}
