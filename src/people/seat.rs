//! The seat that is held for the host: the first administrator of a managed account is the host administrator who made it (design §6, «The creator's
//! seat belongs to the host»).
//!
//! It is a member like others, marked `held_for_host`. It ends when delegation is switched off, and passes to another host administrator when its
//! holder is no longer one: to the one who took that away, or, where they cannot hold it (who leaves passes it on; an administrator with an end date
//! does not last), to another lasting one. The host always has one (design I1), so its accounts always keep an administrator. Whoever passes a
//! seat on passes all of them, in the batch that ends their rights, each with a line in its account's trail: the number of statements does not
//! depend on how many there are, and the rows are those of the seats alone.
//!
//! Where the new holder has access of their own in the account: an administrator there needs no seat, so it ends; a lesser access becomes the
//! seat, unless the account has another administrator, and then the seat ends. A seat keeps its id, so what was sent to it stays in its history.

use crate::{
    access::context::Cx,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::refusal::Result,
    core::vocabulary::Category,
    core::vocabulary::HOST,
    people::preference,
    sql,
};

/// Whether the caller (the session ?1) can hold a seat: a lasting administrator of the host ?2.
const CAN_HOLD: &str =
    "SELECT EXISTS (SELECT 1 FROM session s JOIN lasting_admin h ON h.user_id = s.user_id AND h.account_id = ?2 WHERE s.token_hash = ?1) AS holds";
const EXPECT_HOLDER: &str = "INSERT INTO refusal (first_admin_required)
     SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM session s JOIN lasting_admin h ON h.user_id = s.user_id AND h.account_id = ?2 WHERE s.token_hash = ?1)";

/// Who cannot hold the seat of a new account names its first administrator.
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

/// The seat of a new account, held by the caller. What was shown to somebody to reset the caller's password would open this account too: it ends.
///
/// # Errors
/// `not_signed_in`, or when the platform gives no random bytes.
pub fn take(cx: &Cx, account: &AccountId) -> Result<Vec<Stmt>> {
    let (member, token) = (cx.new_id()?, cx.signed_in()?);
    Ok(vec![
        sql!(
            "INSERT INTO member (id, account_id, email, email_key, first_name, last_name, first_name_key, last_name_key, access, role, user_id, held_for_host, created_at, updated_at)
             SELECT ?1, ?2, u.email, u.email_key, m.first_name, m.last_name, m.first_name_key, m.last_name_key, 'active', 'admin', u.id, 1, ?4, ?4
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
        sql!(
            "INSERT INTO member_word (account_id, word, member_id, field, access, role)
             SELECT ?1, w.word, ?2, w.field, 'active', 'admin' FROM session s JOIN member m ON m.user_id = s.user_id AND m.account_id = ?4 JOIN member_word w ON w.member_id = m.id
              WHERE s.token_hash = ?3",
            account,
            &member,
            token,
            HOST
        ),
    ])
}

/// A held seat is taken or ended whole: its role, its end and its state are the host's.
#[must_use]
pub fn refuse_change(id: &MemberId, account: &AccountId) -> Stmt {
    sql!("INSERT INTO refusal (seat_of_the_host) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND held_for_host = 1", id, account)
}

/// The seat ends with delegation. If it alone received what a domain needs (design I7), an administrator of the account does from now on.
#[must_use]
pub fn end(account: &AccountId) -> [Stmt; 3] {
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
        sql!("DELETE FROM member WHERE account_id = ?1 AND held_for_host = 1", account),
    ]
}

/// The seats of somebody who is no lasting administrator of the host ?2 any more: of the user behind ?1, a member of the host or the hash of a session.
macro_rules! seats {
    () => {
        "member s WHERE s.user_id = coalesce((SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2), (SELECT user_id FROM session WHERE token_hash = ?1))
            AND s.held_for_host = 1 AND NOT EXISTS (SELECT 1 FROM lasting_admin o WHERE o.account_id = ?2 AND o.user_id = s.user_id)"
    };
}
/// `heir`: who holds them from now on, as the host ?2 knows them: whoever asks (the session ?3), or else another lasting administrator.
macro_rules! heir {
    () => {
        "WITH heir AS MATERIALIZED (
           SELECT h.*, u.email AS user_email, u.email_key AS user_email_key FROM member h JOIN user u ON u.id = h.user_id
            WHERE h.id = coalesce(
              (SELECT l.member_id FROM session c JOIN lasting_admin l ON l.user_id = c.user_id AND l.account_id = ?2 JOIN user u ON u.id = l.user_id
                WHERE c.token_hash = ?3 AND u.status = 'active'),
              (SELECT l.member_id FROM lasting_admin l JOIN user u ON u.id = l.user_id WHERE l.account_id = ?2 AND u.status = 'active' LIMIT 1))) "
    };
}
/// What the heir is already in the account of the seat `s`.
macro_rules! own_row {
    () => {
        "FROM member r WHERE r.id <> s.id AND r.id IN (
           SELECT x.id FROM member x WHERE x.account_id = s.account_id AND x.user_id = heir.user_id
           UNION ALL SELECT x.id FROM member x WHERE x.account_id = s.account_id AND x.email_key = heir.user_email_key AND x.access <> 'none')"
    };
}
/// The seats that came to the heir in this batch (?4 is now).
macro_rules! came {
    () => {
        "SELECT m.id FROM heir CROSS JOIN member m ON m.user_id = heir.user_id AND m.held_for_host = 1 AND m.updated_at = ?4"
    };
}

/// The statements that pass the seats on, of whoever `who` names: a member of the host, or the caller by the hash of the session.
fn pass(cx: &Cx, who: &str) -> Result<Vec<Stmt>> {
    let token = cx.signed_in()?;
    let mut statements = hand_over(cx, who, token)?;
    statements.extend(end_the_rest(cx, who, token));
    Ok(statements)
}

/// A line for each seat, and the seat to the heir where they are nobody in its account yet.
fn hand_over(cx: &Cx, who: &str, token: &str) -> Result<Vec<Stmt>> {
    Ok(vec![
        sql!(
            concat!(
                heir!(),
                "INSERT INTO audit_event (id, at, account_id, actor_id, actor_name, via, action, target_type, target_id, target_name, before, after, request_id)
                 SELECT substr(?5, 1, 19) || substr(s.id, 20), ?4, s.account_id, b.id, trim(b.first_name || ' ' || b.last_name), 'host', 'member.seat_passed', 'member', s.id,
                        s.email, json_object('email', s.email), json_object('email', heir.user_email), ?6
                   FROM heir CROSS JOIN session c CROSS JOIN user b ON b.id = c.user_id CROSS JOIN ",
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
            concat!(
                heir!(),
                "UPDATE member SET user_id = heir.user_id, email = heir.user_email, email_key = heir.user_email_key, first_name = heir.first_name, last_name = heir.last_name,
                        first_name_key = heir.first_name_key, last_name_key = heir.last_name_key, company = heir.company, phone = heir.phone, address_1 = heir.address_1,
                        address_2 = heir.address_2, city = heir.city, province = heir.province, postcode = heir.postcode, country = heir.country,
                        updated_at = ?4, version = member.version + 1
                   FROM heir WHERE member.id IN (SELECT s.id FROM heir CROSS JOIN ",
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
        sql!(concat!(heir!(), "DELETE FROM member_word WHERE ?1 IS NOT NULL AND member_id IN (", came!(), ")"), who, HOST, token, cx.now),
        sql!(
            concat!(
                heir!(),
                "INSERT OR IGNORE INTO member_word (account_id, word, member_id, field, access, role)
                 SELECT m.account_id, w.word, m.id, w.field, m.access, m.role FROM heir CROSS JOIN member m CROSS JOIN member_word w ON w.member_id = heir.id
                  WHERE ?1 IS NOT NULL AND m.id IN (",
                came!(),
                ")"
            ),
            who,
            HOST,
            token,
            cx.now
        ),
    ])
}

/// Where the heir has a lesser access and the account nobody else, that becomes the seat. What is left ends: the account has an administrator,
/// who receives what a domain needs instead.
fn end_the_rest(cx: &Cx, who: &str, token: &str) -> Vec<Stmt> {
    vec![
        sql!(
            concat!(
                heir!(),
                "UPDATE member SET role = 'admin', access = 'active', user_id = heir.user_id, expires_at = NULL, held_for_host = 1, updated_at = ?4, version = member.version + 1
                   FROM heir WHERE member.id IN (SELECT (SELECT r.id ",
                own_row!(),
                " LIMIT 1) FROM heir CROSS JOIN ",
                seats!(),
                " AND NOT EXISTS (SELECT 1 FROM lasting_admin k JOIN user u ON u.id = k.user_id
                                   WHERE k.account_id = s.account_id AND k.member_id <> s.id AND u.status = 'active'))"
            ),
            who,
            HOST,
            token,
            cx.now
        ),
        sql!(concat!(heir!(), "DELETE FROM member_permission WHERE ?1 IS NOT NULL AND member_id IN (", came!(), ")"), who, HOST, token, cx.now),
        sql!(
            concat!(
                heir!(),
                "UPDATE invitation SET state = 'revoked', ended_at = ?4 WHERE ?1 IS NOT NULL AND state = 'pending' AND member_id IN (",
                came!(),
                ") RETURNING 'invitation' AS kind, token_hash, mailed_token_hash"
            ),
            who,
            HOST,
            token,
            cx.now
        ),
        sql!(
            concat!(
                heir!(),
                "INSERT OR IGNORE INTO subscription (member_id, category, account_id)
                 SELECT (SELECT k.member_id FROM lasting_admin k WHERE k.account_id = s.account_id AND k.member_id <> s.id LIMIT 1), 'domain', s.account_id
                   FROM heir CROSS JOIN ",
                seats!(),
                " AND EXISTS (SELECT 1 FROM subscription p WHERE p.member_id = s.id AND p.category = 'domain')"
            ),
            who,
            HOST,
            token
        ),
        sql!(concat!(heir!(), "DELETE FROM member WHERE id IN (SELECT s.id FROM heir CROSS JOIN ", seats!(), ")"), who, HOST, token),
    ]
}

/// The seats of this member pass on, once they are no lasting administrator of the host. Nothing, where the account is not the host.
///
/// # Errors
/// `not_signed_in`, or when the platform gives no random bytes.
pub fn pass_of_member(cx: &Cx, account: &AccountId, id: &MemberId) -> Result<Vec<Stmt>> {
    if account.as_str() != HOST {
        return Ok(Vec::new());
    }
    pass(cx, id.as_str())
}

/// The seats of the caller pass on, who leaves the host. Nothing, where the account is not the host.
///
/// # Errors
/// `not_signed_in`, or when the platform gives no random bytes.
pub fn pass_of_caller(cx: &Cx, account: &AccountId) -> Result<Vec<Stmt>> {
    if account.as_str() != HOST {
        return Ok(Vec::new());
    }
    pass(cx, cx.signed_in()?)
}
