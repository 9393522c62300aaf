//! The pages for people who are not signed in: sign-in, forgotten password, reset, setup.

sentences! {
    /// `/sign-in`.
    SignIn {
        title: "Sign in" | "Accedi";
        lead: "With the email address you were invited with." | "Con l’indirizzo email con cui hai ricevuto l’invito.";
        submit: "Sign in" | "Accedi";
        forgot: "Forgot your password?" | "Password dimenticata?";
        invited: "Have you been given an invitation link? Open it, or" | "Hai ricevuto un link di invito? Aprilo, oppure";
        paste_invitation: "paste it here" | "incollalo qui";
        ended_kept: "Your session has ended. Sign in to go on: what you entered is kept."
            | "La sessione è terminata. Accedi per continuare: quello che hai inserito non va perso.";
        ended: "Your session has ended, and what you sent was not kept. Sign in, then enter it again."
            | "La sessione è terminata e quello che hai inviato non è stato conservato. Accedi e inseriscilo di nuovo.";
        back_title: "You are signed in again" | "Hai effettuato di nuovo l’accesso";
        back_lead: "What you entered before your session ended is still here. Press “Continue” to send it."
            | "Quello che avevi inserito prima che la sessione terminasse è ancora qui. Premi «Continua» per inviarlo.";
        back_without: "Go on without it" | "Prosegui senza inviarlo";
    }
}

sentences! {
    /// `/forgot-password`.
    Forgot {
        title: "Forgot your password?" | "Password dimenticata?";
        lead: "Give your email address: if somebody has it here, we send a link to choose a new password."
            | "Indica il tuo indirizzo email: se qui c’è un utente con quell’indirizzo, inviamo un link per scegliere una nuova password.";
        submit: "Send the link" | "Invia il link";
        back: "Back to sign-in" | "Torna all’accesso";
        sent_title: "Look in your mailbox" | "Controlla la posta";
        sent_next: "The link works once. Nothing there after a few minutes? Look among unwanted mail, check the address, or ask an admin of your account for a reset link."
            | "Il link vale una volta sola. Dopo qualche minuto non c’è nulla? Guarda nella posta indesiderata, controlla l’indirizzo, oppure chiedi un link di reimpostazione a un amministratore del tuo account.";
        another: "Try another address" | "Prova un altro indirizzo";
        no_mail_title: "Ask your admin for a reset link" | "Chiedi al tuo amministratore un link di reimpostazione";
        no_mail: "This host sends no mail, so we cannot send you a link. An admin of your account can make one and give it to you."
            | "Questo host non invia posta, perciò non possiamo inviarti un link. Un amministratore del tuo account può crearne uno e dartelo.";
        no_mail_how: "They open Account settings, Users, press Edit beside your name, and then Reset under Password."
            | "Gli basta aprire Impostazioni account, Utenti, cliccare su Modifica accanto al tuo nome e poi su Reimposta nella sezione Password.";
        have_link: "I have a reset link" | "Ho un link di reimpostazione";
    }
}

sentences! {
    /// `/reset`.
    Reset {
        title: "Choose a new password" | "Scegli una nuova password";
        paste_lead: "Paste the reset link you were given, or only the code after the #."
            | "Incolla il link di reimpostazione che hai ricevuto, o solo il codice dopo il simbolo #.";
        token: "Reset link or code" | "Link o codice di reimpostazione";
        opening: "Opening your link…" | "Apertura del link…";
        submit: "Change the password" | "Modifica password";
        ends_sessions: "All your sessions end when the password changes, on this device too. You then sign in with the new one."
            | "Quando la password cambia, tutte le tue sessioni terminano, anche su questo dispositivo. Poi accedi con quella nuova.";
        for_user: "Password of" | "Password di";
        valid_until: "The link works until" | "Il link vale fino al";
        lost: "Has the link run out?" | "Il link è scaduto?";
        ask_again: "Ask for a new one" | "Chiedine uno nuovo";
    }
}

sentences! {
    /// `/setup`.
    Setup {
        title: "Set up your host" | "Configura il tuo host";
        lead: "Once, on a new Portineria: you name the host and become its first admin." | "Una volta sola, su una nuova Portineria: dai un nome all’host e ne diventi il primo amministratore.";
        token: "Setup token" | "Codice di configurazione";
        token_hint: "From the address printed by make dev, or the secret SETUP_TOKEN of your deployment."
            | "Dall’indirizzo mostrato da make dev, o dal segreto SETUP_TOKEN della tua installazione.";
        host_name: "Name of the host" | "Nome dell’host";
        host_name_hint: "Your company, as your customers know it." | "La tua azienda, come la conoscono i tuoi clienti.";
        you: "You, the first admin" | "Tu, il primo amministratore";
        submit: "Set up the host" | "Configura l’host";
    }
}
