//! What each permission is called and what it lets do, in both languages: a missing one does not compile.

use crate::core::lang::Lang;
use crate::core::permission::Permission;

/// Title and explanation.
pub type TitleAndExplanation = (&'static str, &'static str);

macro_rules! said {
    ($lang:expr, $permission:expr; $($name:ident: $title_en:literal | $title_it:literal, $en:literal | $it:literal;)+) => {
        match ($permission, $lang) {
            $((Permission::$name, Lang::En) => ($title_en, $en),
            (Permission::$name, Lang::It) => ($title_it, $it),)+
        }
    };
}

/// The words of a permission.
#[must_use]
pub fn words(permission: Permission, lang: Lang) -> TitleAndExplanation {
    said! { lang, permission;
        HostManage: "Manage the host" | "Gestire l’host",
            "Settings of the host, its users, the permission catalogue." | "Impostazioni dell’host, i suoi utenti, il catalogo dei permessi.";
        HostView: "See the host’s users" | "Vedere gli utenti host",
            "The list of the host’s users and their roles." | "L’elenco degli utenti host e dei loro ruoli.";
        AccountsCreate: "Create accounts" | "Creare account",
            "Create customer accounts and the link of their first admin." | "Creare gli account dei clienti e il link del loro primo amministratore.";
        AccountView: "Open the account" | "Aprire l’account",
            "Come in and see the account’s profile." | "Entrare e vedere il profilo dell’account.";
        AccountRename: "Rename the account" | "Rinominare l’account",
            "Change the name of the account." | "Cambiare il nome dell’account.";
        AccountDeactivate: "Deactivate the account" | "Disattivare l’account",
            "Stop the account for a while, and start it again." | "Fermare l’account per un periodo e riattivarlo.";
        AccountDelete: "Delete the account" | "Eliminare l’account",
            "Delete the account; the host can restore it for 30 days." | "Eliminare l’account; l’host può ripristinarlo per 30 giorni.";
        AccountRestore: "Restore the account" | "Ripristinare l’account",
            "Bring a deleted account back." | "Riportare in vita un account eliminato.";
        DelegationManage: "Delegate user management" | "Delegare la gestione degli utenti",
            "Let the host manage the account’s users, or take that back." | "Affidare all’host la gestione degli utenti dell’account, o riprenderla.";
        MembersView: "See the users" | "Vedere gli utenti",
            "People, roles and open invitations." | "Persone, ruoli e inviti aperti.";
        MembersManage: "Manage the users" | "Gestire gli utenti",
            "Invite, change roles and permissions, suspend, reset, revoke." | "Invitare, modificare ruoli e permessi, sospendere, reimpostare, revocare.";
        ResourcesManage: "Add and remove pixels and apps" | "Aggiungere e rimuovere pixel e app",
            "Add, remove and assign pixels and apps." | "Aggiungere, rimuovere e assegnare pixel e app.";
        ResourcesEdit: "Change pixels and apps" | "Modificare pixel e app",
            "Change pixels, including their settings; who does not manage them changes the assigned ones." | "Apportare modifiche ai pixel, comprese le relative impostazioni; chi non li gestisce modifica quelli assegnati.";
        ResourcesView: "See pixels and apps" | "Visualizzare pixel e app",
            "See pixels and their data, and the apps one may see." | "Visualizzare pixel e dati associati, e le app che si possono vedere.";
        EmailsSend: "Send communications" | "Inviare comunicazioni",
            "Write to the account’s people, and send again what failed." | "Scrivere alle persone dell’account e rinviare ciò che non è partito.";
        AuditView: "Read the activity log" | "Leggere il registro attività",
            "Every change in the account, with who made it." | "Ogni modifica nell’account, con chi l’ha fatta.";
        ProfileManage: "Edit the account profile" | "Modificare il profilo account",
            "Name, address data and language of the account." | "Nome, anagrafica e lingua dell’account.";
        ContactsManage: "Manage contacts" | "Gestire i contatti",
            "Add contacts; edit address data and email preferences. Never gives or takes access." | "Aggiungere contatti; modificare anagrafica e preferenze email. Non dà né toglie accessi.";
        EmailsView: "See communications" | "Vedere le comunicazioni",
            "The history of the account’s letters." | "Lo storico delle comunicazioni dell’account.";
        ProductsView: "See products" | "Vedere i prodotti",
            "Products and services of the account." | "Prodotti e servizi dell’account.";
        ProductsManage: "Manage products" | "Gestire i prodotti",
            "Change, renew and cancel products and services." | "Modificare, rinnovare e disdire prodotti e servizi.";
        ProductsSso: "Sign on to products" | "Accedere ai prodotti",
            "Go into a product’s own panel without a second sign-in." | "Entrare nel pannello di un prodotto senza un secondo accesso.";
        DomainsView: "See domains" | "Vedere i domini",
            "Domains of the account and their dates." | "I domini dell’account e le loro scadenze.";
        DomainsManage: "Manage domains" | "Gestire i domini",
            "Renew and transfer domains, change their settings." | "Rinnovare e trasferire domini, modificarne le impostazioni.";
        InvoicesPay: "Pay invoices" | "Pagare fatture",
            "See and pay the account’s invoices." | "Vedere e pagare le fatture dell’account.";
        QuotesAccept: "Accept quotes" | "Accettare preventivi",
            "See the account’s quotes and accept them." | "Vedere i preventivi dell’account e accettarli.";
        TicketsOpen: "Open support tickets" | "Aprire ticket di supporto",
            "Ask for support and follow the answers." | "Chiedere assistenza e seguire le risposte.";
        AffiliatesView: "See the affiliate account" | "Vedere l’account affiliato",
            "Referrals and commissions." | "Segnalazioni e commissioni.";
        OrdersPlace: "Place orders" | "Effettuare ordini",
            "Order new products in the account’s name." | "Ordinare nuovi prodotti a nome dell’account.";
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Permission, words};

    #[test]
    fn every_permission_has_a_title_and_a_sentence_of_its_own_in_both_languages() {
        let mut seen = std::collections::BTreeSet::new();
        for permission in Permission::ALL {
            let (en, it) = (words(*permission, Lang::En), words(*permission, Lang::It));
            assert!(en.1.ends_with('.') && it.1.ends_with('.') && en.0 != it.0 && en.1 != it.1, "{permission:?}");
            assert!(seen.insert(en.0) && seen.insert(it.0), "{permission:?}");
        }
    }
}
