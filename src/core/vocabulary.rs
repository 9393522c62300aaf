//! The words of the model that every room speaks (design §1, §4).

use serde::Serialize;
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::codes;

/// The host's id. A deployment has one host, so the id is fixed.
pub const HOST: &str = "00000000-0000-7000-8000-000000000000";
/// The most characters of a given or a family name.
pub const NAME_CHARACTERS: usize = 80;
/// The fewest characters of a password without a second factor.
pub const SHORTEST_PASSWORD: usize = 15;

/// The status of an account (design §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccountStatus {
    /// Waits for its first admin.
    Pending,
    /// In use.
    Active,
    /// Stopped by its host until it is reactivated.
    Deactivated,
    /// Deleted. It can be restored for 30 days.
    Deleted,
}
codes!(AccountStatus);

/// Whether a member is a user of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccessStatus {
    /// A contact.
    None,
    /// Has an invitation that is not accepted yet.
    Invited,
    /// Is a user of the account.
    Active,
    /// Cannot use the account for a while. Role and permissions stay.
    Suspended,
}
codes!(AccessStatus);

/// The five categories of document 000's «Preferenze Email».
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Category {
    /// «Email Generali - Annunci Generali e Reinvio Password»
    General,
    /// «Email Prodotti - Dettaglio Ordini, Email di Benvenuto, etc...»
    Product,
    /// «Email Dominio - Notifiche di Rinnovo, Conferma Registrazione, etc...»
    Domain,
    /// «Email Amministrazione - Fatture e Reinvio Fatturazioni»
    Administration,
    /// «Email Supporto - Notifiche di Ticket di Supporto»
    Support,
}
codes!(Category);

/// The kinds of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ResourceKind {
    /// «pixel»
    Pixel,
    /// «app»
    App,
}
codes!(ResourceKind);

/// Who sees an app besides those who see everything. Pixels are seen by whoever may see resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Visibility {
    /// Those it is assigned to.
    Assigned,
    /// Whoever may see resources.
    Everyone,
    /// Nobody else, assigned or not.
    Admins,
}
codes!(Visibility);

/// Whether a resource is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ResourceStatus {
    /// In use.
    Active,
    /// Stopped for a while.
    Paused,
}
codes!(ResourceStatus);
