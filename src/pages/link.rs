//! The page that shows a link once: after *Continue*, *Generate invite link* and *Reset*.

use askama::Template;

use super::{Frame, shown::letter};
use crate::{cx::Cx, invitation, reset, text::When};

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
    pub letter: Letter,
    /// Where *Done* goes.
    pub done: String,
}

impl LinkPage {
    /// The page of an invitation's link.
    #[must_use]
    pub fn invitation(cx: &Cx, frame: Frame, lead: String, email: &str, made: invitation::Seen, done: &str) -> Self {
        let letter = letter(cx.lang, &made.delivery, email);
        Self::titled(frame, LinkKind::Invitation, lead, made.link, cx.lang.when(made.expires_at.0), letter, done)
    }

    /// The page of a reset link, or of the letter it went by.
    #[must_use]
    pub fn reset(cx: &Cx, frame: Frame, lead: String, made: reset::Made, done: &str) -> Self {
        let letter = letter(cx.lang, &made.delivery, &made.email);
        Self::titled(frame, LinkKind::Reset, lead, made.link, cx.lang.when(made.expires_at.0), letter, done)
    }

    fn titled(frame: Frame, kind: LinkKind, lead: String, link: Option<String>, valid_until: When, letter: Letter, done: &str) -> Self {
        let mut page = Self { frame: frame.once(), kind, lead, link, valid_until, letter, done: done.to_owned() };
        page.frame.title = page.heading().to_owned();
        page
    }

    /// The page's heading; also its title.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        let text = &self.frame.text.link;
        match (self.kind, &self.link) {
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

    /// Whether it resets a password.
    #[must_use]
    pub fn is_reset(&self) -> bool {
        self.kind == LinkKind::Reset
    }

    /// What became of the letter, in a sentence.
    #[must_use]
    pub fn letter_sentence(&self) -> String {
        match &self.letter {
            Letter::Queued(email) if self.link.is_some() => self.frame.lang.link_queued(email),
            Letter::Queued(email) => self.frame.lang.link_only_queued(email),
            Letter::Sent(email) => self.frame.lang.link_mailed(email),
            Letter::Failed(email, reason) => self.frame.lang.link_not_mailed(email, reason),
            Letter::NoProvider => self.frame.text.link.no_provider.to_owned(),
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

/// What became of the letter, with the address it goes to.
pub enum Letter {
    /// On its way.
    Queued(String),
    /// Taken by the provider.
    Sent(String),
    /// It did not leave, for this reason.
    Failed(String, String),
    /// No provider is configured.
    NoProvider,
}
