//! Sentences that carry a value.

phrases! {
    title_of(page, place): "{page} · {place}" | "{page} · {place}";
    edit_person(name): "Edit {name}" | "Modifica {name}";
    details_of(name): "Details of {name}" | "Dettagli di {name}";
    open_account(name): "Open {name}" | "Apri {name}";
    invited_to(account): "You are invited to {account}" | "Sei stato invitato in {account}";
    accept_as(email): "You are signed in as {email}, the person this invitation is for."
        | "Hai effettuato l’accesso come {email}, la persona a cui è destinato l’invito.";
    wrong_user(invited, present): "It was made for {invited}, and you are signed in as {present}."
        | "È stato creato per {invited}, ma hai effettuato l’accesso come {present}.";
    unconfirmed(email): "You have not confirmed {email} yet. If this mailbox is not yours, no link will reach you when you forget your password: change the address under “My profile”."
        | "Non hai ancora confermato {email}. Se questa casella non è tua, quando dimenticherai la password non riceverai alcun link: in tal caso cambia indirizzo in «Il mio profilo».";
    reset_sent(email): "If {email} belongs to somebody here, a link to choose a new password is on its way."
        | "Se {email} appartiene a un utente, un link per scegliere una nuova password è in viaggio.";
    link_mailed(email): "We mailed the link to {email}. You can also copy it and send it yourself."
        | "Il link è stato inviato a {email}. Puoi anche copiarlo e inviarlo tu.";
    link_queued(email): "A letter with a link is on its way to {email}. You can also copy this one and send it yourself."
        | "Una lettera con un link è in viaggio verso {email}. Puoi anche copiare questo e inviarlo tu.";
    link_only_queued(email): "A letter with the link is on its way to {email}." | "Una lettera con il link è in viaggio verso {email}.";
    link_not_mailed(email, reason): "The letter to {email} could not be sent ({reason}). Copy the link and send it yourself."
        | "Non è stato possibile inviare la lettera a {email} ({reason}). Copia il link e invialo tu.";
    email_waits(reason): "On its way: the last attempt failed ({reason}), another follows" | "In partenza: l’ultimo tentativo non è riuscito ({reason}), ne segue un altro";
    email_failed(reason): "Could not be sent ({reason}): make a new link and hand it over yourself." | "Non inviata ({reason}): genera un nuovo link e consegnalo tu.";
    invitation_for(name): "For {name}" | "Per {name}";
    invitation_for_role(name, role): "For {name}, as {role}" | "Per {name}, come {role}";
    was_contact(name): "{name} was already a contact: details and email preferences were kept, and what you typed was added only where there was nothing."
        | "{name} era già tra i contatti: dati e preferenze email sono rimasti, e quanto hai scritto è stato aggiunto solo dove mancava.";
    first_admin_of(email, account): "For {email}, the first admin of {account}" | "Per {email}, primo amministratore di {account}";
    seat_ends(name): "The seat that {name} holds for the host ends." | "Il posto che {name} occupa per l’host si libera.";
    end_session(device): "End the session: {device}" | "Termina la sessione: {device}";
    leave_account(account): "Leave {account}" | "Lascia {account}";
    signed_in_as(name): "Signed in as {name}" | "Accesso effettuato come {name}";
    browser_on(browser, system): "{browser} on {system}" | "{browser} su {system}";
    restore_account(account): "Restore {account}" | "Ripristina {account}";
    restorable_until(when): "Can be restored until {when}" | "Ripristinabile fino al {when}";
    demoted(name, was, role): "{name}: from {was} to {role}." | "{name}: da {was} a {role}.";
    at_most(size): "Send at most {size} at once." | "Invia al massimo {size} alla volta.";
    only_types(types): "Send {types}, and name it in Content-Type." | "Invia {types} e indicalo in Content-Type.";
    wait_minutes(minutes): "Wait {minutes} minutes and try again." | "Aspetta {minutes} minuti, poi riprova.";
    missing_permission(title, key): " Missing permission: {title} ({key})." | " Permesso mancante: {title} ({key}).";
    your_role_is(role): " Your role here: {role}." | " Il tuo ruolo qui: {role}.";
    host_has(title): " “{title}” belongs to the host: ask one of its administrators." | " «{title}» spetta all’host: chiedi a un suo amministratore.";
    columns_read(columns): " Columns that were read: {columns}." | " Colonne lette: {columns}.";
    you_can_ask(names): " You can ask {names}." | " Puoi chiedere a {names}.";
    until(when): "until {when}" | "fino al {when}";
    email_sent(when): "Sent {when}" | "Inviata il {when}";
}
