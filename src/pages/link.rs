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
    /// What stands around it; without a language switch.
    pub frame: Frame,
    /// What the link is for.
    pub kind: LinkKind,
    /// Whom it is for: "For Bob Rossi, as Standard".
    pub lead: String,
    /// The link; `None` when it went by mail only.
    pub link: Option<String>,
    /// How long it works.
    pub valid_until: When,
    /// What became of the letter.
    pub email_state: EmailState,
    /// Where *Done* goes.
    pub done: String,
    /// How a new one is made, where this one was shown already: to the first of two equal requests.
    pub remake: Option<Remake>,
}

/// Where a new link is asked for, and with which fields.
pub struct Remake {
    /// Where the form goes.
    pub action: String,
    /// What it says besides.
    pub fields: Vec<(&'static str, String)>,
}

impl Remake {
    /// By what a member's own page offers.
    #[must_use]
    pub fn of_member(account: &AccountId, member: &str, noun: &str) -> Self {
        Self { action: format!("/accounts/{account}/users/{member}/{noun}"), fields: Vec::new() }
    }

    /// By what the settings of a pending account offer.
    #[must_use]
    pub fn of_first_admin(account: &str, email: &str) -> Self {
        Self { action: format!("/accounts/{account}/settings/first-admin"), fields: vec![("admin_email", email.to_owned())] }
    }
}

impl LinkPage {
    /// The page of an invitation's link.
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

    /// The page of a reset link, or of the letter it went by.
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

    /// The page's heading; also its title.
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

    /// What the link is called.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.kind {
            LinkKind::Invitation => self.frame.text.link.invitation_label,
            LinkKind::Reset => self.frame.text.link.reset_label,
        }
    }

    /// What the button is called that makes it anew.
    #[must_use]
    pub fn remake_label(&self) -> &'static str {
        match self.kind {
            LinkKind::Invitation => self.frame.text.link.remake_invitation,
            LinkKind::Reset => self.frame.text.link.remake_reset,
        }
    }

    /// Whether it resets a password.
    #[must_use]
    pub fn is_reset(&self) -> bool {
        self.kind == LinkKind::Reset
    }

    /// What became of the letter, in a sentence.
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

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// To come in.
    Invitation,
    /// To choose a new password.
    Reset,
}
