//! The page that shows a link once: after *Continue*, *Generate invite link* and *Reset*.

use crate::access::context::Cx;

use askama::Template;

use super::{
    Frame,
    shown::{EmailState, email_state},
};
use crate::{core::id::AccountId, identity::reset, people::invitation, text::When};

/// A link, shown once to the person who made it.
#[derive(Template)]
#[template(path = "link.html")]
pub struct LinkPage {
    /// The frame of the page, without a language switch.
    pub frame: Frame,
    /// The kind of link.
    pub kind: LinkKind,
    /// For whom it is: "For Bob Rossi, as Standard".
    pub lead: String,
    /// The link; `None` when it was only mailed.
    pub link: Option<String>,
    /// When it expires.
    pub valid_until: When,
    /// The state of the e-mail.
    pub email_state: EmailState,
    /// The path of *Done*.
    pub done: String,
    /// The form for a new link, when this page answers a repeated request. The link was shown in the answer to the first request.
    pub remake: Option<Remake>,
}

/// The form that asks for a new link.
pub struct Remake {
    /// The path the form is posted to.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(&'static str, String)>,
}

impl Remake {
    /// Returns the form for a link of a member.
    #[must_use]
    pub fn of_member(account: &AccountId, member: &str, noun: &str) -> Self {
        Self { action: format!("/accounts/{account}/users/{member}/{noun}"), fields: Vec::new() }
    }

    /// Returns the form for the first-admin link of a pending account.
    #[must_use]
    pub fn of_first_admin(account: &str, email: &str) -> Self {
        Self { action: format!("/accounts/{account}/settings/first-admin"), fields: vec![("admin_email", email.to_owned())] }
    }
}

impl LinkPage {
    /// Returns the page of an invitation link.
    #[must_use]
    pub fn invitation(cx: &Cx, frame: Frame, lead: String, email: &str, made: invitation::Invitation, done: &str, remake: Remake) -> Self {
        let email_state = email_state(cx.lang, &made.delivery, email);
        let page = Self {
            frame,
            kind: LinkKind::Invitation,
            lead,
            link: made.link,
            valid_until: cx.lang.when(made.expires_at.0),
            email_state,
            done: done.to_owned(),
            remake: cx.is_repeat().then_some(remake),
        };
        page.titled()
    }

    /// Returns the page of a reset link, or of the e-mail it was sent with.
    #[must_use]
    pub fn reset(cx: &Cx, frame: Frame, lead: String, made: reset::NewReset, done: &str, remake: Remake) -> Self {
        let email_state = email_state(cx.lang, &made.delivery, &made.email);
        let page = Self {
            frame,
            kind: LinkKind::Reset,
            lead,
            link: made.link,
            valid_until: cx.lang.when(made.expires_at.0),
            email_state,
            done: done.to_owned(),
            remake: (cx.is_repeat() && made.is_shown).then_some(remake),
        };
        page.titled()
    }

    fn titled(mut self) -> Self {
        self.frame = self.frame.without_language_switch();
        self.heading().clone_into(&mut self.frame.title);
        self
    }

    /// Returns the heading, which is the title too.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        let text = &self.frame.text.link;
        match (self.kind, &self.link) {
            _ if self.remake.is_some() => text.repeated_title,
            (LinkKind::Invitation, _) => text.invitation_title,
            (LinkKind::Reset, Some(_)) => text.reset_title,
            (LinkKind::Reset, None) => text.reset_mailed_title,
        }
    }

    /// Returns the label of the link.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.kind {
            LinkKind::Invitation => self.frame.text.link.invitation_label,
            LinkKind::Reset => self.frame.text.link.reset_label,
        }
    }

    /// Returns the label of the button that makes a new link.
    #[must_use]
    pub fn remake_label(&self) -> &'static str {
        match self.kind {
            LinkKind::Invitation => self.frame.text.link.remake_invitation,
            LinkKind::Reset => self.frame.text.link.remake_reset,
        }
    }

    /// Returns whether the link resets a password.
    #[must_use]
    pub fn is_reset(&self) -> bool {
        self.kind == LinkKind::Reset
    }

    /// Returns a sentence about the state of the e-mail.
    #[must_use]
    pub fn email_sentence(&self) -> String {
        match &self.email_state {
            EmailState::Queued(email) if self.link.is_some() => self.frame.lang.link_queued(email),
            EmailState::Queued(email) => self.frame.lang.link_only_queued(email),
            EmailState::Sent(email) => self.frame.lang.link_mailed(email),
            EmailState::Failed(email, reason) => self.frame.lang.link_not_mailed(email, reason),
            EmailState::NoProvider => self.frame.text.link.no_provider.to_owned(),
        }
    }
}

/// The kind of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// It accepts an invitation.
    Invitation,
    /// It sets a new password.
    Reset,
}
