//! Accounts: the selector, a new account, its settings.

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
        none_title: "You have no account yet" | "Non hai ancora un account";
        none: "Your user exists, but no account has given you access. Ask the person who should let you in for an invitation to the address below, or open the invitation link you already have."
            | "Il tuo utente esiste, ma nessun account ti ha dato accesso. Chiedi un invito all’indirizzo qui sotto a chi deve farti entrare, oppure apri il link di invito che hai già.";
        open_invitation: "Open an invitation" | "Apri un invito";
        none_yet_title: "No customer account yet" | "Ancora nessun account cliente";
        none_yet: "Create the first one: managed by you, or with an admin of its own." | "Crea il primo: gestito da te, oppure con un proprio amministratore.";
        nothing_found: "No account matches. Try fewer letters, or clear the filter." | "Nessun account corrisponde. Prova con meno lettere o azzera il filtro.";

        new: "Create an account" | "Crea un account";
        new_lead: "A customer’s own place, with its users, pixels and apps." | "Lo spazio di un cliente, con i suoi utenti, pixel e app.";
        new_name: "Name of the account" | "Nome dell’account";
        new_name_hint: "The customer’s name, as it will stand in the selector." | "Il nome del cliente, come apparirà nel selettore.";
        new_kind: "Who manages its users?" | "Chi gestisce i suoi utenti?";
        managed_title: "The host (managed account)" | "L’host (account gestito)";
        managed_lead: "User management is delegated to the host. You invite its users, and its admins can take it back at any time."
            | "La gestione degli utenti è delegata all’host. Inviti tu i suoi utenti; i suoi amministratori possono riprenderla in qualsiasi momento.";
        unmanaged_title: "The account itself (unmanaged account)" | "L’account stesso (account non gestito)";
        unmanaged_lead: "You invite its first admin. From then on the host sees only its name and state."
            | "Inviti il suo primo amministratore. Da quel momento l’host vede solo il nome e lo stato.";
        admin_email: "Email address of the first admin" | "Indirizzo Email del primo amministratore";
        admin_email_hint: "Needed for an unmanaged account: they receive an invitation link." | "Serve per un account non gestito: riceverà un link di invito.";
    }
}

sentences! {
    /// `/accounts/{a}/settings`.
    Settings {
        title: "Account profile" | "Profilo account";
        title_host: "Host profile" | "Profilo dell’host";
        name_section: "Name" | "Nome";
        name: "Name of the account" | "Nome dell’account";
        save: "Save change" | "Salva modifica";
        facts: "About this account" | "Informazioni sull’account";
        management: "User management" | "Gestione utenti";
        created: "Created" | "Creato il";
        state: "State" | "Stato";
        first_admin: "First admin" | "Primo amministratore";
        first_admin_lead: "The account opens when its first admin accepts. Was the link lost, or did the wrong person get it? Make a new one: the old link stops working at once."
            | "L’account si apre quando il suo primo amministratore accetta. Il link è stato smarrito o l’ha ricevuto la persona sbagliata? Creane uno nuovo: quello vecchio smette subito di valere.";
        first_admin_email: "Email address" | "Indirizzo Email";
        first_admin_email_hint: "The same as before, or another one." | "Lo stesso di prima, o un altro.";
        new_link: "Generate invite link" | "Genera link di invito";
    }
}
