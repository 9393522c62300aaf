//! The activity log: its table, and what each kind of change is called.

sentences! {
    /// `/accounts/{a}/audit`.
    Audit {
        title: "Activity log" | "Registro attività";
        lead: "Every change in this account, the newest first. Lines are only ever added." | "Ogni modifica in questo account, dalla più recente. Le righe si possono solo aggiungere.";
        caption: "Changes in this account" | "Modifiche in questo account";
        when: "When" | "Quando";
        who: "Who" | "Chi";
        what: "What" | "Che cosa";
        target: "On" | "Su";
        change: "Before → after" | "Prima → dopo";
        before: "before" | "prima";
        after: "after" | "dopo";
        empty: "Nothing has happened here yet." | "Qui non è ancora successo nulla.";
        nothing: "empty" | "vuoto";
        permissions: "Permissions" | "Permessi";
        pending: "Open" | "Aperto";
        revoked: "Withdrawn" | "Annullato";
        takes_over: "Unconfirmed user taken over" | "Subentro a un utente mai confermato";
    }
}

sentences! {
    /// What was done, by the action's name with its dots as underscores.
    keyed Actions {
        host_changed: "Host settings changed" | "Impostazioni dell’host modificate";
        mail_tested: "Test letter sent" | "Lettera di prova inviata";
        permission_changed: "Permission changed" | "Permesso modificato";
        host_set_up: "Host set up" | "Host configurato";
        account_created: "Account created" | "Account creato";
        account_renamed: "Account renamed" | "Account rinominato";
        account_first_admin_invited: "First admin invited" | "Primo amministratore invitato";
        delegation_turned_on: "Delegation turned on" | "Delega attivata";
        delegation_turned_off: "Delegation turned off" | "Delega disattivata";
        account_deactivated: "Account deactivated" | "Account disattivato";
        account_reactivated: "Account reactivated" | "Account riattivato";
        account_deleted: "Account deleted" | "Account eliminato";
        account_restored: "Account restored" | "Account ripristinato";
        account_purged: "Account data removed" | "Dati dell’account rimossi";
        member_created: "Contact added" | "Contatto aggiunto";
        members_imported: "People imported" | "Persone importate";
        member_contact_changed: "Details changed" | "Anagrafica modificata";
        member_preferences_changed: "Email preferences changed" | "Preferenze email modificate";
        account_preferences_changed: "Email preferences of the account changed" | "Preferenze email dell’account modificate";
        account_profile_changed: "Account profile changed" | "Profilo account modificato";
        member_invited: "User invited" | "Utente invitato";
        member_role_changed: "Role changed" | "Ruolo modificato";
        member_suspended: "Access suspended" | "Accesso sospeso";
        member_reactivated: "Access reactivated" | "Accesso riattivato";
        member_access_removed: "Access removed" | "Accesso tolto";
        member_revoked: "User revoked" | "Utente revocato";
        member_seat_passed: "Seat of the host passed on" | "Posto dell’host passato a un altro";
        member_left: "Left the account" | "Ha lasciato l’account";
        member_resources_changed: "Assigned pixels and apps changed" | "Pixel e app assegnati modificati";
        resource_created: "Pixel or app added" | "Pixel o app aggiunti";
        resource_changed: "Pixel or app changed" | "Pixel o app modificati";
        resource_assigned: "Assigned people changed" | "Persone assegnate modificate";
        resource_removed: "Pixel or app removed" | "Pixel o app rimossi";
        invitation_renewed: "New invitation link" | "Nuovo link di invito";
        invitation_email_changed: "Invitation moved to another address" | "Invito spostato a un altro indirizzo";
        invitation_cancelled: "Invitation cancelled" | "Invito annullato";
        invitation_accepted: "Invitation accepted" | "Invito accettato";
        invitation_declined: "Invitation declined" | "Invito rifiutato";
        password_reset_created: "Reset link made" | "Link di reimpostazione creato";
        password_reset_made_by_operator: "Reset link made by the operator" | "Link di reimpostazione creato da chi gestisce il servizio";
        password_reset_requested: "Reset link asked for" | "Link di reimpostazione richiesto";
        user_email_verified: "Email address confirmed" | "Indirizzo email confermato";
        user_changed: "Profile changed" | "Profilo modificato";
        user_password_changed: "Password changed" | "Password modificata";
        user_password_reset: "Password reset by link" | "Password reimpostata con un link";
        user_email_change_requested: "Change of address asked for" | "Cambio di indirizzo richiesto";
        user_email_changed: "Address changed" | "Indirizzo modificato";
        communication_sent: "Communication sent" | "Comunicazione inviata";
        communication_resent: "Communication sent again" | "Comunicazione inviata di nuovo";
        session_started: "Signed in" | "Accesso effettuato";
        session_ended: "Session ended" | "Sessione terminata";
        session_others_ended: "Other sessions ended" | "Altre sessioni terminate";
    }
}
