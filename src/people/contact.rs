//! The contact data of a member: adding, showing and editing a person.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::{
    access::act::BatchResult,
    access::audit::Audit,
    access::authority::expect_member,
    access::context::Cx,
    audited,
    core::address::{self, PROVINCES},
    core::db::Stmt,
    core::field::{self, Checks},
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::{Failure, Refusal, Result, Rule},
    identity::link::NewLink,
    people::capabilities::Viewer,
    people::invitation::Purpose,
    people::member::{Member, MemberPatch, NewMember, expect_version, read_one},
    people::member_words::words,
    people::preference,
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

/// Adds a person: a contact, or an invited member when `access` is given. The answer is the same whether or not the address has a user.
///
/// # Errors
/// `validation`, `already_member`, `already_invited`, `address_shared_by_too_many`, `permission_not_for_role`, `unknown_resource`, and the gate's.
pub async fn create(cx: &Cx, account: &AccountId, new: &NewMember) -> Result<(BatchResult, Member)> {
    let mut checks = Checks::default();
    let email = checks.email("/email", &new.email);
    let given = new.given(&mut checks);
    let access = new.access.as_ref().map(|access| access.checked("/access", cx.now, &mut checks)).transpose()?;
    checks.done()?;
    let id = MemberId::known(cx.new_id()?);
    let permission = if access.is_some() { Permission::MembersManage } else { Permission::ContactsManage };
    let mut after = json!({ "email": email.typed, "access": "none" });
    if let (Some(access), Some(fields)) = (&access, after.as_object_mut()) {
        fields.extend(access.as_json(Some("invited")));
    }
    let mut act = cx
        .act(permission, account)
        .audit(Audit {
            sql: audited!("SELECT json_extract(?9, '$.email') AS name, NULL AS before"),
            action: if access.is_some() { "member.invited" } else { "member.created" },
            target_type: "member",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after,
        })
        .write(sql!(INSERT, &id, account, columns(&given), &email.typed, &email.key, cx.now))
        .writes(words(account, id.as_str(), &given, Some(&email.typed)))
        .write(preference::insert(&id, account, &new.email_preferences));
    let mut link = None;
    if let Some(access) = &access {
        let made = NewLink::new(cx)?;
        act = act
            .expect(sql!(ADDRESS_OF_A_MEMBER, account, &email.key))
            .expect(sql!(
                "INSERT INTO refusal (already_invited) SELECT 1 FROM member WHERE account_id = ?1 AND email_key = ?2 AND access <> 'none' AND access = 'invited'",
                account,
                &email.key
            ))
            .expect(access.expect_resources(account))
            .expect(access.expect_enabled(account, id.as_str()))
            .expect(access.expect_within_own(cx, account, id.as_str()))
            .writes(made.inserts(cx, account, id.as_str(), Purpose::Member)?)
            .writes(access.writes(account, id.as_str()))
            .write(sql!("UPDATE member SET access = 'invited' WHERE id = ?1 AND account_id = ?2", &id, account));
        act = made.outboxes_invitation(cx, act);
        link = Some(made);
    }
    act = act.rule(shared_address::has_room(account, &email.key)).read(read_one(cx, account, &id)?);
    if let Some(link) = &link {
        act = act.read(link.read_invitation());
    }
    let result = match act.run().await {
        Err(failure) => {
            let who = sql!("SELECT id FROM member WHERE account_id = ?1 AND email_key = ?2 AND access <> 'none'", account, &email.key);
            return Err(with_target(cx, account, failure, who).await);
        }
        Ok(result) => result,
    };
    let mut member = Viewer::of(cx, &result)?.sees(result.one(0)?);
    if let Some(link) = link {
        member.invitation = Some(link.publish_invitation(cx, result.one(1)?).into());
    }
    Ok((result, member))
}

macro_rules! statements {
    ($($field:literal),*) => {
        const INSERT: &str = concat!(
            "INSERT INTO member (id, account_id, ", $($field, ", ",)* "email, email_key, created_at, updated_at) SELECT ?1, ?2, ",
            $("json_extract(?3, '$.", $field, "'), ",)* "?4, ?5, ?6, ?6"
        );
        const CHANGE_CONTACT: &str = concat!(
            "UPDATE member SET ",
            $($field, " = CASE WHEN json_type(?3, '$.", $field, "') IS NULL THEN ", $field, " ELSE json_extract(?3, '$.", $field, "') END, ",)*
            "email = coalesce(?4, email), email_key = coalesce(?5, email_key), updated_at = ?6, version = version + 1 WHERE id = ?1 AND account_id = ?2"
        );
    };
}
with_contact_columns!(statements);

/// The given fields and the search keys of the names, as one JSON binding.
fn columns(given: &Map<String, Json>) -> Json {
    let mut columns = given.clone();
    for name in ["first_name", "last_name"] {
        columns.extend(given.get(name).map(|text| (format!("{name}_key"), text.as_str().map(field::folded).into())));
    }
    Json::Object(columns)
}

/// Refuses when a member with access has this address in the account, or when the address's user is a member of it.
const ADDRESS_OF_A_MEMBER: &str = "INSERT INTO refusal (already_member) SELECT 1
   WHERE EXISTS (SELECT 1 FROM member WHERE account_id = ?1 AND email_key = ?2 AND access <> 'none' AND access <> 'invited')
      OR EXISTS (SELECT 1 FROM member WHERE account_id = ?1 AND user_id = (SELECT id FROM user WHERE email_key = ?2))";

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

/// Edits contact data. It does not give, change or take access.
///
/// # Errors
/// `validation`, `italian_address`, `stale_version`, `email_belongs_to_user`, `address_shared_by_too_many`, and the gate's.
pub async fn edit(cx: &Cx, account: &AccountId, id: &MemberId, patch: &MemberPatch, version: Option<i64>) -> Result<(BatchResult, Member)> {
    let mut checks = Checks::default();
    let mut given = patch.given(&mut checks);
    let email = patch.email.as_deref().map(|text| checks.email("/email", text));
    checks.done()?;
    let (typed, key) = email.map(|email| (email.typed, email.key)).unzip();
    let changes = columns(&given);
    let words = words(account, id.as_str(), &given, typed.as_deref());
    let moves = address::moves(&given);
    given.extend(typed.as_deref().map(|text| ("email".to_owned(), text.into())));
    let mut act = cx
        .act(Permission::ContactsManage, account)
        .changes(!given.is_empty())
        .expect(expect_member(id, account))
        .expect(expect_version(id, account, version))
        .expect(sql!("INSERT INTO refusal (email_belongs_to_user) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND access <> 'none' AND email_key <> ?3", id, account, key.as_deref()))
        .expect(shared_address::has_room_for(id, account, key.as_deref()))
        .audit(Audit {
            sql: audited!(
                "SELECT m.email AS name, json_object('email', m.email, 'first_name', m.first_name, 'last_name', m.last_name, 'company', m.company, 'phone', m.phone,
                        'address_1', m.address_1, 'address_2', m.address_2, 'city', m.city, 'province', m.province, 'postcode', m.postcode, 'country', m.country) AS before
                   FROM member m WHERE m.id = ?8 AND m.account_id = ?3"
            ),
            action: "member.contact_changed",
            target_type: "member",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: Json::Object(given),
        })
        .write(sql!(CHANGE_CONTACT, id, account, changes, typed, key, cx.now))
        .writes(words);
    if moves {
        act = act.rule(sql!(wrong_in_italy!("member WHERE id = ?1 AND account_id = ?2", "?3"), id, account, PROVINCES));
    }
    let result = act.read(read_one(cx, account, id)?).run().await?;
    let member = Viewer::of(cx, &result)?.sees(result.one(0)?);
    Ok((result, member))
}
