//! The contact data of a member: showing and editing a person.

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::{
    access::act::BatchResult,
    access::audit::{Audit, BY_USER, BY_USER_END, BY_USER_FROM, BY_USER_OF, BY_USER_ON},
    access::context::Cx,
    core::address::{self, PROVINCES},
    core::db::Stmt,
    core::field::Checks,
    core::id::{AccountId, MemberId},
    core::letters,
    core::permission::Permission,
    core::refusal::{Failure, Refusal, Result, Rule},
    core::version::Versions,
    identity::link::NewLink,
    people::capabilities::Viewer,
    people::invited_address,
    people::member::{Member, MemberPatch, expect_unchanged, read_one},
    people::member_words,
    people::shared_address,
    sql, with_contact_columns, wrong_in_italy,
};

/// One member, with the batch that read it.
///
/// # Errors
/// The gate's, `not_found`.
pub async fn show(cx: &Cx, account: &AccountId, id: &MemberId) -> Result<(BatchResult, Member)> {
    let result = cx.view(Permission::MembersView, account).read(read_one(cx, account, id)?).run().await?;
    let member = Viewer::of(cx, &result)?.sees(result.one(0)?);
    Ok((result, member))
}

macro_rules! statements {
    ($($field:literal),*) => {
        /// Inserts a member without access. ?1 id, ?2 account, ?3 the fields as JSON, ?4 and ?5 the address and its key, ?6 now, ?7 the words.
        pub(crate) const INSERT: &str = concat!(
            "INSERT INTO member (id, account_id, ", $($field, ", ",)* "email, email_key, created_at, updated_at, words) SELECT ?1, ?2, ",
            $("json_extract(?3, '$.", $field, "'), ",)* "?4, ?5, ?6, ?6, json_patch('{}', ?7)"
        );
        const CHANGE_CONTACT: &str = concat!(
            "UPDATE member SET ",
            $($field, " = CASE WHEN json_type(?3, '$.", $field, "') IS NULL THEN ", $field, " ELSE json_extract(?3, '$.", $field, "') END, ",)*
            "email = coalesce(?4, email), email_key = coalesce(?5, email_key), words = json_patch(words, ?7), updated_at = ?6, version = version + 1 WHERE id = ?1 AND account_id = ?2"
        );
    };
}
with_contact_columns!(statements);

/// The given fields and the search keys of the names, as one JSON binding.
pub(crate) fn columns(given: &Map<String, Json>) -> Json {
    let mut columns = given.clone();
    for name in ["first_name", "last_name"] {
        columns.extend(given.get(name).map(|text| (format!("{name}_key"), text.as_str().map(letters::folded).into())));
    }
    Json::Object(columns)
}

/// The member with access who has an address in the account.
const WITH_ACCESS: &str = "SELECT id FROM member WHERE account_id = ?1 AND email_key = ?2 AND access <> 'none'";

/// Adds to a refusal `already_member` or `already_invited` the id of the member who has the address. It takes a second trip; `who` selects that
/// `id`.
pub(crate) async fn with_target(cx: &Cx, account: &AccountId, failure: Failure, who: Stmt) -> Failure {
    #[derive(Deserialize)]
    struct Found {
        id: String,
    }
    let refusal = match failure {
        Failure::Refused(refusal) if matches!(refusal.rule, Rule::AlreadyMember | Rule::AlreadyInvited) => refusal,
        failure => return failure,
    };
    let found = match cx.view(Permission::MembersView, account).read(who).run().await {
        Ok(result) => result.first::<Found>(0),
        Err(failure) => return failure,
    };
    Refusal { target_id: found.ok().flatten().map(|found| found.id), ..*refusal }.into()
}

/// The failure of a change of address, with what its words need: the member who has the address, or the permission that is missing.
async fn unmoved(cx: &Cx, account: &AccountId, email_key: Option<&str>, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::LinkNotAllowed => Refusal::not_allowed(Permission::MembersManage).into(),
        failure => with_target(cx, account, failure, sql!(WITH_ACCESS, account, email_key)).await,
    }
}

/// The contact data of the member ?8 in the account ?3, as the audit records it, with the further columns and on the condition of the literals.
macro_rules! contact_before {
    ($more:literal, $when:expr) => {
        concat!(
            "SELECT m.email AS name, json_object('email', m.email, 'first_name', m.first_name, 'last_name', m.last_name, 'company', m.company, 'phone', m.phone,
                    'address_1', m.address_1, 'address_2', m.address_2, 'city', m.city, 'province', m.province, 'postcode', m.postcode, 'country', m.country",
            $more,
            ") AS before FROM member m WHERE m.id = ?8 AND m.account_id = ?3 AND ",
            $when
        )
    };
}
/// Whether the member `m` was invited at another address than the one in `after`.
macro_rules! is_moved {
    () => {
        "(m.access = 'invited' AND m.email_key <> coalesce(json_extract(?9, '$.email_key'), m.email_key))"
    };
}
/// The key of the address is there for the statement alone.
const CONTACT_CHANGED: &[&str] =
    &[BY_USER, BY_USER_OF, "?6", BY_USER_ON, "json_remove(?9, '$.email_key')", BY_USER_FROM, contact_before!("", concat!("NOT ", is_moved!())), BY_USER_END];
const INVITATION_MOVED: &[&str] = &[
    BY_USER,
    BY_USER_OF,
    "?6",
    BY_USER_ON,
    "json_set(json_remove(?9, '$.email_key'), '$.state', 'pending')",
    BY_USER_FROM,
    contact_before!(", 'state', (SELECT i.state FROM invitation i WHERE i.member_id = m.id ORDER BY i.created_at DESC, i.id DESC LIMIT 1)", is_moved!()),
    BY_USER_END,
];

/// Edits contact data. It does not give, change or take access. Where the address of an invited person changes, the invitation goes to the new one:
/// its old link ends, and the answer carries a new one. That makes a link, so it needs `members.manage` too.
///
/// # Errors
/// `validation`, `italian_address`, `stale_version`, `email_belongs_to_user`, `address_shared_by_too_many`, and the gate's; for an invited person
/// also `already_member`, `already_invited`, `outlasts_own_access`.
pub async fn edit(cx: &Cx, account: &AccountId, id: &MemberId, patch: &MemberPatch, version: Option<Versions>) -> Result<(BatchResult, Member)> {
    let mut checks = Checks::default();
    let mut given = patch.given(&mut checks);
    let email = patch.email.as_deref().map(|text| checks.email("/email", text));
    checks.done()?;
    let link = email.is_some().then(|| NewLink::new(cx)).transpose()?;
    let (typed, key) = email.map(|email| (email.typed, email.key)).unzip();
    let changes = columns(&given);
    let words = member_words::of_contact(&given, typed.as_deref());
    let moves = address::moves(&given);
    for (name, text) in [("email", &typed), ("email_key", &key)] {
        given.extend(text.as_deref().map(|text| (name.to_owned(), text.into())));
    }
    let audit = |sql, action| Audit {
        sql,
        action,
        target_type: "member",
        target_id: id.to_string(),
        account: Some(account.clone()),
        after: Json::Object(given.clone()),
    };
    let mut act = cx
        .act(Permission::ContactsManage, account)
        .changes(!given.is_empty())
        .expect(expect_unchanged(id, account, version))
        .audit(audit(CONTACT_CHANGED, "member.contact_changed"));
    if let (Some(key), Some(link)) = (&key, &link) {
        act = act
            .expect(invited_address::expect_address(cx, account, id, key))
            .expect(shared_address::has_room_for(id, account, Some(key)))
            .audit(audit(INVITATION_MOVED, "invitation.email_changed"))
            .writes(invited_address::moved(cx, account, id, key, link)?);
    }
    act = act
        .write(member_words::removed(id.as_str(), &words))
        .write(sql!(CHANGE_CONTACT, id, account, changes, &typed, &key, cx.now, words))
        .write(member_words::added(id.as_str()));
    if let Some(link) = &link {
        act = link.outboxes_invitation(cx, act);
    }
    if moves {
        act = act.rule(sql!(wrong_in_italy!("member WHERE id = ?1 AND account_id = ?2", "?3"), id, account, PROVINCES));
    }
    act = act.read(read_one(cx, account, id)?);
    if let Some(link) = &link {
        act = act.read(link.read_invitation());
    }
    let result = match act.run().await {
        Err(failure) => return Err(unmoved(cx, account, key.as_deref(), failure).await),
        Ok(result) => result,
    };
    let mut member = Viewer::of(cx, &result)?.sees(result.one(0)?);
    if let (Some(link), Some(made)) = (link, result.first(1)?) {
        member.invitation = Some(link.publish_invitation(cx, made).into());
    }
    Ok((result, member))
}
