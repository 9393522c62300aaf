//! How an invitation is accepted or declined.
//!
//! Document 002: «inviarlo all'utente, che potrà quindi accettare l'invito e creare il proprio account». Three ways in, one end: a new person
//! sets name and password; somebody who has a user gives its password; somebody signed in just accepts. It is judged by the database alone,
//! and works once: of many different people who accept at once, one wins.
//!
//! **An invitation never sets or changes the password of a confirmed user.** A user whose address nobody ever confirmed may be a squatter's:
//! whoever opened a copied link for that address first. A link that we mailed proves the mailbox, so with it the password of such a user is
//! chosen anew (design §6, "Who holds the mailbox wins"). A link that was shown proves nothing, and never does that.
//!
//! **Accepting again is no mistake.** A second click, or an answer that was lost, brings the same link with the same password: the answer is
//! the first result with a session of its own. Anybody else reads that the link was used.

use serde::Serialize;
use serde_json::json;

use crate::{
    act::Act,
    audit::Audit,
    audited_by, closing,
    cx::Cx,
    db::Stmt,
    field::{self, Checks},
    history, letter_row, lost_invitation, mail, password, record,
    refusal::{Result, Rule},
    secret,
    session::NewSession,
    sql, throttle,
    user::{self, User},
};

/// Characters of a first or last name.
pub const NAME_CHARACTERS: usize = 80;

record! {
    /// What accepts an invitation.
    #[derive(Debug, Clone, Default, utoipa::ToSchema)]
    pub struct Acceptance {
        /// The token of the link.
        pub token: String,
        /// A new person's name; who has one name gives this or the next. Where a user is taken over, both are kept unless one is given.
        pub first_name: Option<String>,
        /// A new person's family name.
        pub last_name: Option<String>,
        /// A new person's password, or the existing user's. With a mailed token and a user who was never confirmed, it becomes that user's password.
        pub password: Option<String>,
    }
}

/// What came of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Accepted {
    /// The account one now belongs to.
    pub account_id: String,
    /// As this member.
    pub member_id: String,
    /// Who one is.
    pub user: User,
    /// The new session, unless one was signed in already.
    pub session_token: Option<String>,
    /// When it ends at the latest.
    pub expires_at: Option<crate::when::Instant>,
}

/// The invitation of the link ?1, while it can be accepted at all.
macro_rules! open_invitation {
    () => {
        "SELECT i.id, i.account_id, i.member_id, min(i.expires_at, coalesce(m.expires_at, i.expires_at)) AS expires_at, m.email, m.email_key, m.role, i.mailed_token_hash,
                a.status AS account_status
           FROM invitation i JOIN member m ON m.id = i.member_id JOIN account a ON a.id = i.account_id
          WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending' AND m.access = 'invited' AND a.status IN ('pending', 'active', 'deactivated')"
    };
}
/// The invitation of the link ?1 that was accepted, with who did, while they are in the account by it. The literal is now.
macro_rules! accepted_invitation {
    ($now:literal) => {
        concat!(
            "SELECT i.account_id, m.user_id, u.password_hash, i.expires_at
               FROM invitation i JOIN member m ON m.id = i.member_id JOIN user u ON u.id = m.user_id JOIN account a ON a.id = i.account_id
              WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'accepted' AND m.access = 'active' AND u.status = 'active'
                AND (m.expires_at IS NULL OR m.expires_at > ",
            $now,
            ") AND a.status IN ('active', 'deactivated')"
        )
    };
}
macro_rules! open_member {
    () => {
        "(SELECT i.member_id FROM invitation i WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending')"
    };
}
/// The user that the mailed link ?1 takes over, until it has.
macro_rules! taken_over {
    () => {
        "(SELECT u.id FROM invitation i JOIN member m ON m.id = i.member_id JOIN user u ON u.email_key = m.email_key
           WHERE i.mailed_token_hash = ?1 AND i.state = 'pending' AND u.email_verified_at IS NULL AND u.status = 'active')"
    };
}

/// Every rule of accepting, the first that is broken: ?1 the link, ?2 now, ?3 who accepts, ?4 the stored form of their password, ?5 how
/// ([`How::code`]; `look`: only the link is judged). None is broken where it is done already, by the same person with the same password.
const JUDGED: &str = concat!(
    "INSERT INTO refusal (link_not_valid, link_expired, account_deactivated, user_exists, wrong_user, already_member, wrong_credentials)
     SELECT CASE r.rule WHEN 'link_not_valid' THEN 1 END, CASE r.rule WHEN 'link_expired' THEN 1 END, CASE r.rule WHEN 'account_deactivated' THEN 1 END,
            CASE r.rule WHEN 'user_exists' THEN 1 END, CASE r.rule WHEN 'wrong_user' THEN 1 END, CASE r.rule WHEN 'already_member' THEN 1 END,
            CASE r.rule WHEN 'wrong_credentials' THEN 1 END
       FROM (SELECT CASE
               WHEN EXISTS (SELECT 1 FROM (",
    accepted_invitation!("?2"),
    ") done WHERE CASE ?5 WHEN 'session' THEN done.user_id = ?3 WHEN 'look' THEN done.expires_at > ?2 ELSE done.password_hash = ?4 AND done.expires_at > ?2 END) THEN NULL
               WHEN link.id IS NULL THEN 'link_not_valid'
               WHEN link.expires_at <= ?2 THEN 'link_expired'
               WHEN link.account_status = 'deactivated' THEN 'account_deactivated'",
    // Who loses the right to invite takes their links along (design §6). Where time alone took it, no batch ended them.
    " WHEN EXISTS (SELECT 1 FROM invitation WHERE invitation.id = link.id AND ",
    lost_invitation!("?2"),
    ") THEN 'link_not_valid'
               WHEN ?5 = 'look' THEN NULL
               WHEN ?5 = 'new' THEN CASE WHEN EXISTS (SELECT 1 FROM user u WHERE u.email_key = link.email_key) THEN 'user_exists' END
               WHEN NOT EXISTS (SELECT 1 FROM user u WHERE u.id = ?3 AND u.email_key = link.email_key) THEN 'wrong_user'
               WHEN ?5 = 'taken_over' AND ",
    taken_over!(),
    " IS NULL THEN 'user_exists'",
    // The password may have been changed since it was compared.
    " WHEN ?5 = 'password' AND NOT EXISTS (SELECT 1 FROM user u WHERE u.id = ?3 AND u.password_hash = ?4 AND u.status = 'active') THEN 'wrong_credentials'
               WHEN EXISTS (SELECT 1 FROM member m WHERE m.account_id = link.account_id AND m.user_id = ?3) THEN 'already_member'
             END AS rule FROM (SELECT 1) LEFT JOIN (",
    open_invitation!(),
    ") link ON 1) r WHERE r.rule IS NOT NULL"
);

/// The link ?1 for whoever comes with a password: the address it is for, and its user; where it was accepted, who did.
const FOUND: &str = "SELECT i.id, i.state = 'accepted' AS is_accepted, coalesce(i.mailed_token_hash = ?1, 0) AS is_mailed, m.email,
        u.id AS user_id, u.first_name, u.last_name, u.password_hash, u.email_verified_at IS NULL AS is_unproven, coalesce(u.status = 'active', 0) AS is_active
   FROM invitation i JOIN member m ON m.id = i.member_id
   LEFT JOIN user u ON u.id = CASE i.state WHEN 'accepted' THEN m.user_id ELSE (SELECT k.id FROM user k WHERE k.email_key = m.email_key) END
  WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state IN ('pending', 'accepted')";

record! {
    /// The row of [`FOUND`].
    struct Link {
        id: String,
        is_accepted: bool,
        is_mailed: bool,
        email: String,
        user_id: Option<String>,
        first_name: Option<String>,
        last_name: Option<String>,
        password_hash: Option<String>,
        is_unproven: bool,
        is_active: bool,
    }
}

impl Link {
    /// Whether the mailbox proves more than the user of its address ever did.
    fn takes_over(&self) -> bool {
        self.is_mailed && self.is_unproven && self.is_active
    }

    /// Whether it is the password of its user. Nobody's costs the same.
    fn fits(&self, password: &str) -> bool {
        password::fits(password, self.password_hash.as_deref().filter(|_| self.is_active))
    }

    /// Its user, who accepts like this.
    fn user<'a>(&'a self, how: How<'a>) -> Person<'a> {
        let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        Person { user_id: text(&self.user_id), first_name: text(&self.first_name), last_name: text(&self.last_name), how }
    }
}

/// How somebody accepts; with the stored form of the password that fits from then on.
#[derive(Clone, Copy)]
enum How<'a> {
    /// Signed in as the invited person.
    Session,
    /// By the password of the user there is.
    Password(&'a str),
    /// As a user who is made.
    New(&'a str),
    /// As the user of the address, which nobody had confirmed.
    TakenOver(&'a str),
}

impl<'a> How<'a> {
    fn code(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Password(_) => "password",
            Self::New(_) => "new",
            Self::TakenOver(_) => "taken_over",
        }
    }

    fn stored(self) -> Option<&'a str> {
        match self {
            Self::Session => None,
            Self::Password(stored) | Self::New(stored) | Self::TakenOver(stored) => Some(stored),
        }
    }
}

/// Who accepts.
struct Person<'a> {
    user_id: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    how: How<'a>,
}

/// What a password that comes with a link is.
enum Meant<'a> {
    /// That of the user there is: it is compared.
    Own,
    /// The same; where it does not fit and the link takes the user over, the one to come.
    OwnOrNew,
    /// The one to come, with names.
    New(&'a str, &'a str),
}

/// Accepts an invitation.
///
/// # Errors
/// `validation`, `link_not_valid`, `link_expired`, `account_deactivated`, `user_exists`, `wrong_user`, `wrong_credentials`, `too_many_attempts`, `already_member`.
pub async fn accept(cx: &Cx, given: &Acceptance) -> Result<Accepted> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match given {
        Acceptance { first_name: None, last_name: None, password: None, .. } => by_session(cx, &given.token).await,
        Acceptance { first_name: None, last_name: None, password: Some(password), .. } => by_password(cx, &given.token, password, Meant::OwnOrNew).await,
        _ => by_password(cx, &given.token, &text(&given.password), Meant::New(&text(&given.first_name), &text(&given.last_name))).await,
    }
}

/// Accepts with the password of the user there is. One that does not fit is refused, whatever else the link could do with it.
///
/// # Errors
/// `link_not_valid`, `link_expired`, `account_deactivated`, `wrong_credentials`, `too_many_attempts`, `already_member`.
pub async fn accept_as_oneself(cx: &Cx, token: &str, password: &str) -> Result<Accepted> {
    by_password(cx, token, password, Meant::Own).await
}

async fn by_session(cx: &Cx, token: &str) -> Result<Accepted> {
    let done = cx.view_signed_in().run().await?;
    let who = done.who()?;
    let person = Person { user_id: &who.id, first_name: &who.first_name, last_name: &who.last_name, how: How::Session };
    let hash = secret::hash(token.trim());
    finish(cx, begin(cx, cx.act_signed_in(), &hash, &person)?, &hash, &person).await
}

/// The first trip counts the request, finds the link good, and reads whose address it is for; only then is anything hashed. The second judges
/// everything again and does it.
async fn by_password(cx: &Cx, token: &str, given: &str, meant: Meant<'_>) -> Result<Accepted> {
    let hash = secret::hash(token.trim());
    // Whoever holds one link can try one address: the link is the key of the count.
    let keys = [format!("link:{hash}"), format!("password:place:{}", throttle::place(&cx.ip))];
    // What nobody may choose comes to no hash whatever the link is: people who look for a password that will do are not counted.
    let is_hopeless = matches!(meant, Meant::New(..)) && password::weakness(given, &[]).is_some();
    let mut act = cx.act_by_secret();
    if !is_hopeless {
        let [link_key, place_key] = &keys;
        act = throttle::counted(cx, throttle::counted(cx, act, link_key, throttle::PER_ADDRESS), place_key, throttle::PER_PLACE);
    }
    let looked = act.expect(sql!(JUDGED, &hash, cx.now, None::<&str>, None::<&str>, "look")).read(sql!(FOUND, &hash)).run().await?;
    let link: Link = looked.first(0)?.ok_or(Rule::LinkNotValid)?;
    if link.is_accepted {
        // The same again, or somebody else: to them it was used, and their password is no news to anybody.
        let stored = link.password_hash.as_deref().filter(|_| !is_hopeless && link.fits(given)).ok_or(Rule::LinkNotValid)?;
        return enter(cx, &hash, &keys, link.user(How::Password(stored))).await;
    }
    match meant {
        Meant::New(..) if link.user_id.is_some() && !link.takes_over() => Err(Rule::UserExists.into()),
        Meant::New(first_name, last_name) => choose(cx, &hash, &keys, &link, given, [first_name, last_name]).await,
        Meant::Own | Meant::OwnOrNew if link.fits(given) => {
            enter(cx, &hash, &keys, link.user(How::Password(link.password_hash.as_deref().unwrap_or_default()))).await
        }
        Meant::OwnOrNew if link.takes_over() => choose(cx, &hash, &keys, &link, given, ["", ""]).await,
        Meant::Own | Meant::OwnOrNew => Err(Rule::WrongCredentials.into()),
    }
}

/// Accepts with a password to come: that of a new user, or of the one that is taken over.
async fn choose(cx: &Cx, hash: &str, keys: &[String; 2], link: &Link, given: &str, [first_name, last_name]: [&str; 2]) -> Result<Accepted> {
    let mut checks = Checks::default();
    let is_unnamed = first_name.trim().is_empty() && last_name.trim().is_empty();
    let (first_name, last_name) = match (&link.first_name, &link.last_name) {
        // One name that is given replaces both: a squatter's family name is nobody else's.
        (Some(first_name), Some(last_name)) if is_unnamed => (first_name.clone(), last_name.clone()),
        _ => checks.names(first_name, last_name, NAME_CHARACTERS),
    };
    if let Some(weakness) = password::weakness(given, &[&link.email, &first_name, &last_name]) {
        checks.wrong("/password", weakness);
    }
    checks.done()?;
    // One salt for one invitation: so the batch sees that a request which was a moment faster was this one.
    let stored = password::salted(given, secret::salt_of_invitation(cx, &link.id))?;
    let new_id = cx.new_id()?;
    let (user_id, how) = match &link.user_id {
        Some(id) => (id, How::TakenOver(&stored)),
        None => (&new_id, How::New(&stored)),
    };
    enter(cx, hash, keys, Person { user_id, first_name: &first_name, last_name: &last_name, how }).await
}

/// The second trip of whoever came with a password.
async fn enter(cx: &Cx, hash: &str, [link_key, place_key]: &[String; 2], person: Person<'_>) -> Result<Accepted> {
    let act = begin(cx, throttle::forgiven(cx.act_by_secret(), link_key, place_key), hash, &person)?.audit(Audit {
        // Who accepts again only signs in.
        sql: audited_by!(
            "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, u.id AS actor_id, trim(u.first_name || ' ' || u.last_name) AS actor_name
               FROM invitation i JOIN member m ON m.id = i.member_id JOIN user u ON u.id = m.user_id
              WHERE (i.token_hash = ?8 OR i.mailed_token_hash = ?8) AND i.state = 'accepted'"
        ),
        action: "session.started",
        target_type: "user",
        target_id: hash.to_owned(),
        account: None,
        after: serde_json::Value::Null,
    });
    finish(cx, act, hash, &person).await
}

/// Judges everything, and writes who the person is. Each statement finds nothing where the invitation is accepted already.
fn begin<'a>(cx: &Cx, act: Act<'a>, hash: &str, person: &Person<'_>) -> Result<Act<'a>> {
    let Person { user_id, first_name, last_name, how } = person;
    let mut after = json!({ "access": "active", "user_id": user_id, "name": format!("{first_name} {last_name}").trim() });
    if let (How::TakenOver(_), Some(after)) = (how, after.as_object_mut()) {
        after.insert("takes_over".to_owned(), json!(true));
    }
    let act = act.expect(sql!(JUDGED, hash, cx.now, user_id, how.stored(), how.code())).audit(Audit {
        sql: audited_by!(
            "SELECT i.account_id, m.id AS target_id, m.email AS name, json_object('access', m.access, 'role', m.role) AS before,
                    json_extract(?9, '$.user_id') AS actor_id, json_extract(?9, '$.name') AS actor_name
               FROM invitation i JOIN member m ON m.id = i.member_id WHERE (i.token_hash = ?8 OR i.mailed_token_hash = ?8) AND i.state = 'pending'"
        ),
        action: "invitation.accepted",
        target_type: "member",
        target_id: hash.to_owned(),
        account: None,
        after,
    });
    Ok(match how {
        How::New(stored) => act.write(sql!(
            concat!(
                "INSERT INTO user (id, email, email_key, email_verified_at, password_hash, first_name, last_name, language, created_at)
                 SELECT ?2, o.email, o.email_key, CASE WHEN o.mailed_token_hash = ?1 THEN ?3 END, ?4, ?5, ?6, ?7, ?3 FROM (",
                open_invitation!(),
                ") o"
            ),
            hash,
            user_id,
            cx.now,
            stored,
            first_name,
            last_name,
            cx.lang.code()
        )),
        How::TakenOver(stored) => take_over(cx, act.letter(notice(cx, hash)?), hash, person, stored),
        How::Session | How::Password(_) => act.write(sql!(
            concat!(
                "UPDATE user SET email_verified_at = ?3 WHERE id = ?2 AND email_verified_at IS NULL AND EXISTS (SELECT 1 FROM (",
                open_invitation!(),
                ") o WHERE o.mailed_token_hash = ?1)"
            ),
            hash,
            user_id,
            cx.now
        )),
    })
}

/// The user becomes that of whoever holds the mailbox, and nothing that was set up before lets anybody back in: the password is another,
/// every session ends, and so do the open links that set this user's password or address. Links that this user made for others end too:
/// whoever made them was shown them, and could go on with them under another name.
///
/// What the user has access to stays. The administrators of those accounts gave it to the address, not to whoever opened it first; it is
/// now in the hands they meant, and they take it away as from anybody else.
fn take_over<'a>(cx: &Cx, act: Act<'a>, hash: &str, person: &Person<'_>, stored: &str) -> Act<'a> {
    let at = |statement: &'static str| sql!(statement, hash, cx.now);
    act.write(at(concat!(
        "UPDATE password_reset SET state = 'revoked', ended_at = ?2 WHERE state = 'pending' AND (user_id = ",
        taken_over!(),
        " OR created_by = ",
        taken_over!(),
        ") RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
    )))
    .write(at(concat!("UPDATE email_change SET state = 'revoked', ended_at = ?2 WHERE state = 'pending' AND user_id = ", taken_over!())))
    .write(at(concat!(
        "UPDATE invitation SET state = 'revoked', ended_at = ?2 WHERE state = 'pending' AND mailed_token_hash IS NOT ?1 AND created_by = ",
        taken_over!(),
        " RETURNING 'invitation' AS kind, token_hash, mailed_token_hash"
    )))
    .write(sql!(concat!("DELETE FROM session WHERE user_id = ", taken_over!()), hash))
    .write(sql!(
        concat!(
            "UPDATE user SET password_hash = ?2, first_name = ?3, last_name = ?4, language = ?5, email_verified_at = ?6, version = version + 1 WHERE id = ",
            taken_over!()
        ),
        hash,
        stored,
        person.first_name,
        person.last_name,
        cx.lang.code(),
        cx.now
    ))
}

/// "Your password was changed", to the user that this batch takes over. It is written before anything is, while that can be seen.
fn notice(cx: &Cx, hash: &str) -> Result<Stmt> {
    Ok(sql!(
        letter_row!(concat!(
            "SELECT ?2, NULL, NULL, u.id, NULL, 'password_changed', u.email, ?5, '{}', NULL, u.id, ?3, ?4, ?4 FROM user u WHERE u.id = ",
            taken_over!()
        )),
        hash,
        cx.new_id()?,
        mail::first_status(cx),
        cx.now,
        cx.lang.code()
    ))
}

/// Design I7: from an account's first day on somebody receives what a domain needs.
fn first_recipient(hash: &str) -> Stmt {
    sql!(
        "INSERT OR IGNORE INTO subscription (member_id, category, account_id) SELECT member_id, 'domain', account_id FROM invitation
          WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending' AND purpose = 'first_admin'",
        hash
    )
}

/// A reset link that was shown to an admin dies when the person gets access somewhere else: there it would open more than it was shown for.
fn end_shown_resets(hash: &str, person: &Person<'_>, now: i64) -> Stmt {
    sql!(
        concat!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?3 WHERE user_id = ?2 AND state = 'pending' AND token_hash IS NOT NULL AND ",
            open_member!(),
            " IS NOT NULL RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
        ),
        hash,
        person.user_id,
        now
    )
}

/// Who accepted the invitation of the link ?1, and as which member.
const ACCEPTED_BY: &str = "SELECT i.account_id, i.member_id, u.id, u.email, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version
   FROM invitation i JOIN member m ON m.id = i.member_id JOIN user u ON u.id = m.user_id WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'accepted'";

record! {
    /// A link that was used, while whoever did is in the account by it.
    pub struct Used {
        /// The account.
        pub account_id: String,
        /// Whether the session that asks is theirs.
        pub is_own: bool,
    }
}

/// Whether the link was accepted, and by whom: for words and the way on, when it was refused.
///
/// # Errors
/// The database's fault.
pub async fn used(cx: &Cx, token: &str) -> Result<Option<Used>> {
    let statement = sql!(
        concat!(
            "SELECT done.account_id, EXISTS (SELECT 1 FROM session s WHERE s.token_hash = ?3 AND s.expires_at > ?2 AND s.last_seen_at > ?4 AND s.user_id = done.user_id) AS is_own FROM (",
            accepted_invitation!("?2"),
            ") done"
        ),
        secret::hash(token.trim()),
        cx.now,
        cx.session.as_deref(),
        cx.now - crate::act::SESSION_IDLE_MS
    );
    cx.view_by_secret().read(statement).run().await?.first(0)
}

async fn finish(cx: &Cx, mut act: Act<'_>, hash: &str, person: &Person<'_>) -> Result<Accepted> {
    record! {
        struct Joined {
            account_id: String,
            member_id: String,
            row: user::Row,
        }
    }
    let named = [("first_name", person.first_name), ("last_name", person.last_name)].map(|(field, name)| json!([field, field::search_words(&[name])]));
    act = act.write(sql!(
        concat!(
            "INSERT OR IGNORE INTO member_word (account_id, word, member_id, field, access, role)
             SELECT m.account_id, j.value, m.id, json_extract(n.value, '$[0]'), m.access, m.role FROM member m, json_each(?2) n, json_each(n.value, '$[1]') j
              WHERE m.id = ",
            open_member!(),
            " AND CASE json_extract(n.value, '$[0]') WHEN 'first_name' THEN m.first_name ELSE m.last_name END IS NULL"
        ),
        hash,
        json!(named)
    ));
    act = act
        .write(sql!(
            concat!(
                "UPDATE member SET access = 'active', user_id = ?2, updated_at = ?3, version = version + 1,
                        first_name_key = CASE WHEN first_name IS NULL THEN nullif(?6, '') ELSE first_name_key END, first_name = coalesce(first_name, ?4),
                        last_name_key = CASE WHEN last_name IS NULL THEN nullif(?7, '') ELSE last_name_key END, last_name = coalesce(last_name, ?5)
                  WHERE id = ",
                open_member!()
            ),
            hash,
            person.user_id,
            cx.now,
            Some(person.first_name).filter(|name| !name.is_empty()),
            Some(person.last_name).filter(|name| !name.is_empty()),
            field::folded(person.first_name),
            field::folded(person.last_name)
        ))
        .write(sql!(
            concat!(
                "UPDATE account SET status = 'active', version = version + 1 WHERE status = 'pending' AND id = (SELECT account_id FROM member WHERE id = ",
                open_member!(),
                ")"
            ),
            hash
        ))
        .write(first_recipient(hash))
        .write(end_shown_resets(hash, person, cx.now))
        .write(sql!(
            "UPDATE invitation SET state = 'accepted', ended_at = ?2 WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending'
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            hash,
            cx.now
        ));
    act = act.write(history::adopt(hash, person.user_id));
    let session = person.how.stored().map(|_| NewSession::new(cx)).transpose()?;
    if let Some(session) = &session {
        act = act.writes(session.inserts_by_link(cx, hash));
    }
    let done = act.read(sql!(ACCEPTED_BY, hash)).run().await?;
    closing::forget(cx, done.returned()?);
    let Joined { account_id, member_id, row } = done.one(0)?;
    let (session_token, expires_at) = session.map(|session| (session.reveal().to_owned(), session.expires_at())).unzip();
    Ok(Accepted { account_id, member_id, user: row.into(), session_token, expires_at })
}

/// Declines: the link dies, the person stays known as a contact. Declining an expired invitation is fine: it only ends it. Declining again
/// finds nothing left to do.
///
/// # Errors
/// `link_not_valid`.
pub async fn decline(cx: &Cx, token: &str) -> Result<()> {
    let hash = secret::hash(token.trim());
    let done = cx
        .act_by_secret()
        .expect(sql!(
            concat!(
                "INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (",
                open_invitation!(),
                ") AND NOT EXISTS (SELECT 1 FROM invitation WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND declined_at IS NOT NULL)"
            ),
            &hash
        ))
        .audit(Audit {
            sql: audited_by!(
                "SELECT i.account_id, m.id AS target_id, m.email AS name, json_object('access', m.access, 'role', m.role) AS before, NULL AS actor_id, m.email AS actor_name
                   FROM invitation i JOIN member m ON m.id = i.member_id WHERE (i.token_hash = ?8 OR i.mailed_token_hash = ?8) AND i.state = 'pending'"
            ),
            action: "invitation.declined",
            target_type: "member",
            target_id: hash.clone(),
            account: None,
            after: json!({ "state": "revoked" }),
        })
        .write(sql!(concat!("DELETE FROM member_permission WHERE member_id = ", open_member!()), &hash))
        .write(sql!(crate::resources_lose!(open_member!()), &hash))
        .write(sql!(concat!("DELETE FROM assignment WHERE member_id = ", open_member!()), &hash))
        // The first admin of a pending account stays invited in name, so that the host can make the link again.
        .write(sql!(
            concat!(
                "UPDATE member SET access = 'none', role = 'none', expires_at = NULL, updated_at = ?2, version = version + 1
                  WHERE id = ", open_member!(), " AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = member.account_id AND a.status = 'pending')"
            ),
            &hash,
            cx.now
        ))
        .write(sql!(
            "UPDATE invitation SET state = 'revoked', ended_at = ?2, declined_at = ?2 WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending'
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            &hash,
            cx.now
        ))
        .run()
        .await?;
    closing::forget(cx, done.returned()?);
    Ok(())
}
