//! The invitation as the invited person sees it, and the link as the person who made it sees it.

sentences! {
    /// `/invitation`.
    Invitation {
        paste_title: "Your invitation" | "Il tuo invito";
        paste_lead: "Paste the invitation link you were given, or only the code after the #."
            | "Incolla il link di invito che hai ricevuto, o solo il codice dopo il simbolo #.";
        token: "Invitation link or code" | "Link o codice di invito";
        opening: "Opening your invitation…" | "Apertura del tuo invito…";
        account: "Account" | "Account";
        role: "Role" | "Ruolo";
        invited_by: "Invited by" | "Invitato da";
        for_email: "For" | "Per";
        valid_until: "Valid until" | "Valido fino al";
        new_person: "I am new here" | "È la prima volta che entro";
        new_person_lead: "Choose a password: you will sign in with it and this address." | "Scegli una password: accederai con quella e con questo indirizzo.";
        take_over: "Choose a new password" | "Scegli una nuova password";
        takes_over: "This address already has a user that was never confirmed." | "A questo indirizzo corrisponde già un utente che nessuno ha mai confermato.";
        takes_over_lead: "Choose a new password to take it over: every session of that user ends, and the links made in its name stop working. The accounts it belongs to stay."
            | "Scegli una nuova password per prenderne possesso: tutte le sue sessioni terminano e i link creati a suo nome smettono di valere. Gli account di cui fa parte restano.";
        names_kept: "Leave both names empty to keep those the user has." | "Lascia vuoti nome e cognome per mantenere quelli che l’utente ha già.";
        take_over_and_accept: "Take over and accept" | "Prendi possesso e accetta";
        used: "This invitation has been accepted" | "Questo invito è già stato accettato";
        used_lead: "The link works once, and it was used. If it was you, sign in with the address it was made for: you are in the account already."
            | "Il link vale una volta sola ed è già stato usato. Se l’hai usato tu, accedi con l’indirizzo per cui era stato creato: fai già parte dell’account.";
        existing: "I already have a Portineria user" | "Ho già un utente Portineria";
        existing_lead: "Your user and password stay as they are: this account is added to them." | "Il tuo utente e la tua password restano come sono: vi si aggiunge questo account.";
        your_password: "Your password" | "La tua password";
        accept: "Accept the invitation" | "Accetta l’invito";
        accept_existing: "Sign in and accept" | "Accedi e accetta";
        wrong_user: "This invitation is for somebody else" | "Questo invito è per un’altra persona";
        wrong_user_next: "If both addresses are yours, sign out, open the link again and accept it as the invited person. If you have changed your address since, ask for a new invitation. Otherwise leave it to them: the link stays good."
            | "Se entrambi gli indirizzi sono tuoi, esci, riapri il link e accettalo come persona invitata. Se nel frattempo hai cambiato indirizzo, chiedi un nuovo invito. Altrimenti lascialo a lei: il link resta valido.";
        sign_out_first: "Sign out" | "Esci";
        decline: "Decline" | "Rifiuta";
        decline_lead: "You do not expect this invitation? Decline it: the link stops working and nothing is created."
            | "Non ti aspettavi questo invito? Rifiutalo: il link smette di valere e non viene creato nulla.";
        decline_confirm: "Decline the invitation" | "Rifiuta l’invito";
        lost: "Has the link run out? Ask the person who invited you for a new one." | "Il link è scaduto? Chiedine uno nuovo a chi ti ha invitato.";
    }
}

sentences! {
    /// The page that shows a link once: the step between *Continue* and *Done*.
    Link {
        invitation_title: "The invitation is ready" | "L’invito è pronto";
        reset_title: "The reset link is ready" | "Il link di reimpostazione è pronto";
        reset_mailed_title: "The reset link is on its way" | "Il link di reimpostazione è in viaggio";
        invitation_label: "Invitation link" | "Link di invito";
        reset_label: "Reset link" | "Link di reimpostazione";
        copy: "Copy link" | "Copia link";
        copied: "Link copied." | "Link copiato.";
        copy_by_hand: "The link is selected: copy it with your keyboard." | "Il link è selezionato: copialo con la tastiera.";
        once: "This link is shown only now. Whoever holds it can use it, once: give it only to the person it is for."
            | "Questo link si vede solo ora. Chi lo possiede può usarlo, una volta: dallo solo alla persona a cui è destinato.";
        no_provider: "This host sends no mail: copy the link and send it yourself." | "L’host non invia posta: copia il link generato e invialo tu.";
        reset_only_mailed: "This person also has access elsewhere, so the link goes only to their own mailbox and is not shown here."
            | "Questa persona ha accesso anche altrove: il link arriva solo nella sua casella di posta e qui non viene mostrato.";
        reset_nothing_yet: "Nothing has changed yet: the present password works until the link is used." | "Non è ancora cambiato nulla: la password attuale vale finché il link non viene usato.";
        repeated_title: "The link has been made already" | "Il link è già stato creato";
        repeated: "Your request arrived twice and was carried out once. A link is shown only once: if you did not see it, make a new one. The first one then stops working."
            | "La tua richiesta è arrivata due volte ed è stata eseguita una volta sola. Un link si vede una volta sola: se non l’hai visto, creane uno nuovo. Quello di prima smetterà di funzionare.";
        remake_invitation: "Generate invite link" | "Genera link di invito";
        remake_reset: "Make a new link" | "Crea un nuovo link";
        valid_until: "Works until" | "Vale fino al";
        done: "Done" | "Fine";
    }
}
