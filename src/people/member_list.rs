//! The list of an account's people: pages by name, narrowed by access and role, searched by the starts of words.
//!
//! A page reads only as many rows as it shows: each combination of filters has an index that starts where the page starts.

use serde::Deserialize;

use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::capability::Allowed,
    core::db::{Bind, Stmt},
    core::field,
    core::id::AccountId,
    core::list::{Listed, Page},
    core::permission::{Permission, Role},
    core::refusal::Result,
    core::vocabulary::{AccessStatus, HOST},
    leading_word, member_columns,
    people::capabilities::Viewer,
    people::member::{Member, Row},
    sql,
};

/// Which members to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Starts of words of name, company or e-mail.
    pub search: Option<String>,
    /// `none`, `invited`, `active` or `suspended`.
    pub access: Option<AccessStatus>,
    /// `admin`, `standard` or `view_only`.
    pub role: Option<Role>,
    /// Rows a page: 1 to 100, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Resources of a person that are named in their row of a list.
const RESOURCES_IN_A_ROW: usize = 20;

/// ?1 account, ?2 session, ?3 now, ?4/?5 the place to start after, ?6 rows, ?7 access, ?8 role. There is one SQL text for each index that serves
/// it.
macro_rules! listed {
    ($filter:literal) => {
        concat!(
            "SELECT ",
            member_columns!("m.name_key", "21", "40"),
            " FROM member m WHERE m.account_id = ?1 AND (m.name_key, m.id) > (?4, ?5) ",
            $filter,
            " ORDER BY m.name_key, m.id LIMIT ?6"
        )
    };
}
const LISTED: &str = listed!("AND ?7 IS NULL AND ?8 IS NULL");
const LISTED_BY_ACCESS: &str = listed!("AND m.access = ?7 AND ?8 IS NULL");
const LISTED_BY_BOTH: &str = listed!("AND m.access = ?7 AND m.role = ?8");
/// The people of a role, whatever their access, in the order of the index by access and role.
macro_rules! of_role {
    ($access:literal) => {
        concat!(
            "SELECT m.id, m.name_key FROM member m WHERE m.account_id = ?1 AND m.access = '",
            $access,
            "' AND m.role = ?8 AND (m.name_key, m.id) > (?4, ?5)"
        )
    };
}
/// The three parts are merged in the order of the index, so that only the rows of the page are read.
const LISTED_BY_ROLE: &str = concat!(
    "WITH page AS MATERIALIZED (SELECT * FROM (",
    of_role!("active"),
    " UNION ALL ",
    of_role!("invited"),
    " UNION ALL ",
    of_role!("suspended"),
    " ORDER BY name_key, id LIMIT ?6) WHERE ?7 IS NULL) SELECT ",
    member_columns!("m.name_key", "21", "40"),
    " FROM page CROSS JOIN member m ON m.id = page.id ORDER BY page.name_key, page.id"
);
/// Whether the member `m` of the word `w` is found: it is the first of their words that matches the leading word, the other words match too, and
/// access and role are those asked for. Each word of the member begins after a quote in `m.words`, so most people are judged without a look at
/// their single words.
macro_rules! is_found {
    () => {
        "coalesce(m.access = ?7, 1) AND coalesce(m.role = ?8, 1)
           AND (length(m.words) - length(replace(m.words, '\"' || (SELECT start FROM lead), '')) = length((SELECT start FROM lead)) + 1
             OR NOT EXISTS (SELECT 1 FROM json_each(m.words) f, json_each(f.value) x WHERE x.value >= (SELECT start FROM lead) AND x.value < w.word))
           AND (json_array_length(?9) = 1 OR NOT EXISTS (SELECT 1 FROM json_each(?9) j WHERE NOT instr(m.words, '\"' || json_extract(j.value, '$[0]'))))"
    };
}
/// Whether the word `w` is the last that a page may reach.
macro_rules! is_end {
    () => {
        "(w.word, w.member_id) = (SELECT word, member_id FROM reach LIMIT 1)"
    };
}
/// The search by the starts of words. ?9 are the ranges of the words, ?10 is the number of the word that leads. A person is listed once.
///
/// Every match of a single word without a filter is a row of the page. Otherwise a page examines 500 matches of the leading word (`reach` is the last
/// of them), so that it reads at most about a thousand rows (each a word and its member) in an account of any size. Where few of them are found, the page
/// is short and the next one continues after it. The row at which the page ends says so in its place: `+` where it is found and `-` where it is not.
/// (`+` in SQL: a column of `reach` has an affinity, so its second part could not be a bound of the index.)
const SEARCHED: &str = concat!(
    leading_word!("?9", "?10", "member_word c WHERE c.account_id = ?1"),
    ", start AS MATERIALIZED (SELECT CASE ?4 WHEN '' THEN start ELSE ?4 END AS word, ?5 AS member_id, stop FROM lead),
     reach AS MATERIALIZED (SELECT * FROM (SELECT w.word, w.member_id FROM member_word w
       WHERE (json_array_length(?9) > 1 OR ?7 IS NOT NULL OR ?8 IS NOT NULL) AND w.account_id = ?1
         AND (w.word, w.member_id) > (SELECT word, member_id FROM start) AND w.word < (SELECT stop FROM start)
       ORDER BY w.word, w.member_id LIMIT 1 OFFSET 499) UNION ALL SELECT stop, '' FROM start),
     page AS MATERIALIZED (SELECT * FROM (SELECT w.word, w.member_id, ",
    is_end!(),
    " AS is_end, ",
    is_found!(),
    " AS is_found FROM member_word w CROSS JOIN member m ON m.id = w.member_id
        WHERE w.account_id = ?1 AND (w.word, w.member_id) > (SELECT word, member_id FROM start) AND (w.word, w.member_id) <= (SELECT +word, +member_id FROM reach LIMIT 1))
       WHERE is_end OR is_found ORDER BY word, member_id LIMIT ?6)
     SELECT ",
    member_columns!("iif(page.is_end, iif(page.is_found, '+', '-'), '') || (SELECT number FROM lead) || ':' || page.word", "21", "40"),
    " FROM page CROSS JOIN member m ON m.id = page.member_id ORDER BY page.word, page.member_id"
);

/// A list of people as part of a batch: where its page starts, and how its rows are read.
pub struct Listing(Page);

impl Listing {
    /// The listing and the statement to read for it.
    ///
    /// # Errors
    /// `cursor_not_valid`, `validation`.
    pub fn of(cx: &Cx, account: &AccountId, filter: &Filter) -> Result<(Self, Stmt)> {
        let words = field::Search::of(filter.search.as_deref());
        let (access, role) = (filter.access.map(AccessStatus::code), filter.role.map(Role::code));
        let page = Page::of(
            &cx.env.config,
            &["members", account.as_str(), filter.search.as_deref().unwrap_or_default(), access.unwrap_or_default(), role.unwrap_or_default()],
            filter.limit,
            filter.cursor.as_deref(),
        )?;
        let text = match (&words, access, role) {
            (Some(_), _, _) => SEARCHED,
            (None, Some(_), Some(_)) => LISTED_BY_BOTH,
            (None, Some(_), None) => LISTED_BY_ACCESS,
            (None, None, Some(_)) => LISTED_BY_ROLE,
            (None, None, None) => LISTED,
        };
        let (place, id) = page.after();
        let (lead, place) = if words.is_some() { field::Search::place(place) } else { (None, place) };
        let mut statement = sql!(text, account, cx.signed_in()?, cx.now, place, id, page.limit_and_one(), access, role);
        if let Some(words) = &words {
            statement.binds.extend([words.ranges().value(), lead.value()]);
        }
        Ok((Self(page), statement))
    }

    /// The page. `read` is the number of its statement among the reads of the batch.
    ///
    /// # Errors
    /// A fault when the rows are of another shape.
    pub fn rows(&self, cx: &Cx, result: &BatchResult, read: usize) -> Result<Listed<Member<Allowed>>> {
        let viewer = Viewer::of(cx, result)?;
        let (mut rows, mut end) = (result.rows::<Row>(read)?, None);
        rows.retain_mut(|row| {
            let Some(place) = row.place.strip_prefix(['+', '-']).map(str::to_owned) else { return true };
            let fits = row.place.starts_with('+');
            row.place = place;
            end = self.0.after_place((&row.place, &row.id));
            fits
        });
        let mut listed = self.0.cut(rows, |row| (&row.place, &row.id));
        listed.next_cursor = listed.next_cursor.or(end);
        Ok(listed.map(|row| viewer.sees_with(row, RESOURCES_IN_A_ROW)))
    }
}

/// A page of the account's people.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, account: &AccountId, filter: &Filter) -> Result<(BatchResult, Listed<Member<Allowed>>)> {
    let (listing, statement) = Listing::of(cx, account, filter)?;
    let gate = if account.as_str() == HOST { Permission::HostView } else { Permission::MembersView };
    let result = cx.view(gate, account).read(statement).run().await?;
    let listed = listing.rows(cx, &result, 0)?;
    Ok((result, listed))
}
