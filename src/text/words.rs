//! The words of the product: roles, states, kinds of account. The Italian is that of document 002.

use crate::core::permission::{Role, Via};

sentences! {
    /// Roles, states and kinds of account.
    Words {
        admin: "Admin" | "Amministratore";
        standard: "Standard" | "Standard";
        view_only: "View only" | "Solo visualizzazione";
        admin_may: "Admin users can manage all users and permissions for their account, add, remove and update pixels, and view all apps associated with their account."
            | "Gli utenti amministratori possono gestire tutti gli utenti e le autorizzazioni per il loro account, aggiungere, rimuovere e aggiornare i pixel e visualizzare tutte le app associate al loro account.";
        standard_may: "Standard users can make changes to their assigned pixels, including the pixels’ settings."
            | "Gli utenti standard possono apportare modifiche ai propri pixel assegnati, comprese le relative impostazioni.";
        view_only_may: "View only users can see pixels and their data, and some apps, but cannot make changes."
            | "Gli utenti che dispongono del ruolo di sola visualizzazione possono visualizzare pixel e dati associati, oltre ad alcune app, ma non possono apportare modifiche.";

        contact: "Contact" | "Contatto";
        invited: "Invited" | "Invitato";
        expired: "Invitation expired" | "Invito scaduto";
        active: "Active" | "Attivo";
        ended: "Access ended" | "Accesso terminato";
        suspended: "Suspended" | "Sospeso";

        host: "Host" | "Host";
        managed: "Managed" | "Gestito";
        unmanaged: "Unmanaged" | "Non gestito";
        pending: "Waiting for its first admin" | "In attesa del primo amministratore";
        deactivated: "Deactivated" | "Disattivato";
        deleted: "Deleted" | "Eliminato";

        via_member: "as a user of the account" | "come utente dell’account";
        via_delegation: "by delegation" | "per delega";
        via_host: "as the host" | "come host";
        by_delegation: "Managed by delegation" | "Gestito per delega";
        nobody: "Portineria" | "Portineria";
        somebody: "Somebody in the account" | "Qualcuno dell’account";
        held_for_host: "For the host" | "Per l’host";
    }
}

impl Words {
    /// A role's name.
    #[must_use]
    pub fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Admin => self.admin,
            Role::Standard => self.standard,
            Role::ViewOnly => self.view_only,
        }
    }

    /// How somebody reaches an account.
    #[must_use]
    pub fn via(&self, via: Via) -> &'static str {
        match via {
            Via::Member => self.via_member,
            Via::Delegation => self.via_delegation,
            Via::Host => self.via_host,
        }
    }

    /// What a role may do, as document 002 says it.
    #[must_use]
    pub fn role_may(&self, role: Role) -> &'static str {
        match role {
            Role::Admin => self.admin_may,
            Role::Standard => self.standard_may,
            Role::ViewOnly => self.view_only_may,
        }
    }
}
