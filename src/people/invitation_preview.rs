//! What the link of an invitation shows before it is used: from KV when a copy exists there, else from the database. Showing does not use up the
//! link and decides nothing. A link that cannot be accepted is refused here by the same rules, in the same order, as in `people/acceptance.rs`.

use serde::{Deserialize, Serialize};

use crate::{
    access::act::BatchResult,
    access::authority::Who,
    access::cached_link::{self, LinkKind},
    access::context::Cx,
    core::db::Stmt,
    core::decode,
    core::pasted_link::LinkPage,
    core::permission::Role,
    core::refusal::{Failure, Result, Rule},
    core::timestamp::Instant,
    identity::link,
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
    /// The account the person is invited into.
    pub account: AccountName,
    /// The role the person will have.
    pub role: Role,
    /// The address that was invited.
    pub email: String,
    /// Who invites.
    pub invited_by: String,
    /// Until when it can be accepted.
    pub expires_at: Instant,
    /// Whether the address has a user that was never confirmed, which this link takes over with a new password: only a mailed link does. A copy in
    /// KV may be a moment old; accepting tells how it is.
    pub takes_over: bool,
}

/// The name of an account.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AccountName {
    /// As people call it.
    pub name: String,
}

/// The preview as KV stores it, with the instant as a number.
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
    /// The same for a link that proves no mailbox.
    pub(crate) fn without_take_over(&self) -> Self {
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

    /// The copy that KV stores.
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

/// Shows what a link is for, without using it.
///
/// # Errors
/// `link_expired`, `link_not_valid`, `account_deactivated`.
pub async fn show(cx: &Cx, token: &str) -> Result<Preview> {
    let hash = link::hash_in(LinkPage::Invitation, token)?;
    match cached(cx, &hash).await {
        Some(preview) => Ok(preview),
        None => found(cx, &cx.view_by_secret().read(opened(&hash, cx.now)).run().await?),
    }
}

/// The same, with the signed-in user; `None` without a session or when it has ended.
///
/// # Errors
/// `link_expired`, `link_not_valid`, `account_deactivated`.
pub async fn show_to(cx: &Cx, token: &str) -> Result<(Option<Who>, Preview)> {
    if cx.session.is_none() {
        return Ok((None, show(cx, token).await?));
    }
    let hash = link::hash_in(LinkPage::Invitation, token)?;
    let copy = cached(cx, &hash).await;
    let view = if copy.is_some() { cx.view_signed_in() } else { cx.view_signed_in().read(opened(&hash, cx.now)) };
    match view.run().await {
        Err(Failure::Refused(refusal)) if refusal.rule == Rule::NotSignedIn => Ok((None, show(cx, token).await?)),
        result => {
            let result = result?;
            let preview = copy.map_or_else(|| found(cx, &result), Ok)?;
            Ok((Some(result.who()?.clone()), preview))
        }
    }
}

/// The copy in KV, while the link can be accepted.
async fn cached(cx: &Cx, hash: &str) -> Option<Preview> {
    let cached: CachedInvitation = cached_link::find(cx, LinkKind::Invitation, hash).await?;
    Some(Preview {
        account: AccountName { name: cached.account },
        role: cached.role,
        email: cached.email,
        invited_by: cached.invited_by,
        expires_at: Instant(cached.expires_at),
        takes_over: cached.takes_over,
    })
}

fn opened(hash: &str, now: i64) -> Stmt {
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
        hash,
        now
    )
}

/// The row of [`opened`], the batch's first read.
fn found(cx: &Cx, result: &BatchResult) -> Result<Preview> {
    let opened: Opened = result.first(0)?.ok_or(Rule::LinkNotValid)?;
    if opened.expires_at <= cx.now {
        return Err(Rule::LinkExpired.into());
    }
    if opened.is_stopped {
        return Err(Rule::AccountDeactivated.into());
    }
    // When the inviter's right ended by its date, no batch ended the link.
    if opened.is_lost {
        return Err(Rule::LinkNotValid.into());
    }
    Ok(Preview::of(&opened))
}
