//! How a user whose address nobody ever confirmed passes to the person who holds the mailbox (design §6).

use super::Person;
use crate::{
    access::act::Act, access::context::Cx, access::email_queue::first_status, core::db::Stmt, core::refusal::Result, email_row, identity::first_proof, sql,
};

/// Gives the user to the person who holds the mailbox. Nothing that was set up before lets anybody back in: the password is replaced, every session
/// ends, and so do the open links that set this user's password or address, and those that this user made for others.
///
/// The user's access stays. The administrators of those accounts gave it to the address, not to the person who opened it first. The intended person
/// has it now, and administrators can take it away as from anybody else.
pub(super) fn take_over<'a>(cx: &Cx, act: Act<'a>, hash: &str, person: &Person<'_>, stored: &str) -> Act<'a> {
    let at = |statement: &'static str| sql!(statement, hash, cx.now);
    act.write(at(
        "UPDATE password_reset SET state = 'revoked', ended_at = ?2 WHERE state = 'pending' AND user_id = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)
         RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
    ))
    .write(at("UPDATE email_change SET state = 'revoked', ended_at = ?2 WHERE state = 'pending' AND user_id = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)"))
    .writes(first_proof::end_links_for_others(hash, cx.now))
    .write(sql!("DELETE FROM session WHERE user_id = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)", hash))
    .write(sql!("DELETE FROM device WHERE user_id = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)", hash))
    .write(sql!(
        "UPDATE user SET password_hash = ?2, first_name = ?3, last_name = ?4, language = ?5, email_verified_at = ?6, version = version + 1
          WHERE id = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)",
        hash,
        stored,
        person.first_name,
        person.last_name,
        cx.lang.code(),
        cx.now
    ))
}

/// "Your password was changed", to the user that this batch takes over. It is written before the other rows, while the old state can still be seen.
pub(super) fn notice(cx: &Cx, hash: &str) -> Result<Stmt> {
    Ok(sql!(
        email_row!(
            "SELECT ?2, NULL, NULL, u.id, NULL, 'password_changed', u.email, ?5, '{}', NULL, u.id, ?3, ?4, ?4 FROM user u
              WHERE u.id = (SELECT user_id FROM first_proof WHERE mailed_token_hash = ?1)"
        ),
        hash,
        cx.new_id()?,
        first_status(cx),
        cx.now,
        cx.lang.code()
    ))
}
