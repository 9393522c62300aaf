//! `/reset`: the link that was mailed or handed over, and the new password.

use super::Frame;
use crate::text::When;
use askama::Template;

/// The token's way in: the script posts it from the fragment; without JavaScript it is pasted.
#[derive(Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// What stands around it.
    pub frame: Frame,
}

/// Whose password it is, and the new one.
#[derive(Template)]
#[template(path = "reset_preview.html")]
pub struct ResetPreviewPage {
    /// What stands around it; its language switch reposts the token.
    pub frame: Frame,
    /// The token, to be posted with the password.
    pub token: String,
    /// Whose password it is.
    pub email: String,
    /// How long the link works.
    pub valid_until: When,
}
