//! Attempts counted in the database before anything costly happens (design §6, "Limits stop guessers, not owners").
//!
//! A full window refuses with `too_many_attempts` and says when to come back. Nobody is locked out for good. The count goes up in a batch of
//! its own before a password is compared. A refused batch rolls back, so a full window stays exactly full.
//!
//! An attempt to sign in counts for its address, from its place and from everywhere, and for its place. One row counts for the address, with its places as
//! parts, and one for the place (or for the site it is in), so that it costs two rows, and two more when it succeeds. A device that signed in
//! as that user before ([`crate::identity::device`]) counts for itself only: wrong passwords of others do not keep its owner out, and whoever stole
//! its cookie has its few attempts and no more. Where a user who is signed in types the password again, the user counts instead of the address.
//! A success takes back its own attempt and clears the counters that are the person's own. A reset from the mailbox clears those of the address.

use crate::access::context::Cx;

use crate::{access::act::Act, core::db::Stmt, core::refusal::Result, core::secret, identity::device, sql};

/// Wrong passwords for one e-mail address from one place, of one device, or of one signed-in user, within [`WINDOW_MS`].
pub const PER_ADDRESS: i64 = 10;
/// Wrong passwords for one e-mail address from everywhere within [`WINDOW_MS`].
pub const PER_ADDRESS_FROM_EVERYWHERE: i64 = 50;
/// Wrong passwords from one place (IP, or IPv6 /64) within [`WINDOW_MS`].
pub const PER_PLACE: i64 = 50;
/// Wrong passwords from one site (IPv6 /48) within [`WINDOW_MS`]: one customer may have a whole site, and a mobile network has many in one.
pub const PER_SITE: i64 = 500;
/// Reset e-mails that one place can ask for within [`WINDOW_MS`].
pub const RESETS_PER_PLACE: i64 = 30;
/// How long failures count, in ms.
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
    count_up_to(cx, key, None)
}

fn count_up_to(cx: &Cx, key: &str, most: Option<i64>) -> Stmt {
    sql!(
        "INSERT INTO attempt (key, count, most, ends_at) VALUES (?1, 1, ?4, ?2 + ?3)
         ON CONFLICT (key) DO UPDATE SET count = CASE WHEN ends_at <= ?2 THEN 1 ELSE count + 1 END, ends_at = CASE WHEN ends_at <= ?2 THEN excluded.ends_at ELSE ends_at END,
             most = excluded.most",
        key,
        cx.now,
        WINDOW_MS,
        most
    )
}

/// Counts one attempt at `key`, and refuses the batch when its window has more than `most`.
pub fn counted<'a>(cx: &Cx, act: Act<'a>, key: &str, most: i64) -> Act<'a> {
    act.expect(count_up_to(cx, key, Some(most))).limited_until(sql!(
        "SELECT ends_at FROM attempt WHERE key = ?1 AND count >= ?2 AND ends_at > ?3",
        key,
        most,
        cx.now
    ))
}

/// The part of a counter that has no parts.
const WHOLE: &str = "*";

/// A counter: the most attempts of one of its parts, and of all of them.
#[derive(Debug, Clone)]
struct Counter {
    key: String,
    part: String,
    part_most: i64,
    most: i64,
}

/// One attempt at a password, and the counters it goes into.
#[derive(Debug, Clone)]
pub struct Attempt {
    now: i64,
    /// What is tried, where no device of the user counts for itself.
    whom: Option<Counter>,
    /// Where it is tried from.
    from: Counter,
    email_key: Option<String>,
    session: Option<String>,
    device: Option<String>,
    /// The hash of an invitation's token, whose address is counted too.
    link: Option<String>,
    place: String,
}

/// The counters of an attempt, as the table `bound`. ?1 is now, ?2 the key of the address or ?3 the session, ?4 the device, ?5 how long a device lives,
/// ?6 the bound of the person's own counters, ?7 the hash of a link, ?8 the place, ?9 the bound of an address from everywhere, ?10 to ?12 whom the
/// attempt is about, and ?13 to ?16 where it comes from.
macro_rules! bounds {
    () => {
        "WITH asked AS (
           SELECT u.id FROM user u WHERE ?4 IS NOT NULL AND u.email_key = ?2 UNION ALL SELECT s.user_id FROM session s WHERE s.token_hash = ?3
         ), known AS (
           SELECT 'password:device:' || d.token_hash || ':' || d.user_id AS key FROM asked CROSS JOIN device d ON d.token_hash = ?4 AND d.user_id = asked.id
            WHERE d.created_at > ?1 - ?5
         ), bound (key, part, part_most, most) AS (
           SELECT ?10, ?11, ?6, ?12 WHERE ?10 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM known)
           UNION ALL SELECT ?13, ?14, ?15, ?16 WHERE NOT EXISTS (SELECT 1 FROM known)
           UNION ALL SELECT 'password:user:' || id, '*', ?6, ?6 FROM asked WHERE ?3 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM known)
           UNION ALL SELECT key, '*', ?6, ?6 FROM known
           UNION ALL SELECT 'password:address:' || m.email_key, ?8, ?6, ?9 FROM invitation i JOIN member m ON m.id = i.member_id
            WHERE i.token_hash = ?7 OR i.mailed_token_hash = ?7
         ) "
    };
}
/// The number of attempts of the bound's part in the attempt `a`.
macro_rules! of_part {
    ($attempt:literal) => {
        concat!("coalesce(json_extract(", $attempt, ".parts, '$.\"' || bound.part || '\"'), 0)")
    };
}
/// Counts one more in a counter that is there. A full window refuses by the CHECK of the table. `$now` is now.
macro_rules! counts_one_more {
    ($now:literal) => {
        concat!(
            " ON CONFLICT (key) DO UPDATE SET count = iif(ends_at <= ",
            $now,
            ", 1, count + 1), part_count = iif(ends_at <= ",
            $now,
            ", 1, coalesce(json_extract(parts, '$.\"' || excluded.part || '\"'), 0) + 1), parts = iif(ends_at <= ",
            $now,
            ", excluded.parts, json_set(parts, '$.\"' || excluded.part || '\"', coalesce(json_extract(parts, '$.\"' || excluded.part || '\"'), 0) + 1)),
               part = excluded.part, most = excluded.most, part_most = excluded.part_most, ends_at = iif(ends_at <= ",
            $now,
            ", excluded.ends_at, ends_at)"
        )
    };
}
const COUNT: &str = concat!(
    "INSERT INTO attempt (key, count, most, part, parts, part_count, part_most, ends_at) ",
    bounds!(),
    "SELECT key, 1, most, part, json_object(part, 1), 1, part_most, ?1 + ?17 FROM bound WHERE 1",
    counts_one_more!("?1")
);
const ENDS: &str = concat!(
    bounds!(),
    "SELECT max(a.ends_at) AS ends_at FROM bound CROSS JOIN attempt a ON a.key = bound.key WHERE (a.count >= bound.most OR ",
    of_part!("a"),
    " >= bound.part_most) AND a.ends_at > ?1"
);
/// How many attempts the bound's part of the attempt `$attempt` gives back: the person's own are all cleared, of other people's only this one.
macro_rules! given_back {
    ($attempt:literal, $clears:literal) => {
        concat!("CASE WHEN ", $clears, " AND bound.part_most = ?6 THEN ", of_part!($attempt), " ELSE min(1, ", of_part!($attempt), ") END")
    };
}
/// Counters that have no attempt left.
macro_rules! emptied {
    ($clears:literal) => {
        concat!(
            "DELETE FROM attempt WHERE key IN (SELECT a.key FROM (",
            bounds!(),
            "SELECT * FROM bound) bound CROSS JOIN attempt a ON a.key = bound.key WHERE a.count <= ",
            given_back!("a", $clears),
            ")"
        )
    };
}
/// Counters that have others left.
macro_rules! lowered {
    ($clears:literal) => {
        concat!(
            bounds!(),
            "UPDATE attempt SET count = attempt.count - ",
            given_back!("attempt", $clears),
            ", parts = iif(",
            of_part!("attempt"),
            " <= ",
            given_back!("attempt", $clears),
            ", json_remove(attempt.parts, '$.\"' || bound.part || '\"'), json_set(attempt.parts, '$.\"' || bound.part || '\"', ",
            of_part!("attempt"),
            " - ",
            given_back!("attempt", $clears),
            ")), part_count = 0 FROM bound WHERE attempt.key = bound.key"
        )
    };
}
const FORGIVEN: [&str; 2] = [emptied!("1"), lowered!("1")];
/// The statements where the attempt has two counters whose keys are known: what is tried, ?1 with its part ?2, and where from, ?3 with its part ?4.
/// ?5 to ?10 are their bounds, now, and how long they count.
const COUNT_KNOWN: &str = concat!(
    "INSERT INTO attempt (key, count, most, part, parts, part_count, part_most, ends_at) VALUES (?1, 1, ?5, ?2, json_object(?2, 1), 1, ?6, ?9 + ?10),
       (?3, 1, ?7, ?4, json_object(?4, 1), 1, ?8, ?9 + ?10)",
    counts_one_more!("?9")
);
/// See [`FORGIVEN`]: the counters whose last attempts are given back go, and the others are lowered.
const KNOWN_FORGIVEN: [&str; 3] = [
    "DELETE FROM attempt WHERE key = ?1 AND count <= coalesce(json_extract(parts, '$.\"' || ?2 || '\"'), 0)",
    "DELETE FROM attempt WHERE key = ?1 AND count <= 1",
    "UPDATE attempt SET count = count - iif(key = ?1, coalesce(json_extract(parts, '$.\"' || ?2 || '\"'), 0), 1), part_count = 0,
            parts = iif(key = ?1, json_remove(parts, '$.\"' || ?2 || '\"'), iif(coalesce(json_extract(parts, '$.\"' || ?4 || '\"'), 0) <= 1,
              json_remove(parts, '$.\"' || ?4 || '\"'), json_set(parts, '$.\"' || ?4 || '\"', json_extract(parts, '$.\"' || ?4 || '\"') - 1)))
      WHERE key IN (?1, ?3)",
];
const TAKEN_BACK: [&str; 2] = [emptied!("0"), lowered!("0")];

impl Attempt {
    /// An attempt to sign in with what was typed as the address. Text that is no address is counted too, under a key that no address has.
    #[must_use]
    pub fn to_sign_in(cx: &Cx, email_key: Option<&str>, typed: &str) -> Self {
        let counted = email_key.map_or_else(|| secret::hash(typed), str::to_owned);
        let address = Counter { key: format!("password:address:{counted}"), part: place(&cx.ip), part_most: PER_ADDRESS, most: PER_ADDRESS_FROM_EVERYWHERE };
        Self::of(cx, Some(address), email_key, None)
    }

    /// An attempt by a user who is signed in and types the password again.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub fn signed_in(cx: &Cx) -> Result<Self> {
        Ok(Self::of(cx, None, None, Some(cx.signed_in()?)))
    }

    /// An attempt with the link that has this hash. A password that comes with an invitation may be that of the invited address, so it counts as
    /// when signing in: whoever invites can make as many links as they like.
    #[must_use]
    pub fn of_link(cx: &Cx, hash: &str) -> Self {
        let link = Counter { key: format!("link:{hash}"), part: WHOLE.to_owned(), part_most: PER_ADDRESS, most: PER_ADDRESS };
        Self { link: Some(hash.to_owned()), ..Self::of(cx, Some(link), None, None) }
    }

    fn of(cx: &Cx, whom: Option<Counter>, email_key: Option<&str>, session: Option<&str>) -> Self {
        let place = place(&cx.ip);
        let from = match site(&place) {
            Some(site) => Counter { key: format!("password:site:{site}"), part: place.clone(), part_most: PER_PLACE, most: PER_SITE },
            None => Counter { key: format!("password:place:{place}"), part: WHOLE.to_owned(), part_most: PER_PLACE, most: PER_PLACE },
        };
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self { now: cx.now, whom, from, email_key: text(email_key), session: text(session), device: cx.device.clone(), link: None, place }
    }

    /// A statement with `bounds!`. All of them have the same bindings.
    fn stmt(&self, text: &'static str) -> Stmt {
        let (whom, from, everywhere) = (self.whom.as_ref(), &self.from, PER_ADDRESS_FROM_EVERYWHERE);
        sql!(
            text,
            self.now,
            self.email_key,
            self.session,
            self.device,
            device::LIFE_MS,
            PER_ADDRESS,
            self.link,
            self.place,
            everywhere,
            whom.map(|whom| &whom.key),
            whom.map(|whom| &whom.part),
            whom.map(|whom| whom.most),
            from.key,
            from.part,
            from.part_most,
            from.most
        )
    }

    /// Counts it, and refuses the batch when one of its windows is full.
    pub fn counted<'a>(&self, act: Act<'a>) -> Act<'a> {
        let count = if let Some(whom) = self.known_counter() {
            let from = &self.from;
            sql!(COUNT_KNOWN, whom.key, whom.part, from.key, from.part, whom.most, whom.part_most, from.most, from.part_most, self.now, WINDOW_MS)
        } else {
            let mut count = self.stmt(COUNT);
            count.binds.push(crate::core::db::Bind::value(&WINDOW_MS));
            count
        };
        act.expect(count).limited_until(self.stmt(ENDS))
    }

    /// What is tried, where no row of the database says more about it: no device, no session and no link.
    fn known_counter(&self) -> Option<&Counter> {
        self.whom.as_ref().filter(|_| self.device.is_none() && self.session.is_none() && self.link.is_none())
    }

    /// After a right password: the person's own failures before it are cleared too.
    #[must_use]
    pub fn forgiven(&self) -> Vec<Stmt> {
        let Some(whom) = self.known_counter() else { return FORGIVEN.map(|text| self.stmt(text)).into() };
        let [own, of_place, both] = KNOWN_FORGIVEN;
        let from = &self.from;
        vec![sql!(own, whom.key, whom.part), sql!(of_place, from.key), sql!(both, whom.key, whom.part, from.key, from.part)]
    }

    /// After no password was compared: only this attempt is taken back.
    #[must_use]
    pub fn taken_back(&self) -> [Stmt; 2] {
        TAKEN_BACK.map(|text| self.stmt(text))
    }
}

/// Clears all counters of the address and its user, from everywhere, after a reset by the link with this hash. Of the user's devices only the one
/// that asks stays known.
#[must_use]
pub fn clear_after_reset(cx: &Cx, link_hash: &str) -> Vec<Stmt> {
    vec![
        sql!(
            "DELETE FROM attempt WHERE key IN (
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
    fn places_of_one_site_share_its_48_bits() {
        assert_eq!(site(&place("2001:db8:1:2::1")), site(&place("2001:db8:1:ffff::1")));
        assert_ne!(site(&place("2001:db8:1:2::1")), site(&place("2001:db8:2:2::1")));
        assert_eq!(site(&place("192.0.2.7")), None);
    }
}
