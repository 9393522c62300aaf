//! `/accounts/{a}/users` and `/accounts/{a}/users/new`.

use super::{Badge, Choice, Control, Frame, Paging, RoleChoice};
use askama::Template;

/// The people an account knows.
#[derive(Template)]
#[template(path = "users.html")]
pub struct UsersPage {
    /// What stands around it.
    pub frame: Frame,
    /// The list's own path: `/accounts/{a}/users`.
    pub path: String,
    /// Whether the account is the host.
    pub is_host: bool,
    /// Inviting somebody.
    pub invite: Control,
    /// The search as typed.
    pub search: String,
    /// The roles to choose from, "all" first.
    pub roles: Vec<Choice>,
    /// The states to choose from, "all" first.
    pub states: Vec<Choice>,
    /// Whether a search or a filter is on.
    pub filtered: bool,
    /// The people of this page.
    pub rows: Vec<UserRow>,
    /// Where the list goes on.
    pub paging: Paging,
}

/// One person in the list.
pub struct UserRow {
    /// First and last name; empty when not known yet.
    pub name: String,
    /// The address.
    pub email: String,
    /// The page of this person.
    pub href: String,
    /// The role's name; `None` without access.
    pub role: Option<&'static str>,
    /// Contact, invited, expired, active, suspended.
    pub state: Badge,
    /// Until when the invitation or the access lasts ("until 22 Nov 2026, …"); may be empty.
    pub note: String,
    /// Whether it is the reader.
    pub is_you: bool,
    /// Whether the reader may change something about them ("Edit" rather than "Details").
    pub editable: bool,
}

/// *Invite a new user*.
#[derive(Template)]
#[template(path = "user_new.html")]
pub struct NewUserPage {
    /// What stands around it.
    pub frame: Frame,
    /// The list's path, which is also where the form goes.
    pub path: String,
    /// The address as typed.
    pub email: String,
    /// First name as typed.
    pub first_name: String,
    /// Last name as typed.
    pub last_name: String,
    /// The three roles.
    pub roles: Vec<RoleChoice>,
    /// Whether a mail provider is configured.
    pub mails: bool,
}
