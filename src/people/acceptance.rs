//! How an invitation is accepted or declined.
//!
//! Document 002: «inviarlo all'utente, che potrà quindi accettare l'invito e creare il proprio account». There are three ways to accept, with one
//! result: a new person sets a name and a password; a person who has a user gives its password; a person who is signed in only accepts. The
//! database alone decides, and the link works once: of several people who accept at once, one wins.
//!
//! **An invitation never sets or changes the password of a confirmed user.** A user whose address nobody ever confirmed may belong to a squatter,
//! who opened a copied link for that address first. A link that we mailed proves the mailbox, so with it the password of such a user is chosen anew
//! (design §6, "Who holds the mailbox wins"). A link that was shown proves nothing and never does that.
//!
//! **Accepting again is no error.** After a second click or a lost answer, the same link comes with the same password: the answer is the first
//! result, with a new session. Anybody else is told that the link was used.

/// The member whom the link ?1 invites.
macro_rules! open_member {
    () => {
        "(SELECT i.member_id FROM invitation i WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending')"
    };
}

mod judged;
mod take_over;

use serde::{Deserialize, Serialize};
use serde_json::json;

use judged::{FOUND, JUDGED, Link, Method, Person};
pub use judged::{Used, used};
use take_over::{notice, take_over};

use crate::{
    access::act::Act,
    access::audit::Audit,
    access::context::Cx,
    add_words, audited_by,
    core::db::Stmt,
    core::decode,
    core::field::Checks,
    core::letters,
    core::letters::is_blank,
    core::pasted_link::LinkPage,
    core::refusal::{Result, Rule},
    core::secret,
    core::vocabulary::{HOST, NAME_CHARACTERS},
    identity::link,
    identity::password,
    identity::session::NewSession,
    identity::throttle::Attempt,
    identity::user::{self, User},
    messages::history,
    people::member_words,
    sql,
};

/// What accepts an invitation.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The code of the link, which follows its `#`, or the link as somebody pasted it.
    pub token: String,
    /// A new person's given name; at least one of the two names is required. When a user is taken over, both names are kept unless one is given.
    #[serde(default, deserialize_with = "decode::given")]
    pub first_name: Option<String>,
    /// A new person's family name.
    #[serde(default, deserialize_with = "decode::given")]
    pub last_name: Option<String>,
    /// A new person's password, or the existing user's. With a mailed token and a user who was never confirmed, it becomes that user's password.
    #[serde(default, deserialize_with = "decode::given")]
    pub password: Option<String>,
}

/// The result of accepting.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Accepted {
    /// The account the caller now belongs to.
    pub account_id: String,
    /// The caller's member in it.
    pub member_id: String,
    /// The caller's user.
    pub user: User,
    /// The new session; `null` when the caller was signed in already.
    pub session_token: Option<String>,
    /// When it ends at the latest.
    pub expires_at: Option<crate::core::timestamp::Instant>,
}

/// How the password that comes with a link is used.
enum PasswordUse<'a> {
    /// It is the existing user's and is compared.
    Own,
    /// It is compared; where it does not match and the link takes the user over, it becomes the new password.
    OwnOrNew,
    /// It is a new password, with the given name and the family name.
    New(&'a str, &'a str),
}

/// Accepts an invitation.
///
/// # Errors
/// `validation`, `link_not_valid`, `link_expired`, `account_deactivated`, `user_exists`, `wrong_user`, `wrong_credentials`, `too_many_attempts`, `already_member`,
/// `first_admin_of_host`.
pub async fn accept(cx: &Cx, given: &Acceptance) -> Result<Accepted> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match given {
        Acceptance { first_name: None, last_name: None, password: None, .. } => by_session(cx, &given.token).await,
        Acceptance { first_name: None, last_name: None, password: Some(password), .. } => by_password(cx, &given.token, password, PasswordUse::OwnOrNew).await,
        _ => by_password(cx, &given.token, &text(&given.password), PasswordUse::New(&text(&given.first_name), &text(&given.last_name))).await,
    }
}

/// Accepts with the existing user's password. A password that does not match is refused even when the link could take the user over.
///
/// # Errors
/// `link_not_valid`, `link_expired`, `account_deactivated`, `wrong_credentials`, `too_many_attempts`, `already_member`.
pub async fn accept_as_oneself(cx: &Cx, token: &str, password: &str) -> Result<Accepted> {
    by_password(cx, token, password, PasswordUse::Own).await
}

async fn by_session(cx: &Cx, token: &str) -> Result<Accepted> {
    let hash = link::hash_in(LinkPage::Invitation, token)?;
    let result = cx.view_signed_in().run().await?;
    let who = result.who()?;
    let person = Person { user_id: &who.id, first_name: &who.first_name, last_name: &who.last_name, method: Method::Session };
    finish(cx, begin(cx, cx.act_signed_in(), &hash, &person)?, &hash, &person).await
}

/// The first trip counts the request, checks that the link is good, and reads whose address it is for; only then is a password hashed. The second
/// trip checks everything again and accepts.
async fn by_password(cx: &Cx, token: &str, given: &str, password_use: PasswordUse<'_>) -> Result<Accepted> {
    let hash = link::hash_in(LinkPage::Invitation, token)?;
    let attempt = Attempt::of_link(cx, &hash);
    // A weak new password is never hashed, whatever the link is, so people who look for an acceptable password are not counted.
    let is_weak = matches!(password_use, PasswordUse::New(..)) && password::weakness(given, &[]).is_some();
    let mut act = cx.act_by_secret();
    if !is_weak {
        act = attempt.counted(act);
    }
    let found = act.expect(sql!(JUDGED, &hash, cx.now, None::<&str>, None::<&str>, "look", HOST)).read(sql!(FOUND, &hash)).run().await?;
    let link: Link = found.first(0)?.ok_or(Rule::LinkNotValid)?;
    if link.is_accepted {
        // The same person again, or somebody else. Somebody else is told that the link was used, and learns nothing about the password.
        let stored = link.password_hash.as_deref().filter(|_| !is_weak && link.fits(given)).ok_or(Rule::LinkNotValid)?;
        return enter(cx, &hash, &attempt, link.user(Method::Password(stored))).await;
    }
    match password_use {
        PasswordUse::New(..) if link.user_id.is_some() && !link.takes_over() => Err(Rule::UserExists.into()),
        PasswordUse::New(first_name, last_name) => choose(cx, &hash, &attempt, &link, given, [first_name, last_name]).await,
        PasswordUse::Own | PasswordUse::OwnOrNew if link.fits(given) => {
            enter(cx, &hash, &attempt, link.user(Method::Password(link.password_hash.as_deref().unwrap_or_default()))).await
        }
        PasswordUse::OwnOrNew if link.takes_over() => choose(cx, &hash, &attempt, &link, given, ["", ""]).await,
        PasswordUse::Own | PasswordUse::OwnOrNew => Err(Rule::WrongCredentials.into()),
    }
}

/// Accepts with a new password: that of a new user, or of the user who is taken over.
async fn choose(cx: &Cx, hash: &str, attempt: &Attempt, link: &Link, given: &str, [first_name, last_name]: [&str; 2]) -> Result<Accepted> {
    let mut checks = Checks::default();
    let is_unnamed = is_blank(first_name) && is_blank(last_name);
    let (first_name, last_name) = match (&link.first_name, &link.last_name) {
        // One given name replaces both: the squatter's family name is not the new owner's.
        (Some(first_name), Some(last_name)) if is_unnamed => (first_name.clone(), last_name.clone()),
        _ => checks.names(first_name, last_name, NAME_CHARACTERS),
    };
    if let Some(weakness) = password::weakness(given, &[&link.email, &first_name, &last_name]) {
        checks.wrong("/password", weakness);
    }
    checks.done()?;
    // An invitation has one salt, so the batch recognises that a request which was a moment faster was this one.
    let stored = password::salted(given, secret::salt_of_invitation(&cx.env.config, &link.id))?;
    let new_id = cx.new_id()?;
    let (user_id, method) = match &link.user_id {
        Some(id) => (id, Method::TakenOver(&stored)),
        None => (&new_id, Method::New(&stored)),
    };
    enter(cx, hash, attempt, Person { user_id, first_name: &first_name, last_name: &last_name, method }).await
}

/// The second trip of a caller who came with a password.
async fn enter(cx: &Cx, hash: &str, attempt: &Attempt, person: Person<'_>) -> Result<Accepted> {
    let act = begin(cx, cx.act_by_secret().writes(attempt.forgiven()), hash, &person)?.audit(Audit {
        // A person who accepts again only signs in.
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

/// Checks every rule, and writes the user. Each statement finds nothing when the invitation is accepted already.
fn begin<'a>(cx: &Cx, act: Act<'a>, hash: &str, person: &Person<'_>) -> Result<Act<'a>> {
    let Person { user_id, first_name, last_name, method } = person;
    let mut after = json!({ "access": "active", "user_id": user_id, "name": format!("{first_name} {last_name}").trim() });
    if let (Method::TakenOver(_), Some(after)) = (method, after.as_object_mut()) {
        after.insert("takes_over".to_owned(), json!(true));
    }
    let act = act.expect(sql!(JUDGED, hash, cx.now, user_id, method.stored(), method.code(), HOST)).audit(Audit {
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
    Ok(match method {
        Method::New(stored) => act.write(sql!(
            "INSERT INTO user (id, email, email_key, email_verified_at, password_hash, first_name, last_name, language, created_at)
             SELECT ?2, o.email, o.email_key, CASE WHEN o.mailed_token_hash = ?1 THEN ?3 END, ?4, ?5, ?6, ?7, ?3
               FROM open_invitation o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1",
            hash,
            user_id,
            cx.now,
            stored,
            first_name,
            last_name,
            cx.lang.code()
        )),
        Method::TakenOver(stored) => take_over(cx, act.email(notice(cx, hash)?), hash, person, stored),
        Method::Session | Method::Password(_) => act.write(sql!(
            "UPDATE user SET email_verified_at = ?3 WHERE id = ?2 AND email_verified_at IS NULL
                AND EXISTS (SELECT 1 FROM open_invitation o WHERE o.mailed_token_hash = ?1)",
            hash,
            user_id,
            cx.now
        )),
    })
}

/// Design I7: from an account's first day on somebody receives the e-mails about domains.
fn first_recipient(hash: &str) -> Stmt {
    sql!(
        "INSERT OR IGNORE INTO subscription (member_id, category, account_id) SELECT member_id, 'domain', account_id FROM invitation
          WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending' AND purpose = 'first_admin'",
        hash
    )
}

/// Ends the reset links that were shown to an admin when the person gets access somewhere else: there a link would open more than the admin may.
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

async fn finish(cx: &Cx, mut act: Act<'_>, hash: &str, person: &Person<'_>) -> Result<Accepted> {
    #[derive(Deserialize)]
    struct Joined {
        account_id: String,
        member_id: String,
        #[serde(flatten)]
        row: user::Row,
    }
    let named = [("first_name", person.first_name), ("last_name", person.last_name)];
    let words = member_words::words(&named.map(|(field, name)| (field, Some(name))));
    act = act
        .write(sql!(
            concat!(
                "UPDATE member SET access = 'active', user_id = ?2, updated_at = ?3, version = version + 1,
                        first_name_key = CASE WHEN first_name IS NULL THEN nullif(?6, '') ELSE first_name_key END, first_name = coalesce(first_name, ?4),
                        last_name_key = CASE WHEN last_name IS NULL THEN nullif(?7, '') ELSE last_name_key END, last_name = coalesce(last_name, ?5),
                        words = json_patch(?8, words)
                  WHERE id = ",
                open_member!()
            ),
            hash,
            person.user_id,
            cx.now,
            Some(person.first_name).filter(|name| !name.is_empty()),
            Some(person.last_name).filter(|name| !name.is_empty()),
            letters::folded(person.first_name),
            letters::folded(person.last_name),
            words
        ))
        .write(sql!(add_words!(open_member!()), hash))
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
    let session = person.method.stored().map(|_| NewSession::new(cx)).transpose()?;
    if let Some(session) = &session {
        act = act.writes(session.inserts_by_link(cx, hash));
    }
    let result = act.read(sql!(ACCEPTED_BY, hash)).run().await?;
    let Joined { account_id, member_id, row } = result.one(0)?;
    let (session_token, expires_at) = session.map(|session| (session.reveal().to_owned(), session.expires_at())).unzip();
    Ok(Accepted { account_id, member_id, user: row.into(), session_token, expires_at })
}

/// Declines: the link ends and the person stays as a contact. An expired invitation can be declined: that only ends it. Declining again changes
/// nothing.
///
/// # Errors
/// `link_not_valid`.
pub async fn decline(cx: &Cx, token: &str) -> Result<()> {
    let hash = link::hash_in(LinkPage::Invitation, token)?;
    cx.act_by_secret()
        .expect(sql!(
            "INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM open_invitation o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1)
                AND NOT EXISTS (SELECT 1 FROM invitation WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND declined_at IS NOT NULL)",
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
        // The first admin of a pending account keeps the access `invited`, so that the host can make the link again.
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
    Ok(())
}
