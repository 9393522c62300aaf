//! `/forgot-password`.

use super::Frame;
use askama::Template;

/// Asks for a reset link by mail.
#[derive(Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// What stands around it.
    pub frame: Frame,
    /// How far the person has come.
    pub state: ForgotState,
}

/// How far the person has come.
pub enum ForgotState {
    /// Asked for the address.
    Ask {
        /// The address as typed.
        email: String,
    },
    /// Told, whether or not the address is known, that a letter may be coming.
    Sent {
        /// The address as typed.
        email: String,
    },
    /// No mail provider: an admin can make a link.
    NoMail,
}
