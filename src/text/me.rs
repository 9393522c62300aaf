//! One's own page.

sentences! {
    /// `/me`.
    Me {
        title: "My profile" | "Il mio profilo";
        profile: "About you" | "I tuoi dati";
        email_hint: "You sign in with this address." | "Accedi con questo indirizzo.";
        email_change: "Change email address" | "Modifica indirizzo email";
        email_change_lead: "A link goes to the new address, and a notice to the one you have. Nothing changes until the link is opened."
            | "Un link arriva al nuovo indirizzo e un avviso a quello attuale. Nulla cambia finché il link non viene aperto.";
        email_new: "New email address" | "Nuovo indirizzo email";
        messages: "Communications" | "Storico comunicazioni";
        messages_lead: "Everything that was sent to you." | "Tutto ciò che ti è stato inviato.";
        verify_title: "Confirm your email address" | "Conferma il tuo indirizzo email";
        verify_paste: "Paste the link you were mailed, or only the code after the #." | "Incolla il link che hai ricevuto per email, o solo il codice dopo il simbolo #.";
        verify_code: "Confirmation link or code" | "Link o codice di conferma";
        verify_confirm: "Confirm the address" | "Conferma l’indirizzo";
        verify_lost: "Has the link run out? Ask for a new one in" | "Il link è scaduto? Chiedine uno nuovo in";
        language: "Language" | "Lingua";
        language_auto: "As my browser asks" | "Come chiede il mio browser";
        save: "Save change" | "Salva modifica";
        password: "Change password" | "Modifica password";
        current: "Current password" | "Password attuale";
        password_lead: "Your other sessions end when you change it." | "Quando la modifichi, le altre sessioni terminano.";
        sessions: "Sessions" | "Sessioni";
        sessions_lead: "Where you are signed in. End what you do not recognise, and change your password." | "Dove hai effettuato l’accesso. Termina ciò che non riconosci e modifica la password.";
        device: "Device" | "Dispositivo";
        address: "Address" | "Indirizzo IP";
        started: "Signed in" | "Accesso";
        seen: "Last used" | "Ultimo uso";
        this_one: "this session" | "questa sessione";
        end: "End" | "Termina";
        end_others: "End all other sessions" | "Termina tutte le altre sessioni";
        unknown_device: "Unknown device" | "Dispositivo sconosciuto";
        app: "App" | "App";
        accounts: "My accounts" | "I miei account";
        accounts_none: "No account has given you access yet." | "Nessun account ti ha ancora dato accesso.";
        account: "Account" | "Account";
        role: "Role" | "Ruolo";
        leave: "Leave" | "Lascia";
        leave_confirm: "Leave the account" | "Lascia l’account";
        leave_sure: "Your access ends at once. To come back you need a new invitation." | "Il tuo accesso termina subito. Per tornare serve un nuovo invito.";
    }
}
