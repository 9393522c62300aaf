//! E-mails, and how they leave.
//!
//! An e-mail is a `delivery` row in the batch of the change it belongs to. The row holds everything that makes the e-mail (its `details`, its
//! language, its recipient) and no secret. After the answer, and in the scheduled job, the outbox (`messages/mail/outbox.rs`) sends the rows that
//! are due and writes the result to the row. Without a provider the result is `not_sent`, and people hand the link over themselves.
//!
//! The link in an e-mail is made from the row's id and the signing key, and only its hash is stored. So nothing in the database opens anything; an
//! e-mail that was lost with its worker can be made again; and an e-mail whose result is unknown is sent again exactly as it was.

pub mod email;
pub mod outbox;
pub mod provider;
pub mod test_email;

use crate::{
    access::act::Act,
    access::context::Cx,
    access::email_queue::first_status,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::refusal::Fault,
    email_row, sql,
};

/// Sends what is due after the answer. An act with e-mails in its outbox does it by itself.
pub fn post_due(cx: &Cx) {
    if cx.env.mailer.is_some() {
        let after = cx.clone();
        cx.later(async move { outbox::run(&after, outbox::AFTER_AN_ANSWER).await });
    }
}

/// One e-mail to every admin of an account who can sign in to it, about what was done to it.
///
/// # Errors
/// When the platform gives no random bytes.
pub fn to_admins<'a>(cx: &Cx, act: Act<'a>, account: &AccountId, code: &str) -> Result<Act<'a>, Fault> {
    Ok(act.outbox(sql!(
        email_row!(
            "SELECT ?1 || ':' || m.id, m.account_id, m.id, u.id, NULL, ?3, u.email, u.language,
                    json_object('account', a.name, 'until', a.purge_at, 'by', trim(b.first_name || ' ' || b.last_name)), NULL, b.id, ?4, ?5, ?5
               FROM session s JOIN user b ON b.id = s.user_id JOIN account a ON a.id = ?2 JOIN member m ON m.account_id = a.id JOIN user u ON u.id = m.user_id
              WHERE s.token_hash = ?6 AND m.role = 'admin' AND m.access = 'active' AND m.ends_at > ?5 AND u.status = 'active'"
        ),
        cx.new_id()?,
        account,
        code,
        first_status(cx),
        cx.now,
        cx.session.as_deref()
    )))
}

/// Tells a member what somebody else does to their access. It reads the row before the change, so it stands before the change in the batch.
///
/// # Errors
/// When the platform gives no random bytes.
pub fn about_access(cx: &Cx, account: &AccountId, member: &MemberId, code: &str) -> Result<Stmt, Fault> {
    Ok(sql!(
        email_row!(
            "SELECT ?1, m.account_id, m.id, u.id, NULL, ?4, u.email, u.language,
                    json_object('account', a.name, 'role', m.role, 'by', trim(b.first_name || ' ' || b.last_name)), NULL, b.id, ?5, ?6, ?6
               FROM session s JOIN user b ON b.id = s.user_id JOIN member m ON m.id = ?3 AND m.account_id = ?2 JOIN user u ON u.id = m.user_id JOIN account a ON a.id = m.account_id
              WHERE s.token_hash = ?7 AND u.id <> b.id AND u.status = 'active'
                AND m.access <> CASE ?4 WHEN 'access_suspended' THEN 'suspended' WHEN 'access_reactivated' THEN 'active' ELSE 'none' END"
        ),
        cx.new_id()?,
        account,
        member,
        code,
        first_status(cx),
        cx.now,
        cx.session.as_deref()
    ))
}
