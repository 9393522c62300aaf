//! The address of an invited person is corrected: the invitation goes to the new one by a new link, and the old link ends at once.

use crate::{
    access::context::Cx,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::refusal::Result,
    identity::link::NewLink,
    sql,
};

/// Judges, before it changes, the address of a member with access. An invited person is reached at the new one by a new link, so it must not be the
/// address of somebody else with access, and whoever changes it must be one who may make that link. Nobody else's address changes here.
pub(crate) fn expect_address(cx: &Cx, account: &AccountId, member: &MemberId, email_key: &str) -> Stmt {
    sql!(
        "INSERT INTO refusal (email_belongs_to_user, link_not_allowed, outlasts_own_access, already_member, already_invited)
         SELECT CASE rule WHEN 'email_belongs_to_user' THEN 1 END, CASE rule WHEN 'link_not_allowed' THEN 1 END, CASE rule WHEN 'outlasts_own_access' THEN 1 END,
                CASE rule WHEN 'already_member' THEN 1 END, CASE rule WHEN 'already_invited' THEN 1 END
           FROM (SELECT CASE
                   WHEN m.access <> 'invited' THEN 'email_belongs_to_user'
                   WHEN NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?4) AND w.account_id = ?2
                                       AND w.permission = 'members.manage' AND w.ends_at > ?5) THEN 'link_not_allowed'
                   WHEN m.role = 'admin' AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?4)
                                       AND w.account_id = ?2 AND w.permission = 'members.manage' AND w.ends_at >= m.ends_at) THEN 'outlasts_own_access'
                   WHEN EXISTS (SELECT 1 FROM member o WHERE o.account_id = ?2 AND o.email_key = ?3 AND o.access <> 'none' AND o.access = 'invited')
                     THEN 'already_invited'
                   WHEN EXISTS (SELECT 1 FROM member o WHERE o.account_id = ?2 AND o.email_key = ?3 AND o.access <> 'none')
                     OR EXISTS (SELECT 1 FROM member o WHERE o.account_id = ?2 AND o.user_id = (SELECT id FROM user WHERE email_key = ?3))
                     THEN 'already_member'
                 END AS rule
                   FROM member m WHERE m.id = ?1 AND m.account_id = ?2 AND m.access <> 'none' AND m.email_key <> ?3)
          WHERE rule IS NOT NULL",
        member,
        account,
        email_key,
        cx.session.as_deref(),
        cx.now
    )
}

/// Where an invited member's address is about to become another, ends the old link and makes a new one. Elsewhere the statements find nothing.
///
/// # Errors
/// When nobody is signed in.
pub(crate) fn moved(cx: &Cx, account: &AccountId, member: &MemberId, email_key: &str, link: &NewLink) -> Result<Vec<Stmt>> {
    Ok(vec![
        sql!(
            "UPDATE invitation SET state = 'replaced', ended_at = ?3 WHERE member_id = ?1 AND account_id = ?2 AND state = 'pending'
                AND EXISTS (SELECT 1 FROM member m WHERE m.id = ?1 AND m.account_id = ?2 AND m.access = 'invited' AND m.email_key <> ?4)
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            member,
            account,
            cx.now,
            email_key
        ),
        link.inserts_for_another_address(cx, account, member.as_str(), email_key)?,
    ])
}
