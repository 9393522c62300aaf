//! Password resets: a link that works once and sets a new password.
//!
//! Document 002: «Clicca sul pulsante Reset (Reimposta) nella sezione Password. Copia il link generato e invialo all'utente». The take-over
//! rule (design §6) stands beside it: an admin is shown the link only when every access of that user lies in accounts this admin
//! administers; otherwise it is only mailed to the user. Making a link changes nothing until it is used.

use serde::Serialize;

use crate::{
    access::Permission,
    account::HOST,
    act::{Act, Done},
    audit::Audit,
    audited, audited_by,
    cx::Cx,
    db::Stmt,
    field::Email,
    id::{AccountId, MemberId},
    invitation::Delivery,
    letter_row, mail,
    member::expect_member,
    password, record,
    refusal::{Refusal, Result, Rule},
    secret::{self, Secret},
    shape, sql, throttle,
    when::Instant,
};

/// A reset link just made by an admin.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Made {
    /// The link, shown this once; `null` when it only goes to the person by mail, and in a repeat of the request.
    pub link: Option<String>,
    /// Where its letter is.
    pub delivery: Delivery,
    /// Until when it can be used.
    pub expires_at: Instant,
    /// The address it is for.
    #[serde(skip)]
    pub email: String,
    /// Whether who made it may see the link.
    #[serde(skip)]
    pub is_shown: bool,
}

/// A link being made.
struct Offer {
    id: String,
    delivery_id: String,
    shown: Secret,
    mailed: Option<Secret>,
}

record! {
    /// The reset as its batch reads it back.
    struct Opened {
        email: String,
        expires_at: i64,
        is_shown: bool,
        is_mailed: bool,
    }
}

impl Offer {
    fn new(cx: &Cx) -> Result<Self> {
        let delivery_id = cx.new_id()?;
        let mailed = cx.world.mailer.is_some().then(|| Secret::mailed(cx, &delivery_id));
        Ok(Self { id: cx.new_id()?, delivery_id, shown: Secret::new()?, mailed })
    }

    fn read_back(&self) -> Stmt {
        sql!(
            "SELECT u.email, r.expires_at, r.token_hash IS NOT NULL AS is_shown, r.mailed_token_hash IS NOT NULL AS is_mailed
               FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.id = ?1",
            &self.id
        )
    }

    fn outboxes<'a>(&self, cx: &Cx, act: Act<'a>, account: Option<&AccountId>) -> Act<'a> {
        act.outbox(sql!(
            letter_row!(
                "SELECT ?1, ?2, NULL, u.id, NULL, 'password_reset', u.email, u.language, json_object('until', r.expires_at), r.mailed_token_hash, r.created_by, ?4, ?5, ?5
                   FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.id = ?3 AND r.mailed_token_hash IS NOT NULL"
            ),
            &self.delivery_id,
            account.map(AccountId::as_str),
            &self.id,
            mail::first_status(cx),
            cx.now
        ))
    }

    /// After the commit: the copies for the preview.
    fn publish(&self, cx: &Cx, opened: &Opened) {
        for (secret, is_open) in [(Some(&self.shown), opened.is_shown), (self.mailed.as_ref(), opened.is_mailed)] {
            if let (Some(secret), true) = (secret, is_open) {
                keep(cx, &secret.hash(), &Preview { email: opened.email.clone(), expires_at: Instant(opened.expires_at) });
            }
        }
    }
}

/// The user behind the member ?1 of the account ?2.
macro_rules! target {
    () => {
        "(SELECT user_id FROM member WHERE id = ?1 AND account_id = ?2 AND access IN ('active', 'suspended'))"
    };
}
/// 1 when every access of that user lies where the caller (session ?3, now ?4) manages members; the host's own users are such an access too.
macro_rules! may_be_shown {
    () => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM member o WHERE o.user_id = ",
            target!(),
            " AND o.access <> 'none' AND NOT EXISTS (
                SELECT 1 FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?3) AND w.account_id = o.account_id
                   AND w.permission = 'members.manage' AND (w.expires_at IS NULL OR w.expires_at > ?4)))"
        )
    };
}

/// «Reimposta»: an admin makes a reset link for a member. Nothing changes until it is used.
///
/// # Errors
/// `not_active`, `reset_only_by_user`, and the gate's.
pub async fn make(cx: &Cx, account: &AccountId, member: &MemberId) -> Result<(Done, Made)> {
    let offer = Offer::new(cx)?;
    let token = cx.signed_in()?;
    let act = cx
        .act(Permission::MembersManage, account)
        .expect(expect_member(member, account))
        .expect(sql!("INSERT INTO refusal (no_access) SELECT 1 FROM member WHERE id = ?1 AND account_id = ?2 AND access = 'none'", member, account))
        .expect(sql!(concat!("INSERT INTO refusal (not_active) SELECT 1 WHERE ", target!(), " IS NULL"), member, account))
        .expect(sql!(
            concat!(
                "INSERT INTO refusal (reset_only_by_user) SELECT 1 WHERE NOT (",
                may_be_shown!(),
                ")
                    AND (?5 IS NULL OR (SELECT u.email_verified_at FROM user u WHERE u.id = ",
                target!(),
                ") IS NULL)"
            ),
            member,
            account,
            token,
            cx.now,
            offer.mailed.as_ref().map(Secret::hash)
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
            concat!("UPDATE password_reset SET state = 'replaced', ended_at = ?3 WHERE state = 'pending' AND user_id = ", target!()),
            member,
            account,
            cx.now
        ))
        .write(sql!(
            concat!(
                "INSERT INTO password_reset (id, account_id, user_id, token_hash, mailed_token_hash, created_by, created_at, expires_at)
                 SELECT ?5, ?2, u.id, CASE WHEN ",
                may_be_shown!(),
                " THEN ?6 END, CASE WHEN u.email_verified_at IS NOT NULL THEN ?7 END,
                        (SELECT user_id FROM session WHERE token_hash = ?3), ?4, ?4 + h.reset_ms
                   FROM user u, host_setting h WHERE u.id = ",
                target!()
            ),
            member,
            account,
            token,
            cx.now,
            &offer.id,
            offer.shown.hash(),
            offer.mailed.as_ref().map(Secret::hash)
        ));
    let done = offer.outboxes(cx, act, Some(account)).read(offer.read_back()).run().await?;
    let opened: Opened = done.one(0)?;
    offer.publish(cx, &opened);
    let made = Made {
        link: if opened.is_shown { cx.shown_link("reset", offer.shown.reveal()) } else { None },
        delivery: Delivery::of(opened.is_mailed.then(|| mail::first_status(cx).to_owned()), None),
        expires_at: Instant(opened.expires_at),
        email: opened.email,
        is_shown: opened.is_shown,
    };
    Ok((done, made))
}

/// What became of the letter with the link that was made for this member here and was not used yet.
#[must_use]
pub fn last_letter(member: &MemberId, account: &AccountId) -> Stmt {
    sql!(
        "SELECT coalesce(d.status, 'not_sent') AS status, d.failure
           FROM member m JOIN password_reset r ON r.user_id = m.user_id AND r.account_id = m.account_id AND r.state = 'pending'
           LEFT JOIN delivery d ON d.token_hash = r.mailed_token_hash
          WHERE m.id = ?1 AND m.account_id = ?2",
        member,
        account
    )
}

/// A link that was shown to an admin dies when the person gets access somewhere else: there it would open more than it was shown for.
#[must_use]
pub fn end_shown(user_id: &str, now: i64) -> Stmt {
    sql!("UPDATE password_reset SET state = 'revoked', ended_at = ?2 WHERE user_id = ?1 AND state = 'pending' AND token_hash IS NOT NULL", user_id, now)
}

/// The user who may be sent a letter: of the address ?1, active, verified, and not sent too many already.
macro_rules! wanted {
    ($key:literal) => {
        concat!(
            "user u WHERE u.email_key = ",
            $key,
            " AND u.status = 'active' AND u.email_verified_at IS NOT NULL
               AND (SELECT t.count FROM attempt t WHERE t.key = 'forgot:address:' || ",
            $key,
            ") <= 3"
        )
    };
}

/// «Forgot password»: always the same answer. A letter goes to the *stored* address of an active, verified user, three times a quarter at most.
///
/// # Errors
/// `too_many_attempts`, for the place that asks too often whatever it asks.
pub async fn forgot(cx: &Cx, email: &str) -> Result<()> {
    let (Some(email), offer) = (Email::parse(email), Offer::new(cx)?) else { return Ok(()) };
    let Some(mailed) = &offer.mailed else { return Ok(()) };
    let place_key = format!("forgot:place:{}", throttle::place(&cx.ip));
    let act = throttle::counted(cx, cx.act_by_secret(), &place_key, throttle::LETTERS_PER_PLACE)
        // The address's own limit refuses nothing, for the answer must not differ: it only stops the letter.
        .expect(throttle::count(cx, &format!("forgot:address:{}", email.key)))
        .audit(Audit {
            sql: audited_by!(concat!(
                "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, NULL AS actor_id, NULL AS actor_name FROM ",
                wanted!("?8")
            )),
            action: "password_reset.requested",
            target_type: "user",
            target_id: email.key.clone(),
            account: None,
            after: serde_json::Value::Null,
        })
        .write(sql!(
            concat!(
                "UPDATE password_reset SET state = 'replaced', ended_at = ?2 WHERE state = 'pending' AND user_id IN (SELECT u.id FROM ",
                wanted!("?1"),
                ")"
            ),
            &email.key,
            cx.now
        ))
        .write(sql!(
            concat!(
                "INSERT INTO password_reset (id, user_id, mailed_token_hash, created_at, expires_at)
                 SELECT ?2, u.id, ?3, ?4, ?4 + (SELECT reset_ms FROM host_setting WHERE account_id = ?5) FROM ",
                wanted!("?1")
            ),
            &email.key,
            &offer.id,
            mailed.hash(),
            cx.now,
            HOST
        ));
    let opened: Option<Opened> = offer.outboxes(cx, act, None).read(offer.read_back()).run().await?.first(0)?;
    if let Some(opened) = opened {
        offer.publish(cx, &opened);
    }
    Ok(())
}

/// What a reset link shows before it is used.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// Whose password.
    pub email: String,
    /// Until when.
    pub expires_at: Instant,
}

record! {
    /// The preview as KV keeps it.
    #[derive(Serialize)]
    struct Kept {
        email: String,
        expires_at: i64,
    }
}

fn keep(cx: &Cx, token_hash: &str, preview: &Preview) {
    let Ok(value) = serde_json::to_string(&Kept { email: preview.email.clone(), expires_at: preview.expires_at.0 }) else { return };
    let (tokens, key) = (cx.world.tokens.clone(), format!("reset:{token_hash}"));
    let ttl_seconds = u64::try_from((preview.expires_at.0 - cx.now) / 1_000).unwrap_or_default().max(60);
    cx.later(async move {
        // A miss asks the database: losing the copy loses nothing.
        let _ = tokens.put(key, value, ttl_seconds).await;
    });
}

/// Shows whose password a link sets, without using it: from KV where a copy is, else from the database.
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn preview(cx: &Cx, token: &str) -> Result<Preview> {
    let hash = secret::hash(token.trim());
    let kept = cx.world.tokens.get(format!("reset:{hash}")).await.ok().flatten().and_then(|text| shape::copy::<Kept>(&text));
    if let Some(kept) = kept.filter(|kept| kept.expires_at > cx.now) {
        return Ok(Preview { email: kept.email, expires_at: Instant(kept.expires_at) });
    }
    let statement = sql!(
        "SELECT u.email, r.expires_at FROM password_reset r JOIN user u ON u.id = r.user_id
          WHERE (r.token_hash = ?1 OR r.mailed_token_hash = ?1) AND r.state = 'pending' AND u.status = 'active'",
        hash
    );
    let found: Kept = cx.view_by_secret().read(statement).run().await?.first(0)?.ok_or(Rule::LinkNotValid)?;
    if found.expires_at <= cx.now {
        return Err(Rule::LinkExpired.into());
    }
    Ok(Preview { email: found.email, expires_at: Instant(found.expires_at) })
}

record! {
    /// What uses a reset link.
    #[derive(Debug, Clone, utoipa::ToSchema)]
    pub struct Confirmation {
        /// The token of the link.
        pub token: String,
        /// The password to come.
        pub new_password: String,
    }
}

/// Whether the maker of a `password_reset` may no longer make it: they do not manage the members of the account they made it in, or, where
/// it was shown to them, of each account it opens. The literal is now.
#[macro_export]
macro_rules! lost_reset {
    ($now:literal) => {
        concat!(
            "(NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = password_reset.created_by AND w.account_id = password_reset.account_id
                 AND w.permission = 'members.manage' AND (w.expires_at IS NULL OR w.expires_at > ",
            $now,
            ")) OR password_reset.token_hash IS NOT NULL AND EXISTS (SELECT 1 FROM member o WHERE o.user_id = password_reset.user_id AND o.access <> 'none'
                 AND NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = password_reset.created_by AND w.account_id = o.account_id
                    AND w.permission = 'members.manage' AND (w.expires_at IS NULL OR w.expires_at > ",
            $now,
            "))))"
        )
    };
}

/// The reset links a person may no longer make die with the right to make them (design §6): those of the user that the literal selects,
/// after the change; ?1 and ?2 are the literal's, ?3 is now.
#[macro_export]
macro_rules! end_lost_resets {
    ($maker:literal) => {
        concat!(
            "UPDATE password_reset SET state = 'revoked', ended_at = ?3 WHERE state = 'pending' AND created_by = (",
            $maker,
            ") AND ",
            $crate::lost_reset!("?3"),
            " RETURNING 'reset' AS kind, token_hash, mailed_token_hash"
        )
    };
}

/// The reset links made in this account whose makers lost the right to make them with a change of the account itself.
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

/// The pending reset of the link ?1.
macro_rules! open_reset {
    () => {
        "SELECT r.user_id, r.expires_at FROM password_reset r JOIN user u ON u.id = r.user_id
          WHERE (r.token_hash = ?1 OR r.mailed_token_hash = ?1) AND r.state = 'pending' AND u.status = 'active'"
    };
}

/// Uses a reset link: the new password holds, all sessions end, all other links die, a notice is sent. It does not sign in.
///
/// # Errors
/// `validation`, `link_not_valid`, `link_expired`.
pub async fn confirm(cx: &Cx, given: &Confirmation) -> Result<()> {
    let hash = secret::hash(given.token.trim());
    let key = format!("reset:{hash}");
    let copy = cx.world.tokens.get(key.clone()).await.ok().flatten().and_then(|text| shape::copy::<Kept>(&text));
    let own = copy.map(|kept| kept.email).unwrap_or_default();
    if let Some(weakness) = password::weakness(&given.new_password, &[&own]) {
        return Err(Refusal::field("/new_password", weakness).into());
    }
    let stored = password::hash(&given.new_password)?;
    let act = cx
        .act_by_secret()
        .expect(sql!(concat!("INSERT INTO refusal (link_not_valid) SELECT 1 WHERE NOT EXISTS (", open_reset!(), ")"), &hash))
        .expect(sql!(concat!("INSERT INTO refusal (link_expired) SELECT 1 FROM (", open_reset!(), ") o WHERE o.expires_at <= ?2"), &hash, cx.now))
        // Where time alone took the right of who made it, or an account was stopped, no batch ended it.
        .expect(sql!(
            concat!(
                "INSERT INTO refusal (link_not_valid) SELECT 1 FROM password_reset
                  WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending' AND created_by IS NOT NULL AND ",
                lost_reset!("?2")
            ),
            &hash,
            cx.now
        ))
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
        .write(sql!(concat!("UPDATE user SET password_hash = ?2, version = version + 1 WHERE id = (SELECT o.user_id FROM (", open_reset!(), ") o)"), &hash, stored))
        .write(sql!(concat!("DELETE FROM session WHERE user_id = (SELECT o.user_id FROM (", open_reset!(), ") o)"), &hash))
        .write(sql!(
            "UPDATE email_change SET state = 'revoked', ended_at = ?2 WHERE state = 'pending' AND user_id = (
               SELECT user_id FROM password_reset WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending')",
            &hash,
            cx.now
        ))
        .write(sql!("UPDATE password_reset SET state = 'used', ended_at = ?2 WHERE (token_hash = ?1 OR mailed_token_hash = ?1) AND state = 'pending'", &hash, cx.now));
    mail::password_reset(cx, act, &hash)?.run().await?;
    let tokens = cx.world.tokens.clone();
    cx.later(async move {
        // The copy ends by itself; and it never decides.
        let _ = tokens.delete(key).await;
    });
    Ok(())
}
