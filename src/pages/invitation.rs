//! `/invitation`: what the invited person sees.

use super::Frame;
use crate::text::When;
use askama::Template;

/// The token's way in: the script posts it from the fragment; without JavaScript it is pasted.
#[derive(Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    /// What stands around it.
    pub frame: Frame,
}

/// What the invitation offers, and the ways to accept it.
#[derive(Template)]
#[template(path = "invitation_preview.html")]
pub struct InvitationPreviewPage {
    /// What stands around it; its language switch reposts the token.
    pub frame: Frame,
    /// The token, to be posted with the answer.
    pub token: String,
    /// The account's name.
    pub account: String,
    /// The role's name.
    pub role: &'static str,
    /// What the role may do.
    pub role_may: &'static str,
    /// Who invites.
    pub invited_by: String,
    /// The address it was made for.
    pub email: String,
    /// How long the link works.
    pub valid_until: When,
    /// Who looks at it.
    pub invited: Invited,
}

/// Who looks at the invitation.
pub enum Invited {
    /// Nobody is signed in. Both ways are offered to everybody, so the page does not tell who has a user.
    SignedOut {
        /// First name as typed.
        first_name: String,
        /// Last name as typed.
        last_name: String,
        /// Whether the way for existing users stands open (they tried it and were wrong).
        existing_open: bool,
    },
    /// The invited person.
    SignedIn,
    /// Somebody else: the address they are signed in with.
    SomebodyElse(String),
}
