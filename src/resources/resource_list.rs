//! The list of an account's pixels and apps: pages by name, narrowed by kind and status, searched by the start of the name.
//!
//! A caller who sees everything reads one index; any other caller reads the open resources and those assigned to them. In both cases a page reads
//! only the rows it shows, and the caller's own assignments.

use serde::Deserialize;

use crate::{
    access::act::BatchResult,
    access::context::Cx,
    brings_all_resources,
    core::capability::Allowed,
    core::id::AccountId,
    core::letters,
    core::list::{Listed, Page},
    core::permission::Permission,
    core::refusal::Result,
    core::vocabulary::{ResourceKind, ResourceStatus},
    resource_columns,
    resources::resource::{Resource, Row},
    sql,
};

/// People assigned to a resource that are named in its row of a list. One more is stored (`first_people`).
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

/// The rows after the place (?4, ?5) and before ?6.
macro_rules! within {
    () => {
        "(x.name_key, x.id) > (?4, ?5) AND x.name_key < ?6 "
    };
}
/// ?1 account, ?2 session, ?3 now, ?4/?5 the place to start after, ?6 the end of the range, ?7 rows, ?8 kind, ?9 status. There is one SQL text for
/// each index that serves it. A caller who sees everything reads the first part, any other the second and the third: the account of a part
/// is NULL for the others, so that they read nothing of it. The parts are merged in the order of the name.
macro_rules! listed {
    ($index:literal, $index_of_open:literal, $filter:literal) => {
        concat!(
            "WITH caller AS MATERIALIZED (SELECT CASE WHEN sees_all THEN ?1 END AS account_of_all, CASE WHEN sees_all THEN NULL ELSE ?1 END AS account_of_some, member_id
               FROM (SELECT max(",
            brings_all_resources!(),
            ") AS sees_all, max(CASE p.via WHEN 'member' THEN p.member_id END) AS member_id
                       FROM presence p LEFT JOIN permission_set held ON held.via = p.via AND held.role = p.role
                      WHERE p.user_id = (SELECT user_id FROM session WHERE token_hash = ?2) AND p.account_id = ?1 AND p.in_force AND p.ends_at > ?3))
             SELECT ",
            resource_columns!("first_people", "(SELECT member_id FROM caller)"),
            " FROM (
               SELECT x.* FROM resource x INDEXED BY ",
            $index,
            " WHERE x.account_id = (SELECT account_of_all FROM caller) AND ",
            within!(),
            $filter,
            "
               UNION ALL
               SELECT x.* FROM resource x INDEXED BY ",
            $index_of_open,
            " WHERE x.account_id = (SELECT account_of_some FROM caller) AND x.is_open = 1 AND ",
            within!(),
            $filter,
            "
               UNION ALL
               SELECT mine.* FROM (SELECT x.id FROM assignment s CROSS JOIN resource x ON x.id = s.resource_id WHERE s.member_id = (SELECT member_id FROM caller)
                  AND x.account_id = (SELECT account_of_some FROM caller) AND x.is_open = 0 AND x.visibility = 'assigned' AND ",
            within!(),
            $filter,
            " ORDER BY x.name_key, x.id LIMIT ?7) first CROSS JOIN resource mine ON mine.id = first.id
               ORDER BY name_key, id LIMIT ?7
             )"
        )
    };
}
const LISTED: &str = listed!("resource_by_name", "resource_open_by_name", "AND ?8 IS NULL AND ?9 IS NULL");
const LISTED_BY_KIND: &str = listed!("resource_by_kind", "resource_open_by_kind", "AND x.kind = ?8 AND ?9 IS NULL");
const LISTED_BY_STATUS: &str = listed!("resource_by_status", "resource_open_by_status", "AND ?8 IS NULL AND x.status = ?9");
const LISTED_BY_BOTH: &str = listed!("resource_by_kind_and_status", "resource_open_by_kind_and_status", "AND x.kind = ?8 AND x.status = ?9");

/// A page of the account's pixels and apps that the caller sees.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, account: &AccountId, filter: &Filter) -> Result<(BatchResult, Listed<Resource<Allowed>>)> {
    let start = letters::folded(filter.search.as_deref().unwrap_or_default().trim());
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
