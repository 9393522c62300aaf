//! `/sign-in`.

use super::Frame;
use askama::Template;

/// The door: address and password.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address as typed.
    pub email: String,
    /// Where to go afterwards; a path of this site, or empty.
    pub next: String,
}
