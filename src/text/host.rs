//! The host's settings and its catalogue of permissions.

sentences! {
    /// `/host/settings`.
    HostSettings {
        title: "Host settings" | "Impostazioni host";
        general: "General" | "Generali";
        name: "Name of the host" | "Nome dell’host";
        language: "Language of the host" | "Lingua dell’host";
        invitation_hours: "An invitation works for (hours)" | "Un invito vale per (ore)";
        invitation_hours_hint: "From 1 hour to 168 (7 days)." | "Da 1 ora a 168 (7 giorni).";
        reset_minutes: "A reset link works for (minutes)" | "Un link di reimpostazione vale per (minuti)";
        reset_minutes_hint: "From 10 minutes to 1440 (24 hours). Links made before keep their time." | "Da 10 minuti a 1440 (24 ore). I link già creati mantengono la loro durata.";
        standard_may_delete: "Standard users may delete their account" | "Gli utenti standard possono eliminare il proprio account";
        audiences: "Services that tokens may be for (audiences)" | "Servizi a cui i token possono essere destinati (audience)";
        audiences_hint: "One URI per line, up to 20. A token that names no service is for the first. Each service accepts only tokens with its own URI."
            | "Un URI per riga, fino a 20. Un token che non nomina un servizio è destinato al primo. Ogni servizio accetta solo i token con il proprio URI.";
        save: "Save change" | "Salva modifica";
        mail: "Mail" | "Posta";
        mail_none: "Mail is not configured: links are copied and sent by hand. Whoever deploys the service chooses a provider with MAIL_PROVIDER."
            | "La posta non è configurata: i link si copiano e si inviano a mano. Chi installa il servizio sceglie un fornitore con MAIL_PROVIDER.";
        test: "Send me a test letter" | "Inviami una lettera di prova";
        test_no_id: "none" | "nessuno";
        permissions: "Permissions" | "Permessi";
        permissions_lead: "What can be done here. A permission that is switched off cannot be granted and counts for nobody; those the service needs are always on."
            | "Che cosa si può fare qui. Un permesso disattivato non si può concedere e non vale per nessuno; quelli necessari al servizio sono sempre attivi.";
        permission: "Permission" | "Permesso";
        state: "State" | "Stato";
        on: "On" | "Attivo";
        off: "Off" | "Disattivato";
        always_on: "Always on" | "Sempre attivo";
        title_en: "Title in English" | "Titolo in inglese";
        title_it: "Title in Italian" | "Titolo in italiano";
        title_hint: "Empty: the usual title." | "Vuoto: il titolo consueto.";
        switch_on: "In use: it can be granted, and counts" | "In uso: si può concedere e vale";
    }
}

phrases! {
    mail_by(provider): "Letters leave by the provider {provider}." | "Le lettere partono con il fornitore {provider}.";
    mail_lacks(provider, missing): "No letter leaves: MAIL_PROVIDER is {provider}, but these settings of the deployment are missing or wrong: {missing}."
        | "Non parte nessuna lettera: MAIL_PROVIDER è {provider}, ma queste impostazioni dell’installazione mancano o sono errate: {missing}.";
    test_sent(id): "The provider took the letter (its id: {id}). Look into your mailbox." | "Il fornitore ha preso in carico la lettera (il suo id: {id}). Controlla la tua casella.";
    test_failed(failure): "The provider refused the letter: {failure}" | "Il fornitore ha rifiutato la lettera: {failure}";
    test_waits(failure): "No word yet that the letter left: {failure}. It is tried again by itself." | "Ancora nessuna conferma che la lettera sia partita: {failure}. Si ritenta da sé.";
    edit_permission(title): "Edit: {title}" | "Modifica: {title}";
}
