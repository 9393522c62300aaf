//! A new link for somebody who was invited, and the end of an invitation.

use serde_json::json;

use crate::{
    access::act::BatchResult,
    access::audit::Audit,
    access::authority::expect_member,
    access::context::Cx,
    audited,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::Result,
    core::version::Versions,
    identity::link::NewLink,
    people::capabilities::Viewer,
    people::invitation::{NewInvitation, Purpose, end_pending},
    people::member::{Member, expect_unchanged, read_one},
    people::member_access,
    resources::assignment,
    sql,
};

fn expect_invited(member: &MemberId, account: &AccountId) -> Stmt {
    sql!("INSERT INTO refusal (not_invited) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND access <> 'invited'", member, account)
}

fn audit(action: &'static str, account: &AccountId, member: &MemberId, after: serde_json::Value) -> Audit {
    Audit {
        sql: audited!(
            "SELECT m.email AS name, json_object('state', i.state, 'expires_at', i.expires_at) AS before
               FROM member m LEFT JOIN invitation i ON i.member_id = m.id AND i.state = 'pending' WHERE m.id = ?8 AND m.account_id = ?3"
        ),
        action,
        target_type: "member",
        target_id: member.to_string(),
        account: Some(account.clone()),
        after,
    }
}

/// «Genera link di invito»: makes a new link and ends the old one at once. A caller whose own access ends cannot make a link for an administrator
/// who lasts longer, because they could open it themselves.
///
/// # Errors
/// `not_invited`, `outlasts_own_access`, and the gate's.
pub async fn renew(cx: &Cx, account: &AccountId, member: &MemberId) -> Result<(BatchResult, NewInvitation)> {
    let link = NewLink::new(cx)?;
    let act = cx
        .act(Permission::MembersManage, account)
        .expect(expect_member(member, account))
        .expect(expect_invited(member, account))
        .expect(member_access::expect_link_within_own(cx, account, member))
        .audit(audit("invitation.renewed", account, member, json!({ "state": "pending" })))
        .write(end_pending("replaced", member, account, cx.now))
        .writes(link.inserts(cx, account, member.as_str(), Purpose::Member)?)
        .write(sql!("UPDATE member SET updated_at = ?3, version = version + 1 WHERE id = ?1 AND account_id = ?2", member, account, cx.now));
    let result = link.outboxes_invitation(cx, act).read(link.read_invitation()).run().await?;
    let made = link.publish_invitation(cx, result.one(0)?);
    Ok((result, made))
}

/// Cancels an invitation: the link ends, the person stays as a contact.
///
/// # Errors
/// `not_invited`, `stale_version`, and the gate's.
pub async fn cancel(cx: &Cx, account: &AccountId, member: &MemberId, version: Option<Versions>) -> Result<Member> {
    let result = cx
        .act(Permission::MembersManage, account)
        .expect(expect_unchanged(member, account, version))
        .expect(expect_invited(member, account))
        .audit(audit("invitation.cancelled", account, member, json!({ "state": "revoked" })))
        .write(end_pending("revoked", member, account, cx.now))
        .write(sql!("DELETE FROM member_permission WHERE member_id = ?1", member))
        .writes(assignment::writes(account, member.as_str(), "[]"))
        .write(sql!(
            "UPDATE member SET access = 'none', role = 'none', expires_at = NULL, updated_at = ?3, version = version + 1 WHERE id = ?1 AND account_id = ?2",
            member,
            account,
            cx.now
        ))
        .read(read_one(cx, account, member)?)
        .run()
        .await?;
    Ok(Viewer::of(cx, &result)?.sees(result.one(0)?))
}
