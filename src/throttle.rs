//! Attempts counted in the database before anything costly happens, per address and per place (security P9).
//!
//! A window that is full refuses with `too_many_attempts` and says when to come back; nobody is locked out for good. The count goes up
//! inside the batch that does the work; a refused batch rolls back, so a full window stays exactly full.

use crate::{act::Act, cx::Cx, db::Stmt, sql};

/// Wrong passwords for one e-mail address within [`WINDOW_MS`].
pub const PER_ADDRESS: i64 = 10;
/// Wrong passwords from one place (IP, or IPv6 /64) within [`WINDOW_MS`].
pub const PER_PLACE: i64 = 50;
/// Resets one place can ask for within [`WINDOW_MS`].
pub const LETTERS_PER_PLACE: i64 = 30;
/// How long failures count.
pub const WINDOW_MS: i64 = 15 * 60_000;

/// The place a request comes from: the IPv4 address, or the /64 an IPv6 address is in (one customer's line has many of the latter).
#[must_use]
pub fn place(ip: &str) -> String {
    match ip.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V6(v6)) => v6.segments().iter().take(4).fold(String::from("v6"), |text, part| format!("{text}:{part:x}")),
        Ok(std::net::IpAddr::V4(v4)) => v4.to_string(),
        Err(_) => "unknown".to_owned(),
    }
}

/// Counts one attempt at `key`.
#[must_use]
pub fn count(cx: &Cx, key: &str) -> Stmt {
    sql!(
        "INSERT INTO attempt (key, count, ends_at) VALUES (?1, 1, ?2 + ?3)
         ON CONFLICT (key) DO UPDATE SET count = CASE WHEN ends_at <= ?2 THEN 1 ELSE count + 1 END, ends_at = CASE WHEN ends_at <= ?2 THEN excluded.ends_at ELSE ends_at END",
        key,
        cx.now,
        WINDOW_MS
    )
}

/// Counts one attempt at `key`, and refuses the batch when its window has more than `most`.
pub fn counted<'a>(cx: &Cx, act: Act<'a>, key: &str, most: i64) -> Act<'a> {
    act.expect(count(cx, key)).expect(sql!("INSERT INTO refusal (too_many_attempts) SELECT 1 FROM attempt WHERE key = ?1 AND count > ?2", key, most))
}

/// A success takes its own attempt back, and forgets the failures at this address.
pub fn forgiven<'a>(act: Act<'a>, address_key: &str, place_key: &str) -> Act<'a> {
    act.write(sql!("DELETE FROM attempt WHERE key = ?1", address_key))
        .write(sql!("UPDATE attempt SET count = count - 1 WHERE key = ?1 AND count > 0", place_key))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_line_with_many_addresses_is_one_place() {
        assert_eq!(place("2001:db8:1:2:aaaa::1"), place("2001:db8:1:2:bbbb::2"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("192.0.2.7"), "192.0.2.7");
        assert_eq!(place("forged"), "unknown");
    }
}
