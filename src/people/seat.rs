//! The seat that is held for the host: the first administrator of a managed account is the host administrator who made it (design §6, «The creator's
//! seat belongs to the host»).
//!
//! A seat is a member like others, marked `held_for_host`. It ends when delegation is switched off. It passes to another host administrator when
//! its holder is no longer one: to the administrator who removed the holder, or, where that one cannot hold it, to another lasting administrator.
//! (A person who leaves cannot hold it, and an administrator with an end date does not last.) The host always has a lasting administrator (design
//! I1), so its accounts always keep one. All the seats of a person pass on in the batch that ends the person's rights, each with an audit line in
//! its account. The number of statements does not depend on how many seats there are, and the batch reads only the rows of those seats.
//!
//! The new holder may already have access of their own in the account. An administrator there needs no seat, so the seat ends. A lesser access becomes the
//! seat, unless the account has another administrator; then the seat ends. A seat keeps its id, so what was sent to it stays in its history.

use crate::{
    access::context::Cx,
    add_words,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::refusal::Result,
    core::vocabulary::{Category, HOST},
    people::member_words,
    people::preference,
    remove_words, sql,
};

/// Whether the caller (the session ?1) can hold a seat: a lasting administrator of the host ?2.
const CAN_HOLD: &str =
    "SELECT EXISTS (SELECT 1 FROM session s JOIN lasting_admin h ON h.user_id = s.user_id AND h.account_id = ?2 WHERE s.token_hash = ?1) AS holds";
const EXPECT_HOLDER: &str = "INSERT INTO refusal (first_admin_required)
     SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM session s JOIN lasting_admin h ON h.user_id = s.user_id AND h.account_id = ?2 WHERE s.token_hash = ?1)";

/// Refuses a caller who cannot hold the seat of a new account: they must name its first administrator.
///
/// # Errors
/// `not_signed_in`.
pub fn expect_holder(cx: &Cx) -> Result<Stmt> {
    Ok(sql!(EXPECT_HOLDER, cx.signed_in()?, HOST))
}

/// Reads whether the caller can hold a seat, as `holds`.
///
/// # Errors
/// `not_signed_in`.
pub fn can_hold(cx: &Cx) -> Result<Stmt> {
    Ok(sql!(CAN_HOLD, cx.signed_in()?, HOST))
}

/// Makes the seat of a new account, held by the caller. Reset links for the caller that were shown to somebody end, because they would open this
/// account too.
///
/// # Errors
/// `not_signed_in`, or when the platform gives no random bytes.
pub fn take(cx: &Cx, account: &AccountId) -> Result<Vec<Stmt>> {
    let (member, token) = (cx.new_id()?, cx.signed_in()?);
    Ok(vec![
        sql!(
            "INSERT INTO member (id, account_id, email, email_key, first_name, last_name, first_name_key, last_name_key, access, role, user_id, held_for_host, created_at, updated_at, words)
             SELECT ?1, ?2, u.email, u.email_key, m.first_name, m.last_name, m.first_name_key, m.last_name_key, 'active', 'admin', u.id, 1, ?4, ?4, coalesce(m.words, '{}')
               FROM session s JOIN user u ON u.id = s.user_id LEFT JOIN member m ON m.user_id = u.id AND m.account_id = ?5
              WHERE s.token_hash = ?3",
            &member,
            account,
            token,
            cx.now,
            HOST
        ),
        preference::insert(&MemberId::known(member.clone()), account, &[Category::Domain]),
        sql!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?2
              WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND state = 'pending' AND token_hash IS NOT NULL
             RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            token,
            cx.now
        ),
        member_words::added(&member),
    ])
}

/// Refuses to change a seat: its role, its end date and its state are the host's. It can only be taken or ended.
#[must_use]
pub fn refuse_change(id: &MemberId, account: &AccountId) -> Stmt {
    sql!("INSERT INTO refusal (seat_of_the_host) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND held_for_host = 1", id, account)
}

/// Ends the seat when delegation ends. If it alone received the e-mails about domains (design I7), an administrator of the account receives them
/// from now on.
#[must_use]
pub fn end(account: &AccountId) -> [Stmt; 4] {
    [
        sql!(
            concat!(
                "INSERT OR IGNORE INTO subscription (member_id, category, account_id)
                 SELECT k.member_id, 'domain', a.id FROM account a CROSS JOIN member s ON s.account_id = a.id AND s.held_for_host = 1
                   JOIN subscription p ON p.member_id = s.id AND p.category = 'domain'
                   JOIN lasting_admin k ON k.account_id = a.id AND k.member_id <> s.id
                 WHERE a.id = ?1 AND ",
                crate::no_other_recipient!("s.id"),
                " LIMIT 1"
            ),
            account
        ),
        sql!(crate::resources_lose!("(SELECT id FROM member WHERE account_id = ?1 AND held_for_host = 1)"), account),
        sql!(remove_words!("SELECT id FROM member WHERE account_id = ?1 AND held_for_host = 1"), account),
        sql!("DELETE FROM member WHERE account_id = ?1 AND held_for_host = 1", account),
    ]
}

/// The seats whose holder is no longer a lasting administrator of the host ?2. ?1 is a member of the host or the hash of a session; it selects the
/// user.
macro_rules! seats {
    () => {
        "member s WHERE s.user_id = coalesce((SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2), (SELECT user_id FROM session WHERE token_hash = ?1))
            AND s.held_for_host = 1 AND NOT EXISTS (SELECT 1 FROM lasting_admin o WHERE o.account_id = ?2 AND o.user_id = s.user_id)"
    };
}
/// `new_holder`: the member of the host ?2 who holds the seats from now on: the caller (the session ?3), or else another lasting administrator.
macro_rules! new_holder {
    () => {
        "WITH new_holder AS MATERIALIZED (
           SELECT h.*, u.email AS user_email, u.email_key AS user_email_key FROM member h JOIN user u ON u.id = h.user_id
            WHERE h.id = coalesce(
              (SELECT l.member_id FROM session c JOIN lasting_admin l ON l.user_id = c.user_id AND l.account_id = ?2 JOIN user u ON u.id = l.user_id
                WHERE c.token_hash = ?3 AND u.status = 'active'),
              (SELECT l.member_id FROM lasting_admin l JOIN user u ON u.id = l.user_id WHERE l.account_id = ?2 AND u.status = 'active' LIMIT 1))) "
    };
}
/// The new holder's own member row in the account of the seat `s`.
macro_rules! own_row {
    () => {
        "FROM member r WHERE r.id <> s.id AND r.id IN (
           SELECT x.id FROM member x WHERE x.account_id = s.account_id AND x.user_id = new_holder.user_id
           UNION ALL SELECT x.id FROM member x WHERE x.account_id = s.account_id AND x.email_key = new_holder.user_email_key AND x.access <> 'none')"
    };
}
/// The seats that passed to the new holder in this batch (?4 is now).
macro_rules! passed_on {
    () => {
        "SELECT m.id FROM new_holder CROSS JOIN member m ON m.user_id = new_holder.user_id AND m.held_for_host = 1 AND m.updated_at = ?4"
    };
}

/// The statements that pass on the seats of the user named by `who`: a member of the host, or the hash of the caller's session.
fn pass(cx: &Cx, who: &str) -> Result<Vec<Stmt>> {
    let token = cx.signed_in()?;
    let mut statements = hand_over(cx, who, token)?;
    statements.extend(end_the_rest(cx, who, token));
    Ok(statements)
}

/// Writes an audit line for each seat, and gives the seat to the new holder where the new holder has no member row in its account yet.
fn hand_over(cx: &Cx, who: &str, token: &str) -> Result<Vec<Stmt>> {
    Ok(vec![
        sql!(
            concat!(
                new_holder!(),
                "INSERT INTO audit_event (id, at, account_id, actor_id, actor_name, via, action, target_type, target_id, target_name, before, after, request_id)
                 SELECT substr(?5, 1, 19) || substr(s.id, 20), ?4, s.account_id, b.id, trim(b.first_name || ' ' || b.last_name), 'host', 'member.seat_passed', 'member', s.id,
                        s.email, json_object('email', s.email), json_object('email', new_holder.user_email), ?6
                   FROM new_holder CROSS JOIN session c CROSS JOIN user b ON b.id = c.user_id CROSS JOIN ",
                seats!(),
                " AND c.token_hash = ?3"
            ),
            who,
            HOST,
            token,
            cx.now,
            cx.new_id()?,
            cx.request_id.as_str()
        ),
        sql!(
            concat!(new_holder!(), remove_words!(concat!("SELECT s.id FROM new_holder CROSS JOIN ", seats!(), " AND NOT EXISTS (SELECT 1 ", own_row!(), ")"))),
            who,
            HOST,
            token
        ),
        sql!(
            concat!(
                new_holder!(),
                "UPDATE member SET user_id = new_holder.user_id, email = new_holder.user_email, email_key = new_holder.user_email_key, first_name = new_holder.first_name, last_name = new_holder.last_name,
                        first_name_key = new_holder.first_name_key, last_name_key = new_holder.last_name_key, company = new_holder.company, phone = new_holder.phone, address_1 = new_holder.address_1,
                        address_2 = new_holder.address_2, city = new_holder.city, province = new_holder.province, postcode = new_holder.postcode, country = new_holder.country, words = new_holder.words,
                        updated_at = ?4, version = member.version + 1
                   FROM new_holder WHERE member.id IN (SELECT s.id FROM new_holder CROSS JOIN ",
                seats!(),
                " AND NOT EXISTS (SELECT 1 ",
                own_row!(),
                "))"
            ),
            who,
            HOST,
            token,
            cx.now
        ),
        sql!(concat!(new_holder!(), add_words!(concat!("SELECT p.id FROM (", passed_on!(), ") p WHERE ?1 IS NOT NULL"))), who, HOST, token, cx.now),
    ])
}

/// Handles the seats in accounts where the new holder is a member already. A lesser access becomes the seat if the account has no other administrator.
/// The seats that remain end: their account has an administrator, who receives the e-mails about domains instead.
fn end_the_rest(cx: &Cx, who: &str, token: &str) -> Vec<Stmt> {
    vec![
        sql!(
            concat!(
                new_holder!(),
                "UPDATE member SET role = 'admin', access = 'active', user_id = new_holder.user_id, expires_at = NULL, held_for_host = 1, updated_at = ?4, version = member.version + 1
                   FROM new_holder WHERE member.id IN (SELECT (SELECT r.id ",
                own_row!(),
                " LIMIT 1) FROM new_holder CROSS JOIN ",
                seats!(),
                " AND NOT EXISTS (SELECT 1 FROM lasting_admin k JOIN user u ON u.id = k.user_id
                                   WHERE k.account_id = s.account_id AND k.member_id <> s.id AND u.status = 'active'))"
            ),
            who,
            HOST,
            token,
            cx.now
        ),
        sql!(concat!(new_holder!(), "DELETE FROM member_permission WHERE ?1 IS NOT NULL AND member_id IN (", passed_on!(), ")"), who, HOST, token, cx.now),
        sql!(
            concat!(
                new_holder!(),
                "UPDATE invitation SET state = 'revoked', ended_at = ?4 WHERE ?1 IS NOT NULL AND state = 'pending' AND member_id IN (",
                passed_on!(),
                ") RETURNING 'invitation' AS kind, token_hash, mailed_token_hash"
            ),
            who,
            HOST,
            token,
            cx.now
        ),
        sql!(
            concat!(
                new_holder!(),
                "INSERT OR IGNORE INTO subscription (member_id, category, account_id)
                 SELECT (SELECT k.member_id FROM lasting_admin k WHERE k.account_id = s.account_id AND k.member_id <> s.id LIMIT 1), 'domain', s.account_id
                   FROM new_holder CROSS JOIN ",
                seats!(),
                " AND EXISTS (SELECT 1 FROM subscription p WHERE p.member_id = s.id AND p.category = 'domain')"
            ),
            who,
            HOST,
            token
        ),
        sql!(
            concat!(
                new_holder!(),
                "UPDATE resource SET version = resource.version + 1, first_people = ",
                crate::first_people!(
                    "SELECT p.member_id FROM assignment p WHERE p.resource_id = resource.id AND p.member_id <> lost.member_id"
                ),
                " FROM (SELECT a.member_id, a.resource_id FROM assignment a WHERE a.member_id IN (SELECT s.id FROM new_holder CROSS JOIN ",
                seats!(),
                ")) lost WHERE resource.id = lost.resource_id"
            ),
            who,
            HOST,
            token
        ),
        sql!(concat!(new_holder!(), remove_words!(concat!("SELECT s.id FROM new_holder CROSS JOIN ", seats!()))), who, HOST, token),
        sql!(concat!(new_holder!(), "DELETE FROM member WHERE id IN (SELECT s.id FROM new_holder CROSS JOIN ", seats!(), ")"), who, HOST, token),
    ]
}

/// Passes on the seats of this member once they are no lasting administrator of the host. No statements when the account is not the host.
///
/// # Errors
/// `not_signed_in`, or when the platform gives no random bytes.
pub fn pass_of_member(cx: &Cx, account: &AccountId, id: &MemberId) -> Result<Vec<Stmt>> {
    if account.as_str() != HOST {
        return Ok(Vec::new());
    }
    pass(cx, id.as_str())
}

/// Passes on the seats of the caller, who leaves the host. No statements when the account is not the host.
///
/// # Errors
/// `not_signed_in`, or when the platform gives no random bytes.
pub fn pass_of_caller(cx: &Cx, account: &AccountId) -> Result<Vec<Stmt>> {
    if account.as_str() != HOST {
        return Ok(Vec::new());
    }
    pass(cx, cx.signed_in()?)
}
