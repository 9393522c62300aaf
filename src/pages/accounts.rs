//! `/accounts` and `/accounts/new`.

use super::{Badge, Choice, Control, Frame, Paging};
use askama::Template;

/// The selector: where the reader may go in.
#[derive(Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether the reader sees customer accounts as a host user.
    pub is_host_user: bool,
    /// The search as typed.
    pub search: String,
    /// All, managed, unmanaged; empty for those who are no host users.
    pub kinds: Vec<Choice>,
    /// Whether a search or a filter is on.
    pub filtered: bool,
    /// The accounts of this page.
    pub rows: Vec<AccountRow>,
    /// Where the list goes on.
    pub paging: Paging,
    /// Creating an account.
    pub create: Control,
}

/// One account in the selector.
pub struct AccountRow {
    /// Its name.
    pub name: String,
    /// Where it opens; `None` when the reader may only know that it exists.
    pub href: Option<String>,
    /// Host, managed, unmanaged, pending and the like.
    pub badges: Vec<Badge>,
    /// The reader's role and where it comes from ("Admin, by delegation"); empty when they have none there.
    pub role: String,
}

/// The form for a new account.
#[derive(Template)]
#[template(path = "account_new.html")]
pub struct NewAccountPage {
    /// What stands around it.
    pub frame: Frame,
    /// The name as typed.
    pub name: String,
    /// Whether the host manages its users.
    pub managed: bool,
    /// The first admin's address as typed.
    pub admin_email: String,
}
