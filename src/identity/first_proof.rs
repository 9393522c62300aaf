//! A mailbox that is proven for the first time: by a mailed link, to a user whose address nobody ever confirmed (the view `first_proof`). Whoever had
//! the user before may be somebody else (design §6, "Who holds the mailbox wins").

use crate::{core::db::Stmt, sql};

/// Ends the open links that a user made for others, whose mailbox the mailed link of this hash proves for the first time. Whoever made them was shown
/// them, and could go on with them under another name.
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
