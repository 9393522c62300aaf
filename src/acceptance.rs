//! How an invitation is accepted or declined.
//!
//! Document 002: «inviarlo all'utente, che potrà quindi accettare l'invito e creare il proprio account». Three ways in, one end: a new person
//! sets name and password; somebody who has a user gives its password; somebody signed in just accepts. **An invitation never sets or
//! changes an existing password**, is judged by the database alone, and works once: of many who accept at once, one wins.

use serde::Serialize;
use serde_json::json;

use crate::{
    account::HOST,
    act::Act,
    audit::Audit,
    audited_by,
    cx::Cx,
    db::Stmt,
    field::{self, Checks},
    history, lost_invitation, password, record,
    refusal::{Result, Rule},
    reset, secret,
    session::NewSession,
    sql, throttle,
    user::User,
};

/// Characters of a first or last name.
pub const NAME_CHARACTERS: usize = 80;

record! {
    /// What accepts an invitation.
    #[derive(Debug, Clone, Default, utoipa::ToSchema)]
    pub struct Acceptance {
        /// The token of the link.
        pub token: String,
        /// A new person's name; who has one name gives this or the next.
        pub first_name: Option<String>,
        /// A new person's family name.
        pub last_name: Option<String>,
        /// A new person's password, or the existing user's.
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
        "SELECT i.id, i.account_id, i.member_id, min(i.expires_at, coalesce(m.expires_at, i.expires_at)) AS expires_at, m.email, m.email_key, m.role, i.mailed_token_hash
           FROM invitation i JOIN member m ON m.id = i.member_id JOIN account a ON a.id = i.account_id
          WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending' AND m.access = 'invited' AND a.status IN ('pending', 'active', 'deactivated')"
    };
}
macro_rules! open_member {
    () => {
        "(SELECT i.member_id FROM invitation i WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending')"
    };
}

/// Accepts an invitation.
///
/// # Errors
/// `validation`, `link_not_valid`, `link_expired`, `account_deactivated`, `user_exists`, `wrong_user`, `wrong_credentials`, `too_many_attempts`, `already_member`,
/// `first_admin_of_host`.
pub async fn accept(cx: &Cx, given: &Acceptance) -> Result<Accepted> {
    match given {
        Acceptance { first_name: None, last_name: None, password: None, .. } => by_session(cx, given).await,
        Acceptance { first_name: None, last_name: None, password: Some(password), .. } => by_password(cx, given, password).await,
        _ => as_new_person(cx, given).await,
    }
}

/// Who accepts.
struct Person<'a> {
    user_id: &'a str,
    first_name: &'a str,
    last_name: &'a str,
}

async fn as_new_person(cx: &Cx, given: &Acceptance) -> Result<Accepted> {
    let mut checks = Checks::default();
    let (first_name, last_name) =
        checks.names(given.first_name.as_deref().unwrap_or_default(), given.last_name.as_deref().unwrap_or_default(), NAME_CHARACTERS);
    let new_password = given.password.as_deref().unwrap_or_default();
    // The address is known to the database alone before the batch; the copy of the preview is enough for "not your own address".
    let address = crate::preview::invited_address(cx, &given.token).await.unwrap_or_default();
    if let Some(weakness) = password::weakness(new_password, &[&address, &first_name, &last_name]) {
        checks.wrong("/password", weakness);
    }
    checks.done()?;
    let stored = password::hash(new_password)?;
    let user_id = cx.new_id()?;
    let person = Person { user_id: &user_id, first_name: &first_name, last_name: &last_name };
    let hash = secret::hash(given.token.trim());
    let session = NewSession::new(cx)?;
    let act = begin(cx, cx.act_by_secret(), &hash, &person)
        .expect(sql!(concat!("INSERT INTO refusal (user_exists) SELECT 1 FROM (", open_invitation!(), ") o JOIN user u ON u.email_key = o.email_key"), &hash))
        .write(sql!(
            concat!(
                "INSERT INTO user (id, email, email_key, email_verified_at, password_hash, first_name, last_name, language, created_at)
                 SELECT ?2, o.email, o.email_key, CASE WHEN o.mailed_token_hash = ?1 THEN ?3 END, ?4, ?5, ?6, ?7, ?3 FROM (",
                open_invitation!(),
                ") o"
            ),
            &hash,
            &user_id,
            cx.now,
            stored,
            &first_name,
            &last_name,
            cx.lang.code()
        ));
    finish(cx, act, &hash, &person, Some(session)).await
}

async fn by_session(cx: &Cx, given: &Acceptance) -> Result<Accepted> {
    let done = cx.view_signed_in().run().await?;
    let who = done.who()?;
    let person = Person { user_id: &who.id, first_name: &who.first_name, last_name: &who.last_name };
    let hash = secret::hash(given.token.trim());
    finish(cx, as_existing(cx, begin(cx, cx.act_signed_in(), &hash, &person), &hash, &who.id), &hash, &person, None).await
}

async fn by_password(cx: &Cx, given: &Acceptance, password: &str) -> Result<Accepted> {
    record! {
        struct Known {
            id: String,
            first_name: String,
            last_name: String,
            password_hash: String,
        }
    }
    let hash = secret::hash(given.token.trim());
    // Whoever holds one link can try one address: the link is the key of the count.
    let (link_key, place_key) = (format!("link:{hash}"), format!("password:place:{}", throttle::place(&cx.ip)));
    let counting = throttle::counted(cx, throttle::counted(cx, cx.act_by_secret(), &link_key, throttle::PER_ADDRESS), &place_key, throttle::PER_PLACE);
    let known: Option<Known> = expect_open(cx, counting, &hash)
        .read(sql!(
            concat!(
                "SELECT u.id, u.first_name, u.last_name, u.password_hash FROM (",
                open_invitation!(),
                ") o JOIN user u ON u.email_key = o.email_key WHERE u.status = 'active'"
            ),
            &hash
        ))
        .run()
        .await?
        .first(0)?;
    if !password::fits(password, known.as_ref().map(|known| known.password_hash.as_str())) {
        return Err(Rule::WrongCredentials.into());
    }
    let known = known.ok_or(Rule::WrongCredentials)?;
    let person = Person { user_id: &known.id, first_name: &known.first_name, last_name: &known.last_name };
    let act = throttle::forgiven(as_existing(cx, begin(cx, cx.act_by_secret(), &hash, &person), &hash, &known.id), &link_key, &place_key);
    finish(cx, act, &hash, &person, Some(NewSession::new(cx)?)).await
}

fn expect_open<'a>(cx: &Cx, act: Act<'a>, hash: &str) -> Act<'a> {
    act.expect(sql!(concat!("INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (", open_invitation!(), ")"), hash))
        .expect(sql!(concat!("INSERT INTO refusal (link_expired) SELECT 1 FROM (", open_invitation!(), ") o WHERE o.expires_at <= ?2"), hash, cx.now))
        .expect(sql!(
            concat!(
                "INSERT INTO refusal (account_deactivated) SELECT 1 FROM (",
                open_invitation!(),
                ") o JOIN account a ON a.id = o.account_id WHERE a.status = 'deactivated'"
            ),
            hash
        ))
        // Who loses the right to invite takes their links along (design §6). Where time alone took it, no batch ended them.
        .expect(sql!(
            concat!(
                "INSERT INTO refusal (link_not_valid) SELECT 1 FROM invitation WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending' AND ",
                lost_invitation!("?2")
            ),
            hash,
            cx.now
        ))
}

fn begin<'a>(cx: &Cx, act: Act<'a>, hash: &str, person: &Person<'_>) -> Act<'a> {
    expect_open(cx, act, hash).audit(Audit {
        sql: audited_by!(
            "SELECT i.account_id, m.id AS target_id, m.email AS name, json_object('access', m.access, 'role', m.role) AS before,
                    json_extract(?9, '$.user_id') AS actor_id, json_extract(?9, '$.name') AS actor_name
               FROM invitation i JOIN member m ON m.id = i.member_id WHERE (i.token_hash = ?8 OR i.mailed_token_hash = ?8) AND i.state = 'pending'"
        ),
        action: "invitation.accepted",
        target_type: "member",
        target_id: hash.to_owned(),
        account: None,
        after: json!({ "access": "active", "user_id": person.user_id, "name": format!("{} {}", person.first_name, person.last_name).trim() }),
    })
}

/// The link is this user's, and the user is not in the account by another address.
fn as_existing<'a>(cx: &Cx, act: Act<'a>, hash: &str, user_id: &str) -> Act<'a> {
    act.expect(sql!(
        concat!(
            "INSERT INTO refusal (wrong_user) SELECT 1 FROM (",
            open_invitation!(),
            ") o WHERE NOT EXISTS (SELECT 1 FROM user u WHERE u.id = ?2 AND u.email_key = o.email_key)"
        ),
        hash,
        user_id
    ))
    .expect(sql!(
        concat!(
            "INSERT INTO refusal (already_member) SELECT 1 FROM (",
            open_invitation!(),
            ") o JOIN member m ON m.account_id = o.account_id AND m.user_id = ?2"
        ),
        hash,
        user_id
    ))
    .expect(sql!(
        "INSERT INTO refusal (first_admin_of_host) SELECT 1 FROM invitation i JOIN member h ON h.account_id = ?3 AND h.user_id = ?2 AND h.access IN ('active', 'suspended')
          WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending' AND i.purpose = 'first_admin'",
        hash,
        user_id,
        HOST
    ))
    .write(sql!(
        concat!(
            "UPDATE user SET email_verified_at = ?3 WHERE id = ?2 AND email_verified_at IS NULL AND EXISTS (SELECT 1 FROM (",
            open_invitation!(),
            ") o WHERE o.mailed_token_hash = ?1)"
        ),
        hash,
        user_id,
        cx.now
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

async fn finish(cx: &Cx, mut act: Act<'_>, hash: &str, person: &Person<'_>, session: Option<NewSession>) -> Result<Accepted> {
    record! {
        struct Joined {
            account_id: String,
            member_id: String,
        }
    }
    for (field, name) in [("first_name", person.first_name), ("last_name", person.last_name)] {
        for word in field::search_words(&[name]) {
            act = act.write(sql!(
                concat!(
                    "INSERT OR IGNORE INTO member_word (account_id, word, member_id, field, access, role) SELECT account_id, ?2, id, ?3, access, role FROM member
                      WHERE id = ",
                    open_member!(),
                    " AND CASE ?3 WHEN 'first_name' THEN first_name ELSE last_name END IS NULL"
                ),
                hash,
                word,
                field
            ));
        }
    }
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
        .write(sql!(
            "UPDATE invitation SET state = 'accepted', ended_at = ?2 WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending'
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            hash,
            cx.now
        ));
    act = act.write(history::adopt(hash, person.user_id)).write(reset::end_shown(person.user_id, cx.now));
    if let Some(session) = &session {
        act = act.writes(session.inserts(cx, person.user_id));
    }
    let done = act
        .read(sql!("SELECT account_id, member_id FROM invitation WHERE token_hash = ?1 OR mailed_token_hash = ?1", hash))
        .read(sql!(crate::user::ONE, person.user_id))
        .run()
        .await?;
    let joined: Joined = done.one(0)?;
    let (session_token, expires_at) = session.map(|session| (session.reveal().to_owned(), session.expires_at())).unzip();
    Ok(Accepted { account_id: joined.account_id, member_id: joined.member_id, user: done.one::<crate::user::Row>(1)?.into(), session_token, expires_at })
}

/// Declines: the link dies, the person stays known as a contact. Declining an expired invitation is fine: it only ends it.
///
/// # Errors
/// `link_not_valid`.
pub async fn decline(cx: &Cx, token: &str) -> Result<()> {
    let hash = secret::hash(token.trim());
    cx.act_by_secret()
        .expect(sql!(concat!("INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (", open_invitation!(), ")"), &hash))
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
            "UPDATE invitation SET state = 'revoked', ended_at = ?2 WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending'
             RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
            &hash,
            cx.now
        ))
        .run()
        .await?;
    Ok(())
}
