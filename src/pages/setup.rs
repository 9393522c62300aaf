//! `/setup`, once.

use super::Frame;
use askama::Template;

/// Names the host and makes its first admin.
#[derive(Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// What stands around it.
    pub frame: Frame,
    /// The setup token as typed; the script fills it from the fragment.
    pub token: String,
    /// The host's name as typed.
    pub host_name: String,
    /// The first admin's address as typed.
    pub email: String,
    /// First name as typed.
    pub first_name: String,
    /// Last name as typed.
    pub last_name: String,
}
