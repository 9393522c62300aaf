//! Accounts: the list, a new account, its settings.

sentences! {
    /// `/accounts` and `/accounts/new`.
    Accounts {
        title: "Accounts" | "Account";
        lead: "Choose where you want to go in." | "Scegli in quale entrare.";
        lead_host: "The host and the accounts it keeps." | "L’host e gli account che ospita.";
        search: "Account name" | "Nome dell’account";
        kind: "User management" | "Gestione utenti";
        kind_managed: "Managed" | "Gestiti";
        kind_unmanaged: "Unmanaged" | "Non gestiti";
        caption: "Accounts you can see" | "Account che puoi vedere";
        name: "Account" | "Account";
        state: "State" | "Stato";
        your_role: "Your role" | "Il tuo ruolo";
        open: "Open" | "Apri";
        not_delegated: "Its users are managed by the account itself." | "Gli utenti sono gestiti dall’account stesso.";
        none_title: "You have no account" | "Non hai nessun account";
        none: "Your user exists, but no account gives you access: nobody has let you in yet, your access was taken back, or the account was deleted. Ask the person who should let you in for an invitation to the address below, or open the invitation link you already have."
            | "Il tuo utente esiste, ma nessun account ti dà accesso: nessuno ti ha ancora fatto entrare, l’accesso ti è stato tolto o l’account è stato eliminato. Chiedi un invito all’indirizzo qui sotto a chi deve farti entrare, oppure apri il link di invito che hai già.";
        open_invitation: "Open an invitation" | "Apri un invito";
        none_delegated: "No account has delegated its users to you." | "Nessun account ti ha delegato la gestione dei suoi utenti.";
        none_yet_title: "No customer account yet" | "Ancora nessun account cliente";
        none_yet: "Create one: managed by you, or with an admin of its own." | "Creane uno: gestito da te, oppure con un proprio amministratore.";
        which: "Show" | "Mostra";
        in_use: "Accounts in use" | "Account in uso";
        gone: "Deleted accounts" | "Account eliminati";
        restore: "Restore" | "Ripristina";
        none_gone: "No deleted account can be restored." | "Nessun account eliminato da ripristinare.";
        nothing_found: "No account matches. Try fewer letters, or clear the filter." | "Nessun account corrisponde. Prova con meno lettere o azzera il filtro.";

        new: "Create an account" | "Crea un account";
        new_lead: "A customer’s own place, with its users, pixels and apps." | "Lo spazio di un cliente, con i suoi utenti, pixel e app.";
        new_name: "Name of the account" | "Nome dell’account";
        new_name_hint: "The customer’s name, as it will stand in the selector." | "Il nome del cliente, come apparirà nel selettore.";
        new_kind: "Who manages its users?" | "Chi gestisce i suoi utenti?";
        managed_title: "The host (managed account)" | "L’host (account gestito)";
        managed_lead: "User management is delegated to the host: the host’s administrators invite the users. The account’s own administrators can take it back at any time."
            | "La gestione degli utenti è delegata all’host: gli amministratori dell’host invitano gli utenti. Gli amministratori dell’account possono riprenderla in qualsiasi momento.";
        unmanaged_title: "The account itself (unmanaged account)" | "L’account stesso (account non gestito)";
        unmanaged_lead: "You invite its first admin. The host sees only its name and state."
            | "Inviti il suo primo amministratore. L’host vede solo il nome e lo stato.";
        admin_email: "Email address of the first admin" | "Indirizzo Email del primo amministratore";
        admin_email_hint: "They receive an invitation link; the account becomes active when they accept. For a managed account you may leave this empty: you then become its first admin, in a seat held for the host."
            | "Riceverà un link di invito; l’account si attiverà quando lo avrà accettato. Per un account gestito puoi lasciare vuoto questo campo: in tal caso il primo amministratore sei tu, in un posto occupato per conto dell’host.";
        admin_email_hint_needed: "They receive an invitation link; the account becomes active when they accept."
            | "Riceverà un link di invito; l’account si attiverà quando lo avrà accettato.";
    }
}

sentences! {
    /// `/accounts/{a}/settings`.
    Settings {
        title: "Account profile" | "Profilo account";
        title_host: "Host profile" | "Profilo dell’host";
        profile: "Profile" | "Profilo";
        name_section: "Name" | "Nome";
        name: "Name of the account" | "Nome dell’account";
        save: "Save change" | "Salva modifica";
        facts: "About this account" | "Informazioni sull’account";
        management: "User management" | "Gestione utenti";
        created: "Created" | "Creato il";
        state: "State" | "Stato";
        first_admin: "First admin" | "Primo amministratore";
        first_admin_lead: "The account becomes active when its first admin accepts. Was the link lost, or did the wrong person get it? Make a new one: the old link stops working at once."
            | "L’account si attiva quando il suo primo amministratore accetta. Il link è stato smarrito o l’ha ricevuto la persona sbagliata? Creane uno nuovo: quello vecchio smette subito di valere.";
        first_admin_email: "Email address" | "Indirizzo Email";
        first_admin_email_hint: "The same as before, or another one." | "Lo stesso di prima, o un altro.";
        new_link: "Generate invite link" | "Genera link di invito";

        delegation: "Delegation" | "Delega della gestione utenti";
        delegated_lead: "User management is delegated to the host: its users can see this account and, as host admins, manage its users. Turn it off to make the account unmanaged."
            | "La gestione degli utenti è delegata all’host: gli utenti host possono vedere questo account e, se amministratori, gestirne gli utenti. Disattiva la delega per trasformarlo in un account non gestito.";
        undelegated_lead: "The account manages its users itself; the host sees only its name and state. Turn delegation on to let the host manage its users."
            | "L’account gestisce da sé i propri utenti; l’host ne vede solo il nome e lo stato. Attiva la delega per farne gestire gli utenti all’host.";
        seat_of_host: "Seat of the host" | "Posto dell’host";
        delegate_on: "Turn delegation on" | "Attiva la delega";
        delegate_off: "Turn delegation off" | "Disattiva la delega";
        delegate_off_sure: "From now on the host’s users no longer come in: they see only the account’s name and state, and those who may can delete it. The invitation and reset links they made here stop working."
            | "Da subito gli utenti host non entrano più: dell’account vedono solo il nome e lo stato, e chi ne ha il permesso può eliminarlo. I link di invito e di reimpostazione che hanno creato qui smettono di valere.";
        keepers: "These host users have access of their own and keep it. To end it, revoke them among the users:"
            | "Questi utenti host hanno un accesso proprio e lo conservano. Per toglierlo, revocali tra gli utenti:";
        keepers_none: "No host user has access of their own here." | "Nessun utente host ha un accesso proprio qui.";

        stop: "Deactivate the account" | "Disattiva l’account";
        stop_lead: "Its users cannot do anything in it until you reactivate it. Nothing is lost." | "I suoi utenti non potranno farvi nulla finché non lo riattivi. Nulla va perso.";
        stop_sure: "All users of this account are stopped at once." | "Tutti gli utenti di questo account vengono fermati subito.";
        stopped_title: "This account is deactivated" | "Questo account è disattivato";
        stopped: "Its host has stopped it for now; nothing is lost. Ask the host to reactivate it." | "L’host lo ha fermato per ora; nulla è andato perso. Chiedi all’host di riattivarlo.";
        stopped_by_you: "Its users cannot do anything in it until you reactivate it; nothing is lost." | "I suoi utenti non possono farvi nulla finché non lo riattivi; nulla è andato perso.";
        go_on: "Reactivate the account" | "Riattiva l’account";

        delete: "Delete the account" | "Elimina l’account";
        delete_lead: "Everything in it stops at once: its users can no longer enter, its open links stop working. Its administrators get a letter, if mail leaves here. For 30 days a host administrator can restore it; after that its data are removed."
            | "Tutto si ferma subito: i suoi utenti non possono più entrare e i link aperti smettono di valere. I suoi amministratori ricevono una lettera, se da qui parte posta. Per 30 giorni un amministratore dell’host può ripristinarlo; poi i suoi dati vengono rimossi.";
        delete_name: "Type the name of the account" | "Scrivi il nome dell’account";
        gone_title: "This account is deleted" | "Questo account è eliminato";
        gone: "Nobody can enter it. A host administrator can restore it for 30 days; after that its data are removed." | "Nessuno può entrarvi. Un amministratore dell’host può ripristinarlo per 30 giorni; poi i suoi dati vengono rimossi.";
        gone_until: "Can be restored until" | "Ripristinabile fino al";
        restore: "Restore the account" | "Ripristina l’account";
    }
}
