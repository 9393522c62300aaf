//! Attempts counted in the database before anything costly happens (design §6, "Limits stop guessers, not owners").
//!
//! A window that is full refuses with `too_many_attempts` and says when to come back; nobody is locked out for good. The count goes up
//! inside a batch of its own before a password is compared; a refused batch rolls back, so a full window stays exactly full.
//!
//! An attempt to sign in counts for its address at its place, for its address from everywhere, and for its place. A device that signed in
//! as that user before ([`crate::identity::device`]) counts for itself alone: no wrong passwords of others keep its owner out, and whoever stole its
//! cookie has its few attempts and no more. Where a user who is signed in types the password again, the user counts instead of the address.
//! A success takes itself back and forgets what was its own; a reset from the mailbox forgets the address.

use crate::access::context::Cx;

use serde_json::{Map, Value as Json};

use crate::{access::act::Act, core::db::Stmt, core::refusal::Result, core::secret, identity::device, sql};

/// Wrong passwords for one e-mail address from one place, of one device, or of one signed-in user, within [`WINDOW_MS`].
pub const PER_ADDRESS: i64 = 10;
/// Wrong passwords for one e-mail address from everywhere within [`WINDOW_MS`].
pub const PER_ADDRESS_FROM_EVERYWHERE: i64 = 50;
/// Wrong passwords from one place (IP, or IPv6 /64) within [`WINDOW_MS`].
pub const PER_PLACE: i64 = 50;
/// Wrong passwords from one site (IPv6 /48) within [`WINDOW_MS`]: a customer can be given one whole, a mobile network seats many in one.
pub const PER_SITE: i64 = 500;
/// Resets one place can ask for within [`WINDOW_MS`].
pub const EMAILS_PER_PLACE: i64 = 30;
/// How long failures count.
pub const WINDOW_MS: i64 = 15 * 60_000;

/// The place a request comes from: the IPv4 address, or the /64 an IPv6 address is in (one customer's line has many of the latter).
#[must_use]
pub fn place(ip: &str) -> String {
    match ip.parse::<std::net::IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(std::net::IpAddr::V6(v6)) => v6.segments().iter().take(4).fold(String::from("v6"), |text, part| format!("{text}:{part:x}")),
        Ok(std::net::IpAddr::V4(v4)) => v4.to_string(),
        Err(_) => "unknown".to_owned(),
    }
}

/// The site a place is in: the /48 of an IPv6 address.
fn site(place: &str) -> Option<&str> {
    place.strip_prefix("v6:").and(place.rsplit_once(':')).map(|(site, _)| site)
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
    act.expect(count(cx, key))
        .expect(sql!("INSERT INTO refusal (too_many_attempts) SELECT 1 FROM attempt WHERE key = ?1 AND count > ?2", key, most))
        .limited_until(sql!("SELECT ends_at FROM attempt WHERE key = ?1 AND count >= ?2 AND ends_at > ?3", key, most, cx.now))
}

/// One attempt at a password, and the counters it goes into.
#[derive(Debug, Clone)]
pub struct Attempt {
    now: i64,
    /// What each key may have at most, where no device of the user counts for itself.
    bounds: Json,
    email_key: Option<String>,
    session: Option<String>,
    device: Option<String>,
    /// The hash of an invitation's token, whose address is counted too.
    link: Option<String>,
    place: String,
}

/// The counters: ?1 the bounds, ?2 now, ?3 the key of the address or ?4 the session, ?5 the device, ?6 how long a device lives, ?7 what is
/// one's own, ?8 the hash of a link, ?9 the place, ?10 what an address may have from everywhere. `bound` is what this attempt counts for.
macro_rules! bounds {
    () => {
        "WITH asked AS (
           SELECT u.id FROM user u WHERE u.email_key = ?3 UNION ALL SELECT s.user_id FROM session s WHERE s.token_hash = ?4
         ), known AS (
           SELECT 'password:device:' || d.token_hash || ':' || d.user_id AS key FROM asked CROSS JOIN device d ON d.token_hash = ?5 AND d.user_id = asked.id
            WHERE d.created_at > ?2 - ?6
         ), bound (key, most) AS (
           SELECT j.key, j.value FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM known)
           UNION ALL SELECT 'password:user:' || id, ?7 FROM asked WHERE ?4 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM known)
           UNION ALL SELECT key, ?7 FROM known
           UNION ALL SELECT 'password:address:' || m.email_key || ' ' || ?9, ?7 FROM invitation i JOIN member m ON m.id = i.member_id
            WHERE i.token_hash = ?8 OR i.mailed_token_hash = ?8
           UNION ALL SELECT 'password:address:' || m.email_key, ?10 FROM invitation i JOIN member m ON m.id = i.member_id
            WHERE i.token_hash = ?8 OR i.mailed_token_hash = ?8
         ) "
    };
}
const COUNT: &str = concat!(
    "INSERT INTO attempt (key, count, ends_at) ",
    bounds!(),
    "SELECT bound.key, 1, ?2 + ?11 FROM bound WHERE 1
     ON CONFLICT (key) DO UPDATE SET count = CASE WHEN ends_at <= ?2 THEN 1 ELSE count + 1 END, ends_at = CASE WHEN ends_at <= ?2 THEN excluded.ends_at ELSE ends_at END"
);
const REFUSE: &str = concat!(
    "INSERT INTO refusal (too_many_attempts) ",
    bounds!(),
    "SELECT 1 FROM bound CROSS JOIN attempt a ON a.key = bound.key WHERE a.count > bound.most LIMIT 1"
);
const ENDS: &str =
    concat!(bounds!(), "SELECT max(a.ends_at) AS ends_at FROM bound CROSS JOIN attempt a ON a.key = bound.key WHERE a.count >= bound.most AND a.ends_at > ?2");
/// What is one's own is forgotten, the rest loses this attempt alone: the failures of others there still count.
const FORGIVE: &str = concat!(
    bounds!(),
    "UPDATE attempt SET count = CASE WHEN key IN (SELECT bound.key FROM bound WHERE bound.most = ?7) THEN 0 ELSE max(count - 1, 0) END
      WHERE key IN (SELECT bound.key FROM bound)"
);
/// This attempt alone is taken back: it was none, and says nothing of those before it.
const TAKE_BACK: &str = concat!(bounds!(), "UPDATE attempt SET count = max(count - 1, 0) WHERE key IN (SELECT bound.key FROM bound) AND ?7 IS NOT NULL");

impl Attempt {
    /// At signing in with what was typed as the address. What is no address is counted like one, under a key that no address has.
    #[must_use]
    pub fn to_sign_in(cx: &Cx, email_key: Option<&str>, typed: &str) -> Self {
        let counted = email_key.map_or_else(|| secret::hash(typed), str::to_owned);
        let own = format!("password:address:{counted} {}", place(&cx.ip));
        let bounds = [(own, PER_ADDRESS), (format!("password:address:{counted}"), PER_ADDRESS_FROM_EVERYWHERE)];
        Self::of(cx, bounds, email_key, None)
    }

    /// By a user who is signed in and types the password again.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub fn signed_in(cx: &Cx) -> Result<Self> {
        Ok(Self::of(cx, [], None, Some(cx.signed_in()?)))
    }

    /// With the link that has this hash. The password that comes with an invitation may be that of its address, which counts as at signing in:
    /// whoever invites makes as many links as they like.
    #[must_use]
    pub fn of_link(cx: &Cx, hash: &str) -> Self {
        Self { link: Some(hash.to_owned()), ..Self::of(cx, [(format!("link:{hash}"), PER_ADDRESS)], None, None) }
    }

    fn of<const N: usize>(cx: &Cx, bounds: [(String, i64); N], email_key: Option<&str>, session: Option<&str>) -> Self {
        let place = place(&cx.ip);
        let mut bounds: Map<String, Json> = bounds.into_iter().map(|(key, most)| (key, most.into())).collect();
        bounds.extend(site(&place).map(|site| (format!("password:site:{site}"), PER_SITE.into())));
        bounds.insert(format!("password:place:{place}"), PER_PLACE.into());
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self { now: cx.now, bounds: bounds.into(), email_key: text(email_key), session: text(session), device: cx.device.clone(), link: None, place }
    }

    /// A statement over `bounds!`, whose bindings are the same in all of them.
    fn stmt(&self, text: &'static str) -> Stmt {
        let everywhere = PER_ADDRESS_FROM_EVERYWHERE;
        sql!(text, self.bounds, self.now, self.email_key, self.session, self.device, device::LIFE_MS, PER_ADDRESS, self.link, self.place, everywhere)
    }

    /// Counts it, and refuses the batch when one of its windows is full.
    pub fn counted<'a>(&self, act: Act<'a>) -> Act<'a> {
        let mut count = self.stmt(COUNT);
        count.binds.push(crate::core::db::Bind::value(&WINDOW_MS));
        act.expect(count).expect(self.stmt(REFUSE)).limited_until(self.stmt(ENDS))
    }

    /// The password was right: what failed before, of one's own, is forgotten with it.
    #[must_use]
    pub fn forgiven(&self) -> Stmt {
        self.stmt(FORGIVE)
    }

    /// No password was looked at: this attempt is taken back, and no other.
    #[must_use]
    pub fn taken_back(&self) -> Stmt {
        self.stmt(TAKE_BACK)
    }
}

/// Who holds the mailbox proves it by the reset link with this hash: what was counted for the address and its user is forgotten, from
/// everywhere. Of the user's devices only the one that asks stays known.
#[must_use]
pub fn forgotten_by_reset(cx: &Cx, link_hash: &str) -> Vec<Stmt> {
    vec![
        sql!(
            "DELETE FROM attempt WHERE key IN (
               SELECT a.key FROM password_reset r JOIN user u ON u.id = r.user_id CROSS JOIN attempt a
                   ON a.key >= 'password:address:' || u.email_key || ' ' AND a.key < 'password:address:' || u.email_key || '!'
                WHERE r.token_hash = ?1 OR r.mailed_token_hash = ?1
               UNION ALL
               SELECT 'password:address:' || u.email_key FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.token_hash = ?1 OR r.mailed_token_hash = ?1
               UNION ALL
               SELECT 'password:user:' || r.user_id FROM password_reset r WHERE r.token_hash = ?1 OR r.mailed_token_hash = ?1
               UNION ALL
               SELECT 'password:device:' || ?2 || ':' || r.user_id FROM password_reset r WHERE ?2 IS NOT NULL AND (r.token_hash = ?1 OR r.mailed_token_hash = ?1))",
            link_hash,
            &cx.device
        ),
        sql!(
            "DELETE FROM device WHERE user_id = (SELECT r.user_id FROM password_reset r WHERE r.token_hash = ?1 OR r.mailed_token_hash = ?1) AND token_hash IS NOT ?2",
            link_hash,
            &cx.device
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{place, site};

    #[test]
    fn a_line_with_many_addresses_is_one_place() {
        assert_eq!(place("2001:db8:1:2:aaaa::1"), place("2001:db8:1:2:bbbb::2"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("192.0.2.7"), "192.0.2.7");
        assert_eq!(place("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(place("forged"), "unknown");
    }

    #[test]
    fn places_of_one_site_are_told_by_its_48_bits() {
        assert_eq!(site(&place("2001:db8:1:2::1")), site(&place("2001:db8:1:ffff::1")));
        assert_ne!(site(&place("2001:db8:1:2::1")), site(&place("2001:db8:2:2::1")));
        assert_eq!(site(&place("192.0.2.7")), None);
    }
}
