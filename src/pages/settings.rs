//! `/accounts/{a}/settings`.

use super::{Badge, Control, Frame};
use crate::text::When;
use askama::Template;

/// The account's own page.
#[derive(Template)]
#[template(path = "settings.html")]
pub struct SettingsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its path: `/accounts/{a}/settings`.
    pub path: String,
    /// Whether it is the host.
    pub is_host: bool,
    /// The name, or the one typed.
    pub name: String,
    /// The version the reader saw.
    pub version: i64,
    /// Renaming it.
    pub rename: Control,
    /// Active, pending, deactivated and the like.
    pub state: Badge,
    /// Managed or unmanaged; `None` for the host.
    pub management: Option<Badge>,
    /// When it was created.
    pub created: When,
    /// The first-admin link, while the account is pending.
    pub first_admin: Option<FirstAdmin>,
}

/// The first-admin link of a pending account.
pub struct FirstAdmin {
    /// The address it was last made for, or the one typed.
    pub email: String,
    /// Making a new one.
    pub renew: Control,
}
