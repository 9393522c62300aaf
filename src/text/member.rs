//! The people of an account: the list, the invitation form, the page of one person.

sentences! {
    /// `/accounts/{a}/users`.
    Users {
        title: "Users" | "Gestione utenti";
        lead: "Who may come in here, and what they may do." | "Chi può entrare qui e che cosa può fare.";
        lead_host: "The people of the host itself. Their role also holds in the accounts that delegate user management."
            | "Le persone dell’host stesso. Il loro ruolo vale anche negli account che delegano la gestione degli utenti.";
        choose: "Choose contact" | "Scegli contatto";
        choose_hint: "Name, company or email address" | "Nome, azienda o indirizzo email";
        role: "Role" | "Ruolo";
        state: "State" | "Stato";
        caption: "People of this account" | "Persone di questo account";
        name: "Name" | "Nome";
        email: "Email address" | "Indirizzo Email";
        you: "you" | "tu";
        no_name: "No name yet" | "Ancora senza nome";
        no_access: "No access" | "Nessun accesso";
        empty_title: "Nobody here yet" | "Ancora nessuno qui";
        empty: "Invite the first user. Every account needs at least one admin of its own before it can manage itself."
            | "Invita il primo utente. Perché l’account si gestisca da sé serve almeno un suo amministratore.";
        empty_for_readers: "An admin of the account can invite the first user." | "Un amministratore dell’account può invitare il primo utente.";
        nothing_found: "Nobody matches. Try fewer letters, or clear the filters." | "Nessuno corrisponde. Prova con meno lettere o azzera i filtri.";
    }
}

sentences! {
    /// `/accounts/{a}/users/new`.
    Invite {
        title: "Invite a new user" | "Invita un nuovo utente";
        lead: "Give the address and the role. The next page has the link." | "Fornisci l’e-mail e il ruolo. Nella pagina successiva trovi il link.";
        title_contact: "Add a contact" | "Aggiungi un contatto";
        lead_contact: "Somebody the account knows, without access." | "Qualcuno che l’account conosce, senza accesso.";
        choose: "Choose contact" | "Scegli contatto";
        choose_lead: "Is the person known to the account already? Find them here and continue on their page; otherwise fill in the form below."
            | "L’account conosce già la persona? Cercala qui e continua nella sua pagina; altrimenti compila il modulo qui sotto.";
        found: "Contacts found" | "Contatti trovati";
        none_found: "Nobody matches: fill in the form below." | "Nessuno corrisponde: compila il modulo qui sotto.";
        email: "Email address of the user" | "Indirizzo Email dell’utente";
        which_contact: "Who is invited" | "Chi viene invitato";
        several_contacts: "Several contacts have this address: choose below whom to invite." | "Più contatti hanno questo indirizzo: scegli qui sotto chi invitare.";
        somebody_new: "Somebody else, whom the account does not know yet" | "Un’altra persona, che l’account non conosce ancora";
        role: "Role" | "Ruolo";
        names_hint: "So that you recognise them in the list until they accept." | "Per riconoscere la persona nell’elenco finché non accetta.";
        mail_on: "We mail the invitation link to this address; you can also copy it and send it yourself."
            | "Il link di invito verrà inviato a questo indirizzo. Puoi anche copiarlo e inviarlo tu.";
        mail_off: "This host sends no mail: you copy the link and send it yourself." | "L’host non invia posta: copierai il link e lo invierai tu.";
    }
}

sentences! {
    /// `/accounts/{a}/users/{m}`.
    User {
        details: "Details" | "Anagrafica";
        access: "Access" | "Accesso";
        invitation: "Invitation" | "Invito";
        password: "Password" | "Password";
        revoke: "Revoke" | "Revoca";
        role: "Role" | "Ruolo";
        state: "State" | "Stato";
        last_seen: "Last seen" | "Ultimo accesso";
        since: "Known since" | "Presente dal";
        access_until: "Access until" | "Accesso fino al";
        access_until_hint: "The last day; empty: without an end. An administrator with an end does not count as the one every account keeps."
            | "L’ultimo giorno; vuoto: senza scadenza. Un amministratore con scadenza non conta come quello che ogni account conserva.";
        access_ended: "Access ended" | "Accesso terminato il";
        held_for_host: "This person is an administrator here on behalf of the host, because they created the account or took the seat over from another host administrator. The seat ends when delegation is turned off. It passes to another host administrator when this person is no longer one."
            | "È amministratore qui per conto dell’host, perché ha creato l’account o è subentrato a un altro amministratore dell’host. Il posto si libera quando la delega viene disattivata e passa a un altro amministratore dell’host quando questa persona non lo è più.";
        more_access: "Further permissions and end date" | "Altri permessi e scadenza";
        grants: "Further permissions" | "Altri permessi";
        grants_lead: "Beyond the role. Administrators hold all of them; “View only” takes those to view."
            | "Oltre a quelli del ruolo. Gli amministratori li hanno tutti; «Solo visualizzazione» ammette quelli di visualizzazione.";
        grant_views: "Also for “View only”." | "Anche per «Solo visualizzazione».";
        grant_off: "Switched off by the host." | "Disattivato dall’host.";
        held: "Further permissions" | "Altri permessi";
        choose_role: "Choose one of the three roles" | "Scegli uno dei tre ruoli";
        save_change: "Save change" | "Salva modifica";

        sub_account: "Activate sub-account" | "Attiva Sub-account";
        sub_account_tick: "Tick to make this person a sub-account with access to the client area"
            | "Spunta per configurare come Sub-Account con accesso Area Clienti";
        sub_account_lead: "This person is a contact: known to the account, without a way in." | "Questa persona è un contatto: l’account la conosce, ma non può entrare.";
        suspend: "Suspend access" | "Sospendi accesso";
        tick_hint: "Off suspends: the person is out from their next click, and keeps role, permissions, details and email preferences. On again restores them, without a new password."
            | "Senza la spunta l’accesso è sospeso: dal prossimo clic la persona resta fuori, ma conserva ruolo, permessi, anagrafica e preferenze email. Con la spunta riprende tutto, senza una nuova password.";
        remove_access: "Remove access, keep the contact" | "Togli l’accesso, conserva il contatto";
        remove_access_sure: "The way in closes at once; details and email preferences stay." | "L’accesso si chiude subito; anagrafica e preferenze email restano.";
        remove_access_confirm: "Remove access" | "Togli l’accesso";

        invitation_lead: "Not accepted yet." | "Non ancora accettato.";
        invitation_expired: "The link has expired. Make a new one and send it." | "Il link è scaduto. Creane uno nuovo e invialo.";
        delivery: "Letter" | "Lettera";
        email_queued: "On its way" | "In partenza";
        email_sent: "Sent" | "Inviata";
        email_not_sent: "No letter left. Hand the link over yourself." | "Nessuna lettera è partita. Consegna tu il link.";
        email_over_limit: "too many letters in an hour" | "troppe lettere in un’ora";
        email_stopped: "the account was deleted" | "l’account è stato eliminato";
        email_superseded: "its link was no longer good" | "il suo link non valeva più";
        valid_until: "Valid until" | "Valido fino al";
        new_link: "Generate invite link" | "Genera link di invito";
        new_link_hint: "The old link stops working at once." | "Il vecchio link smette subito di valere.";
        cancel_invitation: "Cancel invitation" | "Annulla invito";
        cancel_invitation_sure: "The link stops working. The person stays here as a contact." | "Il link smette di valere. La persona resta qui come contatto.";

        reset: "Reset" | "Reimposta";
        reset_lead: "Makes a link with which this person chooses a new password. Nothing changes until they use it."
            | "Genera un link con cui la persona sceglie una nuova password. Non cambia nulla finché non lo usa.";
        no_password_yet: "There is no password yet: the person chooses it when accepting the invitation." | "Non c’è ancora una password: la persona la sceglie quando accetta l’invito.";
        own_password: "This is you." | "Sei tu.";
        own_password_link: "Change your password on your own page" | "Modifica la password nella tua pagina";

        revoke_lead: "Takes this person out of the account: their access ends at once and their details are removed. Their user stays, for other accounts they may have."
            | "Rimuove la persona dall’account: l’accesso termina subito e l’anagrafica viene tolta. Il suo utente resta, per gli altri account che può avere.";
        revoke_sure: "Do you really want to revoke this user?" | "Vuoi davvero revocare questo utente?";
        leave_instead: "This is you: to go, leave the account from your own page." | "Sei tu: per andartene, lascia l’account dalla tua pagina.";
        leave: "Leave the account" | "Lascia l’account";
    }
}

sentences! {
    /// A lesser role, before it is given.
    Demotion {
        title: "Give a lesser role?" | "Assegnare un ruolo inferiore?";
        grants: "These further permissions are taken" | "Questi altri permessi vengono tolti";
        invitations: "Open invitations made by this person stop working" | "Gli inviti aperti creati da questa persona smettono di valere";
        things: "Assigned pixels and apps stay assigned, but can no longer be changed" | "Pixel e app assegnati restano, ma non si potranno più modificare";
        nothing: "Nothing else is lost: no further permission and no open invitation." | "Non si perde altro: nessun permesso ulteriore e nessun invito aperto.";
        more: "and more" | "e altri";
    }
}

sentences! {
    /// The address data of document 000, in its order and with its words.
    Contact {
        first_name: "First name" | "Nome";
        last_name: "Last name" | "Cognome";
        company: "Company" | "Azienda";
        email: "Email address" | "Indirizzo Email";
        phone: "Phone number" | "Numero di telefono";
        address_1: "Address 1" | "Indirizzo 1";
        address_2: "Address 2" | "Indirizzo 2";
        city: "City" | "Città";
        province: "Province" | "Provincia";
        postcode: "Postcode" | "CAP";
        country: "Country" | "Paese";
        country_hint: "Two letters, for example IT." | "Due lettere, per esempio IT.";
        tax_id: "Tax ID" | "Codice fiscale o partita IVA";
        email_fixed: "Only the person changes it, in their own profile." | "Solo la persona può modificarlo, dal proprio profilo.";
        email_of_invitation: "Only someone who manages the users changes it: that makes a new invitation link." | "Lo cambia solo chi gestisce gli utenti: si crea un nuovo link di invito.";
        invitation_moved: "The address is corrected, and the old link no longer works." | "L’indirizzo è stato corretto e il vecchio link non vale più.";
        email_moves_invitation: "At another address the person needs a new invitation link: this one stops working at once." | "A un altro indirizzo serve un nuovo link di invito: quello di ora smette subito di funzionare.";
        save: "Save change" | "Salva modifica";
    }
}
