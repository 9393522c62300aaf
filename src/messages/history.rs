//! «Storico comunicazioni»: what was sent to an account and to each of its people, newest first.
//!
//! A caller with `emails.view` reads the account's history. Everybody always reads their own, which includes security e-mails. Ids begin with their
//! instant, so a span of dates is a span of ids. The account's list reads the entries of one word (`communication_word`; without a word and a
//! category, the communications themselves); a person's list reads the e-mails to them. The other filters are checked on each row read, at most 500 a page:
//! where few of them fit, a page is short and the next one continues after it. So no page costs more than another.

use serde::Deserialize;

use crate::{
    access::act::{BatchResult, View},
    access::context::Cx,
    core::capability::Allowed,
    core::db::Stmt,
    core::field::Checks,
    core::id::{AccountId, MemberId},
    core::list::{Listed, Page},
    core::permission::Permission,
    core::refusal::{Result, Wrong},
    core::timestamp,
    core::vocabulary::Category,
    delivery_statuses,
    messages::communication::{Communication, Row, words},
    sql,
};

/// Words of a search that are used: the longest ones.
const MOST_WORDS: usize = 16;
/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3_600_000;

/// Which communications to list.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Words of subject and text, or their first three letters or more. All words must be there; of more than 16 the longest are used. Singular and
    /// plural find each other.
    pub search: Option<String>,
    /// One of the five categories.
    pub category: Option<Category>,
    /// Sent at this instant or day, or later.
    pub from: Option<String>,
    /// Sent before this instant, or on this day or earlier.
    pub to: Option<String>,
    /// Rows a page: 1 to 100, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Whose history is read.
#[derive(Clone, Copy)]
pub enum HistoryOf<'a> {
    /// An account's.
    Account(&'a AccountId),
    /// A member's, as far as it is about the account.
    Member(&'a AccountId, &'a MemberId),
    /// The caller's own.
    Own,
}

/// Parses an RFC 3339 instant, or a day as its start; the flag says whether it was a day.
fn instant(text: &str) -> Option<(i64, bool)> {
    timestamp::day(text).map(|at| (at.0, true)).or_else(|| timestamp::parse(text).map(|at| (at.0, false)))
}

/// The beginning of ids made at this instant.
fn id_at(ms: i64) -> String {
    let ms = ms.clamp(0, (1 << 48) - 1);
    format!("{:08x}-{:04x}-", ms >> 16, ms & 0xffff)
}

impl Filter {
    /// The ids between which the list lies.
    fn span(&self) -> Result<[String; 2]> {
        let mut checks = Checks::default();
        let mut bound = |pointer, text: &Option<String>, open: &str, is_end: bool| {
            let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return open.to_owned() };
            let Some((at, is_day)) = instant(text) else {
                checks.wrong(pointer, Wrong::Date);
                return String::new();
            };
            id_at(if is_day && is_end { at + DAY_MS } else { at })
        };
        let span = [bound("/from", &self.from, "", false), bound("/to", &self.to, "~", true)];
        checks.done()?;
        Ok(span)
    }
}

/// The last row a page can reach: the id of the last row examined, when ?6 is 1.
macro_rules! end {
    ($id:literal, $from:expr) => {
        concat!("SELECT ", $id, " AS id FROM ", $from, " AND ", $id, " < ?3 AND ", $id, " >= ?4 ORDER BY ", $id, " DESC LIMIT ?6 OFFSET 499")
    };
}
/// A page: at most ?7 of the rows before the id ?3, from ?4 on and within reach, that have every word of ?5.
macro_rules! listed {
    ($columns:expr, $id:literal, $from:expr, $end:expr, $rest:expr) => {
        concat!(
            "SELECT ",
            $id,
            " AS place, ",
            $columns,
            " FROM ",
            $from,
            " AND ",
            $id,
            " < ?3 AND ",
            $id,
            " >= max(?4, coalesce((",
            $end,
            "), '')) AND NOT EXISTS (SELECT 1 FROM json_each(?5) j WHERE NOT EXISTS (
                SELECT 1 FROM communication_word x WHERE x.account_id = c.account_id AND x.word = j.value AND x.communication_id = c.id))",
            $rest,
            " ORDER BY ",
            $id,
            " DESC LIMIT ?7"
        )
    };
}
/// The entries of the word ?2 in the account ?1.
macro_rules! account_end {
    () => {
        end!("e.communication_id", "communication_word e WHERE e.account_id = ?1 AND e.word = ?2")
    };
}
macro_rules! communication_columns {
    () => {
        concat!("c.id, c.account_id, c.category, c.subject, c.created_at, c.created_by, ", delivery_statuses!())
    };
}
const ACCOUNT: &str = listed!(
    communication_columns!(),
    "w.communication_id",
    "communication_word w JOIN communication c ON c.id = w.communication_id WHERE w.account_id = ?1 AND w.word = ?2",
    account_end!(),
    ""
);
/// Without a word and a category (?2 is then `:`), the list reads the communications themselves.
const ALL_OF_ACCOUNT: &str = listed!(communication_columns!(), "c.id", "communication c WHERE c.account_id = ?1 AND ?2 = ':'", account_end!(), "");
/// The columns of an e-mail's row, with the communication it belongs to.
macro_rules! email_columns {
    () => {
        "coalesce(c.id, d.id) AS id, d.account_id, c.category, c.subject, d.letter, d.details, d.language, d.created_at, c.created_by, d.status AS delivery_statuses,
         json_array(json_object('id', d.id, 'recipient', d.to_email, 'member_id', d.member_id, 'status', d.status, 'failure', d.failure, 'sent_at', d.sent_at)) AS deliveries"
    };
}
/// The e-mails of communications to the member ?2 of the account ?1; of the category ?8.
macro_rules! member_end {
    () => {
        end!("e.id", "delivery e WHERE e.member_id = ?2 AND e.account_id = ?1 AND e.communication_id IS NOT NULL")
    };
}
const MEMBER: &str = listed!(
    email_columns!(),
    "d.id",
    "delivery d JOIN communication c ON c.id = d.communication_id WHERE d.member_id = ?2 AND d.account_id = ?1",
    member_end!(),
    " AND (?8 IS NULL OR c.category = ?8)"
);
/// Whether the e-mail `d` may be read by its user. A communication of an account always may. Any other e-mail is about security and went to a
/// mailbox: a person who opened a copied link for somebody else's address has never seen it. So it may be read once the mailbox is proven. An
/// invitation names an account that the reader is not in yet: it may be read by the user who has that address now, or who accepted it.
macro_rules! readable {
    () => {
        " AND (d.communication_id IS NOT NULL OR EXISTS (SELECT 1 FROM user u WHERE u.id = d.user_id AND u.email_verified_at IS NOT NULL AND (
             d.letter NOT IN ('invitation', 'first_admin_invitation') OR lower(d.to_email) IN (lower(u.email), u.email_key)
             OR EXISTS (SELECT 1 FROM invitation i JOIN member m ON m.id = i.member_id WHERE i.id = d.invitation_id AND i.state = 'accepted' AND m.user_id = u.id))))"
    };
}
/// The e-mails to the user of the session ?1.
macro_rules! own {
    ($alias:literal) => {
        concat!($alias, ".user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND ?2 IS NULL")
    };
}
macro_rules! own_end {
    () => {
        end!("e.id", concat!("delivery e WHERE ", own!("e")))
    };
}
const OWN: &str = listed!(
    email_columns!(),
    "d.id",
    concat!("delivery d LEFT JOIN communication c ON c.id = d.communication_id WHERE ", own!("d")),
    own_end!(),
    concat!(readable!(), " AND (?8 IS NULL OR c.category = ?8)")
);

/// The e-mail ?2, or the caller's e-mail of the communication ?2 (its id begins with the communication's).
const OWN_ONE: &str = concat!(
    "SELECT d.id AS place, c.text, c.html, ",
    email_columns!(),
    " FROM delivery d LEFT JOIN communication c ON c.id = d.communication_id
      WHERE d.user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND d.id >= ?2 AND (d.id = ?2 OR d.id >= ?2 || ':' AND d.id < ?2 || ';')",
    readable!(),
    " ORDER BY d.id LIMIT 1"
);

#[derive(Deserialize)]
struct End {
    id: String,
}

/// A page of a history.
///
/// # Errors
/// `cursor_not_valid`, `validation`, and the gate's.
pub async fn list(cx: &Cx, whose: HistoryOf<'_>, filter: &Filter) -> Result<(BatchResult, Listed<Communication<Allowed>>)> {
    let (view, page) = view_of(cx, whose, filter)?;
    let result = view.run().await?;
    let sends = result.authority().is_ok_and(|authority| authority.may(Permission::EmailsSend));
    let mut listed = page.cut(result.rows::<Row>(0)?, |row| ("", &row.place));
    if listed.next_cursor.is_none() {
        listed.next_cursor = result.first::<End>(1)?.and_then(|end| page.after_place(("", &end.id)));
    }
    Ok((result, listed.map(|row| Communication::of(cx, row, sends))))
}

/// One e-mail of the caller's own history by its id, with its text. The link of a security e-mail is left out.
///
/// # Errors
/// `not_found`, `not_signed_in`.
pub async fn own(cx: &Cx, id: &str) -> Result<(BatchResult, Communication)> {
    let result = cx.view_signed_in().read(sql!(OWN_ONE, cx.signed_in()?, id)).run().await?;
    let communication = Communication::of(cx, result.one(0)?, false);
    Ok((result, communication))
}

/// Adds to a user's own history what was sent to them before they were a user; the user accepts by the link with this hash. What went to another
/// address, before the contact's address was corrected, is left out: somebody else has read it. What was in the history of a user who had that
/// address before is moved.
#[must_use]
pub fn adopt(token_hash: &str, user_id: &str) -> Stmt {
    sql!(
        "UPDATE delivery SET user_id = ?2 WHERE user_id IS NOT ?2 AND member_id = (SELECT member_id FROM invitation WHERE token_hash = ?1 OR mailed_token_hash = ?1)
           AND EXISTS (SELECT 1 FROM user u WHERE u.id = ?2 AND lower(to_email) IN (lower(u.email), u.email_key))",
        token_hash,
        user_id
    )
}

fn view_of<'a>(cx: &'a Cx, whose: HistoryOf<'_>, filter: &Filter) -> Result<(View<'a>, Page)> {
    let [from, to] = filter.span()?;
    let mut words = words(filter.search.as_deref().unwrap_or_default());
    // The longest word leads, because it finds the fewest rows. The number of words is limited because each is checked on each row read.
    words.sort_by_key(|word| word.chars().count());
    words.drain(..words.len().saturating_sub(MOST_WORDS));
    let category = filter.category.map(Category::code);
    let (view, texts, first, second) = match whose {
        HistoryOf::Account(account) => {
            let lead = format!("{}:{}", category.unwrap_or_default(), words.pop().unwrap_or_default());
            let text = if lead == ":" { ALL_OF_ACCOUNT } else { ACCOUNT };
            (cx.view(Permission::EmailsView, account), [text, account_end!()], account.as_str(), Some(lead))
        }
        HistoryOf::Member(account, member) => (cx.view(Permission::EmailsView, account), [MEMBER, member_end!()], account.as_str(), Some(member.to_string())),
        HistoryOf::Own => (cx.view_signed_in(), [OWN, own_end!()], cx.signed_in()?, None),
    };
    let is_account = matches!(whose, HistoryOf::Account(_));
    let key = ["history", first, second.as_deref().unwrap_or_default(), filter.search.as_deref().unwrap_or_default(), category.unwrap_or_default(), &from, &to];
    let page = Page::of(&cx.env.config, &key, filter.limit, filter.cursor.as_deref())?;
    let before = if page.after().1.is_empty() { to.as_str() } else { page.after().1 };
    let others: Vec<String> = words.iter().map(|word| format!(":{word}")).collect();
    let narrows = !others.is_empty() || category.is_some() && !is_account;
    let [text, end] = texts;
    let mut statement = sql!(text, first, second, before, from, serde_json::json!(others), narrows, page.limit_and_one());
    let mut reach = Stmt::bound(end, statement.binds.clone());
    reach.binds.truncate(6);
    if !is_account {
        statement.binds.push(crate::core::db::Bind::value(&category));
    }
    Ok((view.read(statement).read(reach), page))
}

#[cfg(test)]
mod tests {
    use super::{Filter, id_at};
    use crate::core::secret::new_id;

    #[test]
    fn a_span_of_dates_is_a_span_of_ids() {
        let at = crate::core::timestamp::parse("2026-11-26T10:00:00Z").unwrap().0;
        let id = new_id(at).unwrap();
        assert!(id_at(at) < id && id < id_at(at + 1) && id_at(at - 1) < id);
        let filter = |from: &str, to: &str| Filter { from: Some(from.to_owned()), to: Some(to.to_owned()), ..Filter::default() };
        let [from, to] = filter("2026-11-26", "2026-11-26").span().unwrap();
        assert!(from < id && id < to);
        let [_, to] = filter("", "2026-11-26T10:00:00Z").span().unwrap();
        assert!(id > to);
        assert!(filter("tomorrow", "").span().is_err());
    }
}
