//! The people of a resource, and the resources of a person, as pages and the API show them.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::act::{BatchResult, View},
    access::audit::Audit,
    access::catalogue::{self, Entry},
    access::context::Cx,
    access::email_queue::Delivery,
    audited,
    core::capability::Allowed,
    core::id::{AccountId, MemberId, ResourceId},
    core::list::Listed,
    core::permission::Permission,
    core::refusal::{Refusal, Result},
    core::version::Versions,
    core::vocabulary::AccessStatus,
    identity::reset,
    people::capabilities::Viewer,
    people::creation::{Choice, choices},
    people::member::{self, Member},
    people::member_list::{Filter, Listing},
    resources::assignment::{ASSIGNED_RESOURCES, AssignableResource, CHOICES, Choices, differs, expect_known, ids, offered_resources, writes},
    resources::resource::{self, Resource, and_one},
    sql,
};

/// The resources assigned to a person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceIds {
    /// All of them; at most 1,000.
    pub resource_ids: Option<Vec<String>>,
}

/// Assigns exactly these resources to the person.
///
/// # Errors
/// `unknown_resource`, `no_access` for a contact, `stale_version`, `not_found`, `validation`, and the gate's.
pub async fn put_resources(cx: &Cx, account: &AccountId, id: &MemberId, given: &ResourceIds, version: Option<Versions>) -> Result<Member> {
    let resources = ids("/resource_ids", given.resource_ids.as_deref())?;
    let result = cx
        .act(Permission::MembersManage, account)
        .expect(member::expect_unchanged(id, account, version))
        .expect(sql!("INSERT INTO refusal (no_access) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND access = 'none'", id, account))
        .expect(expect_known(account, &resources))
        .audit(Audit {
            sql: audited!(concat!(
                "SELECT m.email AS name, json_object('resource_ids', json((SELECT json_group_array(s.resource_id) FROM assignment s WHERE s.member_id = m.id))) AS before
                   FROM member m WHERE m.id = ?8 AND m.account_id = ?3 AND ",
                differs!("json_extract(?9, '$.resource_ids')", "member_id", "m.id", "resource_id")
            )),
            action: "member.resources_changed",
            target_type: "member",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!({ "resource_ids": given.resource_ids }),
        })
        .write(sql!(
            concat!(
                "UPDATE member SET version = version + 1, updated_at = ?4 WHERE id = ?1 AND account_id = ?2 AND ",
                differs!("?3", "member_id", "?1", "resource_id")
            ),
            id,
            account,
            &resources,
            cx.now
        ))
        .writes(writes(account, id.as_str(), &resources))
        .read(member::read_one(cx, account, id)?)
        .run()
        .await?;
    Ok(Viewer::of(cx, &result)?.sees(result.one(0)?))
}

/// Somebody a resource is, or may be, assigned to.
#[derive(Debug, Clone, Deserialize)]
pub struct AssignablePerson {
    /// The member.
    pub id: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The address.
    pub email: String,
    /// Invited, active or suspended.
    pub access: AccessStatus,
}

/// The first people of the resource ?1 in the account ?2.
const ASSIGNED_PEOPLE: &str = "SELECT m.id, m.first_name, m.last_name, m.email, m.access
   FROM (SELECT member_id FROM assignment WHERE resource_id = ?1 ORDER BY member_id LIMIT ?3) s CROSS JOIN member m ON m.id = s.member_id WHERE m.account_id = ?2";
/// The first people with access in the account ?1, by name. The three parts are merged in the order of the index, so only the rows of the page are read.
const PEOPLE: &str = "SELECT id, first_name, last_name, email, access FROM (
       SELECT m.* FROM member m WHERE m.account_id = ?1 AND ?2 = '' AND ?3 IS NOT NULL AND m.access = 'active'
       UNION ALL
       SELECT m.* FROM member m WHERE m.account_id = ?1 AND ?2 = '' AND ?3 IS NOT NULL AND m.access = 'invited'
       UNION ALL
       SELECT m.* FROM member m WHERE m.account_id = ?1 AND ?2 = '' AND ?3 IS NOT NULL AND m.access = 'suspended'
       ORDER BY name_key, id LIMIT ?4)";
/// The same for those with a word from ?2 on and before ?3, of which the first 500 are examined.
const PEOPLE_FOUND: &str = "SELECT DISTINCT m.id, m.first_name, m.last_name, m.email, m.access
   FROM (SELECT w.member_id AS id FROM member_word w WHERE w.account_id = ?1 AND w.word >= ?2 AND w.word < ?3 ORDER BY w.word, w.member_id LIMIT 500) f
   CROSS JOIN member m ON m.id = f.id WHERE m.account_id = ?1 AND m.access <> 'none' ORDER BY m.name_key LIMIT ?4";
/// A resource with its people, and people to choose from: the first by name, or those found by the start of a word.
///
/// # Errors
/// The gate's, `not_found`.
pub async fn with_people(cx: &Cx, account: &AccountId, id: &ResourceId, search: &str) -> Result<(BatchResult, Resource, Choices<AssignablePerson>)> {
    let word = crate::core::field::search_words(&[search]).into_iter().next().unwrap_or_default();
    let result = cx
        .view(Permission::ResourcesView, account)
        .read(resource::read_one(cx, account, id)?)
        .read(sql!(ASSIGNED_PEOPLE, id, account, and_one(CHOICES)))
        .read(sql!(if word.is_empty() { PEOPLE } else { PEOPLE_FOUND }, account, &word, format!("{word}\u{10ffff}"), and_one(CHOICES)))
        .run()
        .await?;
    let resource = resource::one(&result, 0)?;
    let choosing = Choices::of(result.rows(1)?, result.rows(2)?);
    Ok((result, resource, choosing))
}

/// A member with everything their page shows.
pub struct MemberPage {
    /// The member.
    pub member: Member,
    /// The resources assigned to them, and resources to choose from.
    pub resources: Choices<AssignableResource>,
    /// The permissions there are.
    pub catalogue: Vec<Entry>,
    /// The addresses of the people they invited who have not answered yet and whom no other access lets them invite; at most [`CHOICES`] and one.
    pub invited: Vec<String>,
    /// The delivery of the e-mail with the reset link that was made here, while the link is unused.
    pub reset: Option<Delivery>,
}

/// The addresses of the people whom the member ?1 of the account ?2 invited and whose links end when the right to invite ends; ?3 rows.
const INVITED_BY: &str = "SELECT m.email FROM member me JOIN invitation i ON i.created_by = me.user_id AND i.state = 'pending' AND i.purpose = 'member'
   JOIN account a ON a.id = i.account_id JOIN member m ON m.id = i.member_id
  WHERE me.id = ?1 AND me.account_id = ?2
    AND (i.account_id = ?2 AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = i.created_by AND w.account_id = i.account_id AND w.permission = 'members.manage' AND w.via = 'delegation')
         OR a.parent_id = ?2 AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = i.created_by AND w.account_id = i.account_id AND w.permission = 'members.manage' AND w.via = 'member'))
  LIMIT ?3";

/// A member with everything their page shows. The resources to choose from are those whose names start with `search`.
///
/// # Errors
/// The gate's, `not_found`.
pub async fn member_page(cx: &Cx, account: &AccountId, id: &MemberId, search: &str) -> Result<(BatchResult, MemberPage)> {
    #[derive(Deserialize)]
    struct Invited {
        email: String,
    }
    #[derive(Deserialize)]
    struct EmailRow {
        status: String,
        failure: Option<String>,
    }
    let token = cx.signed_in()?;
    let result = cx
        .view(Permission::MembersView, account)
        .read(member::read_one(cx, account, id)?)
        .read(sql!(ASSIGNED_RESOURCES, account, token, cx.now, and_one(CHOICES), id))
        .read(offered_resources(cx, account, search)?)
        .read(catalogue::read_all())
        .read(sql!(INVITED_BY, id, account, and_one(CHOICES)))
        .read(reset::last_email(id, account))
        .run()
        .await?;
    let page = MemberPage {
        member: Viewer::of(cx, &result)?.sees(result.one(0)?),
        resources: Choices::of(result.rows(1)?, result.rows(2)?),
        catalogue: catalogue::entries(&result, 3, cx.lang)?,
        invited: result.rows::<Invited>(4)?.into_iter().map(|invited| invited.email).collect(),
        reset: result.first::<EmailRow>(5)?.map(|email| Delivery::of(Some(email.status), email.failure)),
    };
    Ok((result, page))
}

/// What the page for a new member shows: the known people who match the search, and the resources and permissions to choose from.
pub struct NewMemberPage {
    /// The people found; `None` without a search.
    pub found: Option<Listed<Member<Allowed>>>,
    /// Resources to assign.
    pub resources: Choices<AssignableResource>,
    /// The permissions there are.
    pub catalogue: Vec<Entry>,
    /// The contacts of the address to choose from.
    pub contacts: Vec<Choice>,
}

/// What the page for a new member shows to callers who add contacts or invite users. The resources are those whose names start with `search`. Of an
/// `address`, where one is given, the contacts are read.
///
/// # Errors
/// The gate's, `cursor_not_valid`.
pub async fn new_member_page(cx: &Cx, account: &AccountId, filter: &Filter, search: &str, address: Option<&str>) -> Result<(BatchResult, NewMemberPage)> {
    let (listing, list) = Listing::of(cx, account, filter)?;
    let mut view = cx.view(Permission::MembersView, account).read(offered_resources(cx, account, search)?).read(catalogue::read_all());
    if filter.search.is_some() {
        view = view.read(list);
    }
    let contacts = address.and_then(|address| choices(account, address));
    let has_contacts = contacts.is_some();
    let result = contacts.into_iter().fold(view, View::read).run().await?;
    let authority = result.authority()?;
    if !authority.may(Permission::ContactsManage) && !authority.may(Permission::MembersManage) {
        return Err(Refusal::not_allowed(Permission::ContactsManage).into());
    }
    let newcomer = NewMemberPage {
        found: if filter.search.is_some() { Some(listing.rows(cx, &result, 2)?) } else { None },
        resources: Choices::of(Vec::new(), result.rows(0)?),
        catalogue: catalogue::entries(&result, 1, cx.lang)?,
        contacts: if has_contacts && authority.may(Permission::MembersManage) { result.rows(if filter.search.is_some() { 3 } else { 2 })? } else { Vec::new() },
    };
    Ok((result, newcomer))
}
