//! What makes a member a sub-account: role, extra permissions and assigned resources. Access is given, changed, suspended and taken away, and
//! people leave accounts by themselves.
//!
//! Document 000: «Spunta per configurare come Sub-Account con accesso Area Clienti». Document 002: «clicca su Edit (Modifica) nella
//! sezione Accesso. Scegli uno dei tre ruoli … e conferma cliccando su Save Change (Salva modifica)» and «Per rimuovere un utente dall'account,
//! clicca sul pulsante Edit (Modifica) di quell'utente e quindi su Revoke (Revoca)». The same rule is checked at the end of every batch here: the
//! account keeps an admin.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    access::act::{Act, BatchResult},
    access::audit::{Audit, BY_USER, BY_USER_END, BY_USER_FROM, BY_USER_OF, BY_USER_ON},
    access::authority::keeps_an_admin,
    access::context::Cx,
    access::email_queue::first_status,
    audited,
    core::db::Stmt,
    core::field::Checks,
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::Result,
    core::version::Versions,
    core::vocabulary::HOST,
    email_row,
    identity::link::NewLink,
    messages::mail,
    outlasts_own_access,
    people::capabilities::Viewer,
    people::contact::with_target,
    people::invitation,
    people::member::{Member, expect_unchanged, read_one},
    people::new_access::NewAccess,
    people::preference,
    people::seat,
    remove_words,
    resources::assignment,
    sql,
};

/// `outlasts_own_access` for a new link of an invited administrator: its maker sees the link and could accept it themselves, so it must not bring
/// access that outlasts their own.
#[must_use]
pub fn expect_link_within_own(cx: &Cx, account: &AccountId, member: &MemberId) -> Stmt {
    sql!(
        "INSERT INTO refusal (outlasts_own_access) SELECT 1 FROM member m WHERE m.id = ?2 AND m.account_id = ?1 AND m.role = 'admin'
            AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND w.account_id = ?1
                AND w.permission = 'members.manage' AND w.ends_at >= m.ends_at)",
        account,
        member,
        cx.session.as_deref()
    )
}

/// The current access of the member ?8 in the account ?3, as the audit trail records it.
macro_rules! access_before {
    ($when:literal) => {
        audited!(access_before!("", $when))
    };
    ($columns:literal, $when:literal) => {
        concat!(
            "SELECT m.email AS name, json_object('access', m.access, 'role', m.role, 'permissions', json((SELECT json_group_array(g.permission) FROM member_permission g WHERE g.member_id = m.id)), 'expires_at', m.expires_at, 'resource_ids', json((SELECT json_group_array(s.resource_id) FROM assignment s WHERE s.member_id = m.id))) AS before",
            $columns,
            " FROM member m WHERE m.id = ?8 AND m.account_id = ?3",
            $when
        )
    };
}

fn audit(sql: &'static [&'static str], action: &'static str, account: &AccountId, id: &MemberId, after: Json) -> Audit {
    Audit { sql, action, target_type: "member", target_id: id.to_string(), account: Some(account.clone()), after }
}

/// The act on one member that every change here starts from.
fn act_on<'a>(cx: &'a Cx, account: &AccountId, id: &MemberId, version: Option<Versions>) -> Act<'a> {
    cx.act(Permission::MembersManage, account).expect(expect_unchanged(id, account, version))
}

/// «Own removal is leave, not revoke» (design §6).
fn refuse_oneself(cx: &Cx, account: &AccountId, id: &MemberId) -> Stmt {
    sql!(
        "INSERT INTO refusal (use_leave) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?3)",
        id,
        account,
        cx.session.as_deref()
    )
}

/// Ends the open invitations and reset links that this person made and, after the change, may no longer make.
fn end_lost_links(cx: &Cx, account: &AccountId, id: &MemberId) -> [Stmt; 2] {
    [
        sql!(crate::end_lost_invitations!("SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2"), id, account, cx.now),
        sql!(crate::end_lost_resets!("SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2"), id, account, cx.now),
    ]
}

fn member_of(cx: &Cx, result: &BatchResult) -> Result<Member> {
    Ok(Viewer::of(cx, result)?.sees(result.one(0)?))
}

/// Gives access to a contact (and invites them), or changes the role, permissions and end of somebody who has it.
///
/// # Errors
/// `validation`, `permission_not_for_role`, `unknown_resource`, `permission_switched_off`, `already_member`, `already_invited`, `seat_of_the_host`, `outlasts_own_access`,
/// `account_keeps_an_admin`, `stale_version`, and the gate's.
pub async fn put_access(cx: &Cx, account: &AccountId, id: &MemberId, new: &NewAccess, version: Option<Versions>) -> Result<(BatchResult, Member)> {
    let mut checks = Checks::default();
    let access = new.checked("", cx.now, &mut checks)?;
    checks.done()?;
    let link = NewLink::new(cx)?;
    let after = Json::Object(access.as_json(Some("invited")));
    let (role, ends_at) = (access.role.code(), access.expires_at);
    let mut act =
        cx.act(Permission::MembersManage, account).expect(sql!(REFUSE_ACCESS, id, account, cx.session.as_deref(), role, ends_at, version.map(Versions::bound)));
    if access.resource_ids.is_some() {
        act = act.expect(access.expect_resources(account));
    }
    if !access.permissions.is_empty() {
        act = act.expect(access.expect_enabled(account, id.as_str()));
    }
    act = act
        .audit(audit(GIVEN_OR_CHANGED, "member.role_changed", account, id, after))
        .writes(link.inserts_for_contact(cx, account, id.as_str())?)
        .email(link.email_of_access(cx, account, id, role))
        .writes(access.writes(account, id.as_str(), cx.now))
        .writes(seat::pass_of_member(cx, account, id)?)
        .writes(end_lost_links(cx, account, id))
        .relabels(invitation::relabelled(id, account))
        .rule(keeps_an_admin(account));
    let result = act.read(read_one(cx, account, id)?).read(link.read_invitation()).run().await;
    let result = match result {
        Err(failure) => {
            let who = sql!(
                "SELECT m.id FROM member me JOIN member m ON m.account_id = me.account_id AND m.email_key = me.email_key AND m.access <> 'none' WHERE me.id = ?1 AND me.account_id = ?2 AND m.id <> me.id",
                id,
                account
            );
            return Err(with_target(cx, account, failure, who).await);
        }
        Ok(result) => result,
    };
    let mut member = member_of(cx, &result)?;
    if let Some(made) = result.first(1)? {
        member.invitation = Some(link.publish_invitation(cx, made).into());
    }
    Ok((result, member))
}

/// The member must be as the caller saw it (?6). A contact gets no access where somebody else of the address has it; a seat of the host is not
/// changed; and nobody gives an access that outlasts their own.
const REFUSE_ACCESS: &str = concat!(
    "INSERT INTO refusal (not_found, stale_version, already_member, already_invited, outlasts_own_access, seat_of_the_host)
     SELECT r.* FROM (SELECT CASE WHEN m.id IS NULL THEN 1 END AS not_found,
              CASE WHEN ?6 IS NOT NULL AND m.version NOT IN (SELECT value FROM json_each(?6)) THEN 1 END AS stale_version,
              CASE WHEN o.access <> 'invited' THEN 1 END AS already_member, CASE WHEN o.access = 'invited' THEN 1 END AS already_invited, ",
    outlasts_own_access!(),
    " AS outlasts_own_access, nullif(m.held_for_host, 0) AS seat_of_the_host
         FROM (SELECT 1) LEFT JOIN member m ON m.id = ?1 AND m.account_id = ?2
         LEFT JOIN member o ON o.account_id = m.account_id AND o.email_key = m.email_key AND o.access <> 'none' AND o.id <> m.id AND m.access = 'none') r
      WHERE coalesce(r.not_found, r.stale_version, r.already_member, r.already_invited, r.outlasts_own_access, r.seat_of_the_host)"
);

impl NewLink {
    /// The e-mail of an access: the invitation of a contact, or the notice of another role to somebody else who has it. It reads the member before
    /// the change, and the invitation that was made.
    fn email_of_access(&self, cx: &Cx, account: &AccountId, member: &MemberId, role: &str) -> Stmt {
        sql!(
            email_row!(
                "SELECT ?1, m.account_id, m.id, u.id, i.id, iif(i.id IS NULL, 'role_changed', 'invitation'), iif(i.id IS NULL, u.email, m.email),
                        iif(i.id IS NULL, u.language, coalesce(u.language, a.language, (SELECT h.language FROM account h WHERE h.id = ?9), ?10)),
                        json_patch(json_object('account', a.name, 'role', ?5, 'by', trim(b.first_name || ' ' || b.last_name)), json_object('until', i.expires_at)),
                        i.mailed_token_hash, b.id, ?6, ?7, ?7
                   FROM session s JOIN user b ON b.id = s.user_id JOIN member m ON m.id = ?3 AND m.account_id = ?2 JOIN account a ON a.id = m.account_id
                   LEFT JOIN invitation i ON i.id = ?4
                   LEFT JOIN user u ON u.id = iif(i.id IS NULL, m.user_id, (SELECT p.id FROM user p WHERE p.email_key = m.email_key))
                  WHERE s.token_hash = ?8 AND (i.id IS NOT NULL OR u.id <> b.id AND u.status = 'active' AND m.role <> ?5)"
            ),
            &self.delivery_id,
            account,
            member,
            &self.id,
            role,
            first_status(cx),
            cx.now,
            cx.session.as_deref(),
            HOST,
            cx.lang.code()
        )
    }
}

/// The audit line of an access that is given to a contact, or of one that is changed.
const GIVEN_OR_CHANGED: &[&str] = &[
    BY_USER,
    BY_USER_OF,
    "CASE t.access WHEN 'none' THEN 'member.invited' ELSE ?6 END",
    BY_USER_ON,
    "CASE t.access WHEN 'none' THEN ?9 ELSE json_remove(?9, '$.access') END",
    BY_USER_FROM,
    access_before!(", m.access", ""),
    BY_USER_END,
];

/// A suspension (?3 is the new state) is for access that was accepted, of somebody else, and not for a seat of the host. What is over by ?4 is not
/// given back.
const REFUSE_SUSPENSION: &str = "INSERT INTO refusal (no_access, not_active, access_ended, use_leave, seat_of_the_host)
     SELECT r.* FROM (SELECT CASE m.access WHEN 'none' THEN 1 END AS no_access, CASE m.access WHEN 'invited' THEN 1 END AS not_active,
              CASE WHEN m.access = 'suspended' AND ?3 = 'active' AND m.expires_at <= ?4 THEN 1 END AS access_ended,
              CASE WHEN m.user_id = (SELECT user_id FROM session WHERE token_hash = ?5) THEN 1 END AS use_leave, nullif(m.held_for_host, 0) AS seat_of_the_host
            FROM member m WHERE m.id = ?1 AND m.account_id = ?2) r WHERE coalesce(r.no_access, r.not_active, r.access_ended, r.use_leave, r.seat_of_the_host)";

/// Suspends a person's access, or lets them in again. Nothing is lost. A person who is already in the requested state is left unchanged.
///
/// # Errors
/// `no_access`, `not_active`, `access_ended`, `use_leave`, `seat_of_the_host`, `account_keeps_an_admin`, `stale_version`, and the gate's.
pub async fn suspend(cx: &Cx, account: &AccountId, id: &MemberId, suspended: bool, version: Option<Versions>) -> Result<(BatchResult, Member)> {
    let (action, status) = if suspended { ("member.suspended", "suspended") } else { ("member.reactivated", "active") };
    let result = act_on(cx, account, id, version)
        .expect(sql!(REFUSE_SUSPENSION, id, account, status, cx.now, cx.session.as_deref()))
        .audit(audit(access_before!(" AND m.access <> json_extract(?9, '$.access')"), action, account, id, json!({ "access": status })))
        .email(mail::about_access(cx, account, id, if suspended { "access_suspended" } else { "access_reactivated" })?)
        .write(sql!(
            "UPDATE member SET access = ?3, updated_at = ?4, version = version + 1 WHERE id = ?1 AND account_id = ?2 AND access <> ?3",
            id,
            account,
            status,
            cx.now
        ))
        .writes(seat::pass_of_member(cx, account, id)?)
        .writes(end_lost_links(cx, account, id))
        .rule(keeps_an_admin(account))
        .read(read_one(cx, account, id)?)
        .run()
        .await?;
    let member = member_of(cx, &result)?;
    Ok((result, member))
}

/// Ends a member's access. The contact stays; role, grants, assignments and open links go.
///
/// # Errors
/// `no_access`, `use_leave`, `account_keeps_an_admin`, `stale_version`, and the gate's.
pub async fn delete_access(cx: &Cx, account: &AccountId, id: &MemberId, version: Option<Versions>) -> Result<()> {
    act_on(cx, account, id, version)
        .expect(sql!("INSERT INTO refusal (no_access) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND access = 'none'", id, account))
        .expect(refuse_oneself(cx, account, id))
        .audit(audit(access_before!(""), "member.access_removed", account, id, json!({ "access": "none" })))
        .email(mail::about_access(cx, account, id, "access_removed")?)
        .writes(end_access(cx, account, id)?)
        .rule(keeps_an_admin(account))
        .run()
        .await?;
    Ok(())
}

/// The statements that end access; the row stays as a contact.
fn end_access(cx: &Cx, account: &AccountId, id: &MemberId) -> Result<Vec<Stmt>> {
    let mut writes = vec![sql!("UPDATE member SET access = 'none', held_for_host = 0 WHERE id = ?1 AND account_id = ?2", id, account)];
    writes.extend(seat::pass_of_member(cx, account, id)?);
    writes.extend(end_lost_links(cx, account, id));
    writes.extend([
        invitation::end_pending("revoked", id, account, cx.now),
        // A reset link made by this account ends with the access it was made for. Links made by other accounts stay.
        sql!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?3 WHERE account_id = ?2 AND state = 'pending' AND user_id = (SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2)
             RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            id,
            account,
            cx.now
        ),
        sql!("DELETE FROM member_permission WHERE member_id = ?1", id),
        sql!(
            "UPDATE member SET role = 'none', user_id = NULL, expires_at = NULL, updated_at = ?3, version = version + 1 WHERE id = ?1 AND account_id = ?2",
            id,
            account,
            cx.now
        ),
    ]);
    writes.extend(assignment::writes(account, id.as_str(), "[]"));
    Ok(writes)
}

/// «Revoca»: removes the person from the account, including the contact.
///
/// # Errors
/// `use_leave`, `account_keeps_an_admin`, `domain_keeps_a_recipient`, `stale_version`, and the gate's.
pub async fn revoke(cx: &Cx, account: &AccountId, id: &MemberId, version: Option<Versions>) -> Result<()> {
    act_on(cx, account, id, version)
        .expect(refuse_oneself(cx, account, id))
        .audit(audit(access_before!(""), "member.revoked", account, id, Json::Null))
        .email(mail::about_access(cx, account, id, "access_removed")?)
        .writes(end_access(cx, account, id)?)
        // The last admin is often the last recipient too; of the two rules, this one is reported.
        .write(keeps_an_admin(account))
        .write(preference::keep_a_recipient_besides(id, account))
        .write(sql!(remove_words!("?1"), id))
        .write(sql!("DELETE FROM member WHERE id = ?1 AND account_id = ?2", id, account))
        .run()
        .await?;
    Ok(())
}

/// Removes the caller from an account.
///
/// # Errors
/// `not_found` for a caller who is not in it or whose access has ended, `account_keeps_an_admin` for its last admin, `domain_keeps_a_recipient` for
/// a caller who alone receives the e-mails about domains.
pub async fn leave(cx: &Cx, account: &AccountId) -> Result<()> {
    let token = cx.signed_in()?;
    // The batch finds the member by the session: only the caller can leave.
    cx.act_signed_in()
        .expect(sql!(
            "INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM presence p WHERE p.account_id = ?1 AND p.via = 'member'
                AND p.user_id = (SELECT user_id FROM session WHERE token_hash = ?2) AND p.ends_at > ?3)",
            account,
            token,
            cx.now
        ))
        .audit(Audit {
            sql: audited!("SELECT m.email AS name, json_object('access', m.access, 'role', m.role) AS before FROM member m WHERE m.account_id = ?3 AND m.user_id = (SELECT user_id FROM session WHERE token_hash = ?5)"),
            action: "member.left",
            target_type: "account",
            target_id: account.to_string(),
            account: Some(account.clone()),
            after: Json::Null,
        })
        .write(sql!("UPDATE member SET access = 'suspended', held_for_host = 0 WHERE account_id = ?1 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?2)", account, token))
        .write(keeps_an_admin(account))
        .write(preference::keep_a_recipient_besides_oneself(token, account))
        .writes(seat::pass_of_caller(cx, account)?)
        .write(sql!(crate::end_lost_invitations!("SELECT user_id FROM session WHERE token_hash = ?1 AND ?2 IS NOT NULL"), token, account, cx.now))
        .write(sql!(crate::end_lost_resets!("SELECT user_id FROM session WHERE token_hash = ?1 AND ?2 IS NOT NULL"), token, account, cx.now))
        .write(sql!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?3 WHERE account_id = ?2 AND state = 'pending' AND user_id = (SELECT user_id FROM session WHERE token_hash = ?1)
             RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            token,
            account,
            cx.now
        ))
        .write(sql!(
            crate::resources_lose!("(SELECT id FROM member WHERE account_id = ?1 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?2))"),
            account,
            token
        ))
        .write(sql!(remove_words!("SELECT m.id FROM member m WHERE m.account_id = ?1 AND m.user_id = (SELECT user_id FROM session WHERE token_hash = ?2)"), account, token))
        .write(sql!("DELETE FROM member WHERE account_id = ?1 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?2)", account, token))
        .run()
        .await?;
    Ok(())
}

/// The accounts the caller (session ?1) may not leave: those whose only lasting admin they are, and those where they alone receive the e-mails
/// about domains.
const CANNOT_LEAVE: &str = concat!(
    "SELECT m.account_id, 'account_keeps_an_admin' AS rule FROM lasting_admin m
      WHERE m.user_id = (SELECT user_id FROM session WHERE token_hash = ?1)
        AND NOT EXISTS (SELECT 1 FROM lasting_admin o WHERE o.account_id = m.account_id AND o.member_id <> m.member_id)
     UNION ALL
     SELECT m.account_id, 'domain_keeps_a_recipient' FROM member m JOIN subscription p ON p.member_id = m.id AND p.category = 'domain' JOIN account a ON a.id = m.account_id
      WHERE m.user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND ",
    crate::no_other_recipient!("m.id")
);

/// An account the caller may not leave.
#[derive(Deserialize)]
pub struct CannotLeave {
    /// The account.
    pub account_id: String,
    /// The code of the rule that keeps the caller in it.
    pub rule: String,
}

/// The statement for [`cannot_leave_rows`].
///
/// # Errors
/// `not_signed_in`.
pub fn cannot_leave(cx: &Cx) -> Result<Stmt> {
    Ok(sql!(CANNOT_LEAVE, cx.signed_in()?))
}

/// The accounts the caller may not leave. `read` is the number of [`cannot_leave`] among the reads of the batch.
///
/// # Errors
/// A fault when they are of another shape.
pub fn cannot_leave_rows(result: &BatchResult, read: usize) -> Result<Vec<CannotLeave>> {
    result.rows(read)
}
