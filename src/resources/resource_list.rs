//! The list of an account's pixels and apps: pages by name, narrowed by kind and status, searched by the start of the name.
//!
//! A caller who sees everything reads one index; any other caller reads the open resources and those assigned to them. In both cases a page reads
//! only the rows it shows, and the caller's own assignments.

use serde::Deserialize;

use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::field,
    core::id::AccountId,
    core::list::{Listed, Page},
    core::permission::Permission,
    core::refusal::Result,
    core::vocabulary::{ResourceKind, ResourceStatus},
    own_member, resource_columns,
    resources::resource::{Resource, Row, and_one},
    sees_all_resources, sql,
};

/// People assigned to a resource that are named in its row of a list.
const PEOPLE_IN_A_ROW: usize = 20;

/// Which resources to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// `pixel` or `app`.
    pub kind: Option<ResourceKind>,
    /// `active` or `paused`.
    pub status: Option<ResourceStatus>,
    /// The start of the name.
    pub search: Option<String>,
    /// Rows a page: 1 to 100, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// ?1 account, ?2 session, ?3 now, ?4 people, ?5/?6 the place to start after, ?7 the end of the range, ?8 rows, ?9 kind, ?10 status. There is one
/// SQL text for each index that serves it.
macro_rules! listed {
    ($filter:literal) => {
        concat!(
            "SELECT ",
            resource_columns!(),
            " FROM (
               SELECT * FROM (SELECT r.id FROM (SELECT 1 WHERE ",
            sees_all_resources!(),
            ") CROSS JOIN resource r WHERE r.account_id = ?1 AND (r.name_key, r.id) > (?5, ?6) AND r.name_key < ?7 ",
            $filter,
            " ORDER BY r.name_key, r.id LIMIT ?8)
               UNION ALL
               SELECT * FROM (SELECT r.id FROM (SELECT 1 WHERE NOT ",
            sees_all_resources!(),
            ") CROSS JOIN resource r WHERE r.account_id = ?1 AND r.is_open = 1 AND (r.name_key, r.id) > (?5, ?6) AND r.name_key < ?7 ",
            $filter,
            " ORDER BY r.name_key, r.id LIMIT ?8)
               UNION ALL
               SELECT * FROM (SELECT r.id FROM (SELECT 1 WHERE NOT ",
            sees_all_resources!(),
            ") CROSS JOIN assignment s CROSS JOIN resource r ON r.id = s.resource_id WHERE s.member_id = ",
            own_member!(),
            " AND r.account_id = ?1 AND r.is_open = 0 AND r.visibility = 'assigned' AND (r.name_key, r.id) > (?5, ?6) AND r.name_key < ?7 ",
            $filter,
            " ORDER BY r.name_key, r.id LIMIT ?8)
             ) f CROSS JOIN resource r ON r.id = f.id JOIN resource_kind k ON k.code = r.kind ORDER BY r.name_key, r.id LIMIT ?8"
        )
    };
}
const LISTED: &str = listed!("AND ?9 IS NULL AND ?10 IS NULL");
const LISTED_BY_KIND: &str = listed!("AND r.kind = ?9 AND ?10 IS NULL");
const LISTED_BY_STATUS: &str = listed!("AND ?9 IS NULL AND r.status = ?10");
const LISTED_BY_BOTH: &str = listed!("AND r.kind = ?9 AND r.status = ?10");

/// A page of the account's pixels and apps that the caller sees.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, account: &AccountId, filter: &Filter) -> Result<(BatchResult, Listed<Resource>)> {
    let start = field::folded(filter.search.as_deref().unwrap_or_default().trim());
    let (kind, status) = (filter.kind.map(ResourceKind::code), filter.status.map(ResourceStatus::code));
    let list = ["resources", account.as_str(), &start, kind.unwrap_or_default(), status.unwrap_or_default()];
    let page = Page::of(&cx.env.config, &list, filter.limit, filter.cursor.as_deref())?;
    let (place, id) = if page.after().1.is_empty() { (start.as_str(), "") } else { page.after() };
    let statement = sql!(
        match (kind, status) {
            (None, None) => LISTED,
            (Some(_), None) => LISTED_BY_KIND,
            (None, Some(_)) => LISTED_BY_STATUS,
            (Some(_), Some(_)) => LISTED_BY_BOTH,
        },
        account,
        cx.signed_in()?,
        cx.now,
        and_one(PEOPLE_IN_A_ROW),
        place,
        id,
        format!("{start}\u{10ffff}"),
        page.limit_and_one(),
        kind,
        status
    );
    let result = cx.view(Permission::ResourcesView, account).read(statement).run().await?;
    let authority = result.authority()?;
    let listed = page.cut(result.rows::<Row>(0)?, |row| (&row.name_key, &row.id)).map(|row| Resource::of(authority, row, PEOPLE_IN_A_ROW));
    Ok((result, listed))
}
