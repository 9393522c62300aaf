//! The access to give to a member: the request, its checks, and the statements that write it.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    access::catalogue,
    access::context::Cx,
    core::db::Stmt,
    core::field::Checks,
    core::id::AccountId,
    core::permission::{Level, Permission, Role},
    core::refusal::{Result, Rule, Wrong},
    core::timestamp,
    resources::assignment,
    resources::resource::MOST_ASSIGNED,
    sql,
};

/// The complete access to give or to change to: what is not named is taken away.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccessInput)]
pub struct NewAccess {
    /// `admin`, `standard` or `view_only`.
    pub role: Option<Role>,
    /// Permissions beyond the role; an admin holds everything and takes none.
    #[serde(default)]
    #[schema(required = false)]
    pub permissions: Vec<String>,
    /// Pixels and apps to assign; absent: as they are.
    pub resource_ids: Option<Vec<String>>,
    /// When it ends by itself (RFC 3339); absent: never.
    pub expires_at: Option<String>,
}

/// Access that was checked.
#[derive(Debug, Clone)]
pub struct CheckedAccess {
    pub(crate) role: Role,
    pub(crate) permissions: Vec<&'static str>,
    pub(crate) resource_ids: Option<Vec<String>>,
    pub(crate) expires_at: Option<i64>,
}

/// Whether an access outlasts the caller's own, 1 or NULL (design I5). A caller whose own access ends can make nobody an administrator for longer, and
/// can give themselves nothing for longer. What an administrator has already stays. (Other roles may outlast the caller's: they cannot give access to
/// others.) `m` is the member, ?2 the account, ?3 the caller's session, ?4 the role and ?5 when the access ends.
#[macro_export]
macro_rules! outlasts_own_access {
    () => {
        "CASE WHEN (?4 = 'admin' OR m.user_id = (SELECT user_id FROM session WHERE token_hash = ?3))
                AND NOT coalesce(m.access <> 'none' AND m.role = 'admin' AND (m.expires_at IS NULL OR m.expires_at >= ?5), 0)
                AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND w.account_id = ?2
                  AND w.permission = 'members.manage' AND (w.expires_at IS NULL OR w.expires_at >= ?5)) THEN 1 END"
    };
}

impl NewAccess {
    /// Checks the fields. `pointer` is the JSON pointer that errors begin with.
    ///
    /// # Errors
    /// `permission_not_for_role` when a view-only person would be granted more than views (design I5).
    pub fn checked(&self, pointer: &str, now: i64, checks: &mut Checks) -> Result<CheckedAccess> {
        let role = self.role.unwrap_or_else(|| {
            checks.wrong(&format!("{pointer}/role"), Wrong::Required);
            Role::ViewOnly
        });
        let mut permissions = Vec::new();
        for (index, key) in self.permissions.iter().enumerate() {
            match Permission::ALL.iter().find(|permission| permission.key() == key && permission.is_grantable()) {
                None => checks.wrong(&format!("{pointer}/permissions/{index}"), Wrong::Unknown),
                Some(permission) if role == Role::ViewOnly && permission.level() == Level::Manage => return Err(Rule::PermissionNotForRole.into()),
                Some(permission) if role != Role::Admin && !permissions.contains(&permission.key()) => permissions.push(permission.key()),
                Some(_) => {}
            }
        }
        if self.resource_ids.as_ref().is_some_and(|ids| ids.len() > MOST_ASSIGNED) {
            checks.wrong(&format!("{pointer}/resource_ids"), Wrong::TooMany(MOST_ASSIGNED));
        }
        let expires_at = self.expires_at.as_deref().and_then(|text| match timestamp::parse(text) {
            Some(at) if at.0 > now => Some(at.0),
            parsed => {
                checks.wrong(&format!("{pointer}/expires_at"), if parsed.is_some() { Wrong::Past } else { Wrong::Date });
                None
            }
        });
        Ok(CheckedAccess { role, permissions, resource_ids: self.resource_ids.clone(), expires_at })
    }
}

impl CheckedAccess {
    /// The access as the audit trail records it.
    #[must_use]
    pub fn as_json(&self, status: Option<&str>) -> serde_json::Map<String, Json> {
        let mut fields = serde_json::Map::new();
        fields.extend(status.map(|status| ("access".to_owned(), status.into())));
        fields.insert("role".to_owned(), self.role.code().into());
        fields.insert("permissions".to_owned(), json!(self.permissions));
        fields.insert("expires_at".to_owned(), json!(self.expires_at));
        if let Some(resources) = &self.resource_ids {
            fields.insert("resource_ids".to_owned(), json!(resources));
        }
        fields
    }

    /// The role and the permissions beyond it.
    #[must_use]
    pub fn parts(&self) -> (Role, &[&'static str]) {
        (self.role, &self.permissions)
    }

    /// Refuses resources that are not this account's.
    #[must_use]
    pub fn expect_resources(&self, account: &AccountId) -> Stmt {
        assignment::expect_known(account, &json!(self.resource_ids.as_deref().unwrap_or_default()).to_string())
    }

    /// Refuses new grants of permissions that the host has switched off.
    #[must_use]
    pub fn expect_enabled(&self, account: &AccountId, member: &str) -> Stmt {
        catalogue::refuse_switched_off(&self.permissions, account, member)
    }

    /// Refuses with `outlasts_own_access`, see [`outlasts_own_access!`].
    #[must_use]
    pub fn expect_within_own(&self, cx: &Cx, account: &AccountId, member: &str) -> Stmt {
        sql!(
            concat!(
                "INSERT INTO refusal (outlasts_own_access) SELECT r.outlasts FROM (SELECT ",
                outlasts_own_access!(),
                " AS outlasts FROM (SELECT 1) LEFT JOIN member m ON m.id = ?1 AND m.account_id = ?2) r WHERE r.outlasts"
            ),
            member,
            account,
            cx.session.as_deref(),
            self.role.code(),
            self.expires_at
        )
    }

    /// The statements that write role, grants and assignments, in place of all those before. A contact becomes invited.
    #[must_use]
    pub fn writes(&self, account: &AccountId, member: &str, now: i64) -> Vec<Stmt> {
        let mut writes = vec![
            sql!(
                "UPDATE member SET access = CASE access WHEN 'none' THEN 'invited' ELSE access END, role = ?3, expires_at = ?4, updated_at = ?5, version = version + 1
                  WHERE id = ?1 AND account_id = ?2",
                member,
                account,
                self.role.code(),
                self.expires_at,
                now
            ),
            sql!("DELETE FROM member_permission WHERE member_id = ?1", member),
        ];
        writes.extend(self.grants(member));
        if let Some(resources) = &self.resource_ids {
            writes.extend(assignment::writes(account, member, &json!(resources).to_string()));
        }
        writes
    }

    /// Grants the permissions. No statement where there are none.
    #[must_use]
    pub fn grants(&self, member: &str) -> Option<Stmt> {
        let permissions = (!self.permissions.is_empty()).then(|| json!(self.permissions))?;
        Some(sql!("INSERT INTO member_permission (member_id, permission) SELECT ?1, value FROM json_each(?2)", member, permissions))
    }
}
