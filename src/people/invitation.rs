//! Invitations: a link that works once, for a while, and brings a person into an account.
//!
//! Document 002: «fornisci l'e-mail dell'utente, seleziona il ruolo/l'autorizzazione che desideri attribuire e clicca su Continue». «Se
//! l'SMTP dell'host è configurato, verrà inviato un link di invito all'indirizzo e-mail dell'utente fornito. Puoi anche copiare e inviare
//! il link». «Se il link di invito per un utente viene smarrito, creane uno nuovo»: so a new link kills the old one.
//!
//! The e-mail carries another token than the page shows, because only the mailed token proves the mailbox. What a link shows before it is used may
//! come from KV; every effect asks the database alone. How a link is accepted is in `people/acceptance.rs`.

use serde::{Deserialize, Serialize};
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    access::act::Act,
    access::cached_link::{CachedLink, LinkKind},
    access::context::Cx,
    access::email_queue::{Delivery, first_status},
    codes,
    core::db::Stmt,
    core::id::{AccountId, MemberId},
    core::refusal::Result,
    core::secret::Secret,
    core::timestamp::Instant,
    core::vocabulary::HOST,
    email_row,
    identity::link::NewLink,
    people::invitation_preview,
    shown_invitation, sql,
};

/// The state of an invitation (design §4); *expired* is derived from a pending one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = InvitationState)]
pub enum State {
    /// Can be accepted.
    Pending,
    /// It is past its time; a new link can be made.
    Expired,
    /// Was accepted.
    Accepted,
    /// Was withdrawn or declined.
    Revoked,
    /// A newer link took its place.
    Replaced,
}
codes!(State);

/// The last invitation of a member, as its row's JSON column holds it.
#[derive(Debug, Clone, Deserialize)]
pub struct Last {
    state: State,
    expires_at: i64,
    status: Option<String>,
    failure: Option<String>,
}

impl Last {
    /// The invitation at this instant: a pending one may have expired.
    #[must_use]
    pub fn at(self, now: i64) -> Invitation {
        let state = if self.state == State::Pending && self.expires_at <= now { State::Expired } else { self.state };
        Invitation { state, expires_at: Instant(self.expires_at), delivery: Delivery::of(self.status, self.failure), link: None, is_new: false }
    }
}

/// An invitation as people who may see the member see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Invitation {
    /// Its state.
    pub state: State,
    /// Until when it can be accepted.
    pub expires_at: Instant,
    /// Where its e-mail is.
    pub delivery: Delivery,
    /// The link: only in the answer that made it, to the person who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether this request made it.
    #[serde(skip)]
    pub is_new: bool,
}

/// An invitation just made, with its link.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NewInvitation {
    /// `pending`.
    pub state: State,
    /// Until when it can be accepted.
    pub expires_at: Instant,
    /// The link. It is shown once: not in a repeat of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Where its e-mail is.
    pub delivery: Delivery,
    /// The member it is for.
    #[serde(skip)]
    pub member_id: String,
    /// The address it is for.
    #[serde(skip)]
    pub email: String,
}

impl From<NewInvitation> for Invitation {
    fn from(made: NewInvitation) -> Self {
        Self { state: made.state, expires_at: made.expires_at, delivery: made.delivery, link: made.link, is_new: true }
    }
}

/// What the invitation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// One more person of an account.
    Member,
    /// The first admin of a pending account.
    FirstAdmin,
}

impl NewLink {
    /// Inserts the invitation, for a member of this account whatever its access.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn inserts(&self, cx: &Cx, account: &AccountId, member: &str, purpose: Purpose) -> Result<Vec<Stmt>> {
        Ok(vec![self.row(cx, account, member, purpose, "", None)?])
    }

    /// The same, but only when the member is a contact so far.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn inserts_for_contact(&self, cx: &Cx, account: &AccountId, member: &str) -> Result<Vec<Stmt>> {
        Ok(vec![self.row(cx, account, member, Purpose::Member, "none", None)?])
    }

    /// The same, but only when the member is invited at another address than the one of this key.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn inserts_for_another_address(&self, cx: &Cx, account: &AccountId, member: &str, email_key: &str) -> Result<Stmt> {
        self.row(cx, account, member, Purpose::Member, "invited", Some(email_key))
    }

    /// The row, where the member's access is this one (empty: any) and their address has another key than this one.
    fn row(&self, cx: &Cx, account: &AccountId, member: &str, purpose: Purpose, access: &str, other_than: Option<&str>) -> Result<Stmt> {
        let purpose = if purpose == Purpose::Member { "member" } else { "first_admin" };
        Ok(sql!(
            "INSERT INTO invitation (id, account_id, member_id, purpose, token_hash, mailed_token_hash, created_by, created_at, expires_at)
             SELECT ?1, m.account_id, m.id, ?4, ?5, ?6, s.user_id, ?7, ?7 + h.invitation_ms
               FROM session s, host_setting h, member m
              WHERE s.token_hash = ?8 AND m.id = ?3 AND m.account_id = ?2 AND ?9 IN ('', m.access)
                AND m.email_key IS NOT ?10",
            &self.id,
            account,
            member,
            purpose,
            self.shown.hash(),
            self.mailed.as_ref().map(Secret::hash),
            cx.now,
            cx.signed_in()?,
            access,
            other_than
        ))
    }

    /// The columns of its rows: the invitation's id, the e-mail's id, and the hashes of the two tokens.
    #[must_use]
    pub fn columns(&self) -> [Option<String>; 4] {
        [Some(self.id.clone()), Some(self.delivery_id.clone()), Some(self.shown.hash()), self.mailed.as_ref().map(Secret::hash)]
    }

    /// The link that is shown once.
    #[must_use]
    pub fn link(&self, cx: &Cx) -> Option<String> {
        cx.shown_link("invitation", self.shown.reveal())
    }

    /// Adds the e-mail's row to the outbox of the batch.
    pub fn outboxes_invitation<'a>(&self, cx: &Cx, act: Act<'a>) -> Act<'a> {
        act.outbox(sql!(
            email_row!(
                "SELECT ?1, i.account_id, i.member_id, p.id, i.id, CASE i.purpose WHEN 'member' THEN 'invitation' ELSE 'first_admin_invitation' END, m.email,
                        coalesce(p.language, a.language, (SELECT h.language FROM account h WHERE h.id = ?5), ?6),
                        json_object('account', a.name, 'role', m.role, 'by', trim(u.first_name || ' ' || u.last_name), 'until', i.expires_at),
                        i.mailed_token_hash, u.id, ?3, ?4, ?4
                   FROM invitation i JOIN member m ON m.id = i.member_id JOIN account a ON a.id = i.account_id JOIN user u ON u.id = i.created_by
                   LEFT JOIN user p ON p.email_key = m.email_key WHERE i.id = ?2"
            ),
            &self.delivery_id,
            &self.id,
            first_status(cx),
            cx.now,
            HOST,
            cx.lang.code()
        ))
    }

    /// Reads the invitation back for [`NewLink::publish_invitation`]. No row when none was made.
    #[must_use]
    pub fn read_invitation(&self) -> Stmt {
        sql!(
            concat!(
                "SELECT ",
                shown_invitation!(),
                ", d.status, (SELECT min(b.expires_at) FROM member b WHERE b.user_id = invitation.created_by AND b.account_id IN (invitation.account_id, ?2)) AS inviter_until,
                     0 AS is_lost,
                     EXISTS (SELECT 1 FROM user t WHERE invitation.mailed_token_hash IS NOT NULL AND t.email_key = m.email_key AND t.email_verified_at IS NULL AND t.status = 'active') AS takes_over
                   FROM invitation JOIN member m ON m.id = invitation.member_id JOIN account a ON a.id = invitation.account_id JOIN user u ON u.id = invitation.created_by
                   LEFT JOIN delivery d ON d.invitation_id = invitation.id
                  WHERE invitation.id = ?1"
            ),
            &self.id,
            HOST
        )
    }

    /// After the commit, stores the copies for the preview and returns the invitation with its link.
    #[must_use]
    pub fn publish_invitation(&self, cx: &Cx, opened: invitation_preview::Opened) -> NewInvitation {
        // While the account is stopped nothing can be accepted, and only the database knows when that changes.
        if !opened.is_stopped {
            let copy = invitation_preview::Preview::of(&opened).copy();
            let link = CachedLink::new(LinkKind::Invitation, opened.expires_at.min(opened.inviter_until.unwrap_or(opened.expires_at)));
            // The shown link proves no mailbox and takes no user over.
            let link = link.showing(self.shown.hash(), &copy.without_take_over());
            self.mailed.iter().fold(link, |link, secret| link.showing(secret.hash(), &copy)).keep(cx);
        }
        NewInvitation {
            state: State::Pending,
            expires_at: Instant(opened.expires_at),
            link: self.link(cx),
            delivery: Delivery::of(opened.status, None),
            member_id: opened.member_id,
            email: opened.email,
        }
    }
}

/// Ends the pending invitation of a member.
#[must_use]
pub fn end_pending(state: &str, member: &MemberId, account: &AccountId, now: i64) -> Stmt {
    sql!(
        "UPDATE invitation SET state = ?3, ended_at = ?4 WHERE member_id = ?1 AND account_id = ?2 AND state = 'pending' RETURNING 'invitation' AS kind, token_hash, mailed_token_hash",
        member,
        account,
        state,
        now
    )
}

/// Ends the links that a person may no longer give (design §6): those made by the user that the literal selects, after the change in the account
/// ?2. They are the links of that account and, where it is a host, of its accounts. ?1 and ?2 belong to the literal, ?3 is now.
#[macro_export]
macro_rules! end_lost_invitations {
    ($inviter:literal) => {
        concat!(
            "UPDATE invitation SET state = 'revoked', ended_at = ?3 WHERE state = 'pending' AND created_by = (",
            $inviter,
            ") AND EXISTS (SELECT 1 FROM account c WHERE c.id = invitation.account_id AND ?2 IN (c.id, c.parent_id)) AND ",
            $crate::lost_invitation!("?3"),
            " RETURNING 'invitation' AS kind, token_hash, mailed_token_hash"
        )
    };
}

/// The open links whose preview changes after a member's access has changed: the member's own link, which shows the role it brings; links that were
/// shown to reset this user, whose maker may now be an administrator for a shorter time; and, where the access has an end, the links the member's
/// user made, which end with it.
#[must_use]
pub fn relabelled(member: &MemberId, account: &AccountId) -> Stmt {
    sql!(
        "SELECT 'invitation' AS kind, i.token_hash, i.mailed_token_hash FROM invitation i WHERE i.member_id = ?1 AND i.account_id = ?2 AND i.state = 'pending'
         UNION ALL SELECT 'invitation', i.token_hash, i.mailed_token_hash FROM member m CROSS JOIN invitation i ON i.created_by = m.user_id AND i.state = 'pending'
          WHERE m.id = ?1 AND m.account_id = ?2 AND m.expires_at IS NOT NULL
         UNION ALL SELECT 'reset', r.token_hash, r.mailed_token_hash FROM member m CROSS JOIN password_reset r ON r.created_by = m.user_id AND r.state = 'pending'
          WHERE m.id = ?1 AND m.account_id = ?2 AND m.expires_at IS NOT NULL
         UNION ALL SELECT 'reset', r.token_hash, r.mailed_token_hash FROM member m CROSS JOIN password_reset r ON r.user_id = m.user_id AND r.state = 'pending'
          WHERE m.id = ?1 AND m.account_id = ?2 AND r.token_hash IS NOT NULL
          LIMIT 400",
        member,
        account
    )
}
