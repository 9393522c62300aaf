//! Pixels and apps: the resources of an account that its people work on.
//!
//! Document 002: «Gli utenti amministratori possono … aggiungere, rimuovere e aggiornare i pixel e visualizzare tutte le app associate al
//! loro account. Gli utenti standard possono apportare modifiche ai propri pixel assegnati, comprese le relative impostazioni.» View-only users see
//! «pixel e dati associati, oltre ad alcune app». What a kind allows is data (`resource_kind`), and so is who holds `resources.manage`
//! (everything), `resources.edit` (assigned resources) and `resources.view`. Assignments are in `resources/assignment.rs`.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    access::act::{Act, BatchResult},
    access::audit::Audit,
    access::authority::Authority,
    access::context::Cx,
    audited,
    core::capability::{Capabilities, Capability},
    core::db::Stmt,
    core::decode,
    core::field::{Checks, Patch},
    core::free_json::FreeJson,
    core::id::{AccountId, ResourceId},
    core::letters,
    core::permission::Permission,
    core::refusal::{Result, Rule, Wrong},
    core::version::Versions,
    core::vocabulary::{ResourceKind, ResourceStatus, Visibility},
    own_member, sees_resource, sql,
};

/// Characters of a resource's name.
pub const NAME_CHARACTERS: usize = 100;
/// Characters of the id a resource has in the system it comes from.
pub const EXTERNAL_ID_CHARACTERS: usize = 200;
/// Characters of the settings, written as JSON.
pub const SETTINGS_CHARACTERS: usize = 16_000;
/// People that a single resource names, and the most that an assignment can name.
pub const MOST_ASSIGNED: usize = 1_000;

/// A resource's row, with what it is to this caller.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "named as in design §4")]
pub struct Row {
    pub id: String,
    pub account_id: String,
    pub kind: ResourceKind,
    pub external_id: String,
    pub name: String,
    pub name_key: String,
    #[serde(default, deserialize_with = "decode::nested")]
    pub settings: Json,
    pub visibility: Visibility,
    pub status: ResourceStatus,
    pub version: i64,
    #[serde(default, deserialize_with = "decode::nested")]
    pub member_ids: Vec<String>,
    /// Whether the kind lets people edit the resources that are assigned to them.
    #[serde(deserialize_with = "decode::flag")]
    pub standard_may_edit: bool,
    /// Whether everybody who may see resources sees this kind.
    #[serde(deserialize_with = "decode::flag")]
    pub shown_to_all: bool,
    /// Whether it is assigned to the caller.
    #[serde(deserialize_with = "decode::flag")]
    pub is_mine: bool,
}

/// Whether the caller manages the resources of the account ?1.
macro_rules! manages {
    () => {
        "EXISTS (SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?2) AND w.account_id = ?1
            AND w.permission = 'resources.manage' AND w.ends_at > ?3)"
    };
}

/// The columns of [`Row`], of one `resource`: `$people` is the JSON list of its people, `$caller` the caller's own member.
#[macro_export]
macro_rules! resource_columns {
    ($people:literal, $caller:expr) => {
        concat!(
            "id, account_id, kind, external_id, name, name_key, settings, visibility, status, version,
             iif(kind IN (SELECT code FROM resource_kind WHERE standard_may_edit = 1), 1, 0) AS standard_may_edit,
             iif(kind IN (SELECT code FROM resource_kind WHERE shown_to_all = 1), 1, 0) AS shown_to_all,
             EXISTS (SELECT 1 FROM assignment s WHERE s.resource_id = id AND s.member_id = ",
            $caller,
            ") AS is_mine, ",
            $people,
            " AS member_ids"
        )
    };
}

/// One resource by its id (?5), if the caller sees it, with the first ?4 of its people.
const ONE: &str = concat!(
    "SELECT ",
    resource_columns!(
        "(SELECT json_group_array(first.member_id) FROM (SELECT member_id FROM assignment WHERE resource_id = r.id ORDER BY member_id LIMIT ?4) first)",
        own_member!()
    ),
    " FROM resource r WHERE r.id = ?5 AND r.account_id = ?1 AND ",
    sees_resource!()
);
const EXPECT_SEEN: &str = concat!(
    "INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = ?4 AND r.account_id = ?1 AND ",
    sees_resource!(),
    ")"
);
const EXPECT_EDITABLE: &str = concat!(
    "INSERT INTO refusal (kind_reserved) SELECT 1 FROM resource r JOIN resource_kind k ON k.code = r.kind
      WHERE r.id = ?4 AND r.account_id = ?1 AND k.standard_may_edit = 0 AND NOT ",
    manages!()
);
const EXPECT_ASSIGNED: &str = concat!(
    "INSERT INTO refusal (not_assigned) SELECT 1 FROM resource r WHERE r.id = ?4 AND r.account_id = ?1 AND NOT ",
    manages!(),
    " AND NOT EXISTS (SELECT 1 FROM assignment s WHERE s.resource_id = r.id AND s.member_id = ",
    own_member!(),
    ")"
);

/// A pixel or an app as the caller sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Resource<C = Capabilities> {
    /// The resource.
    pub id: String,
    /// Of this account.
    pub account_id: String,
    /// `pixel` or `app`.
    pub kind: ResourceKind,
    /// Its id in the system it comes from.
    pub external_id: String,
    /// As people call it.
    pub name: String,
    /// Its settings: a JSON object.
    #[schema(value_type = Object)]
    pub settings: Json,
    /// Who sees it, if the kind leaves that open.
    pub visibility: Visibility,
    /// Whether it is in use.
    pub status: ResourceStatus,
    /// People it is assigned to: in a list the first 20, alone the first 1,000.
    pub member_ids: Vec<String>,
    /// Whether it is assigned to more people than `member_ids` names.
    pub has_more_members: bool,
    /// Counts edits and assignments; also the `ETag`.
    pub version: i64,
    /// Whether the kind decides who sees it.
    #[serde(skip)]
    pub shown_to_all: bool,
    /// What the caller may do.
    pub capabilities: C,
}

impl<C: From<Capabilities>> Resource<C> {
    /// The resource as this caller sees it, with at most `people` of its people.
    #[must_use]
    pub fn of(authority: &Authority, mut row: Row, people: usize) -> Self {
        let manages = authority.may(Permission::ResourcesManage);
        let managing = Capability::unless(&[(!manages, Rule::NotAllowed)]);
        let edit = Capability::unless(&[
            (!authority.may(Permission::ResourcesEdit), Rule::NotAllowed),
            (!manages && !row.standard_may_edit, Rule::KindReserved),
            (!manages && !row.is_mine, Rule::NotAssigned),
        ]);
        let has_more_members = row.member_ids.len() > people;
        row.member_ids.truncate(people);
        Self {
            id: row.id,
            account_id: row.account_id,
            kind: row.kind,
            external_id: row.external_id,
            name: row.name,
            settings: row.settings,
            visibility: row.visibility,
            status: row.status,
            member_ids: row.member_ids,
            has_more_members,
            shown_to_all: row.shown_to_all,
            version: row.version,
            capabilities: Capabilities(vec![("edit", edit), ("change_visibility", managing), ("assign", managing), ("remove", managing)]).into(),
        }
    }
}

/// One more than `most`: how many rows to read to know whether there are more.
#[must_use]
pub fn and_one(most: usize) -> i64 {
    i64::try_from(most).unwrap_or_default() + 1
}

/// Reads one resource.
///
/// # Errors
/// `not_signed_in`.
pub fn read_one(cx: &Cx, account: &AccountId, id: &ResourceId) -> Result<Stmt> {
    Ok(sql!(ONE, account, cx.signed_in()?, cx.now, and_one(MOST_ASSIGNED), id))
}

/// The resource; `read` is the number of [`read_one`] among the reads of the batch.
///
/// # Errors
/// `not_found`.
pub fn one(result: &BatchResult, read: usize) -> Result<Resource> {
    Ok(Resource::of(result.authority()?, result.one(read)?, MOST_ASSIGNED))
}

/// One resource.
///
/// # Errors
/// The gate's, `not_found` also for a resource the caller may not see.
pub async fn show(cx: &Cx, account: &AccountId, id: &ResourceId) -> Result<Resource> {
    one(&cx.view(Permission::ResourcesView, account).read(read_one(cx, account, id)?).run().await?, 0)
}

/// A pixel or an app to add.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResource {
    /// `pixel` or `app`; it cannot be changed.
    pub kind: ResourceKind,
    /// Its id in the system it comes from: unique for its kind in an account. It cannot be changed.
    pub external_id: String,
    /// As people call it.
    pub name: String,
    /// A JSON object; empty when absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub settings: Patch<FreeJson>,
    /// `everyone`, `assigned` (when absent) or `admins`.
    pub visibility: Option<Visibility>,
    /// `active` (when absent) or `paused`.
    pub status: Option<ResourceStatus>,
}

/// The checked settings: a JSON object of at most [`SETTINGS_CHARACTERS`].
fn settings(given: &Patch<FreeJson>, checks: &mut Checks) -> Option<Json> {
    if !given.is_given() {
        return None;
    }
    let object = given.value().map(|FreeJson(json)| json).filter(|json| json.is_object());
    if object.is_none() {
        checks.wrong("/settings", Wrong::Object);
    } else if object.is_some_and(|json| json.to_string().chars().count() > SETTINGS_CHARACTERS) {
        checks.wrong("/settings", Wrong::TooLong(SETTINGS_CHARACTERS));
    }
    object.cloned()
}

/// Adds a pixel or an app. A repeat with the same `Idempotency-Key` returns the first one.
///
/// # Errors
/// `validation`, `resource_exists`, and the gate's.
pub async fn create(cx: &Cx, account: &AccountId, new: &NewResource) -> Result<Resource> {
    let mut checks = Checks::default();
    let external_id = checks.line("/external_id", &new.external_id, EXTERNAL_ID_CHARACTERS);
    let name = checks.line("/name", &new.name, NAME_CHARACTERS);
    let settings = settings(&new.settings, &mut checks).unwrap_or_else(|| json!({}));
    checks.done()?;
    let (visibility, status) = (new.visibility.unwrap_or(Visibility::Assigned), new.status.unwrap_or(ResourceStatus::Active));
    let id = ResourceId::known(cx.new_id()?);
    let result = cx
        .act(Permission::ResourcesManage, account)
        .audit(Audit {
            sql: audited!("SELECT json_extract(?9, '$.name') AS name, NULL AS before"),
            action: "resource.created",
            target_type: "resource",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!({ "kind": new.kind, "external_id": external_id, "name": name, "settings": settings, "visibility": visibility, "status": status }),
        })
        .write(sql!(
            "INSERT INTO resource (id, account_id, kind, external_id, name, name_key, settings, visibility, status, is_open, created_at)
             SELECT ?1, ?2, k.code, ?4, ?5, ?6, ?7, ?8, ?9, ?8 = 'everyone' OR k.shown_to_all, ?10 FROM resource_kind k WHERE k.code = ?3",
            &id,
            account,
            new.kind.code(),
            external_id,
            &name,
            letters::folded(&name),
            settings,
            visibility.code(),
            status.code(),
            cx.now
        ))
        .read(read_one(cx, account, &id)?)
        .run()
        .await?;
    one(&result, 0)
}

/// The changes to a resource; absent fields stay as they are.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourcePatch {
    /// The new name.
    #[serde(default, deserialize_with = "decode::given")]
    pub name: Option<String>,
    /// The complete new settings: a JSON object.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub settings: Patch<FreeJson>,
    /// `active` or `paused`.
    pub status: Option<ResourceStatus>,
    /// `everyone`, `assigned` or `admins`. Only those who manage resources may change it.
    pub visibility: Option<Visibility>,
}

/// The resource ?8 in the account ?3 before the change, as the audit trail records it.
macro_rules! resource_before {
    () => {
        "SELECT r.name, json_object('kind', r.kind, 'external_id', r.external_id, 'name', r.name, 'settings', json(r.settings), 'visibility', r.visibility, 'status', r.status) AS before
           FROM resource r WHERE r.id = ?8 AND r.account_id = ?3"
    };
}

/// Whether the JSON of the changes makes anything of the resource `r` different. An equal value is no change.
macro_rules! differs {
    ($after:literal) => {
        concat!(
            "(json_extract(",
            $after,
            ", '$.name') <> r.name OR json_extract(",
            $after,
            ", '$.settings') <> json(r.settings) OR json_extract(",
            $after,
            ", '$.status') <> r.status OR json_extract(",
            $after,
            ", '$.visibility') <> r.visibility)"
        )
    };
}

/// The audit line of a change. The caller's own access reaches only what is assigned to them; a change to another resource is recorded as made by
/// delegation.
const CHANGED: &[&str] = audited!(
    concat!(resource_before!(), " AND ", differs!("?9")),
    " AND (?4 <> 'resources.edit' OR EXISTS (SELECT 1 FROM power p WHERE p.user_id = u.id AND p.account_id = ?3 AND p.via = 'member' AND p.permission = 'resources.manage'
                    AND p.ends_at > ?2)
      OR EXISTS (SELECT 1 FROM resource r JOIN resource_kind k ON k.code = r.kind CROSS JOIN member m CROSS JOIN assignment x ON x.member_id = m.id AND x.resource_id = r.id
                  WHERE r.id = ?8 AND k.standard_may_edit = 1 AND m.account_id = ?3 AND m.user_id = u.id))"
);

/// The act that every change of a resource starts from: the caller sees the resource, and it still has the version they saw.
///
/// # Errors
/// `not_signed_in`.
pub fn act_on<'a>(cx: &'a Cx, permission: Permission, account: &AccountId, id: &ResourceId, version: Option<Versions>) -> Result<Act<'a>> {
    let token = cx.signed_in()?;
    let mut act = cx.act(permission, account).expect(sql!(EXPECT_SEEN, account, token, cx.now, id));
    if permission == Permission::ResourcesEdit {
        act = act.expect(sql!(EXPECT_EDITABLE, account, token, cx.now, id)).expect(sql!(EXPECT_ASSIGNED, account, token, cx.now, id));
    }
    Ok(act.expect(sql!(
        "INSERT INTO refusal (stale_version) SELECT 1 FROM resource WHERE id = ?1 AND account_id = ?2 AND ?3 IS NOT NULL AND version NOT IN (SELECT value FROM json_each(?3))",
        id,
        account,
        version.map(Versions::bound)
    )))
}

const CHANGE: &str = concat!(
    "UPDATE resource AS r SET name = coalesce(json_extract(?3, '$.name'), name), name_key = coalesce(?4, name_key),
            settings = coalesce(json_extract(?3, '$.settings'), settings), status = coalesce(json_extract(?3, '$.status'), status),
            visibility = coalesce(json_extract(?3, '$.visibility'), visibility),
            is_open = coalesce(json_extract(?3, '$.visibility'), visibility) = 'everyone' OR (SELECT k.shown_to_all FROM resource_kind k WHERE k.code = r.kind),
            version = version + 1
      WHERE r.id = ?1 AND r.account_id = ?2 AND ",
    differs!("?3")
);

/// Changes name, settings, status or visibility. Equal values change nothing.
///
/// # Errors
/// `validation`, `kind_reserved`, `not_assigned`, `stale_version`, `not_found`, and the gate's.
pub async fn edit(cx: &Cx, account: &AccountId, id: &ResourceId, patch: &ResourcePatch, version: Option<Versions>) -> Result<Resource> {
    let mut checks = Checks::default();
    let name = patch.name.as_deref().map(|text| checks.line("/name", text, NAME_CHARACTERS));
    let settings = settings(&patch.settings, &mut checks);
    checks.done()?;
    // Only those who manage all resources decide who sees one.
    let permission = if patch.visibility.is_some() { Permission::ResourcesManage } else { Permission::ResourcesEdit };
    let mut after = serde_json::Map::new();
    after.extend(name.as_deref().map(|name| ("name".to_owned(), name.into())));
    after.extend(settings.map(|settings| ("settings".to_owned(), settings)));
    after.extend(patch.status.map(|status| ("status".to_owned(), status.code().into())));
    after.extend(patch.visibility.map(|visibility| ("visibility".to_owned(), visibility.code().into())));
    let after = Json::Object(after);
    let changes = after.to_string();
    let result = act_on(cx, permission, account, id, version)?
        .changes(after.as_object().is_some_and(|after| !after.is_empty()))
        .audit(Audit { sql: CHANGED, action: "resource.changed", target_type: "resource", target_id: id.to_string(), account: Some(account.clone()), after })
        .write(sql!(CHANGE, id, account, changes, name.as_deref().map(letters::folded)))
        .read(read_one(cx, account, id)?)
        .run()
        .await?;
    one(&result, 0)
}

/// Removes a pixel or an app from the account, with its assignments.
///
/// # Errors
/// `stale_version`, `not_found`, and the gate's.
pub async fn remove(cx: &Cx, account: &AccountId, id: &ResourceId, version: Option<Versions>) -> Result<()> {
    act_on(cx, Permission::ResourcesManage, account, id, version)?
        .audit(Audit {
            sql: audited!(resource_before!()),
            action: "resource.removed",
            target_type: "resource",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: Json::Null,
        })
        .write(sql!(
            "UPDATE member SET version = version + 1, updated_at = ?3 WHERE +account_id = ?2 AND id IN (SELECT member_id FROM assignment WHERE resource_id = ?1)",
            id,
            account,
            cx.now
        ))
        .write(sql!("DELETE FROM resource WHERE id = ?1 AND account_id = ?2", id, account))
        .run()
        .await?;
    Ok(())
}
