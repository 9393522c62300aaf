//! A request changes rows of the account in its path and of no other account (design I6). This is checked after every request of every scenario in
//! process, where the rows can be read. The seats that are held for the host are checked there too.

use std::collections::BTreeSet;

use portineria::core::vocabulary::HOST;

use super::digest::Share;
use super::sqlite::Sqlite;

/// What a request about one account may change in another, and why.
struct Exception {
    /// The end of the path.
    end: &'static str,
    /// Whether the account in the path must be the host.
    of_host: bool,
    table: &'static str,
    why: &'static str,
    /// A query for rows that were changed at ?2 in the account ?3, or in any other than ?1, without this reason.
    wrong: &'static str,
}

/// An exception for rows of this table that change because a seat of the host passed on.
macro_rules! seat {
    ($table:literal) => {
        Exception {
            end: "",
            of_host: true,
            table: $table,
            why: "The seats that are held for the host pass to another of its administrators, each with a line in its account's trail",
            wrong: "SELECT 1 WHERE ?1 <> '' AND NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.account_id = ?3 AND e.at = ?2 AND e.action = 'member.seat_passed')",
        }
    };
}
/// SQL: the maker of the link `l` lacks a permission in the account of the second literal.
macro_rules! lacks {
    ($permission:literal, $account:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = l.created_by AND w.account_id = ",
            $account,
            " AND w.permission = ",
            $permission,
            " AND (w.expires_at IS NULL OR w.expires_at > ?2))"
        )
    };
}
/// All exceptions.
const EXCEPTIONS: [Exception; 11] = [
    Exception {
        end: "/password-reset",
        of_host: false,
        table: "password_reset",
        why: "A user has one pending reset at most (design I3): a new link kills the old one, whoever made it",
        wrong: "SELECT l.id FROM password_reset l WHERE l.account_id <> ?1 AND l.ended_at = ?2 AND l.state <> 'replaced'",
    },
    Exception {
        end: "",
        of_host: false,
        table: "password_reset",
        why: "A link that was shown to somebody who lost the right to open one of the accounts it opens must die",
        wrong: concat!(
            "SELECT l.id FROM password_reset l WHERE l.account_id <> ?1 AND l.ended_at = ?2 AND l.state = 'revoked' AND NOT (",
            lacks!("'members.manage'", "l.account_id"),
            " OR l.token_hash IS NOT NULL AND EXISTS (SELECT 1 FROM member o WHERE o.user_id = l.user_id AND o.access <> 'none' AND ",
            lacks!("'members.manage'", "o.account_id"),
            "))"
        ),
    },
    Exception {
        end: "",
        of_host: true,
        table: "invitation",
        why: "Who loses the right to invite by delegation loses the invitations made by it (design §6), and so does a heir whose own invitation became a seat",
        wrong: concat!(
            "SELECT l.id FROM invitation l JOIN member m ON m.id = l.member_id WHERE l.account_id <> ?1 AND l.ended_at = ?2 AND m.held_for_host = 0 AND NOT ",
            lacks!("CASE l.purpose WHEN 'member' THEN 'members.manage' ELSE 'accounts.create' END", "l.account_id")
        ),
    },
    Exception {
        end: "",
        of_host: false,
        table: "delivery",
        why: "After an answer the e-mails that are due leave, of whichever account they are",
        wrong: "SELECT d.id FROM delivery d WHERE ?1 <> '' AND d.account_id = ?3 AND d.created_at = ?2",
    },
    seat!("member"),
    seat!("member_word"),
    seat!("member_permission"),
    seat!("subscription"),
    seat!("resource"),
    seat!("assignment"),
    seat!("audit_event"),
];

/// Requests without an account in the path that are about one account: the link names it, or it is created.
const BY_LINK: [&str; 6] = ["/v1/accounts", "/accounts", "/v1/invitations/accept", "/v1/invitations/decline", "/invitation/accept", "/invitation/decline"];

/// Returns the account in a path.
fn named(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("/accounts/")?;
    rest.split('/').next().filter(|id| id.len() == HOST.len())
}

/// Checks that a request at `now` changed rows of its own account only.
pub fn of_every_change(db: &Sqlite, path: &str, now: i64, changed: &[Share], context: &dyn Fn() -> String) {
    let Some(account) = named(path) else { return of_one_account(db, path, now, changed, context) };
    for share in changed.iter().filter(|share| !share.account.is_empty() && share.account != account) {
        let fits = |known: &&Exception| path.ends_with(known.end) && (!known.of_host || account == HOST) && known.table == share.table;
        let excepted: Vec<&Exception> = EXCEPTIONS.iter().filter(fits).collect();
        assert!(!excepted.is_empty(), "{} of the account {} changed: {}", share.table, share.account, context());
        let holds = |known: &&&Exception| db.select_by(known.wrong, &[account, &now.to_string(), &share.account]).is_empty();
        let reasons: Vec<&str> = excepted.iter().map(|known| known.why).collect();
        assert!(excepted.iter().any(|known| holds(&known)), "{} of the account {} changed, but not for {reasons:?}: {}", share.table, share.account, context());
    }
}

/// SQL: the user that the owner of the mailbox took over at ?2, by a mailed invitation, or by a mailed reset that proved the mailbox for the first time.
macro_rules! taken_over {
    () => {
        "(SELECT e.actor_id FROM audit_event e JOIN user u ON u.id = e.actor_id WHERE e.at = ?2
             AND (e.action = 'invitation.accepted' AND json_extract(e.after, '$.takes_over') OR e.action = 'user.password_reset' AND u.email_verified_at = ?2))"
    };
}

/// Requests that use a reset link. They are about a user and no account.
const BY_RESET: [&str; 2] = ["/v1/password-resets/confirm", "/reset/confirm"];

/// Checks that a used reset changed no row of any account, except the links to this user's password and, when the owner of the mailbox took the user
/// over, the links that the user had made for others.
fn of_no_account(db: &Sqlite, now: i64, changed: &[Share], context: &dyn Fn() -> String) {
    let at = ["", &now.to_string()];
    // After an answer the worker sends the e-mails that are due, of any account.
    let is_link = |share: &Share| ["password_reset", "invitation", "delivery"].contains(&share.table.as_str());
    let others: Vec<&Share> = changed.iter().filter(|share| !share.account.is_empty() && !is_link(share)).collect();
    assert!(others.is_empty(), "rows of an account changed: {others:?}: {}", context());
    let invitations = concat!("SELECT id FROM invitation WHERE ?1 IS NOT NULL AND ended_at = ?2 AND created_by IS NOT ", taken_over!());
    let resets = concat!(
        "SELECT id FROM password_reset WHERE ?1 IS NOT NULL AND ended_at = ?2 AND created_by IS NOT ",
        taken_over!(),
        " AND user_id NOT IN (SELECT e.actor_id FROM audit_event e WHERE e.at = ?2 AND e.action = 'user.password_reset')"
    );
    for wrong in [invitations, resets] {
        assert!(db.select_by(wrong, &at).is_empty(), "a link ended that is nobody's who passed to the mailbox: {}", context());
    }
}

/// Checks that a request by a link changed rows of one account, except the host's audit log, links that were shown and would open more from now on,
/// and the links of a user who was taken over.
fn of_one_account(db: &Sqlite, path: &str, now: i64, changed: &[Share], context: &dyn Fn() -> String) {
    if BY_RESET.contains(&path) {
        return of_no_account(db, now, changed, context);
    }
    if !BY_LINK.contains(&path) {
        return;
    }
    let at = ["", &now.to_string()];
    let takes_over = !db.select_by(concat!("SELECT 1 WHERE ?1 IS NOT NULL AND ", taken_over!(), " IS NOT NULL"), &at).is_empty();
    let of_hosts_trail = |share: &Share| share.table == "audit_event" && share.account == HOST;
    // After an answer the worker sends the e-mails that are due, of any account. New e-mails are of one account.
    let of_two =
        "SELECT 1 FROM delivery d JOIN delivery o ON o.created_at = d.created_at AND o.account_id <> d.account_id WHERE ?1 IS NOT NULL AND d.created_at = ?2";
    assert!(db.select_by(of_two, &at).is_empty(), "e-mails of several accounts were made: {}", context());
    let is_apart = |share: &Share| ["password_reset", "delivery"].contains(&share.table.as_str()) || takes_over && share.table == "invitation";
    let rows = changed.iter().filter(|share| !share.account.is_empty() && !is_apart(share) && !of_hosts_trail(share));
    let touched: BTreeSet<&str> = rows.map(|share| share.account.as_str()).collect();
    assert!(touched.len() <= 1, "rows of several accounts changed: {changed:?}: {}", context());
    let others = concat!("SELECT id FROM invitation WHERE ?1 IS NOT NULL AND ended_at = ?2 AND state = 'revoked' AND created_by IS NOT ", taken_over!());
    assert!(!takes_over || db.select_by(others, &at).is_empty(), "a link that somebody else made ended: {}", context());
    let wrong = concat!(
        "SELECT id FROM password_reset WHERE ?1 IS NOT NULL AND ended_at = ?2 AND (state <> 'revoked' OR token_hash IS NULL)
            AND coalesce(",
        taken_over!(),
        ", '') NOT IN (user_id, coalesce(created_by, ''))"
    );
    assert!(db.select_by(wrong, &at).is_empty(), "a link that was not shown ended: {}", context());
}

/// SQL: seats that are wrongly held for the host: the account does not delegate, or the holder is no administrator of the host without an end date.
pub const WRONG_SEATS: &str = "SELECT m.account_id, m.email FROM member m JOIN account a ON a.id = m.account_id
     WHERE m.held_for_host = 1 AND (a.delegated = 0 OR a.parent_id IS NULL OR NOT EXISTS (
       SELECT 1 FROM member o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id AND o.role = 'admin' AND o.access = 'active' AND o.expires_at IS NULL))";

/// SQL: accounts in use without an active administrator of their own who has no end date (design I1).
pub const WITHOUT_ADMIN: &str = "SELECT a.name FROM account a WHERE a.status IN ('active', 'deactivated') AND NOT EXISTS
     (SELECT 1 FROM member m JOIN user u ON u.id = m.user_id
       WHERE m.account_id = a.id AND m.role = 'admin' AND m.access = 'active' AND m.expires_at IS NULL AND u.status = 'active')";

/// SQL: words that the search finds nobody by, and words that it misses. (A purge removes the words of an account before its people.)
pub const WRONG_WORDS: &str = "SELECT w.word, 'nobody has it' AS wrong FROM member_word w WHERE (w.account_id, w.word, w.member_id) NOT IN (SELECT account_id, word, member_id FROM searchable_word)
     UNION ALL SELECT s.word, 'it is missing' FROM searchable_word s JOIN account a ON a.id = s.account_id
       WHERE a.purge_began_at IS NULL AND (s.account_id, s.word, s.member_id) NOT IN (SELECT account_id, word, member_id FROM member_word)";

/// SQL: rows of the matrix whose JSON list is not that of its single rows.
pub const WRONG_SETS: &str = "SELECT via, role FROM (SELECT via, role, permission FROM held_by_role EXCEPT SELECT s.via, s.role, j.value FROM permission_set s, json_each(s.permissions) j)
     UNION ALL SELECT via, role FROM (SELECT s.via, s.role, j.value FROM permission_set s, json_each(s.permissions) j EXCEPT SELECT via, role, permission FROM held_by_role)";

/// SQL: resources whose first people are not those of the assignments.
const WRONG_FIRST_PEOPLE: &str = "SELECT r.id, r.first_people FROM resource r JOIN account a ON a.id = r.account_id
     WHERE a.purge_began_at IS NULL AND r.first_people <> (SELECT json_group_array(s.member_id) FROM (
       SELECT member_id FROM assignment WHERE resource_id = r.id ORDER BY member_id LIMIT 21) s)";

/// Checks design I1, the seats of the host, and what is stored twice.
pub fn of_every_state(db: &Sqlite, context: &dyn Fn() -> String) {
    let strangers = db.select(WRONG_FIRST_PEOPLE);
    assert!(strangers.is_empty(), "resources with other people than those assigned: {strangers:?}: {}", context());
    let (adminless, seats) = (db.select(WITHOUT_ADMIN), db.select(WRONG_SEATS));
    assert!(adminless.is_empty(), "accounts without an active admin: {adminless:?}: {}", context());
    assert!(seats.is_empty(), "seats that are not the host's: {seats:?}: {}", context());
    let (words, matrix) = (db.select(WRONG_WORDS), db.select(WRONG_SETS));
    assert!(words.is_empty(), "words of the search: {words:?}: {}", context());
    assert!(matrix.is_empty(), "sets of permissions: {matrix:?}: {}", context());
}
