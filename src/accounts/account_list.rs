//! The list of accounts a caller sees: those they have access to and, for host users, all of the host's.
//!
//! Document 002: «Gli account che hanno la gestione degli utenti delegata all'host appariranno nel selettore a discesa.»

use serde::{Deserialize, Serialize};
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    access::account_row::AccountRow,
    access::act::{BatchResult, View},
    access::authority::{AccessPath, Authority},
    access::context::Cx,
    account_columns,
    accounts::account::Account,
    codes,
    core::capability::Allowed,
    core::db::{Bind, Stmt},
    core::decode,
    core::field,
    core::id::AccountId,
    core::list::{Listed, Page},
    core::permission::{Permission, Role, Via},
    core::refusal::Result,
    core::vocabulary::{AccountStatus, HOST},
    leading_word, sql,
};

/// Accounts that are listed only when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Gone {
    /// Deleted, and not purged yet.
    Deleted,
}
codes!(Gone);

/// Which accounts to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// The start of a word of the name.
    pub search: Option<String>,
    /// Managed (delegated) or unmanaged ones.
    pub managed: Option<bool>,
    /// `deleted`: the host's accounts that are deleted and can still be restored, instead of those in use.
    pub status: Option<Gone>,
    /// Rows a page: 1 to 100, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Found {
    #[serde(flatten)]
    row: AccountRow,
    place: String,
    own_role: Option<Role>,
    own_member_id: Option<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    grants: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct HostAccess {
    role: Role,
    member_id: String,
}

/// A row of the permission matrix.
#[derive(Debug, Clone, Deserialize)]
struct Held {
    via: String,
    role: String,
    #[serde(deserialize_with = "decode::nested")]
    permissions: Vec<String>,
}

/// The columns of a found account; ?1 is the session's hash.
macro_rules! found {
    ($place:literal) => {
        concat!(
            account_columns!(),
            ", ",
            $place,
            " AS place, me.role AS own_role, me.id AS own_member_id,
             CASE WHEN me.role <> 'admin' THEN (SELECT json_group_array(g.permission) FROM member_permission g WHERE g.member_id = me.id) END AS grants"
        )
    };
}
macro_rules! me {
    () => {
        "(SELECT user_id FROM session WHERE token_hash = ?1)"
    };
}
/// The host ?7, when the caller is a user of it; ?5 is now.
macro_rules! my_host {
    () => {
        concat!("(SELECT h.account_id FROM member h WHERE h.account_id = ?7 AND h.user_id = ", me!(), " AND h.access = 'active' AND h.ends_at > ?5)")
    };
}
macro_rules! my_access {
    () => {
        concat!("me.user_id = ", me!(), " AND me.access = 'active' AND me.ends_at > ?5")
    };
}
/// A user of the host finds its accounts and the host itself; any other caller finds the accounts they have access to. The host itself is neither
/// managed nor unmanaged. A host user's own accesses are among the host's accounts, so they are not read a second time. ?2/?3 the place to start
/// after, ?4 rows, ?6 managed.
macro_rules! arms {
    ($place:literal, $order:literal, $host:literal, $accounts_of_host:expr, $accounts_of_me:expr, $filter:expr) => {
        concat!(
            "SELECT * FROM (SELECT ",
            found!($place),
            " FROM ",
            $accounts_of_host,
            " LEFT JOIN member me ON me.account_id = a.id AND ",
            my_access!(),
            " WHERE ",
            $host,
            " = ",
            my_host!(),
            " AND a.status <> 'deleted' ",
            $filter,
            " ORDER BY ",
            $order,
            " LIMIT ?4)
             UNION
             SELECT * FROM (SELECT ",
            found!($place),
            " FROM (SELECT 1 WHERE ",
            my_host!(),
            " IS NULL) CROSS JOIN ",
            $accounts_of_me,
            " WHERE ",
            my_access!(),
            " AND a.status <> 'deleted' ",
            $filter,
            " ORDER BY ",
            $order,
            " LIMIT ?4)
             UNION
             SELECT * FROM (SELECT ",
            found!($place),
            " FROM ",
            $accounts_of_me,
            " WHERE me.account_id = ",
            my_host!(),
            " AND ",
            my_access!(),
            " AND ?6 IS NULL ",
            $filter,
            " ORDER BY ",
            $order,
            " LIMIT ?4)
             ORDER BY place, id LIMIT ?4"
        )
    };
}
macro_rules! listed {
    ($index:literal, $managed:literal) => {
        arms!(
            "a.name_key",
            "a.name_key, a.id",
            "a.parent_id",
            concat!("account a INDEXED BY ", $index),
            "member me JOIN account a ON a.id = me.account_id",
            concat!("AND (a.name_key, a.id) > (?2, ?3) ", $managed)
        )
    };
}
const LISTED: &str = listed!("account_in_use", "AND ?6 IS NULL");
const LISTED_BY_DELEGATION: &str = listed!("account_in_use_by_delegation", "AND a.delegated = ?6");
/// The caller's own accesses in the order of their accounts' ids: a caller who creates managed accounts has thousands, and no index has their
/// names.
const OWN: &str = concat!(
    "SELECT ",
    found!("''"),
    " FROM member me JOIN account a ON a.id = me.account_id WHERE ",
    my_access!(),
    " AND me.account_id > ?3 AND a.status <> 'deleted' AND (?6 IS NULL OR a.delegated = ?6) AND ?2 = '' AND ?7 IS NULL ORDER BY me.account_id LIMIT ?4"
);
/// The words of the host's accounts, from the place where a page starts.
macro_rules! words_of_host {
    ($host:expr) => {
        concat!(
            "account_word w WHERE w.parent_id = ",
            $host,
            " AND (w.word, w.account_id) > (SELECT CASE ?2 WHEN '' THEN start ELSE ?2 END, ?3 FROM lead) AND w.word < (SELECT stop FROM lead) ORDER BY w.word, w.account_id LIMIT "
        )
    };
}
/// The last row a page of a search can reach: the 500th match of the leading word.
const REACH: &str = concat!(
    leading_word!("?8", "?9", "account_word c WHERE c.parent_id = ?7"),
    "SELECT (SELECT number FROM lead) || ':' || w.word AS place, w.account_id AS id FROM ",
    words_of_host!(my_host!()),
    "1 OFFSET 499"
);
/// The search by the starts of words. ?8 are the ranges of the words, ?9 is the number of the word that leads. An account is listed once, at the
/// first of its words that matches the leading word.
macro_rules! searched {
    ($words_of_host:expr) => {
        concat!(
            leading_word!("?8", "?9", "account_word c WHERE c.parent_id = ?7"),
            arms!(
                "(SELECT number FROM lead) || ':' || w.word",
                "w.word, w.account_id",
                "w.parent_id",
                concat!($words_of_host, " CROSS JOIN account a ON a.id = w.account_id"),
                "member me JOIN account a ON a.id = me.account_id JOIN account_word w ON w.account_id = a.id",
                "AND (w.word, w.account_id) > (SELECT CASE ?2 WHEN '' THEN start ELSE ?2 END, ?3 FROM lead) AND w.word < (SELECT stop FROM lead)
                 AND (?6 IS NULL OR a.delegated = ?6)
                 AND NOT EXISTS (SELECT 1 FROM account_word x WHERE x.account_id = w.account_id AND x.word >= (SELECT start FROM lead) AND x.word < w.word)
                 AND NOT EXISTS (SELECT 1 FROM json_each(?8) j WHERE j.key <> (SELECT number FROM lead) AND NOT EXISTS (
                       SELECT 1 FROM account_word y WHERE y.account_id = w.account_id AND y.word >= json_extract(j.value, '$[0]') AND y.word < json_extract(j.value, '$[1]')))"
            )
        )
    };
}
/// By one word, so every row read is listed.
const SEARCHED: &str = searched!("account_word w");
/// By several words, or within a filter. A page examines 500 of the matches of the leading word among the host's accounts. Where few of them fit,
/// the page is short and the next one continues after it ([`REACH`]).
const SEARCHED_WITHIN: &str = searched!(concat!(
    "(SELECT w.word, w.account_id FROM ",
    words_of_host!("?7"),
    "500) near CROSS JOIN account_word w ON w.parent_id = ?7 AND w.word = near.word AND w.account_id = near.account_id"
));
const FOUND_ONE: &str = concat!(
    "SELECT ",
    found!("a.name_key"),
    " FROM account a LEFT JOIN member me ON me.account_id = a.id AND me.user_id = ",
    me!(),
    " AND me.access = 'active' AND me.ends_at > ?3 WHERE a.id = ?2"
);
/// The deleted accounts of the host that can still be restored; there are only as many as were deleted within that time.
const LISTED_DELETED: &str = concat!(
    "SELECT ",
    found!("a.name_key"),
    " FROM account a LEFT JOIN member me ON me.account_id = a.id AND ",
    my_access!(),
    " WHERE a.parent_id = ",
    my_host!(),
    " AND a.status = 'deleted' AND a.purge_at IS NOT NULL AND (a.name_key, a.id) > (?2, ?3) AND (?6 IS NULL OR a.delegated = ?6)
      AND NOT EXISTS (SELECT 1 FROM json_each(?8) j WHERE NOT EXISTS (
            SELECT 1 FROM account_word y WHERE y.account_id = a.id AND y.word >= json_extract(j.value, '$[0]') AND y.word < json_extract(j.value, '$[1]')))
     ORDER BY a.name_key, a.id LIMIT ?4"
);
/// The permission matrix in force; its size is constant.
const MATRIX: &str = "SELECT via, role, permissions FROM permission_set";
const HOST_ACCESS: &str = "SELECT h.role, h.id AS member_id FROM member h
   WHERE h.account_id = ?2 AND h.user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND h.access = 'active' AND h.ends_at > ?3";

/// The accounts the caller may see: those they have access to and, for host users, all of the host's. The batch tells who the caller is.
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`, `validation`.
pub async fn list(cx: &Cx, filter: &Filter) -> Result<(BatchResult, Listed<Account<Allowed>>)> {
    listed(cx, filter, Some(HOST)).await
}

/// The accounts the caller has access to, and no others.
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`, `validation`.
pub async fn list_own(cx: &Cx, filter: &Filter) -> Result<(BatchResult, Listed<Account<Allowed>>)> {
    listed(cx, filter, None).await
}

/// The list, with the accounts of `host` for a caller who is a user of it.
async fn listed(cx: &Cx, filter: &Filter, host: Option<&str>) -> Result<(BatchResult, Listed<Account<Allowed>>)> {
    let (listing, reads) = Listing::of(cx, filter, host)?;
    let [list, _, _] = &reads;
    let reach = (list.sql == SEARCHED_WITHIN).then(|| Stmt::bound(REACH, list.binds.clone()));
    let result = reads.into_iter().chain(reach).fold(cx.view_signed_in(), View::read).run().await?;
    let end: Option<End> = result.first(3)?;
    let listed = listing.rows_until(cx, &result, 0, end.as_ref())?;
    Ok((result, listed))
}

/// The last row a page can reach.
#[derive(Debug, Deserialize)]
struct End {
    place: String,
    id: String,
}

/// A list of accounts as part of a batch: where its page starts, and how its rows are read.
pub struct Listing(Page);

impl Listing {
    /// The caller's own accounts: the listing, and the statements to read for it.
    ///
    /// # Errors
    /// `not_signed_in`, `cursor_not_valid`, `validation`.
    pub fn own(cx: &Cx, filter: &Filter) -> Result<(Self, [Stmt; 3])> {
        Self::of(cx, filter, None)
    }

    fn of(cx: &Cx, filter: &Filter, host: Option<&str>) -> Result<(Self, [Stmt; 3])> {
        let token = cx.signed_in()?;
        let words = field::Search::of(filter.search.as_deref());
        let managed = filter.managed.map_or("", |managed| if managed { "managed" } else { "unmanaged" });
        let status = filter.status.map(Gone::code).unwrap_or_default();
        let list = ["accounts", token, host.unwrap_or_default(), filter.search.as_deref().unwrap_or_default(), managed, status];
        let page = Page::of(&cx.env.config, &list, filter.limit, filter.cursor.as_deref())?;
        let mut statement = match (&words, filter.managed) {
            _ if filter.status.is_some() => sql!(LISTED_DELETED),
            (Some(words), None) if words.is_one() => sql!(SEARCHED),
            (Some(_), _) => sql!(SEARCHED_WITHIN),
            (None, _) if host.is_none() => sql!(OWN),
            (None, None) => sql!(LISTED),
            (None, Some(_)) => sql!(LISTED_BY_DELEGATION),
        };
        let is_searched = words.is_some() && filter.status.is_none();
        let (place, id) = page.after();
        let (lead, place) = if is_searched { field::Search::place(place) } else { (None, place) };
        statement.binds = sql!("", token, place, id, page.limit_and_one(), cx.now, filter.managed, host).binds;
        if words.is_some() || filter.status.is_some() {
            statement.binds.push(words.as_ref().map_or_else(|| "[]".to_owned(), field::Search::ranges).value());
        }
        if is_searched {
            statement.binds.push(lead.value());
        }
        Ok((Self(page), [statement, sql!(MATRIX), sql!(HOST_ACCESS, token, HOST, cx.now)]))
    }

    /// The page. `first` is the number of the first of its statements among the reads of the batch.
    ///
    /// # Errors
    /// A fault when they are of another shape.
    pub fn rows(&self, cx: &Cx, result: &BatchResult, first: usize) -> Result<Listed<Account<Allowed>>> {
        self.rows_until(cx, result, first, None)
    }

    fn rows_until(&self, cx: &Cx, result: &BatchResult, first: usize, end: Option<&End>) -> Result<Listed<Account<Allowed>>> {
        let (matrix, host): (Vec<Held>, Option<HostAccess>) = (result.rows(first + 1)?, result.first(first + 2)?);
        let mut rows: Vec<Found> = result.rows(first)?;
        rows.retain(|found| end.is_none_or(|end| (&found.place, &found.row.id) <= (&end.place, &end.id)));
        let mut listed = self.0.cut(rows, |found| (&found.place, &found.row.id));
        listed.next_cursor = listed.next_cursor.or_else(|| end.and_then(|end| self.0.after_place((&end.place, &end.id))));
        Ok(listed.map(|found| Account::of(cx, &authority_of(found, host.as_ref(), &matrix))))
    }
}

/// The statements that read one account as its caller sees it, after a change.
///
/// # Errors
/// `not_signed_in`.
pub fn read_one(cx: &Cx, id: &AccountId) -> Result<[Stmt; 3]> {
    let token = cx.signed_in()?;
    Ok([sql!(FOUND_ONE, token, id, cx.now), sql!(MATRIX), sql!(HOST_ACCESS, token, HOST, cx.now)])
}

/// The account that [`read_one`] read; `first` is the number of its first statement among the reads of the batch.
///
/// # Errors
/// A fault when the rows are of another shape.
pub fn one(cx: &Cx, result: &BatchResult, first: usize) -> Result<Account> {
    let (matrix, host): (Vec<Held>, Option<HostAccess>) = (result.rows(first + 1)?, result.first(first + 2)?);
    Ok(Account::of(cx, &authority_of(result.one(first)?, host.as_ref(), &matrix)))
}

/// `None` when the caller of [`list`] is no user of the host; else whether they may create accounts.
///
/// # Errors
/// A fault when the batch is another.
pub fn creates_accounts(result: &BatchResult) -> Result<Option<bool>> {
    let (matrix, host): (Vec<Held>, Option<HostAccess>) = (result.rows(1)?, result.first(2)?);
    let creates = |role: Role| held(matrix.as_slice(), Via::Host.code(), role.code()).any(|permission| permission == Permission::AccountsCreate.key());
    Ok(host.map(|host| creates(host.role)))
}

fn held<'a>(matrix: &'a [Held], via: &str, role: &str) -> impl Iterator<Item = &'a str> {
    matrix.iter().filter(move |held| held.via == via && held.role == role).flat_map(|held| held.permissions.iter().map(String::as_str))
}

fn authority_of(found: Found, host: Option<&HostAccess>, matrix: &[Held]) -> Authority {
    let mut paths = Vec::new();
    let in_use = matches!(found.row.status, AccountStatus::Active | AccountStatus::Deactivated);
    if let (true, Some(role), Some(member_id)) = (in_use, found.own_role, found.own_member_id) {
        paths.push(AccessPath::new(Via::Member, role, member_id, found.row.status == AccountStatus::Active));
    }
    if let Some(host) = host {
        if found.row.delegated && in_use {
            paths.push(AccessPath::new(Via::Delegation, host.role, host.member_id.clone(), true));
        }
        paths.push(AccessPath::new(Via::Host, host.role, host.member_id.clone(), true));
    }
    let mut permissions = Vec::new();
    for path in paths.iter().filter(|path| path.is_in_force()) {
        permissions.extend(held(matrix, path.via.code(), path.role.code()));
        if path.via == Via::Member {
            permissions.extend(found.grants.iter().flat_map(|grant| held(matrix, "grant", grant)));
        }
    }
    Authority::known(found.row, paths, &permissions)
}
