//! The page that shows a link once: after *Continue*, *Generate invite link* and *Reset*.

use super::Frame;
use crate::text::When;
use askama::Template;

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
            Letter::Mailed(email) if self.link.is_some() => self.frame.lang.link_mailed(email),
            Letter::Mailed(email) => self.frame.lang.link_only_mailed(email),
            Letter::Failed(email) => self.frame.lang.link_not_mailed(email),
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
    /// Sent, or queued to be.
    Mailed(String),
    /// The provider refused it.
    Failed(String),
    /// No provider is configured.
    NoProvider,
}
