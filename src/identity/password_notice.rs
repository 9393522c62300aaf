//! The e-mail that tells a person that their password was changed.

use crate::{access::act::Act, access::context::Cx, access::email_queue::first_status, core::refusal::Fault, email_row, sql};

/// "Your password was changed", to this user.
///
/// # Errors
/// When the platform gives no random bytes.
pub fn password_changed<'a>(cx: &Cx, act: Act<'a>, user_id: &str) -> Result<Act<'a>, Fault> {
    Ok(act.outbox(sql!(
        email_row!("SELECT ?1, NULL, NULL, u.id, NULL, 'password_changed', u.email, u.language, '{}', NULL, u.id, ?3, ?4, ?4 FROM user u WHERE u.id = ?2"),
        cx.new_id()?,
        user_id,
        first_status(cx),
        cx.now
    )))
}

/// The same, to the user of the reset link with this hash.
///
/// # Errors
/// When the platform gives no random bytes.
pub fn password_reset<'a>(cx: &Cx, act: Act<'a>, token_hash: &str) -> Result<Act<'a>, Fault> {
    Ok(act.outbox(sql!(
        email_row!(
            "SELECT ?1, NULL, NULL, u.id, NULL, 'password_changed', u.email, u.language, '{}', NULL, u.id, ?3, ?4, ?4
               FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.token_hash = ?2 OR r.mailed_token_hash = ?2"
        ),
        cx.new_id()?,
        token_hash,
        first_status(cx),
        cx.now
    )))
}
