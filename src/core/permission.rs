//! Roles and permissions: the words of the matrix.
//!
//! Document 002: «Gli utenti su account ospitati possono avere uno dei tre ruoli». Who holds which permission is data
//! (`role_permission`, `migrations/0002_access.sql`), read inside the batch that needs it; the consequence for every route stands in
//! `tests/golden/permissions.txt`. This file only names them.

use crate::codes;
use serde::{Deserialize, Serialize};
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The three roles of document 002, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// «possono visualizzare pixel e dati associati, oltre ad alcune app, ma non possono apportare modifiche»
    ViewOnly,
    /// «possono apportare modifiche ai propri pixel assegnati, comprese le relative impostazioni»
    Standard,
    /// «possono gestire tutti gli utenti e le autorizzazioni per il loro account»
    Admin,
}
codes!(Role);

/// What a person may do with a permission: look, or change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Looks only.
    View,
    /// Changes something.
    Manage,
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $key:literal, $level:ident, $grantable:literal;)*) => {
        /// One thing that may be done, `noun.verb`. The same list as the `permission` table (a test compares them).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Permission { $($(#[doc = $doc])* #[serde(rename = $key)] $name,)* }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The key, as in JSON and in the database.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The permission of that key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)* _ => None }
            }

            /// Whether it looks or changes.
            #[must_use]
            pub fn level(self) -> Level {
                match self { $(Self::$name => Level::$level,)* }
            }

            /// Whether it can be granted to one person beyond the role.
            #[must_use]
            pub fn is_grantable(self) -> bool {
                match self { $(Self::$name => $grantable,)* }
            }
        }
    };
}

permissions! {
    /// Host settings, mail test, permission catalogue, host users.
    HostManage = "host.manage", Manage, false;
    /// List the host's users.
    HostView = "host.view", View, false;
    /// Create accounts, and their first-admin links.
    AccountsCreate = "accounts.create", Manage, false;
    /// Open the account.
    AccountView = "account.view", View, false;
    /// Rename the account.
    AccountRename = "account.rename", Manage, false;
    /// Deactivate and reactivate the account.
    AccountDeactivate = "account.deactivate", Manage, false;
    /// Delete the account.
    AccountDelete = "account.delete", Manage, false;
    /// Restore a deleted account.
    AccountRestore = "account.restore", Manage, false;
    /// Turn delegation on and off.
    DelegationManage = "delegation.manage", Manage, false;
    /// See members, roles, pending invitations.
    MembersView = "members.view", View, false;
    /// Invite, new link, change role, grants, assignments, suspend, revoke, reset link.
    MembersManage = "members.manage", Manage, false;
    /// Add and remove pixels and apps.
    ResourcesManage = "resources.manage", Manage, false;
    /// Change a pixel and its settings.
    ResourcesEdit = "resources.edit", Manage, false;
    /// See pixels and apps.
    ResourcesView = "resources.view", View, false;
    /// Send a communication, resend a failed one.
    EmailsSend = "emails.send", Manage, false;
    /// Read the audit log.
    AuditView = "audit.view", View, false;
    /// Edit the account's profile.
    ProfileManage = "profile.manage", Manage, true;
    /// Add or edit contact data and preferences of members.
    ContactsManage = "contacts.manage", Manage, true;
    /// Read the history of the account's communications.
    EmailsView = "emails.view", View, true;
    /// See products and services.
    ProductsView = "products.view", View, true;
    /// Manage products and services.
    ProductsManage = "products.manage", Manage, true;
    /// Sign on to products.
    ProductsSso = "products.sso", Manage, true;
    /// See domains.
    DomainsView = "domains.view", View, true;
    /// Manage domains.
    DomainsManage = "domains.manage", Manage, true;
    /// Pay invoices.
    InvoicesPay = "invoices.pay", Manage, true;
    /// Accept quotes.
    QuotesAccept = "quotes.accept", Manage, true;
    /// Open support tickets.
    TicketsOpen = "tickets.open", Manage, true;
    /// See the affiliate account.
    AffiliatesView = "affiliates.view", View, true;
    /// Place orders.
    OrdersPlace = "orders.place", Manage, true;
}

impl Permission {
    /// Whether only users of the host ever hold it.
    #[must_use]
    pub fn is_of_host(self) -> bool {
        matches!(self, Self::HostManage | Self::HostView | Self::AccountsCreate | Self::AccountDeactivate | Self::AccountRestore)
    }
}

/// How a person reaches an account, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Via {
    /// By their own access.
    Member,
    /// As a host user, because the account delegates.
    Delegation,
    /// As a host user, over an account of the host.
    Host,
}
codes!(Via);
