//! Who is assigned to which pixel or app, edited from either side. A request names the complete list: what is not named is taken away.
//!
//! Document 002: «Gli utenti standard possono apportare modifiche ai propri pixel assegnati». An assignment gives only what the role allows: with a
//! lesser role it has no effect, and it works again when the role is given back. Without access there is none. Each change increases the version of
//! both sides, so that nobody overwrites from one side what was done from the other.

use serde::Deserialize;
use serde_json::json;

use crate::{
    access::audit::Audit,
    access::context::Cx,
    audited,
    core::db::Stmt,
    core::id::{AccountId, ResourceId},
    core::permission::Permission,
    core::refusal::{Refusal, Result, Wrong},
    core::version::Versions,
    core::vocabulary::ResourceKind,
    first_people,
    resources::resource::{self, MOST_ASSIGNED, Resource, act_on, and_one},
    sees_all_resources, sees_resource, sql,
};

/// People or resources to choose from on a page.
pub const CHOICES: usize = 100;

/// The people a resource is assigned to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberIds {
    /// The complete list; at most 1,000.
    pub member_ids: Option<Vec<String>>,
}

/// Whether the ids ($given, a JSON list) differ from those that $this is assigned to. An equal list is no change.
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

pub(crate) use differs;

/// The checked ids as one JSON binding.
pub(crate) fn ids(pointer: &str, given: Option<&[String]>) -> Result<String> {
    let given = given.ok_or_else(|| Refusal::field(pointer, Wrong::Required))?;
    if given.len() > MOST_ASSIGNED {
        return Err(Refusal::field(pointer, Wrong::TooMany(MOST_ASSIGNED)).into());
    }
    Ok(json!(given).to_string())
}

/// Assigns the resource to exactly these people.
///
/// # Errors
/// `unknown_member`, `no_access` for a contact, `stale_version`, `not_found`, `validation`, and the gate's.
pub async fn put_people(cx: &Cx, account: &AccountId, id: &ResourceId, people: &MemberIds, version: Option<Versions>) -> Result<Resource> {
    let members = ids("/member_ids", people.member_ids.as_deref())?;
    let result = act_on(cx, Permission::ResourcesManage, account, id, version)?
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
            concat!(
                "UPDATE resource SET version = version + 1, first_people = ",
                first_people!("SELECT DISTINCT j.value AS member_id FROM json_each(?3) j"),
                " WHERE id = ?1 AND account_id = ?2 AND ",
                differs!("?3", "resource_id", "?1", "member_id")
            ),
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
    resource::one(&result, 0)
}

/// Refuses resources that are not this account's.
#[must_use]
pub fn expect_known(account: &AccountId, resources: &str) -> Stmt {
    sql!(
        "INSERT INTO refusal (unknown_resource) SELECT 1 FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = j.value AND r.account_id = ?2) LIMIT 1",
        resources,
        account
    )
}

/// The value of `first_people` for these people, a SELECT of `member_id`.
#[macro_export]
macro_rules! first_people {
    ($people:expr) => {
        concat!("(SELECT json_group_array(first.member_id) FROM (", $people, " ORDER BY member_id LIMIT 21) first)")
    };
}

/// Takes a person who is about to lose them off their resources, and increases the version of these.
#[macro_export]
macro_rules! resources_lose {
    ($member:expr) => {
        concat!(
            "UPDATE resource SET version = version + 1, first_people = ",
            $crate::first_people!(concat!("SELECT s.member_id FROM assignment s WHERE s.resource_id = resource.id AND s.member_id <> ", $member)),
            " WHERE id IN (SELECT s.resource_id FROM assignment s WHERE s.member_id = ",
            $member,
            ")"
        )
    };
}

/// Replaces a person's assignments, and increases the version of the resources that change. (`+` in SQL: they are found by their ids, not among all
/// of the account's.)
#[must_use]
pub fn writes(account: &AccountId, member: &str, resources: &str) -> Vec<Stmt> {
    vec![
        sql!(
            concat!(
                "UPDATE resource SET version = version + 1, first_people = ",
                first_people!(
                    "SELECT * FROM (SELECT s.member_id FROM assignment s WHERE s.resource_id = resource.id AND s.member_id <> ?1 ORDER BY s.member_id LIMIT 21)
                     UNION ALL SELECT ?1 WHERE resource.id IN (SELECT j.value FROM json_each(?3) j)"
                ),
                " WHERE +account_id = ?2 AND id IN (
               SELECT j.value FROM json_each(?3) j WHERE NOT EXISTS (SELECT 1 FROM assignment s WHERE s.member_id = ?1 AND s.resource_id = j.value)
               UNION SELECT s.resource_id FROM assignment s WHERE s.member_id = ?1 AND s.resource_id NOT IN (SELECT value FROM json_each(?3) j))"
            ),
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

/// A resource that is, or may be, assigned to somebody.
#[derive(Debug, Clone, Deserialize)]
pub struct AssignableResource {
    /// The resource.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// `pixel` or `app`.
    pub kind: ResourceKind,
    /// Its id in the system it comes from.
    pub external_id: String,
}

/// The first resources of the account ?1 that the caller (?2, ?3) sees, by name, from ?5 on and before ?6.
const RESOURCES: &str = concat!(
    "SELECT r.id, r.name, r.kind, r.external_id FROM (SELECT 1 WHERE ",
    sees_all_resources!(),
    ") CROSS JOIN resource r WHERE r.account_id = ?1 AND r.name_key >= ?5 AND r.name_key < ?6 ORDER BY r.name_key, r.id LIMIT ?4"
);
/// The first resources of the member ?5 that the caller sees.
pub(crate) const ASSIGNED_RESOURCES: &str = concat!(
    "SELECT r.id, r.name, r.kind, r.external_id FROM assignment s CROSS JOIN resource r ON r.id = s.resource_id
      WHERE s.member_id = ?5 AND r.account_id = ?1 AND ",
    sees_resource!(),
    " ORDER BY r.name_key, r.id LIMIT ?4"
);

/// The rows that are chosen, and those to choose from.
#[derive(Debug)]
pub struct Choices<T> {
    /// The chosen rows, at most [`CHOICES`].
    pub chosen: Vec<T>,
    /// The rows that may be chosen, at most [`CHOICES`].
    pub offered: Vec<T>,
    /// Whether there are more rows to choose from.
    pub has_more: bool,
}

impl<T> Choices<T> {
    pub(crate) fn of(chosen: Vec<T>, mut offered: Vec<T>) -> Self {
        let has_more = offered.len() > CHOICES;
        offered.truncate(CHOICES);
        Self { chosen, offered, has_more }
    }
}

/// Reads resources to choose from: those whose names start with `search`.
///
/// # Errors
/// `not_signed_in`.
pub(crate) fn offered_resources(cx: &Cx, account: &AccountId, search: &str) -> Result<Stmt> {
    let start = crate::core::letters::folded(search.trim());
    Ok(sql!(RESOURCES, account, cx.signed_in()?, cx.now, and_one(CHOICES), &start, format!("{start}\u{10ffff}")))
}
