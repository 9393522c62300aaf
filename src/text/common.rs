//! The frame of every page, and the notices after a change.

sentences! {
    /// The frame of every page, and the words its forms share.
    Common {
        brand: "Portineria" | "Portineria";
        tagline: "Who may come in, and who holds which key." | "Chi può entrare e chi ha quale chiave.";
        skip: "Skip to the content" | "Vai al contenuto";
        language: "Language" | "Lingua";
        your_menu: "Your menu" | "Il tuo menu";
        sign_in: "Sign in" | "Accedi";
        sign_out: "Sign out" | "Esci";
        my_profile: "My profile" | "Il mio profilo";
        change_password: "Change password" | "Modifica password";
        accounts: "Accounts" | "Account";
        switch_account: "Switch account" | "Cambia account";
        all_accounts: "All accounts" | "Tutti gli account";
        breadcrumb: "Where you are" | "Dove ti trovi";
        account_settings: "Account settings" | "Impostazioni account";
        users: "Users" | "Utenti";
        profile: "Account profile" | "Profilo account";
        host_settings: "Host settings" | "Impostazioni host";
        audit: "Activity log" | "Registro attività";
        delegation_note: "You are managing this account for the host: its users delegated it to you."
            | "Stai gestendo questo account come host: la gestione degli utenti ti è stata delegata.";

        error: "Error" | "Errore";
        check_this: "Please check this:" | "Controlla, per favore:";
        optional: "optional" | "facoltativo";
        search: "Search" | "Cerca";
        filter: "Filter" | "Filtra";
        clear: "Clear" | "Azzera";
        any: "All" | "Tutti";
        next_page: "Next page" | "Pagina successiva";
        first_page: "Back to the first page" | "Torna alla prima pagina";
        pages: "Pages of the list" | "Pagine dell’elenco";
        try_again: "Try again" | "Riprova";
        done_already_title: "This has been done already" | "È già stato fatto";
        done_already: "Your request arrived twice and was carried out once." | "La richiesta è arrivata due volte ed è stata eseguita una volta sola.";
        edit: "Edit" | "Modifica";
        details: "Details" | "Dettagli";
        save: "Save" | "Salva";
        cancel: "Cancel" | "Annulla";
        proceed: "Continue" | "Continua";
        show: "Show" | "Mostra";
        hide: "Hide" | "Nascondi";
        never: "Never" | "Mai";
        not_given: "Not given" | "Non indicato";

        first_name: "First name" | "Nome";
        last_name: "Last name" | "Cognome";
        email: "Email address" | "Indirizzo Email";
        password: "Password" | "Password";
        new_password: "New password" | "Nuova password";
        new_password_again: "New password, once more" | "Nuova password, ancora una volta";
        password_rules: "At least 15 characters. Length is what counts: four or five unrelated words, spaces included, make a good one. Common passwords are refused; digits and symbols are up to you."
            | "Almeno 15 caratteri. Conta la lunghezza: quattro o cinque parole senza legame, spazi compresi, vanno benissimo. Le password comuni sono rifiutate; cifre e simboli sono a tua scelta.";
        confirm_address: "Send me a confirmation link" | "Inviami un link di conferma";
        confirm_address_there: "Confirm or change the address" | "Conferma o cambia l’indirizzo";
        request_id: "Request number" | "Numero della richiesta";
        or: " or " | " o ";
        wait_a_minute: "Wait a minute and try again." | "Aspetta un minuto, poi riprova.";
        look_before_repeating: "The answer did not come back, so it may have been done or not. Look whether it was done before you repeat it; with an Idempotency-Key you can repeat it safely."
            | "La risposta non è arrivata: l’operazione può essere riuscita oppure no. Verifica se è stata eseguita prima di ripeterla; con una Idempotency-Key puoi ripeterla senza rischi.";
        request_id_why: "If you ask for help, give this number: it lets us find what happened."
            | "Se chiedi aiuto, indica questo numero: serve a ritrovare ciò che è successo.";
    }
}

sentences! {
    /// The notice shown once after a change, by the key of `?done=`.
    keyed Notices {
        signed_out: "You have signed out." | "Sei uscito.";
        setup_done: "The host is ready. Sign in with the password you just chose." | "L’host è pronto. Accedi con la password appena scelta.";
        setup_done_confirm: "The host is ready. Sign in with the password you just chose, then confirm your address with the note at the top of every page."
            | "L’host è pronto. Accedi con la password appena scelta; poi conferma il tuo indirizzo con la nota in cima a ogni pagina.";
        password_reset: "Your password has been changed and all your sessions have ended. Sign in with the new one."
            | "La password è stata modificata e tutte le sessioni sono terminate. Accedi con quella nuova.";
        password_changed: "Your password has been changed. Your other sessions have ended." | "La password è stata modificata. Le altre sessioni sono terminate.";
        verification_sent: "A letter with a confirmation link is on its way to you." | "Una lettera con un link di conferma è in viaggio.";
        email_verified: "Your email address is confirmed." | "Il tuo indirizzo email è confermato.";
        profile_saved: "Your profile has been saved." | "Il tuo profilo è stato salvato.";
        session_ended: "The session has ended." | "La sessione è terminata.";
        sessions_ended: "All your other sessions have ended." | "Tutte le altre tue sessioni sono terminate.";
        left: "You have left the account." | "Hai lasciato l’account.";
        accepted: "Welcome: the invitation is accepted." | "Benvenuto: l’invito è accettato.";
        declined: "The invitation has been declined. Nothing else is left to do." | "L’invito è stato rifiutato. Non resta altro da fare.";
        account_created: "The account has been created." | "L’account è stato creato.";
        host_saved: "The host settings have been saved." | "Le impostazioni dell’host sono state salvate.";
        permission_saved: "The permission has been saved. It holds from the next click." | "Il permesso è stato salvato. Vale dal prossimo clic.";
        account_saved: "The account has been saved." | "L’account è stato salvato.";
        delegation_on: "The host manages the users of this account again." | "L’host gestisce di nuovo gli utenti di questo account.";
        delegation_off: "The account is unmanaged, from this moment: the host sees only its name and state."
            | "L’account non è più gestito, da questo momento: l’host ne vede solo il nome e lo stato.";
        account_deactivated: "The account is deactivated, from this moment. Nothing is lost." | "L’account è disattivato, da questo momento. Nulla è andato perso.";
        account_reactivated: "The account is active again." | "L’account è di nuovo attivo.";
        account_deleted: "The account has been deleted. For 30 days a host administrator can restore it."
            | "L’account è stato eliminato. Per 30 giorni un amministratore dell’host può ripristinarlo.";
        account_restored: "The account is back as it was. Invitations that were open need a new link."
            | "L’account è di nuovo com’era. Agli inviti che erano aperti serve un nuovo link.";
        contact_saved: "The details have been saved." | "L’anagrafica è stata salvata.";
        preferences_saved: "The email preferences have been saved." | "Le preferenze email sono state salvate.";
        contact_added: "The contact has been added." | "Il contatto è stato aggiunto.";
        role_changed: "The role has been changed. It holds from the next click." | "Il ruolo è stato modificato. Vale dal prossimo clic.";
        suspended: "Access is suspended, from this moment." | "L’accesso è sospeso, da questo momento.";
        reactivated: "Access is active again." | "L’accesso è di nuovo attivo.";
        access_removed: "Access has been removed. The contact stays." | "L’accesso è stato tolto. Il contatto resta.";
        invitation_cancelled: "The invitation has been cancelled: its link no longer works." | "L’invito è stato annullato: il link non vale più.";
        resource_added: "Added. Now assign it to the people who work on it." | "Aggiunto. Ora assegnalo alle persone che se ne occupano.";
        resource_saved: "The change has been saved." | "La modifica è stata salvata.";
        resource_removed: "Removed, with its assignments." | "Rimosso, con le sue assegnazioni.";
        assigned: "The assignments have been saved. They hold from the next click." | "Le assegnazioni sono state salvate. Valgono dal prossimo clic.";
        communication_sent: "The communication is kept; below is what becomes of its letters." | "La comunicazione è registrata; qui sotto si vede che ne è delle lettere.";
        communication_resent: "What had not left is on its way again." | "Ciò che non era partito è di nuovo in viaggio.";
        email_change_asked: "A link is on its way to the new address. Nothing changes until you open it; if you sign out here first, the link stops working."
            | "Un link è in viaggio verso il nuovo indirizzo. Nulla cambia finché non lo apri; se prima esci da qui, non vale più.";
        email_changed: "From now on you sign in with the new address." | "Da ora accedi con il nuovo indirizzo.";
        entries_not_kept: "What was entered before you signed in was not sent: another user entered it." | "I dati inseriti prima del tuo accesso non sono stati inviati: li aveva inseriti un altro utente.";
        revoked: "The user has been revoked, from this moment." | "L’utente è stato revocato, da questo momento.";
    }
}
