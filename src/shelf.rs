//! The list of an account's pixels and apps: pages by name, narrowed by kind, searched by the start of the name.
//!
//! Whoever sees everything reads one index; anybody else the open ones, and beside them what is assigned to them. Either way as many rows
//! are read as are shown, and the caller's own assignments.

use crate::{
    access::Permission,
    act::Done,
    api::{Listed, Page},
    cx::Cx,
    field,
    id::AccountId,
    own_member, record,
    refusal::Result,
    resource::{Kind, Resource, Row, and_one},
    resource_columns, sees_all_resources, sql,
};

/// People assigned to a resource that are named in its row of a list.
const PEOPLE_IN_A_ROW: usize = 20;

record! {
    /// Which resources to list.
    #[derive(Debug, Default, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub struct Filter {
        /// `pixel` or `app`.
        pub kind: Option<Kind>,
        /// The start of the name.
        pub search: Option<String>,
        /// Rows a page: 1 to 100, 50 when absent.
        pub limit: Option<i64>,
        /// `next_cursor` of the page before.
        pub cursor: Option<String>,
    }
}

/// ?1 account, ?2 session, ?3 now, ?4 people, ?5/?6 the place to start after, ?7 the end of the range, ?8 rows, ?9 kind: one text for each
/// index that serves it.
macro_rules! listed {
    ($kind:literal) => {
        concat!(
            "SELECT ",
            resource_columns!(),
            " FROM (
               SELECT * FROM (SELECT r.id FROM (SELECT 1 WHERE ",
            sees_all_resources!(),
            ") CROSS JOIN resource r WHERE r.account_id = ?1 AND (r.name_key, r.id) > (?5, ?6) AND r.name_key < ?7 ",
            $kind,
            " ORDER BY r.name_key, r.id LIMIT ?8)
               UNION ALL
               SELECT * FROM (SELECT r.id FROM (SELECT 1 WHERE NOT ",
            sees_all_resources!(),
            ") CROSS JOIN resource r WHERE r.account_id = ?1 AND r.is_open = 1 AND (r.name_key, r.id) > (?5, ?6) AND r.name_key < ?7 ",
            $kind,
            " ORDER BY r.name_key, r.id LIMIT ?8)
               UNION ALL
               SELECT * FROM (SELECT r.id FROM (SELECT 1 WHERE NOT ",
            sees_all_resources!(),
            ") CROSS JOIN assignment s CROSS JOIN resource r ON r.id = s.resource_id WHERE s.member_id = ",
            own_member!(),
            " AND r.account_id = ?1 AND r.is_open = 0 AND r.visibility = 'assigned' AND (r.name_key, r.id) > (?5, ?6) AND r.name_key < ?7 ",
            $kind,
            " ORDER BY r.name_key, r.id LIMIT ?8)
             ) f CROSS JOIN resource r ON r.id = f.id JOIN resource_kind k ON k.code = r.kind ORDER BY r.name_key, r.id LIMIT ?8"
        )
    };
}
const LISTED: &str = listed!("AND ?9 IS NULL");
const LISTED_BY_KIND: &str = listed!("AND r.kind = ?9");

/// A page of the account's pixels and apps, as far as the caller sees them.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, account: &AccountId, filter: &Filter) -> Result<(Done, Listed<Resource>)> {
    let start = field::folded(filter.search.as_deref().unwrap_or_default().trim());
    let kind = filter.kind.map(Kind::code);
    let page = Page::of(cx, &["resources", account.as_str(), &start, kind.unwrap_or_default()], filter.limit, filter.cursor.as_deref())?;
    let (place, id) = if page.after().1.is_empty() { (start.as_str(), "") } else { page.after() };
    let statement = sql!(
        if kind.is_some() { LISTED_BY_KIND } else { LISTED },
        account,
        cx.signed_in()?,
        cx.now,
        and_one(PEOPLE_IN_A_ROW),
        place,
        id,
        format!("{start}\u{10ffff}"),
        page.limit_and_one(),
        kind
    );
    let done = cx.view(Permission::ResourcesView, account).read(statement).run().await?;
    let standing = done.standing()?;
    let listed = page.cut(done.rows::<Row>(0)?, |row| (&row.name_key, &row.id)).map(|row| Resource::seen(standing, row, PEOPLE_IN_A_ROW));
    Ok((done, listed))
}
