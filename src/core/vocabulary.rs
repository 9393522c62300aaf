//! The words of the model that every room speaks (design §1, §4).

use crate::codes;

/// The host's id: there is one host a deployment, so its id is known to all.
pub const HOST: &str = "00000000-0000-7000-8000-000000000000";
/// Characters of a given or a family name.
pub const NAME_CHARACTERS: usize = 80;
/// Characters at least, with a password alone.
pub const SHORTEST_PASSWORD: usize = 15;

codes! {
    /// Where an account is in its life (design §4).
    pub enum AccountStatus {
        /// Waits for its first admin.
        Pending = "pending",
        /// In use.
        Active = "active",
        /// Stopped by its host for a while.
        Deactivated = "deactivated",
        /// Gone, restorable for 30 days.
        Deleted = "deleted",
    }
}

codes! {
    /// Whether a member is a user of the account.
    pub enum AccessStatus {
        /// A contact.
        None = "none",
        /// Has a link to accept.
        Invited = "invited",
        /// Comes in.
        Active = "active",
        /// Kept out for a while; role and permissions stay.
        Suspended = "suspended",
    }
}

codes! {
    /// The five categories of document 000's «Preferenze Email».
    pub enum Category {
        /// «Email Generali - Annunci Generali e Reinvio Password»
        General = "general",
        /// «Email Prodotti - Dettaglio Ordini, Email di Benvenuto, etc...»
        Product = "product",
        /// «Email Dominio - Notifiche di Rinnovo, Conferma Registrazione, etc...»
        Domain = "domain",
        /// «Email Amministrazione - Fatture e Reinvio Fatturazioni»
        Administration = "administration",
        /// «Email Supporto - Notifiche di Ticket di Supporto»
        Support = "support",
    }
}

codes! {
    /// The kinds of the catalogue.
    pub enum ResourceKind {
        /// «pixel»
        Pixel = "pixel",
        /// «app»
        App = "app",
    }
}

codes! {
    /// Who sees an app besides those who see everything. Pixels are seen by whoever may see resources.
    pub enum Visibility {
        /// Those it is assigned to.
        Assigned = "assigned",
        /// Whoever may see resources.
        Everyone = "everyone",
        /// Nobody else, assigned or not.
        Admins = "admins",
    }
}

codes! {
    /// Whether a resource is in use.
    pub enum ResourceStatus {
        /// In use.
        Active = "active",
        /// Stopped for a while.
        Paused = "paused",
    }
}
