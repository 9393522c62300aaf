//! The catalogue of permissions: the title of each, what it allows, and which ones the host has switched off.
//!
//! Document 000 asks for fine permissions and names no list. The host may give them titles of its own, and switches off those it does not use. A
//! permission that is off cannot be granted and counts for nobody: its rows of the matrix move to `role_permission_off`. Grants of it stay, and
//! count again when it is switched on. What the service itself needs is always on.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::act::{BatchResult, ended, view_oneself},
    access::audit::Audit,
    access::authority::lacks_the_host,
    access::context::Cx,
    access::permission_set,
    audited,
    core::db::Stmt,
    core::decode,
    core::field::{Checks, Patch},
    core::id::AccountId,
    core::lang::Lang,
    core::list::Listed,
    core::permission::{Level, Permission},
    core::refusal::{Result, Rule},
    core::version::Versions,
    core::vocabulary::HOST,
    sql,
    text::permission,
};

/// Characters of a title.
const TITLE_CHARACTERS: usize = 60;

/// A permission as the catalogue shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Permission)]
pub struct Entry {
    /// `noun.verb`
    pub key: &'static str,
    /// `view` or `manage`.
    pub level: &'static str,
    /// Whether it can be granted to one person beyond the role.
    pub grantable: bool,
    /// Whether the host has it switched on.
    pub enabled: bool,
    /// What it is called, in the reader's language.
    pub title: String,
    /// What it allows, in the reader's language.
    pub explanation: &'static str,
    /// The host's own title in English.
    pub title_en: Option<String>,
    /// The host's own title in Italian.
    pub title_it: Option<String>,
    /// Counts edits; `If-Match` of a change.
    pub version: i64,
}

/// A permission's row.
#[derive(Debug, Clone, Deserialize)]
struct Row {
    key: String,
    #[serde(deserialize_with = "decode::flag")]
    enabled: bool,
    title_en: Option<String>,
    title_it: Option<String>,
    version: i64,
}

impl Row {
    fn entry(self, lang: Lang) -> Option<Entry> {
        let permission = Permission::from_key(&self.key)?;
        let (title, explanation) = permission::words(permission, lang);
        let own = if lang == Lang::It { &self.title_it } else { &self.title_en };
        Some(Entry {
            key: permission.key(),
            level: if permission.level() == Level::View { "view" } else { "manage" },
            grantable: permission.is_grantable(),
            enabled: self.enabled,
            title: own.clone().unwrap_or_else(|| title.to_owned()),
            explanation,
            title_en: self.title_en,
            title_it: self.title_it,
            version: self.version,
        })
    }
}

const ONE: &str = "SELECT key, enabled, title_en, title_it, version FROM permission WHERE key = ?1";

/// Reads the whole catalogue. Its size is constant.
#[must_use]
pub fn read_all() -> Stmt {
    sql!("SELECT key, enabled, title_en, title_it, version FROM permission")
}

/// The rows of [`read_all`], in the order of [`Permission::ALL`].
///
/// # Errors
/// A fault when they are of another shape.
pub fn entries(result: &BatchResult, read: usize, lang: Lang) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = result.rows::<Row>(read)?.into_iter().filter_map(|row| row.entry(lang)).collect();
    entries.sort_by_key(|entry| Permission::from_key(entry.key));
    Ok(entries)
}

/// The catalogue, for anybody signed in.
///
/// # Errors
/// `not_signed_in`.
pub async fn list(cx: &Cx) -> Result<Listed<Entry>> {
    let result = view_oneself(cx).read(read_all()).run().await.map_err(|failure| ended(cx, failure))?;
    Ok(Listed { data: entries(&result, 0, cx.lang)?, next_cursor: None })
}

/// A change of a permission: absent fields stay, a title of `null` brings back our own title.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionPatch {
    /// The host's own title in English.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub title_en: Patch<String>,
    /// The host's own title in Italian.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub title_it: Patch<String>,
    /// Whether the host has it switched on.
    pub enabled: Option<bool>,
}

/// Changes titles, and switches a permission off or on.
///
/// # Errors
/// `not_found`, `validation`, `permission_always_on`, `stale_version`, and the gate's.
pub async fn edit(cx: &Cx, permission: Permission, patch: &PermissionPatch, version: Option<Versions>) -> Result<Entry> {
    let mut checks = Checks::default();
    let title_en = checks.optional("/title_en", patch.title_en.value().map(String::as_str), TITLE_CHARACTERS);
    let title_it = checks.optional("/title_it", patch.title_it.value().map(String::as_str), TITLE_CHARACTERS);
    checks.done()?;
    if patch.enabled == Some(false) && !permission.is_grantable() {
        return Err(Rule::PermissionAlwaysOn.into());
    }
    let (host, key) = (AccountId::known(HOST), permission.key());
    let mut after = serde_json::Map::new();
    if patch.title_en.is_given() {
        after.insert("title_en".to_owned(), json!(title_en));
    }
    if patch.title_it.is_given() {
        after.insert("title_it".to_owned(), json!(title_it));
    }
    after.extend(patch.enabled.map(|enabled| ("enabled".to_owned(), json!(enabled))));
    let result = cx
        .act(Permission::HostManage, &host)
        .changes(!after.is_empty())
        .expect(sql!(
            "INSERT INTO refusal (stale_version) SELECT 1 FROM permission WHERE key = ?1 AND ?2 IS NOT NULL AND version NOT IN (SELECT value FROM json_each(?2))",
            key,
            version.map(Versions::bound)
        ))
        .audit(Audit {
            sql: audited!(
                "SELECT p.key AS name, json_object('title_en', p.title_en, 'title_it', p.title_it, 'enabled', json(CASE p.enabled WHEN 1 THEN 'true' ELSE 'false' END)) AS before FROM permission p WHERE p.key = ?8"
            ),
            action: "permission.changed",
            target_type: "permission",
            target_id: key.to_owned(),
            account: Some(host.clone()),
            after: after.into(),
        })
        .write(sql!(
            "UPDATE permission SET title_en = CASE WHEN ?2 THEN ?3 ELSE title_en END, title_it = CASE WHEN ?4 THEN ?5 ELSE title_it END,
                    enabled = coalesce(?6, enabled), version = version + 1 WHERE key = ?1",
            key,
            patch.title_en.is_given(),
            title_en,
            patch.title_it.is_given(),
            title_it,
            patch.enabled
        ))
        .writes(switches(key))
        .writes(permission_set::rebuilt())
        .read(sql!(ONE, key))
        .run()
        .await
        .map_err(lacks_the_host)?;
    result.one::<Row>(0)?.entry(cx.lang).ok_or_else(|| Rule::NotFound.into())
}

/// Moves the permission's rows of the matrix to where they belong, on or off. What a grant of it brings besides moves with it.
fn switches(key: &str) -> Vec<Stmt> {
    vec![
        sql!(
            "INSERT OR IGNORE INTO role_permission_off (key, via, role, permission)
             SELECT ?1, via, role, permission FROM role_permission
              WHERE (permission = ?1 OR (via = 'grant' AND role = ?1)) AND EXISTS (SELECT 1 FROM permission WHERE key = ?1 AND enabled = 0)",
            key
        ),
        sql!(
            "DELETE FROM role_permission WHERE (permission = ?1 OR (via = 'grant' AND role = ?1)) AND EXISTS (SELECT 1 FROM permission WHERE key = ?1 AND enabled = 0)",
            key
        ),
        sql!(
            "INSERT OR IGNORE INTO role_permission (via, role, permission)
             SELECT o.via, o.role, o.permission FROM role_permission_off o JOIN permission p ON p.key = o.key WHERE o.key = ?1 AND p.enabled = 1",
            key
        ),
        sql!("DELETE FROM role_permission_off WHERE key = ?1 AND EXISTS (SELECT 1 FROM permission WHERE key = ?1 AND enabled = 1)", key),
    ]
}

/// Refuses to grant a permission that is switched off. One that `member` of `account` holds already may stay in the list.
#[must_use]
pub fn refuse_switched_off(permissions: &[&'static str], account: &AccountId, member: &str) -> Stmt {
    sql!(
        "INSERT INTO refusal (permission_switched_off) SELECT 1 FROM json_each(?1) j JOIN permission p ON p.key = j.value
          WHERE p.enabled = 0 AND NOT EXISTS (SELECT 1 FROM member m JOIN member_permission g ON g.member_id = m.id
                WHERE m.id = ?2 AND m.account_id = ?3 AND g.permission = p.key) LIMIT 1",
        json!(permissions),
        member,
        account
    )
}
