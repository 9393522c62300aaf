//! What the link of an invitation shows before it is used: from KV where a copy is, else from the database. Nothing is used up, and
//! nothing is decided by it. A link that cannot be accepted is refused here by the same rules, in the same order, as `people/acceptance.rs` does.

use serde::{Deserialize, Serialize};

use crate::{
    access::act::BatchResult,
    access::authority::Who,
    access::cached_link::{self, LinkKind},
    access::context::Cx,
    core::db::Stmt,
    core::decode,
    core::permission::Role,
    core::refusal::{Failure, Result, Rule},
    core::secret,
    core::timestamp::Instant,
    lost_invitation, sql,
};

/// What a link shows, of the rows `invitation`, its member `m`, account `a` and inviter `u`.
#[macro_export]
macro_rules! shown_invitation {
    () => {
        "invitation.member_id, m.email, m.role, a.name AS account_name, trim(u.first_name || ' ' || u.last_name) AS invited_by,
         min(invitation.expires_at, m.ends_at) AS expires_at, a.status = 'deactivated' AS is_stopped"
    };
}

/// The invitation as the batch that made it reads it back, or as a preview finds it.
#[derive(Debug, Clone, Deserialize)]
pub struct Opened {
    pub(crate) member_id: String,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) account_name: String,
    pub(crate) invited_by: String,
    pub(crate) expires_at: i64,
    #[serde(deserialize_with = "decode::flag")]
    pub(crate) is_stopped: bool,
    #[serde(deserialize_with = "decode::flag")]
    pub(crate) takes_over: bool,
    pub(crate) status: Option<String>,
    pub(crate) inviter_until: Option<i64>,
    #[serde(deserialize_with = "decode::flag")]
    pub(crate) is_lost: bool,
}

/// What a link shows before it is used.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = InvitationPreview)]
pub struct Preview {
    /// The account one is invited into.
    pub account: AccountName,
    /// The role one will have.
    pub role: Role,
    /// The address that was invited.
    pub email: String,
    /// Who invites.
    pub invited_by: String,
    /// Until when.
    pub expires_at: Instant,
    /// Whether the address has a user that was never confirmed, which this link takes over with a new password: only a mailed link does. A
    /// copy may be a moment old, and whoever accepts is told how it is.
    pub takes_over: bool,
}

/// An account by name.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AccountName {
    /// As people call it.
    pub name: String,
}

/// The preview as KV keeps it: the same, with the instant as a number.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct CachedInvitation {
    account: String,
    role: Role,
    email: String,
    invited_by: String,
    expires_at: i64,
    takes_over: bool,
}

impl CachedInvitation {
    /// The same, of a link that proves no mailbox.
    pub(crate) fn taking_nobody_over(&self) -> Self {
        Self { takes_over: false, ..self.clone() }
    }
}

impl Preview {
    pub(crate) fn of(opened: &Opened) -> Self {
        Self {
            account: AccountName { name: opened.account_name.clone() },
            role: opened.role,
            email: opened.email.clone(),
            invited_by: opened.invited_by.clone(),
            expires_at: Instant(opened.expires_at),
            takes_over: opened.takes_over,
        }
    }

    /// As KV keeps it.
    pub(crate) fn copy(&self) -> CachedInvitation {
        CachedInvitation {
            account: self.account.name.clone(),
            role: self.role,
            email: self.email.clone(),
            invited_by: self.invited_by.clone(),
            expires_at: self.expires_at.0,
            takes_over: self.takes_over,
        }
    }
}

/// Shows what a link is for, without using it: from KV where a copy is, else from the database.
///
/// # Errors
/// `link_expired`, `link_not_valid`, `account_deactivated`.
pub async fn show(cx: &Cx, token: &str) -> Result<Preview> {
    match kept(cx, token).await {
        Some(preview) => Ok(preview),
        None => found(cx, &cx.view_by_secret().read(opened(token, cx.now)).run().await?),
    }
}

/// The same, with who looks at it: nobody where no session came along, or one that has ended.
///
/// # Errors
/// `link_expired`, `link_not_valid`, `account_deactivated`.
pub async fn show_to(cx: &Cx, token: &str) -> Result<(Option<Who>, Preview)> {
    if cx.session.is_none() {
        return Ok((None, show(cx, token).await?));
    }
    let copy = kept(cx, token).await;
    let view = if copy.is_some() { cx.view_signed_in() } else { cx.view_signed_in().read(opened(token, cx.now)) };
    match view.run().await {
        Err(Failure::Refused(refusal)) if refusal.rule == Rule::NotSignedIn => Ok((None, show(cx, token).await?)),
        done => {
            let done = done?;
            let preview = copy.map_or_else(|| found(cx, &done), Ok)?;
            Ok((Some(done.who()?.clone()), preview))
        }
    }
}

/// What KV has, while it can be accepted.
async fn kept(cx: &Cx, token: &str) -> Option<Preview> {
    let kept: CachedInvitation = cached_link::find(cx, LinkKind::Invitation, token).await?;
    Some(Preview {
        account: AccountName { name: kept.account },
        role: kept.role,
        email: kept.email,
        invited_by: kept.invited_by,
        expires_at: Instant(kept.expires_at),
        takes_over: kept.takes_over,
    })
}

fn opened(token: &str, now: i64) -> Stmt {
    sql!(
        concat!(
            "SELECT ",
            shown_invitation!(),
            ", NULL AS status, NULL AS inviter_until, ",
            lost_invitation!("?2"),
            " AS is_lost,
                    EXISTS (SELECT 1 FROM user t WHERE invitation.mailed_token_hash = ?1 AND t.email_key = m.email_key AND t.email_verified_at IS NULL AND t.status = 'active') AS takes_over
               FROM invitation JOIN member m ON m.id = invitation.member_id JOIN account a ON a.id = invitation.account_id JOIN user u ON u.id = invitation.created_by
              WHERE (invitation.token_hash = ?1 OR invitation.mailed_token_hash = ?1) AND invitation.state = 'pending'
                AND m.access = 'invited' AND a.status IN ('pending', 'active', 'deactivated')"
        ),
        secret::hash(token.trim()),
        now
    )
}

/// The row of [`opened`], the batch's first read.
fn found(cx: &Cx, done: &BatchResult) -> Result<Preview> {
    let opened: Opened = done.first(0)?.ok_or(Rule::LinkNotValid)?;
    if opened.expires_at <= cx.now {
        return Err(Rule::LinkExpired.into());
    }
    if opened.is_stopped {
        return Err(Rule::AccountDeactivated.into());
    }
    // Where time alone took the inviter's right, no batch ended the link.
    if opened.is_lost {
        return Err(Rule::LinkNotValid.into());
    }
    Ok(Preview::of(&opened))
}
