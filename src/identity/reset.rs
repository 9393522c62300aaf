//! Password resets: a link that works once and sets a new password.
//!
//! Document 002: «Clicca sul pulsante Reset (Reimposta) nella sezione Password. Copia il link generato e invialo all'utente». The take-over
//! rule (design §6) limits this: an admin is shown the link only when every access of that user lies in accounts this admin administers.
//! Otherwise it is only mailed to the user. Making a link changes nothing until it is used. A link that was mailed and is used proves the
//! mailbox. One that was shown proves nothing.
//!
//! A link has one of three origins, and a user has at most one open link of each (`origin` in the schema): an admin of an account, whoever asks
//! for an e-mail (`identity/reset/forgotten.rs`), the operator of the deployment (`make recover`). A link that anybody can ask for replaces only
//! one of its own origin: otherwise a stranger could end the link that an admin has just handed over, again and again. An admin's new link ends
//! the mailed ones too, so that the link in the latest e-mail is the one that works. Using any of them ends all.

mod forgotten;

use serde::{Deserialize, Serialize};

pub use self::forgotten::{Address, do_waiting_requests, forgot, give_up};
use crate::{
    access::act::{Act, BatchResult},
    access::audit::Audit,
    access::authority::expect_member,
    access::cached_link::{self, CachedLink, LinkKind},
    access::context::Cx,
    access::email_queue::{Delivery, first_status},
    audited, audited_by,
    core::db::Stmt,
    core::decode,
    core::id::{AccountId, MemberId},
    core::pasted_link::LinkPage,
    core::permission::Permission,
    core::refusal::{Failure, Refusal, Result, Rule},
    core::secret::Secret,
    core::timestamp::Instant,
    core::vocabulary::HOST,
    email_row,
    identity::first_proof,
    identity::link::{self, NewLink},
    identity::password,
    identity::password_notice::password_reset,
    identity::throttle::{self, Attempt},
    sql,
};

/// A reset link just made by an admin.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PasswordReset)]
pub struct NewReset {
    /// The link, shown only now. `null` when it is only mailed to the person, and in a repeat of the request.
    pub link: Option<String>,
    /// How the link is delivered.
    pub delivery: Delivery,
    /// Until when it can be used.
    pub expires_at: Instant,
    /// The address it is for.
    #[serde(skip)]
    pub email: String,
    /// Whether the admin who made the link may see it.
    #[serde(skip)]
    pub is_shown: bool,
}

/// The reset as its batch reads it back.
#[derive(Deserialize)]
struct Opened {
    email: String,
    expires_at: i64,
    #[serde(deserialize_with = "decode::flag")]
    is_shown: bool,
    #[serde(deserialize_with = "decode::flag")]
    is_mailed: bool,
    /// The earliest end of the maker's accesses that the link depends on. A copy is not kept longer.
    maker_until: Option<i64>,
}

impl NewLink {
    fn read_reset(&self) -> Stmt {
        sql!(
            "SELECT u.email, r.expires_at, r.token_hash IS NOT NULL AS is_shown, r.mailed_token_hash IS NOT NULL AS is_mailed,
                    (SELECT min(b.expires_at) FROM member b WHERE b.user_id = r.created_by
                        AND b.account_id IN (SELECT o.account_id FROM member o WHERE o.user_id = r.user_id UNION ALL SELECT ?2)) AS maker_until
               FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.id = ?1",
            &self.id,
            HOST
        )
    }

    fn queue_reset_email<'a>(&self, cx: &Cx, act: Act<'a>, account: Option<&AccountId>) -> Act<'a> {
        act.outbox(sql!(
            email_row!(
                "SELECT ?1, ?2, NULL, u.id, NULL, 'password_reset', u.email, u.language, json_object('until', r.expires_at), r.mailed_token_hash, r.created_by, ?4, ?5, ?5
                   FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.id = ?3 AND r.mailed_token_hash IS NOT NULL"
            ),
            &self.delivery_id,
            account.map(AccountId::as_str),
            &self.id,
            first_status(cx),
            cx.now
        ))
    }

    /// Writes the copies for the preview, after the commit. They are kept as long as the link is valid and its maker may make it.
    fn publish_reset(&self, cx: &Cx, opened: &Opened) {
        let shown = CachedReset { email: opened.email.clone(), expires_at: opened.expires_at };
        let link = CachedLink::new(LinkKind::Reset, opened.expires_at.min(opened.maker_until.unwrap_or(opened.expires_at)));
        let secrets = [Some(&self.shown).filter(|_| opened.is_shown), self.mailed.as_ref().filter(|_| opened.is_mailed)];
        secrets.into_iter().flatten().fold(link, |link, secret| link.showing(secret.hash(), &shown)).keep(cx);
    }
}

/// The user behind the member ?1 of the account ?2.
macro_rules! target {
    () => {
        "(SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2 AND access IN ('active', 'suspended'))"
    };
}
/// 1 when every access of that user, to an account or the host, lies where the caller (session ?3, now ?4) manages members. An administrator's
/// access must not last longer than the caller's.
macro_rules! may_be_shown {
    () => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM member o WHERE o.user_id = ",
            target!(),
            " AND o.access <> 'none' AND NOT EXISTS (
                SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND w.account_id = o.account_id
                   AND w.permission = 'members.manage' AND w.ends_at > ?4 AND (o.role <> 'admin' OR w.ends_at >= o.ends_at)))"
        )
    };
}

/// «Reimposta»: an admin makes a reset link for a member. Nothing changes until it is used.
///
/// # Errors
/// `not_active`, `reset_only_by_user`, and the gate's.
pub async fn make(cx: &Cx, account: &AccountId, member: &MemberId) -> Result<(BatchResult, NewReset)> {
    let link = NewLink::new(cx)?;
    let token = cx.signed_in()?;
    let act = cx
        .act(Permission::MembersManage, account)
        .expect(expect_member(member, account))
        .expect(sql!("INSERT INTO refusal (no_access) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND access = 'none'", member, account))
        .expect(sql!(concat!("INSERT INTO refusal (not_active) SELECT 1 WHERE ", target!(), " IS NULL"), member, account))
        .expect(sql!(
            concat!("INSERT INTO refusal (reset_only_by_user) SELECT 1 WHERE NOT (", may_be_shown!(), ") AND ?5 IS NULL"),
            member,
            account,
            token,
            cx.now,
            link.mailed.as_ref().map(Secret::hash)
        ))
        .audit(Audit {
            sql: audited!("SELECT m.email AS name, NULL AS before FROM member m WHERE m.id = ?8 AND m.account_id = ?3"),
            action: "password_reset.created",
            target_type: "member",
            target_id: member.to_string(),
            account: Some(account.clone()),
            after: serde_json::Value::Null,
        })
        .write(sql!(
            concat!(
                "UPDATE password_reset SET state = 'replaced', ended_at = ?3 WHERE state = 'pending' AND origin IN ('admin', 'person') AND user_id = ",
                target!(),
                " RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
            ),
            member,
            account,
            cx.now
        ))
        .write(sql!(
            concat!(
                "INSERT INTO password_reset (id, account_id, user_id, token_hash, mailed_token_hash, created_by, created_at, expires_at)
                 SELECT ?5, ?2, u.id, CASE WHEN ",
                may_be_shown!(),
                " THEN ?6 END, ?7, (SELECT user_id FROM session WHERE token_hash = ?3), ?4, ?4 + h.reset_ms
                   FROM user u, host_setting h WHERE u.id = ",
                target!()
            ),
            member,
            account,
            token,
            cx.now,
            &link.id,
            link.shown.hash(),
            link.mailed.as_ref().map(Secret::hash)
        ));
    let result = link.queue_reset_email(cx, act, Some(account)).read(link.read_reset()).run().await?;
    let opened: Opened = result.one(0)?;
    link.publish_reset(cx, &opened);
    let made = NewReset {
        link: if opened.is_shown { cx.shown_link("reset", link.shown.reveal()) } else { None },
        delivery: Delivery::of(opened.is_mailed.then(|| first_status(cx).to_owned()), None),
        expires_at: Instant(opened.expires_at),
        email: opened.email,
        is_shown: opened.is_shown,
    };
    Ok((result, made))
}

/// The status of the e-mail with the link that was made for this member here and was not used yet.
#[must_use]
pub fn last_email(member: &MemberId, account: &AccountId) -> Stmt {
    sql!(
        "SELECT coalesce(d.status, 'not_sent') AS status, d.failure
           FROM member m JOIN password_reset r ON r.user_id = m.user_id AND r.account_id = m.account_id AND r.state = 'pending'
           LEFT JOIN delivery d ON d.token_hash = r.mailed_token_hash
          WHERE m.id = ?1 AND m.account_id = ?2",
        member,
        account
    )
}

/// Ends every open link of a user. It is for a change of the password by other means.
#[must_use]
pub fn end_all(user_id: &str, now: i64) -> Stmt {
    sql!(
        "UPDATE password_reset SET state = 'revoked', ended_at = ?2 WHERE user_id = ?1 AND state = 'pending' RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
        user_id,
        now
    )
}

/// What a reset link shows before it is used.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// The address of the user whose password the link sets.
    pub email: String,
    /// Until when the link can be used.
    pub expires_at: Instant,
}

/// The copy of a preview in KV.
#[derive(Deserialize, Serialize)]
struct CachedReset {
    email: String,
    expires_at: i64,
}

/// Selects what a preview shows of the link ?1 at ?2, while it is open.
const SHOWN: &str = concat!(
    "SELECT u.email, password_reset.expires_at, password_reset.created_by IS NOT NULL AND ",
    crate::lost_reset!("?2"),
    " AS is_lost
       FROM password_reset JOIN user u ON u.id = password_reset.user_id
      WHERE (password_reset.token_hash = ?1 OR password_reset.mailed_token_hash = ?1) AND password_reset.state = 'pending' AND u.status = 'active'"
);
/// Refuses the open link ?1 where whoever made it may no longer do so at ?2.
const REFUSE_LOST: &str = concat!(
    "INSERT INTO refusal (link_not_valid) SELECT 1 FROM password_reset
      WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending' AND created_by IS NOT NULL AND ",
    crate::lost_reset!("?2")
);

/// Shows whose password a link sets, without using it. It reads KV and, where no copy is, the database, which refuses the same links as [`confirm`].
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn preview(cx: &Cx, token: &str) -> Result<Preview> {
    #[derive(Deserialize)]
    struct Found {
        email: String,
        expires_at: i64,
        #[serde(deserialize_with = "decode::flag")]
        is_lost: bool,
    }
    let hash = link::hash_in(LinkPage::Reset, token)?;
    if let Some(copy) = cached_link::find::<CachedReset>(cx, LinkKind::Reset, &hash).await {
        return Ok(Preview { email: copy.email, expires_at: Instant(copy.expires_at) });
    }
    let found: Option<Found> = cx.view_by_secret().read(sql!(SHOWN, &hash, cx.now)).run().await?.first(0)?;
    let found = found.ok_or(Rule::LinkNotValid)?;
    if found.expires_at <= cx.now {
        return Err(Rule::LinkExpired.into());
    }
    if found.is_lost {
        return Err(Rule::LinkNotValid.into());
    }
    Ok(Preview { email: found.email, expires_at: Instant(found.expires_at) })
}

/// The use of a reset link.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The code of the link, which follows its `#`, or the link as somebody pasted it.
    pub token: String,
    /// The new password.
    pub new_password: String,
}

/// The condition that the maker of a `password_reset` may no longer make it: they do not manage the members of the account they made it in or,
/// where it was shown to them, of each account it opens. The literal is now.
#[macro_export]
macro_rules! lost_reset {
    ($now:literal) => {
        concat!(
            "(NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = password_reset.created_by AND w.account_id = password_reset.account_id
                 AND w.permission = 'members.manage' AND w.ends_at > ",
            $now,
            ") OR password_reset.token_hash IS NOT NULL AND EXISTS (SELECT 1 FROM member o WHERE o.user_id = password_reset.user_id AND o.access <> 'none'
                 AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = password_reset.created_by AND w.account_id = o.account_id
                    AND w.permission = 'members.manage' AND w.ends_at > ",
            $now,
            " AND (o.role <> 'admin' OR w.ends_at >= o.ends_at))))"
        )
    };
}

/// Ends the reset links that a person may no longer make (design §6): those of the user that the literal selects, after a change in the account ?2.
/// They were made there or, where it is a host, in its accounts. Or they were shown and open the account, or the host's accounts, to somebody who
/// does not manage their members any more. The literal binds ?1 and ?2, and ?3 is now.
#[macro_export]
macro_rules! end_lost_resets {
    ($maker:literal) => {
        concat!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?3 WHERE state = 'pending' AND created_by = (",
            $maker,
            ") AND (EXISTS (SELECT 1 FROM account c WHERE c.id = password_reset.account_id AND ?2 IN (c.id, c.parent_id))
                 OR password_reset.token_hash IS NOT NULL AND EXISTS (SELECT 1 FROM member m JOIN account c ON c.id = m.account_id
                      WHERE m.user_id = password_reset.user_id AND m.access <> 'none' AND ?2 IN (c.id, c.parent_id))) AND ",
            $crate::lost_reset!("?3"),
            " RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
        )
    };
}

/// Ends the reset links made in this account whose makers lost the right to make them by a change of the account itself.
#[must_use]
pub fn end_lost(account: &AccountId, now: i64) -> Stmt {
    sql!(
        concat!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?2 WHERE account_id = ?1 AND state = 'pending' AND created_by IS NOT NULL AND ",
            lost_reset!("?2"),
            " RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
        ),
        account,
        now
    )
}

/// Selects the links that were shown and open the account ?1 to a maker who may no longer manage its members. Where the account itself was closed,
/// no batch ends them, but their copies are wrong. They are found from the people who can have made them: its administrators and its host's. LIMIT
/// keeps the request within its bound, and a copy that is left ends within the hour that its link is valid.
const CLOSED: &str = "SELECT 'reset' AS kind, r.token_hash, r.mailed_token_hash
    FROM account a CROSS JOIN member k ON k.account_id IN (a.id, a.parent_id) AND k.access = 'active' AND k.role = 'admin'
   CROSS JOIN password_reset r ON r.created_by = k.user_id AND r.state = 'pending' AND r.token_hash IS NOT NULL
   CROSS JOIN member m ON m.user_id = r.user_id AND m.account_id = a.id AND m.access <> 'none'
   WHERE a.id = ?1 LIMIT 400";

/// The links whose copies are wrong after a change of the account itself.
#[must_use]
pub fn relabelled(account: &AccountId) -> Stmt {
    sql!(CLOSED, account)
}

/// Refuses a link that cannot be used.
fn expect_open<'a>(cx: &Cx, act: Act<'a>, hash: &str) -> Act<'a> {
    act.expect(sql!(
        "INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM open_reset o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1)",
        hash
    ))
    .expect_valid(cx, hash)
}

impl Act<'_> {
    /// Refuses an open link that has expired, or whose maker may no longer make it. Where the right ended by its date, or an account was stopped, no
    /// batch ended the link.
    fn expect_valid(self, cx: &Cx, hash: &str) -> Self {
        self.expect(sql!(
            "INSERT INTO refusal (link_expired) SELECT 1 FROM open_reset o WHERE (o.token_hash = ?1 OR o.mailed_token_hash = ?1) AND o.expires_at <= ?2",
            hash,
            cx.now
        ))
        .expect(sql!(REFUSE_LOST, hash, cx.now))
    }
}

/// The user whose password the link sets, and whether it has done so already.
#[derive(Deserialize)]
struct Target {
    email: String,
    first_name: String,
    last_name: String,
    password_hash: String,
    #[serde(deserialize_with = "decode::flag")]
    is_used: bool,
}

/// Counts the request, by the link and by the place, and reads whom the link is for. A dead link is refused here. It is not counted, because
/// nothing is hashed.
async fn target_of(cx: &Cx, hash: &str, attempt: &Attempt) -> Result<Target> {
    attempt
        .counted(cx.act_by_secret())
        .expect(sql!(
            "INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM open_reset o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1)
                AND NOT EXISTS (SELECT 1 FROM password_reset r JOIN user u ON u.id = r.user_id
                  WHERE (r.token_hash = ?1 OR r.mailed_token_hash = ?1) AND r.state = 'used' AND r.expires_at > ?2 AND u.status = 'active')",
            hash,
            cx.now
        ))
        .expect_valid(cx, hash)
        .read(sql!(
            "SELECT u.email, u.first_name, u.last_name, u.password_hash, r.state = 'used' AS is_used FROM password_reset r JOIN user u ON u.id = r.user_id
              WHERE r.token_hash = ?1 OR r.mailed_token_hash = ?1",
            hash
        ))
        .run()
        .await?
        .one(0)
}

/// Uses a reset link: the new password is set, all sessions, all other links and the open change of address end, and a notice is sent. It does
/// not sign in. A link that was mailed proves the mailbox, whoever used the user before. Where nobody had proven it before, the links that this
/// user made for others end too. After a link that was shown the mailbox is unproven, whatever was known before: whoever has the user now may be
/// somebody else, and gets no security e-mail until the address is confirmed again. Nothing else depends on that.
///
/// It takes two trips: the rules of a password need the person's address and names, and nothing is hashed for a dead link. The same link with
/// the same new password again is the same request, because its answer may have been lost: it gives the first result.
///
/// # Errors
/// `validation`, `link_not_valid`, `link_expired`, `too_many_attempts`.
pub async fn confirm(cx: &Cx, given: &Confirmation) -> Result<()> {
    let hash = link::hash_in(LinkPage::Reset, &given.token)?;
    let attempt = Attempt::of_link(cx, &hash);
    let target = target_of(cx, &hash, &attempt).await?;
    if target.is_used {
        return repeated(&target, given);
    }
    if let Some(weakness) = password::weakness(&given.new_password, &[&target.email, &target.first_name, &target.last_name]) {
        return Err(Refusal::field("/new_password", weakness).into());
    }
    let stored = password::hash(&given.new_password)?;
    let act = expect_open(cx, cx.act_by_secret(), &hash)
        .audit(Audit {
            sql: audited_by!(
                "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, u.id AS actor_id, trim(u.first_name || ' ' || u.last_name) AS actor_name
                   FROM password_reset r JOIN user u ON u.id = r.user_id WHERE (r.token_hash = ?8 OR r.mailed_token_hash = ?8) AND r.state = 'pending'"
            ),
            action: "user.password_reset",
            target_type: "user",
            target_id: hash.clone(),
            account: None,
            after: serde_json::Value::Null,
        })
        .writes(first_proof::end_links_for_others(&hash, cx.now))
        .write(sql!(
            "UPDATE user SET password_hash = ?3, email_verified_at = CASE WHEN o.mailed_token_hash = ?1 THEN coalesce(email_verified_at, ?2) END, version = version + 1
               FROM open_reset o WHERE (o.token_hash = ?1 OR o.mailed_token_hash = ?1) AND user.id = o.user_id",
            &hash,
            cx.now,
            stored
        ))
        .writes(throttle::clear_after_reset(cx, &hash))
        .write(sql!("DELETE FROM session WHERE user_id = (SELECT o.user_id FROM open_reset o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1)", &hash))
        .write(sql!(
            "UPDATE email_change SET state = 'revoked', ended_at = ?2
              WHERE state = 'pending' AND user_id = (SELECT o.user_id FROM open_reset o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1)",
            &hash,
            cx.now
        ))
        .write(sql!(
            "UPDATE password_reset SET state = CASE WHEN token_hash = ?1 OR mailed_token_hash = ?1 THEN 'used' ELSE 'revoked' END, ended_at = ?2
              WHERE state = 'pending' AND user_id = (SELECT r.user_id FROM password_reset r WHERE r.token_hash = ?1 OR r.mailed_token_hash = ?1)
             RETURNING 'reset' AS kind, token_hash, mailed_token_hash",
            &hash,
            cx.now
        ));
    match password_reset(cx, act.writes(attempt.forgiven()), &hash)?.run().await {
        Ok(_) => Ok(()),
        // The same request may have been faster: then the link is used now, by the same password.
        Err(Failure::Refused(refusal)) if refusal.rule == Rule::LinkNotValid => match target_of(cx, &hash, &attempt).await? {
            target if target.is_used => repeated(&target, given),
            _ => Err(Failure::Refused(refusal)),
        },
        Err(failure) => Err(failure),
    }
}

/// The answer for a used link: with the same password it is the same request.
fn repeated(target: &Target, given: &Confirmation) -> Result<()> {
    if password::fits(&given.new_password, Some(&target.password_hash)) { Ok(()) } else { Err(Rule::LinkNotValid.into()) }
}
