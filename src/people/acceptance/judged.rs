//! The rules of accepting, and what is read of the link before a password is compared.

use serde::Deserialize;

use crate::{access::context::Cx, core::decode, core::pasted_link::LinkPage, core::refusal::Result, identity::link, identity::password, sql};

/// Refuses by the first rule of accepting that is broken. ?1 the link, ?2 now, ?3 who accepts, ?4 the stored form of their password, ?5 the method
/// ([`Method::code`]; `look`: only the link is checked), ?6 the host. No rule is broken when the same person accepted already with the same
/// password.
pub(super) const JUDGED: &str = include_str!("judged.sql");

/// Reads the link ?1 for a caller with a password: the address it is for and its user; where it was accepted, who accepted.
pub(super) const FOUND: &str = "SELECT i.id, i.state = 'accepted' AS is_accepted, coalesce(i.mailed_token_hash = ?1, 0) AS is_mailed, m.email,
        u.id AS user_id, u.first_name, u.last_name, u.password_hash, u.email_verified_at IS NULL AS is_unproven, coalesce(u.status = 'active', 0) AS is_active
   FROM invitation i JOIN member m ON m.id = i.member_id
   LEFT JOIN user u ON u.id = CASE i.state WHEN 'accepted' THEN m.user_id ELSE (SELECT k.id FROM user k WHERE k.email_key = m.email_key) END
  WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state IN ('pending', 'accepted')";

/// The row of [`FOUND`].
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the row")]
pub(super) struct Link {
    pub(super) id: String,
    #[serde(deserialize_with = "decode::flag")]
    pub(super) is_accepted: bool,
    #[serde(deserialize_with = "decode::flag")]
    pub(super) is_mailed: bool,
    pub(super) email: String,
    pub(super) user_id: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) password_hash: Option<String>,
    #[serde(deserialize_with = "decode::flag")]
    pub(super) is_unproven: bool,
    #[serde(deserialize_with = "decode::flag")]
    pub(super) is_active: bool,
}

impl Link {
    /// Whether the link takes the user over: it was mailed, and the user is active and never confirmed the address.
    pub(super) fn takes_over(&self) -> bool {
        self.is_mailed && self.is_unproven && self.is_active
    }

    /// Whether this is the password of the link's user. Without a user the check takes as long.
    pub(super) fn fits(&self, password: &str) -> bool {
        password::fits(password, self.password_hash.as_deref().filter(|_| self.is_active))
    }

    /// The link's user, who accepts by this method.
    pub(super) fn user<'a>(&'a self, method: Method<'a>) -> Person<'a> {
        let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        Person { user_id: text(&self.user_id), first_name: text(&self.first_name), last_name: text(&self.last_name), method }
    }
}

/// How a person accepts, with the stored form of the password that is valid from then on.
#[derive(Clone, Copy)]
pub(super) enum Method<'a> {
    /// Signed in as the invited person.
    Session,
    /// By the password of the existing user.
    Password(&'a str),
    /// As a new user.
    New(&'a str),
    /// As the user of the address, which nobody had confirmed: the user is taken over.
    TakenOver(&'a str),
}

impl<'a> Method<'a> {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Password(_) => "password",
            Self::New(_) => "new",
            Self::TakenOver(_) => "taken_over",
        }
    }

    pub(super) fn stored(self) -> Option<&'a str> {
        match self {
            Self::Session => None,
            Self::Password(stored) | Self::New(stored) | Self::TakenOver(stored) => Some(stored),
        }
    }
}

/// Who accepts.
pub(super) struct Person<'a> {
    pub(super) user_id: &'a str,
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) method: Method<'a>,
}

/// A used link whose user is still in the account through it.
#[derive(Deserialize)]
pub struct Used {
    /// The account.
    pub account_id: String,
    /// Whether the caller's session is that user's.
    #[serde(deserialize_with = "decode::flag")]
    pub is_own: bool,
}

/// Who accepted the link, or `None`. The page of a refused link uses it for its sentence and for where to go next.
///
/// # Errors
/// `link_not_valid` for a text that cannot be a code, or the database's fault.
pub async fn used(cx: &Cx, token: &str) -> Result<Option<Used>> {
    let statement = sql!(
        "SELECT done.account_id, EXISTS (SELECT 1 FROM session s WHERE s.token_hash = ?3 AND s.expires_at > ?2 AND s.last_seen_at > ?4 AND s.user_id = done.user_id) AS is_own
           FROM accepted_invitation done WHERE (done.token_hash = ?1 OR done.mailed_token_hash = ?1) AND done.access_ends_at > ?2",
        link::hash_in(LinkPage::Invitation, token)?,
        cx.now,
        cx.session.as_deref(),
        cx.now - crate::access::act::SESSION_IDLE_MS
    );
    cx.view_by_secret().read(statement).run().await?.first(0)
}
