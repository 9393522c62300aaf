//! Who is assigned to which pixel or app, from either side, always whole: what is not named is taken.
//!
//! Document 002: «Gli utenti standard possono apportare modifiche ai propri pixel assegnati». An assignment is only as good as the role: with
//! a lesser one it lies still, and works again with the old one. Without access there is none. Each change counts up the version of both
//! sides, so that nobody overwrites from one side what was done from the other.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::act::BatchResult,
    access::audit::Audit,
    access::catalogue::{self, Entry},
    api::Listed,
    audited,
    core::context::Cx,
    core::db::Stmt,
    core::id::{AccountId, MemberId, ResourceId},
    core::permission::Permission,
    core::refusal::{Refusal, Result, Wrong},
    identity::reset,
    people::capabilities::Viewer,
    people::invitation::Delivery,
    people::member::{self, ADMINS, AccessStatus, Member},
    people::member_list::{Filter, Listing},
    resources::resource::{self, Kind, MOST_ASSIGNED, Resource, act_on, and_one},
    sees_all_resources, sees_resource, sql,
};

/// MemberIds or resources to choose from on a page.
pub const CHOICES: usize = 100;

/// The people a resource is assigned to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberIds {
    /// All of them; at most 1,000.
    pub member_ids: Option<Vec<String>>,
}

/// The resources assigned to a person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceIds {
    /// All of them; at most 1,000.
    pub resource_ids: Option<Vec<String>>,
}

/// Whether the ids ($given, a list of JSON) are others than those ($this) is assigned to. What is so already is no change.
macro_rules! differs {
    ($given:literal, $own:literal, $this:literal, $other:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM json_each(",
            $given,
            ") j WHERE NOT EXISTS (SELECT 1 FROM assignment s WHERE s.",
            $own,
            " = ",
            $this,
            " AND s.",
            $other,
            " = j.value)) OR EXISTS (SELECT 1 FROM assignment s WHERE s.",
            $own,
            " = ",
            $this,
            " AND s.",
            $other,
            " NOT IN (SELECT j.value FROM json_each(",
            $given,
            ") j)))"
        )
    };
}

/// The ids as one binding.
fn ids(pointer: &str, given: Option<&[String]>) -> Result<String> {
    let given = given.ok_or_else(|| Refusal::field(pointer, Wrong::Required))?;
    if given.len() > MOST_ASSIGNED {
        return Err(Refusal::field(pointer, Wrong::TooMany(MOST_ASSIGNED)).into());
    }
    Ok(crate::http::response::written(&json!(given)))
}

/// The resource is assigned to these people and nobody else.
///
/// # Errors
/// `unknown_member`, `no_access` for a contact, `stale_version`, `not_found`, `validation`, and the gate's.
pub async fn put_people(cx: &Cx, account: &AccountId, id: &ResourceId, people: &MemberIds, version: Option<i64>) -> Result<Resource> {
    let members = ids("/member_ids", people.member_ids.as_deref())?;
    let done = act_on(cx, Permission::ResourcesManage, account, id, version)?
        .expect(sql!(
            "INSERT INTO refusal (unknown_member) SELECT 1 FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.id = j.value AND m.account_id = ?2) LIMIT 1",
            &members,
            account
        ))
        .expect(sql!(
            "INSERT INTO refusal (no_access) SELECT 1 FROM json_each(?1) j CROSS JOIN member m ON m.id = j.value AND m.account_id = ?2 WHERE m.access = 'none' LIMIT 1",
            &members,
            account
        ))
        .audit(Audit {
            sql: audited!(concat!(
                "SELECT r.name, json_object('member_ids', json((SELECT json_group_array(s.member_id) FROM assignment s WHERE s.resource_id = r.id))) AS before
                   FROM resource r WHERE r.id = ?8 AND r.account_id = ?3 AND ",
                differs!("json_extract(?9, '$.member_ids')", "resource_id", "r.id", "member_id")
            )),
            action: "resource.assigned",
            target_type: "resource",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!({ "member_ids": people.member_ids }),
        })
        .write(sql!(
            "UPDATE member SET version = version + 1, updated_at = ?4 WHERE +account_id = ?2 AND id IN (
               SELECT j.value FROM json_each(?3) j WHERE NOT EXISTS (SELECT 1 FROM assignment s WHERE s.resource_id = ?1 AND s.member_id = j.value)
               UNION SELECT s.member_id FROM assignment s WHERE s.resource_id = ?1 AND s.member_id NOT IN (SELECT value FROM json_each(?3) j))",
            id,
            account,
            &members,
            cx.now
        ))
        .write(sql!(
            concat!("UPDATE resource SET version = version + 1 WHERE id = ?1 AND account_id = ?2 AND ", differs!("?3", "resource_id", "?1", "member_id")),
            id,
            account,
            &members
        ))
        .write(sql!("DELETE FROM assignment WHERE resource_id = ?1 AND member_id NOT IN (SELECT j.value FROM json_each(?2) j)", id, &members))
        .write(sql!(
            "INSERT OR IGNORE INTO assignment (member_id, resource_id) SELECT m.id, ?1 FROM json_each(?2) j CROSS JOIN member m ON m.id = j.value AND m.account_id = ?3",
            id,
            &members,
            account
        ))
        .read(resource::read_one(cx, account, id)?)
        .run()
        .await?;
    resource::one(&done, 0)
}

/// The resources to assign are this account's.
#[must_use]
pub fn expect_known(account: &AccountId, resources: &str) -> Stmt {
    sql!(
        "INSERT INTO refusal (unknown_resource) SELECT 1 FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = j.value AND r.account_id = ?2) LIMIT 1",
        resources,
        account
    )
}

/// The resources of a person who is about to lose them count up.
#[macro_export]
macro_rules! resources_lose {
    ($member:expr) => {
        concat!("UPDATE resource SET version = version + 1 WHERE id IN (SELECT s.resource_id FROM assignment s WHERE s.member_id = ", $member, ")")
    };
}

/// A person's assignments, whole; the versions of the resources that change count up. (`+`: they are found by their ids, not among all of the
/// account's.)
#[must_use]
pub fn writes(account: &AccountId, member: &str, resources: &str) -> Vec<Stmt> {
    vec![
        sql!(
            "UPDATE resource SET version = version + 1 WHERE +account_id = ?2 AND id IN (
               SELECT j.value FROM json_each(?3) j WHERE NOT EXISTS (SELECT 1 FROM assignment s WHERE s.member_id = ?1 AND s.resource_id = j.value)
               UNION SELECT s.resource_id FROM assignment s WHERE s.member_id = ?1 AND s.resource_id NOT IN (SELECT value FROM json_each(?3) j))",
            member,
            account,
            resources
        ),
        sql!("DELETE FROM assignment WHERE member_id = ?1 AND resource_id NOT IN (SELECT j.value FROM json_each(?2) j)", member, resources),
        sql!(
            "INSERT OR IGNORE INTO assignment (member_id, resource_id) SELECT ?1, r.id FROM json_each(?2) j CROSS JOIN resource r ON r.id = j.value AND r.account_id = ?3",
            member,
            resources,
            account
        ),
    ]
}

/// These resources are assigned to the person and no others.
///
/// # Errors
/// `unknown_resource`, `no_access` for a contact, `stale_version`, `not_found`, `validation`, and the gate's.
pub async fn put_things(cx: &Cx, account: &AccountId, id: &MemberId, things: &ResourceIds, version: Option<i64>) -> Result<Member> {
    let resources = ids("/resource_ids", things.resource_ids.as_deref())?;
    let done = cx
        .act(Permission::MembersManage, account)
        .expect(member::expect_member(id, account))
        .expect(member::expect_version(id, account, version))
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
            after: json!({ "resource_ids": things.resource_ids }),
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
        .read(sql!(ADMINS, account))
        .run()
        .await?;
    Ok(Viewer::of(cx, &done, 1)?.sees(done.one(0)?))
}

/// Somebody a resource is, or may be, assigned to.
#[derive(Debug, Clone, Deserialize)]
pub struct Somebody {
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

/// Something that is, or may be, assigned to somebody.
#[derive(Debug, Clone, Deserialize)]
pub struct Something {
    /// The resource.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// `pixel` or `app`.
    pub kind: Kind,
    /// Its id where it comes from.
    pub external_id: String,
}

/// The first people of the resource ?1 in the account ?2.
const ASSIGNED_PEOPLE: &str = "SELECT m.id, m.first_name, m.last_name, m.email, m.access
   FROM (SELECT member_id FROM assignment WHERE resource_id = ?1 ORDER BY member_id LIMIT ?3) s CROSS JOIN member m ON m.id = s.member_id WHERE m.account_id = ?2";
/// The first people with access in the account ?1 whose word starts at ?2 and before ?3, or whoever is first by name.
macro_rules! people_with_access {
    ($from:literal, $order:literal) => {
        concat!(
            "SELECT DISTINCT m.id, m.first_name, m.last_name, m.email, m.access FROM (
               SELECT * FROM (SELECT ",
            $from,
            " AND w.access = 'active' ORDER BY ",
            $order,
            " LIMIT ?4)
               UNION SELECT * FROM (SELECT ",
            $from,
            " AND w.access = 'invited' ORDER BY ",
            $order,
            " LIMIT ?4)
               UNION SELECT * FROM (SELECT ",
            $from,
            " AND w.access = 'suspended' ORDER BY ",
            $order,
            " LIMIT ?4)
             ) f CROSS JOIN member m ON m.id = f.id WHERE m.account_id = ?1 ORDER BY m.name_key LIMIT ?4"
        )
    };
}
const PEOPLE: &str = people_with_access!("w.id FROM member w WHERE w.account_id = ?1 AND ?2 = '' AND ?3 IS NOT NULL", "w.name_key, w.id");
const PEOPLE_FOUND: &str = people_with_access!(
    "DISTINCT w.member_id AS id FROM member_word w INDEXED BY member_word_by_access WHERE w.account_id = ?1 AND w.word >= ?2 AND w.word < ?3",
    "w.word, w.member_id"
);
/// The first resources of the account ?1 that the caller (?2, ?3) sees, by name, from ?5 on and before ?6.
const THINGS: &str = concat!(
    "SELECT r.id, r.name, r.kind, r.external_id FROM (SELECT 1 WHERE ",
    sees_all_resources!(),
    ") CROSS JOIN resource r WHERE r.account_id = ?1 AND r.name_key >= ?5 AND r.name_key < ?6 ORDER BY r.name_key, r.id LIMIT ?4"
);
/// The first resources of the member ?5 that the caller sees.
const ASSIGNED_THINGS: &str = concat!(
    "SELECT r.id, r.name, r.kind, r.external_id FROM assignment s CROSS JOIN resource r ON r.id = s.resource_id
      WHERE s.member_id = ?5 AND r.account_id = ?1 AND ",
    sees_resource!(),
    " ORDER BY r.name_key, r.id LIMIT ?4"
);

/// What there is to choose from, and what is chosen.
#[derive(Debug)]
pub struct Choosing<T> {
    /// What is chosen, at most [`CHOICES`].
    pub chosen: Vec<T>,
    /// What may be chosen, at most [`CHOICES`].
    pub offered: Vec<T>,
    /// Whether more may be chosen than is offered.
    pub has_more: bool,
}

impl<T> Choosing<T> {
    fn of(chosen: Vec<T>, mut offered: Vec<T>) -> Self {
        let has_more = offered.len() > CHOICES;
        offered.truncate(CHOICES);
        Self { chosen, offered, has_more }
    }
}

/// A resource with its people, and people to choose from: those first by name, or those found by the start of a word.
///
/// # Errors
/// The gate's, `not_found`.
pub async fn with_people(cx: &Cx, account: &AccountId, id: &ResourceId, search: &str) -> Result<(BatchResult, Resource, Choosing<Somebody>)> {
    let word = crate::core::field::search_words(&[search]).into_iter().next().unwrap_or_default();
    let done = cx
        .view(Permission::ResourcesView, account)
        .read(resource::read_one(cx, account, id)?)
        .read(sql!(ASSIGNED_PEOPLE, id, account, and_one(CHOICES)))
        .read(sql!(if word.is_empty() { PEOPLE } else { PEOPLE_FOUND }, account, &word, format!("{word}\u{10ffff}"), and_one(CHOICES)))
        .run()
        .await?;
    let resource = resource::one(&done, 0)?;
    let choosing = Choosing::of(done.rows(1)?, done.rows(2)?);
    Ok((done, resource, choosing))
}

/// A member with everything their page shows.
pub struct Whole {
    /// The member.
    pub member: Member,
    /// The resources assigned to them, and resources to choose from.
    pub things: Choosing<Something>,
    /// The permissions there are.
    pub catalogue: Vec<Entry>,
    /// Whom they invited and who has not answered yet, as far as no other access lets them invite; at most [`CHOICES`] and one.
    pub invited: Vec<String>,
    /// What became of the letter with the reset link that was made here, while it is not used.
    pub reset: Option<Delivery>,
}

/// The addresses of those the member ?1 of the account ?2 invited, and whose links end when the right to invite does; ?3 rows.
const INVITED_BY: &str = "SELECT m.email FROM member me JOIN invitation i ON i.created_by = me.user_id AND i.state = 'pending' AND i.purpose = 'member'
   JOIN account a ON a.id = i.account_id JOIN member m ON m.id = i.member_id
  WHERE me.id = ?1 AND me.account_id = ?2
    AND (i.account_id = ?2 AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = i.created_by AND w.account_id = i.account_id AND w.permission = 'members.manage' AND w.via = 'delegation')
         OR a.parent_id = ?2 AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = i.created_by AND w.account_id = i.account_id AND w.permission = 'members.manage' AND w.via = 'member'))
  LIMIT ?3";

/// A member with everything their page shows; of the resources to choose from, those whose names start with `things`.
///
/// # Errors
/// The gate's, `not_found`.
pub async fn whole(cx: &Cx, account: &AccountId, id: &MemberId, things: &str) -> Result<(BatchResult, Whole)> {
    #[derive(Deserialize)]
    struct Invited {
        email: String,
    }
    #[derive(Deserialize)]
    struct Letter {
        status: String,
        failure: Option<String>,
    }
    let token = cx.signed_in()?;
    let done = cx
        .view(Permission::MembersView, account)
        .read(member::read_one(cx, account, id)?)
        .read(sql!(ADMINS, account))
        .read(sql!(ASSIGNED_THINGS, account, token, cx.now, and_one(CHOICES), id))
        .read(offered_things(cx, account, things)?)
        .read(catalogue::read_all())
        .read(sql!(INVITED_BY, id, account, and_one(CHOICES)))
        .read(reset::last_letter(id, account))
        .run()
        .await?;
    let whole = Whole {
        member: Viewer::of(cx, &done, 1)?.sees(done.one(0)?),
        things: Choosing::of(done.rows(2)?, done.rows(3)?),
        catalogue: catalogue::entries(&done, 4, cx.lang)?,
        invited: done.rows::<Invited>(5)?.into_iter().map(|invited| invited.email).collect(),
        reset: done.first::<Letter>(6)?.map(|letter| Delivery::of(Some(letter.status), letter.failure)),
    };
    Ok((done, whole))
}

/// Reads resources to choose from: those whose names start so.
///
/// # Errors
/// `not_signed_in`.
fn offered_things(cx: &Cx, account: &AccountId, search: &str) -> Result<Stmt> {
    let start = crate::core::field::folded(search.trim());
    Ok(sql!(THINGS, account, cx.signed_in()?, cx.now, and_one(CHOICES), &start, format!("{start}\u{10ffff}")))
}

/// What the page of somebody new shows: people known already who are searched for, resources and permissions to choose from.
pub struct Newcomer {
    /// The people found; none when nobody was searched for.
    pub found: Option<Listed<Member>>,
    /// Resources to assign.
    pub things: Choosing<Something>,
    /// The permissions there are.
    pub catalogue: Vec<Entry>,
}

/// What the page of somebody new shows, to those who add contacts or invite users; of the resources, those whose names start with `things`.
///
/// # Errors
/// The gate's, `cursor_not_valid`.
pub async fn for_newcomer(cx: &Cx, account: &AccountId, filter: &Filter, things: &str) -> Result<(BatchResult, Newcomer)> {
    let (listing, list) = Listing::of(cx, account, filter)?;
    let mut view = cx.view(Permission::MembersView, account).read(offered_things(cx, account, things)?).read(catalogue::read_all());
    if filter.search.is_some() {
        view = view.read(list).read(sql!(ADMINS, account));
    }
    let done = view.run().await?;
    let authority = done.authority()?;
    if !authority.may(Permission::ContactsManage) && !authority.may(Permission::MembersManage) {
        return Err(Refusal::not_allowed(Permission::ContactsManage).into());
    }
    let newcomer = Newcomer {
        found: if filter.search.is_some() { Some(listing.rows(cx, &done, 2)?) } else { None },
        things: Choosing::of(Vec::new(), done.rows(0)?),
        catalogue: catalogue::entries(&done, 1, cx.lang)?,
    };
    Ok((done, newcomer))
}
