//! Pixels and apps: their list, a new one, the page of one, and what is assigned to a person.

use crate::core::vocabulary::{ResourceKind, ResourceStatus, Visibility};

sentences! {
    /// `/accounts/{a}/resources` and below, and the section of a person's page.
    Resources {
        title: "Pixels and apps" | "Pixel e app";
        lead: "What this account works with, and who works on it." | "Ciò con cui lavora questo account, e chi se ne occupa.";
        caption: "Pixels and apps you can see" | "Pixel e app che puoi vedere";
        search: "Start of the name" | "Inizio del nome";
        name: "Name" | "Nome";
        kind: "Kind" | "Tipo";
        external_id: "External ID" | "ID esterno";
        external_id_hint: "The ID it has where it comes from. It stays as it is." | "L’ID che ha nel servizio da cui proviene. Non si può più cambiare.";
        state: "State" | "Stato";
        settings: "Settings" | "Impostazioni";
        settings_hint: "A JSON object, for example {\"currency\": \"EUR\"}. It may stay empty." | "Un oggetto JSON, per esempio {\"currency\": \"EUR\"}. Può restare vuoto.";
        visibility: "Who sees it" | "Chi può vederla";
        visibility_hint: "Of apps alone: every user of the account sees its pixels." | "Vale solo per le app: i pixel sono visibili a tutti gli utenti dell’account.";
        empty_title: "No pixels or apps yet" | "Ancora nessun pixel e nessuna app";
        empty: "Add the first one, then assign it to the people who work on it." | "Aggiungi il primo, poi assegnalo alle persone che se ne occupano.";
        empty_for_readers: "Here you will see the pixels of the account and the apps you may see. Its admins add them."
            | "Qui vedrai i pixel dell’account e le app che puoi vedere. Li aggiungono i suoi amministratori.";
        nothing_found: "Nothing matches. Try fewer letters, or clear the filters." | "Nessun risultato. Prova con meno lettere o azzera i filtri.";

        new: "Add a pixel or an app" | "Aggiungi un pixel o un’app";
        new_lead: "You assign it to people on the next page." | "Nella pagina successiva lo assegni alle persone.";
        add: "Add" | "Aggiungi";
        details: "Details" | "Dettagli";
        save: "Save change" | "Salva modifica";
        people: "Assigned people" | "Persone assegnate";
        people_lead: "Standard users can make changes to their assigned pixels, including the pixels’ settings."
            | "Gli utenti standard possono apportare modifiche ai propri pixel assegnati, comprese le relative impostazioni.";
        people_none: "It is assigned to nobody yet." | "Non è ancora assegnato a nessuno.";
        people_nobody: "No user of the account matches. Invite them first." | "Nessun utente dell’account corrisponde. Prima invitalo.";
        people_search: "Name or email address" | "Nome o indirizzo email";
        people_more: "Not everybody is shown. Find others by name or address; save your ticks first."
            | "Non sono mostrati tutti. Cerca gli altri per nome o indirizzo; prima salva le spunte.";
        people_too_many: "It is assigned to more people than fit here. Change it on the page of each person." | "È assegnato a più persone di quante ne stanno qui. Modificalo nella pagina di ciascuna.";
        choose_people: "Who works on it" | "Chi se ne occupa";
        remove: "Remove" | "Rimuovi";
        remove_lead: "Takes it out of the account, with its settings and assignments. What it stands for elsewhere is not touched."
            | "Lo toglie dall’account, con impostazioni e assegnazioni. Ciò che rappresenta altrove non viene toccato.";
        remove_sure: "Do you really want to remove it? This cannot be undone." | "Vuoi davvero rimuoverlo? L’operazione non si può annullare.";

        things_none: "Nothing is assigned to this person." | "A questa persona non è assegnato nulla.";
        things_empty: "The account has no pixels or apps yet." | "L’account non ha ancora pixel o app.";
        things_search: "Name of the pixel or app" | "Nome del pixel o dell’app";
        things_more: "Not all are shown. Find the others by name before you fill in or tick anything here." | "Non sono mostrati tutti. Cerca gli altri per nome prima di compilare o spuntare.";
        choose_things: "Assigned pixels and apps" | "Pixel e app assegnati";

        pixel: "Pixel" | "Pixel";
        app: "App" | "App";
        active: "Active" | "Attivo";
        paused: "Paused" | "In pausa";
        everyone: "Every user of the account" | "Tutti gli utenti dell’account";
        assigned: "Admins and the people it is assigned to" | "Gli amministratori e le persone assegnate";
        admins: "Admins only" | "Solo gli amministratori";
    }
}

impl Resources {
    /// What a kind is called.
    #[must_use]
    pub fn of_kind(&self, kind: ResourceKind) -> &'static str {
        match kind {
            ResourceKind::Pixel => self.pixel,
            ResourceKind::App => self.app,
        }
    }

    /// What a status is called.
    #[must_use]
    pub fn of_status(&self, status: ResourceStatus) -> &'static str {
        match status {
            ResourceStatus::Active => self.active,
            ResourceStatus::Paused => self.paused,
        }
    }

    /// Who sees it, in words.
    #[must_use]
    pub fn of_visibility(&self, visibility: Visibility) -> &'static str {
        match visibility {
            Visibility::Everyone => self.everyone,
            Visibility::Assigned => self.assigned,
            Visibility::Admins => self.admins,
        }
    }
}
