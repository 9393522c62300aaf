//! Whose rows a request changes (design I6): those of the account in its address, and of no other. Checked after every request of every scenario in
//! process, where rows can be seen. Also checked there: who sits on a seat that is held for the host.

use portineria::account::HOST;

use super::sqlite::{Share, Sqlite};

/// What a request about one account may change in another, and why.
struct Exception {
    /// The method; any, when it is empty.
    method: &'static str,
    /// What the address has after the account's id: it starts so, and ends so.
    path: [&'static str; 2],
    /// Whether the account in the address must be the host.
    of_host: bool,
    table: &'static str,
    why: &'static str,
    /// Finds a row of another account than ?1 that was changed at ?2 and for which the reason does not hold.
    wrong: &'static str,
}

/// Nothing but the seat of the host, which was just passed on, is behind what changed in that table.
macro_rules! seat {
    ($table:literal) => {
        Exception {
            method: "",
            path: ["members/", ""],
            of_host: true,
            table: $table,
            why: "The seats that are held for the host pass to another of its administrators, each with a line in its account's trail",
            wrong: "SELECT s.account_id FROM member s WHERE s.held_for_host = 1 AND s.updated_at = ?2 AND s.account_id <> ?1
                       AND NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.account_id = s.account_id AND e.at = ?2 AND e.action = 'member.seat_passed')",
        }
    };
}
/// The maker of the link `l` lacks a permission in the account that the second literal names.
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
/// An invitation that ended in another account though its maker may still make it.
const STILL_INVITES: &str = concat!(
    "SELECT l.id FROM invitation l JOIN member m ON m.id = l.member_id WHERE l.account_id <> ?1 AND l.ended_at = ?2 AND m.held_for_host = 0 AND NOT ",
    lacks!("CASE l.purpose WHEN 'member' THEN 'members.manage' ELSE 'accounts.create' END", "l.account_id")
);

/// Every exception there is.
const EXCEPTIONS: [Exception; 11] = [
    Exception {
        method: "POST",
        path: ["members/", "/password-reset"],
        of_host: false,
        table: "password_reset",
        why: "A user has one pending reset at most (design I3): a new link kills the old one, whoever made it",
        wrong: "SELECT l.id FROM password_reset l WHERE l.account_id <> ?1 AND l.ended_at = ?2 AND l.state <> 'replaced'",
    },
    Exception {
        method: "POST",
        path: ["users/", "/password-reset"],
        of_host: false,
        table: "password_reset",
        why: "The same, by the page",
        wrong: "SELECT l.id FROM password_reset l WHERE l.account_id <> ?1 AND l.ended_at = ?2 AND l.state <> 'replaced'",
    },
    Exception {
        method: "",
        path: ["", ""],
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
        method: "",
        path: ["members/", ""],
        of_host: true,
        table: "invitation",
        why: "Who loses the right to invite by delegation loses the invitations made by it (design §6), and so does a heir whose own invitation became a seat",
        wrong: STILL_INVITES,
    },
    Exception {
        method: "",
        path: ["users/", ""],
        of_host: true,
        table: "invitation",
        why: "The same, by the page",
        wrong: STILL_INVITES,
    },
    seat!("member"),
    seat!("member_word"),
    seat!("member_permission"),
    seat!("subscription"),
    seat!("resource"),
    seat!("audit_event"),
];

/// The account in an address, and what stands after it.
fn named(path: &str) -> Option<(&str, &str)> {
    let (_, rest) = path.split_once("/accounts/")?;
    let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
    (id.len() == HOST.len()).then_some((id, rest))
}

/// Checks that a request, made at `now`, changed no row of another account than it was about.
pub fn of_every_change(db: &Sqlite, method: &str, path: &str, now: i64, changed: &[Share], told: &dyn Fn() -> String) {
    let Some((account, rest)) = named(path) else { return };
    for share in changed.iter().filter(|share| !share.account.is_empty() && share.account != account) {
        let fits = |known: &&Exception| {
            (known.method.is_empty() || known.method == method)
                && rest.starts_with(known.path[0])
                && rest.ends_with(known.path[1])
                && (!known.of_host || account == HOST)
                && known.table == share.table
        };
        let excepted: Vec<&Exception> = EXCEPTIONS.iter().filter(fits).collect();
        assert!(!excepted.is_empty(), "{} of the account {} changed: {}", share.table, share.account, told());
        let holds = |known: &&&Exception| db.select_by(known.wrong, &[account, &now.to_string()]).is_empty();
        let reasons: Vec<&str> = excepted.iter().map(|known| known.why).collect();
        assert!(excepted.iter().any(|known| holds(&known)), "{} of the account {} changed, but not for {reasons:?}: {}", share.table, share.account, told());
    }
}

/// Seats that are held for the host and should not be: their account does not delegate, or their holder is no lasting administrator of the host.
pub const WRONG_SEATS: &str = "SELECT m.account_id, m.email FROM member m JOIN account a ON a.id = m.account_id
     WHERE m.held_for_host = 1 AND (a.delegated = 0 OR a.parent_id IS NULL OR NOT EXISTS (
       SELECT 1 FROM member o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id AND o.role = 'admin' AND o.access = 'active' AND o.expires_at IS NULL))";

/// Accounts in use that are without an active administrator of their own who lasts (design I1).
pub const WITHOUT_ADMIN: &str = "SELECT a.name FROM account a WHERE a.status IN ('active', 'deactivated') AND NOT EXISTS
     (SELECT 1 FROM member m JOIN user u ON u.id = m.user_id
       WHERE m.account_id = a.id AND m.role = 'admin' AND m.access = 'active' AND m.expires_at IS NULL AND u.status = 'active')";

/// Checks design I1, and that each seat of the host is held rightly.
pub fn of_every_state(db: &Sqlite, told: &dyn Fn() -> String) {
    let (adminless, seats) = (db.select(WITHOUT_ADMIN), db.select(WRONG_SEATS));
    assert!(adminless.is_empty(), "accounts without an active admin: {adminless:?}: {}", told());
    assert!(seats.is_empty(), "seats that are not the host's: {seats:?}: {}", told());
}
