//! What went wrong and what to do next, for each rule, in both languages: a missing sentence does not compile.

use super::{import_note, pasted_link};
use crate::core::lang::Lang;
use crate::core::refusal::{Rule, Wrong};

/// A short title and a sentence that names the next step.
pub struct Words {
    /// A few words.
    pub title: &'static str,
    /// What to do.
    pub detail: &'static str,
}

macro_rules! worded {
    ($lang:expr, $title_en:literal | $title_it:literal, $detail_en:literal | $detail_it:literal) => {
        match $lang {
            Lang::En => Words { title: $title_en, detail: $detail_en },
            Lang::It => Words { title: $title_it, detail: $detail_it },
        }
    };
}

/// The words of a rule.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table")]
pub fn words(rule: Rule, lang: Lang) -> Words {
    match rule {
        Rule::Malformed => worded!(
            lang,
            "Not readable" | "Non leggibile",
            "The request cannot be read. Check that its body is well formed and its parameters are spelled right."
                | "La richiesta non si può leggere. Controlla che il corpo sia ben formato e che i parametri siano scritti bene."
        ),
        Rule::CursorNotValid => worded!(
            lang,
            "This page of the list does not exist" | "Questa pagina dell’elenco non esiste",
            "Start the list again from its first page." | "Ricomincia l’elenco dalla prima pagina."
        ),
        Rule::CrossSite => worded!(
            lang,
            "Sent from another site" | "Inviato da un altro sito",
            "For your safety, changes are taken only from our own pages. Open the page here and try again."
                | "Per la tua sicurezza accettiamo modifiche solo dalle nostre pagine. Apri la pagina qui e riprova."
        ),
        Rule::MethodNotAllowed => worded!(
            lang,
            "Not possible here" | "Qui non è possibile",
            "This address does not take that method; the Allow header says which it takes."
                | "Questo indirizzo non accetta quel metodo; l’intestazione Allow dice quali accetta."
        ),
        Rule::TooLarge => worded!(lang, "Too large" | "Troppo grande", "Send less at once." | "Invia meno dati alla volta."),
        Rule::UnsupportedMediaType => worded!(
            lang,
            "Unknown type of content" | "Tipo di contenuto sconosciuto",
            "Send another type of content, and name it in Content-Type." | "Invia un altro tipo di contenuto e indicalo in Content-Type."
        ),
        Rule::Validation => worded!(
            lang,
            "Please check what you entered" | "Controlla i dati inseriti",
            "Some fields need your attention; nothing was saved." | "Alcuni campi richiedono attenzione; nulla è stato salvato."
        ),
        Rule::IdempotencyKeyReused => worded!(
            lang,
            "Key already used" | "Chiave già usata",
            "This Idempotency-Key came with another request within a day. Use a new key for a new request."
                | "Questa Idempotency-Key è già arrivata con un’altra richiesta nelle ultime 24 ore. Usa una chiave nuova per una richiesta nuova."
        ),
        Rule::Replayed => worded!(
            lang,
            "Already done" | "Già fatto",
            "The first request with this key was carried out." | "La prima richiesta con questa chiave è stata eseguita."
        ),
        Rule::VersionRequired => worded!(
            lang,
            "Version missing" | "Manca la versione",
            "Send If-Match with the ETag of the version you saw, or * for any."
                | "Invia If-Match con l’ETag della versione che hai visto, oppure * per qualsiasi versione."
        ),
        Rule::StaleVersion => worded!(
            lang,
            "Changed in the meantime" | "Modificato nel frattempo",
            "Somebody else changed this while you were looking at it. Open it again and repeat your change."
                | "Qualcun altro ha fatto una modifica mentre guardavi. Riapri la pagina e ripeti la modifica."
        ),
        Rule::NotSignedIn => worded!(
            lang,
            "Please sign in" | "Accedi",
            "You are not signed in, or your session has ended. Sign in and try again."
                | "Non hai effettuato l’accesso, o la sessione è finita. Accedi e riprova."
        ),
        Rule::WrongCredentials => worded!(
            lang,
            "E-mail and password do not match" | "E-mail e password non corrispondono",
            "Check both and try again, or use “Forgot password”." | "Controllale e riprova, oppure usa «Password dimenticata»."
        ),
        Rule::WrongPassword => worded!(
            lang,
            "The current password is not right" | "La password attuale non è corretta",
            "Nothing was changed. Type your current password again." | "Nulla è stato modificato. Scrivi di nuovo la tua password attuale."
        ),
        Rule::NotAllowed | Rule::LinkNotAllowed => worded!(
            lang,
            "You may not do this" | "Non hai il permesso",
            "Your role in this account does not allow it. Ask an administrator of the account."
                | "Il tuo ruolo in questo account non lo permette. Chiedi a un amministratore dell’account."
        ),
        Rule::AccountDeactivated => worded!(
            lang,
            "This account is deactivated" | "Questo account è disattivato",
            "Its host has stopped it for now; nothing is lost. Ask the host to reactivate it."
                | "L’host lo ha fermato per ora; nulla è andato perso. Chiedi all’host di riattivarlo."
        ),
        Rule::NotFound => worded!(
            lang,
            "Nothing here" | "Qui non c’è nulla",
            "This does not exist, or you have no access to it. Check the address, or ask for an invitation."
                | "Non esiste, oppure non hai accesso. Controlla l’indirizzo o chiedi un invito."
        ),
        Rule::TooManyAttempts => worded!(lang, "Too many attempts" | "Troppi tentativi", "Wait and try again." | "Aspetta, poi riprova."),
        Rule::AlreadySetUp => worded!(
            lang,
            "Already set up" | "Già configurato",
            "This deployment has its host. Sign in, or ask an administrator of the host for an invitation."
                | "Questa installazione ha già il suo host. Accedi, o chiedi un invito a un amministratore dell’host."
        ),
        Rule::WrongSetupToken => worded!(
            lang,
            "The setup token is not right" | "Il token di configurazione non è corretto",
            "Use the SETUP_TOKEN of this deployment, or the link that make dev printed."
                | "Usa il SETUP_TOKEN di questa installazione, o il link stampato da make dev."
        ),
        Rule::AccountKeepsAnAdmin => worded!(
            lang,
            "The account needs an administrator" | "L’account deve avere un amministratore",
            "This would leave the account without an active administrator of its own. Make somebody else an administrator first."
                | "L’account resterebbe senza un proprio amministratore attivo. Prima rendi amministratore qualcun altro."
        ),
        Rule::AccountNotPending => worded!(
            lang,
            "The account has its administrator" | "L’account ha già il suo amministratore",
            "Only an account that waits for its first administrator has a first-admin link. Its administrators invite the others."
                | "Solo un account in attesa del primo amministratore ha questo link. Gli altri li invitano i suoi amministratori."
        ),
        Rule::AccountDeleted => worded!(
            lang,
            "This account is deleted" | "Questo account è eliminato",
            "A host administrator can restore it within 30 days." | "Un amministratore dell’host può ripristinarlo entro 30 giorni."
        ),
        Rule::AccountNotDeleted => worded!(
            lang,
            "The account is not deleted" | "L’account non è eliminato",
            "Only a deleted account can be restored. Look for it among the accounts in use."
                | "Si ripristina solo un account eliminato. Cercalo tra gli account in uso."
        ),
        Rule::AccountNotDeactivated => worded!(
            lang,
            "The account is not deactivated" | "L’account non è disattivato",
            "Only a deactivated account can be reactivated." | "Si riattiva solo un account disattivato."
        ),
        Rule::RestoreTooLate => worded!(
            lang,
            "It can no longer be restored" | "Non si può più ripristinare",
            "An account can be restored for 30 days; after that its data are removed. Create a new account."
                | "Un account si può ripristinare per 30 giorni; poi i suoi dati vengono rimossi. Crea un nuovo account."
        ),
        Rule::NotForTheHost => worded!(
            lang,
            "Not possible for the host" | "Non è possibile per l’host",
            "The host itself cannot be deleted or delegated. Choose one of its accounts."
                | "L’host stesso non si può eliminare né delegare. Scegli uno dei suoi account."
        ),
        Rule::DelegationNeedsOwnAdmin => worded!(
            lang,
            "The account needs an administrator of its own" | "L’account deve avere un proprio amministratore",
            "Without delegation nobody could manage its users: it has no administrator of its own who is active and without an end date; host users do not count. Invite one, and wait until they accept."
                | "Senza delega nessuno potrebbe gestirne gli utenti: non ha un proprio amministratore attivo e senza scadenza; gli utenti host non contano. Invitane uno e attendi che accetti."
        ),
        Rule::FirstAdminRequired => worded!(
            lang,
            "The account needs a first administrator" | "L’account ha bisogno di un primo amministratore",
            "You cannot be its first administrator yourself: that takes a host administrator without an end date. Give the address of its first administrator."
                | "Non puoi esserne tu il primo amministratore: serve un amministratore dell’host senza scadenza. Indica l’indirizzo del suo primo amministratore."
        ),
        Rule::FirstAdminOfHost => worded!(
            lang,
            "This is a user of the host" | "È un utente dell’host",
            "The first administrator of an account must be somebody from the customer. Give another address; those who manage the account can invite host users later."
                | "Il primo amministratore di un account dev’essere una persona del cliente. Indica un altro indirizzo; chi gestirà l’account potrà invitare utenti host in seguito."
        ),
        Rule::SeatOfTheHost => worded!(
            lang,
            "This seat belongs to the host" | "Questo posto è dell’host",
            "Its role and its end cannot be changed. Revoke it, or turn delegation off, which ends it. To give this person access of their own, revoke the seat and invite them."
                | "Il ruolo e la scadenza non si possono modificare. Revocalo, oppure disattiva la delega: così si libera. Per dare a questa persona un accesso proprio, revoca il posto e invitala."
        ),
        Rule::OutlastsOwnAccess => worded!(
            lang,
            "Longer than your own access" | "Oltre la tua scadenza",
            "Your own access here has an end date: you cannot extend it, nor make somebody an administrator for longer. Choose an end that is not later than yours, or ask an administrator without one."
                | "Il tuo accesso qui ha una scadenza: non puoi prolungarlo, né nominare un amministratore per un tempo più lungo. Scegli una data non successiva alla tua, o chiedi a un amministratore senza scadenza."
        ),
        Rule::AlreadyMember => worded!(
            lang,
            "Already a user of this account" | "È già un utente di questo account",
            "Somebody with this address has access. Open their page to change it."
                | "Qualcuno con questo indirizzo ha già accesso. Apri la sua pagina per modificarlo."
        ),
        Rule::AlreadyInvited => worded!(
            lang,
            "Already invited" | "Già invitato",
            "Somebody with this address is invited. Open their page to generate a new link."
                | "Qualcuno con questo indirizzo è già invitato. Apri la sua pagina per generare un nuovo link."
        ),
        Rule::NotInvited => worded!(
            lang,
            "No open invitation" | "Nessun invito aperto",
            "Only an invited person has a link to renew or cancel." | "Solo chi è invitato ha un link da rigenerare o annullare."
        ),
        Rule::NoAccess => worded!(
            lang,
            "A contact without access" | "Un contatto senza accesso",
            "Give this person access first." | "Prima attiva il sub-account per questa persona."
        ),
        Rule::NotActive => worded!(
            lang,
            "Not a user yet" | "Non è ancora un utente",
            "This is possible once the person has accepted the invitation." | "È possibile dopo che la persona ha accettato l’invito."
        ),
        Rule::AccessEnded => worded!(
            lang,
            "The access has ended" | "L’accesso è terminato",
            "Its end date is over. Change the end date first." | "La sua data di fine è passata. Prima cambia la data di fine."
        ),
        Rule::UseLeave => worded!(
            lang,
            "This is you" | "Sei tu",
            "You cannot take your own access away here. Leave the account from your own page."
                | "Qui non puoi togliere il tuo accesso. Lascia l’account dalla tua pagina."
        ),
        Rule::EmailBelongsToUser => worded!(
            lang,
            "They sign in with this address" | "Accede con questo indirizzo",
            "Only the person can change the address they sign in with, on their own page."
                | "Solo la persona può cambiare l’indirizzo con cui accede, dalla sua pagina."
        ),
        Rule::IsInvited => worded!(lang, "Invited" | "Invito", "Invited. Change the email on their page." | "È invitato. Cambia l’e-mail dalla sua pagina."),
        Rule::PermissionNotForRole => worded!(
            lang,
            "Too much for this role" | "Troppo per questo ruolo",
            "View only takes permissions to view. Choose Standard to grant more."
                | "«Solo visualizzazione» accetta solo permessi di visualizzazione. Scegli «Standard» per concedere di più."
        ),
        Rule::PermissionSwitchedOff => worded!(
            lang,
            "This permission is switched off" | "Questo permesso è disattivato",
            "The host has switched it off, so it cannot be granted. Grant the others, or ask the host to switch it on."
                | "L’host lo ha disattivato, quindi non si può concedere. Concedi gli altri, o chiedi all’host di attivarlo."
        ),
        Rule::PermissionAlwaysOn => worded!(
            lang,
            "This permission is always on" | "Questo permesso è sempre attivo",
            "The service itself needs it. You can give it another title; only permissions that are granted to single people can be switched off."
                | "Il servizio stesso ne ha bisogno. Puoi cambiarne il titolo; si disattivano solo i permessi che si concedono a singole persone."
        ),
        Rule::AddressSharedByTooMany => worded!(
            lang,
            "Too many people with this address" | "Troppe persone con questo indirizzo",
            "50 people in this account already share this email address, which is the most allowed. Use another address, or remove one of them."
                | "In questo account 50 persone hanno già questo indirizzo email, il massimo consentito. Usa un altro indirizzo o rimuovine una."
        ),
        Rule::SeveralContacts => worded!(
            lang,
            "Several contacts have this address" | "Più contatti hanno questo indirizzo",
            "Choose which of them is invited, or a new person. By API, give that contact access (PUT …/members/{member}/access), or send its id, or “new”, as “contact”."
                | "Scegli chi invitare tra loro, oppure una persona nuova. Via API assegna l’accesso a quel contatto (PUT …/members/{member}/access) o invia il suo ID, o «new», come «contact»."
        ),
        Rule::UnknownResource => worded!(
            lang,
            "Unknown pixel or app" | "Pixel o app sconosciuti",
            "One of the resources to assign is not in this account. Choose from its list."
                | "Una delle risorse da assegnare non è in questo account. Scegli dall’elenco."
        ),
        Rule::DomainKeepsARecipient => worded!(
            lang,
            "Nobody would receive the domain letters" | "Nessuno riceverebbe le email dominio",
            "Renewals and registrations must reach somebody. First choose “Domain emails” for another person or for the account’s own address; without the permission, ask an administrator of the account."
                | "Rinnovi e registrazioni devono arrivare a qualcuno. Prima scegli «Email Dominio» per un’altra persona o per l’indirizzo dell’account; se non ne hai il permesso, chiedi a un amministratore dell’account."
        ),
        Rule::ItalianAddress => worded!(
            lang,
            "Not an Italian address" | "Non è un indirizzo italiano",
            "In Italy the postcode (CAP) has five digits and the province is its two letters, for example 00184 and RM. Correct them, or choose another country."
                | "In Italia il CAP ha cinque cifre e la provincia è la sua sigla, per esempio 00184 e RM. Correggili, o scegli un altro Paese."
        ),
        Rule::EmailColumnMissing => worded!(
            lang,
            "No column with email addresses" | "Nessuna colonna con indirizzi email",
            "Nobody was imported, because no column of the file has the name of email addresses. Call it “email”."
                | "Nessuno è stato importato, perché nessuna colonna del file ha il nome degli indirizzi email. Chiamala «email»."
        ),
        Rule::ResourceExists => worded!(
            lang,
            "Already in this account" | "È già in questo account",
            "One of this kind has the same external id. Open it from the list, or check the id."
                | "Ce n’è già uno dello stesso tipo con lo stesso ID esterno. Aprilo dall’elenco o controlla l’ID."
        ),
        Rule::NotAssigned => worded!(
            lang,
            "Not assigned to you" | "Non ti è assegnato",
            "You can change the pixels that are assigned to you. Ask an administrator of the account to assign this one."
                | "Puoi modificare i pixel che ti sono assegnati. Chiedi a un amministratore dell’account di assegnarti questo."
        ),
        Rule::KindReserved => worded!(
            lang,
            "Changed by administrators" | "La modifica spetta agli amministratori",
            "Apps are changed by administrators of the account. Ask one of them."
                | "Le app vengono modificate dagli amministratori dell’account. Chiedi a uno di loro."
        ),
        Rule::UnknownMember => worded!(
            lang,
            "Unknown person" | "Persona sconosciuta",
            "One of the people to assign is not in this account. Choose from its list."
                | "Una delle persone da assegnare non è in questo account. Scegli dall’elenco."
        ),
        Rule::LinkNotValid => worded!(
            lang,
            "This link does not work" | "Questo link non funziona",
            "It was used, replaced or withdrawn. Ask the person who sent it for a new one."
                | "È stato usato, sostituito o annullato. Chiedine uno nuovo a chi te lo ha inviato."
        ),
        Rule::LinkExpired => worded!(
            lang,
            "This link has expired" | "Questo link è scaduto",
            "Its time is over. Ask the person who sent it for a new one." | "Il tempo è finito. Chiedine uno nuovo a chi te lo ha inviato."
        ),
        Rule::WrongUser => worded!(
            lang,
            "This invitation is for somebody else" | "Questo invito è per un’altra persona",
            "You are signed in with another address. Sign out, then open the link again; if you have changed your address since, ask for a new invitation."
                | "Hai effettuato l’accesso con un altro indirizzo. Esci e riapri il link; se nel frattempo hai cambiato indirizzo, chiedi un nuovo invito."
        ),
        Rule::UserExists => worded!(
            lang,
            "You have a user already" | "Hai già un utente",
            "An invitation never changes a password. Accept with the password you have. If you do not know it, use “Forgot password”."
                | "Un invito non cambia mai una password. Accetta con la password che hai già. Se non la conosci, usa «Password dimenticata»."
        ),
        Rule::ResetOnlyByUser => worded!(
            lang,
            "Only this person can reset the password" | "Solo questa persona può reimpostare la password",
            "The same user has access elsewhere, so no link can be shown to you, and this host sends no mail. Ask whoever operates this Portineria to make a link for them."
                | "Lo stesso utente ha accesso anche altrove, quindi il link non può esserti mostrato, e questo host non invia posta. Chiedi a chi gestisce questa Portineria di crearne uno."
        ),
        Rule::NeedsMail => worded!(
            lang,
            "No mail is configured" | "La posta non è configurata",
            "This only goes by letter, and no mail provider is configured here. Ask a host administrator to configure one."
                | "Questo passa solo per lettera, e qui non è configurato alcun servizio di posta. Chiedi a un amministratore dell’host di configurarlo."
        ),
        Rule::EmailTaken => worded!(
            lang,
            "This address is taken" | "Questo indirizzo è già in uso",
            "It belongs to another user, or somebody has access with it to one of your accounts. Use another address, or ask an administrator of the account."
                | "Appartiene a un altro utente, oppure qualcuno lo usa per accedere a uno dei tuoi account. Usa un altro indirizzo o chiedi a un amministratore dell’account."
        ),
        Rule::NoRecipients => worded!(
            lang,
            "Nobody would receive it" | "Non la riceverebbe nessuno",
            "Nobody in this account wants letters of this category. Change the e-mail preferences, or choose another category."
                | "Nessuno in questo account desidera lettere di questa categoria. Modifica le preferenze email o scegli un’altra categoria."
        ),
        Rule::NothingToResend => worded!(
            lang,
            "Nothing to send again" | "Nulla da inviare di nuovo",
            "Every letter of this communication is sent or on its way." | "Ogni lettera di questa comunicazione è stata inviata o è in viaggio."
        ),
        Rule::MailNotConfigured => worded!(
            lang,
            "Mail is not configured" | "La posta non è configurata",
            "Nothing can be sent. Whoever deploys the service chooses a provider with MAIL_PROVIDER and the variables it needs; until then, copy links and send them yourself."
                | "Non si può inviare nulla. Chi installa il servizio sceglie un fornitore con MAIL_PROVIDER e le variabili che richiede; fino ad allora copia i link e inviali tu."
        ),
        Rule::Internal => worded!(
            lang,
            "Something broke on our side" | "Qualcosa si è rotto da noi",
            "Nothing was changed. Try again; if it stays, tell us the request number."
                | "Nulla è stato modificato. Riprova; se succede ancora, comunicaci il numero della richiesta."
        ),
        Rule::Busy => worded!(
            lang,
            "Busy for a moment" | "Occupato per un momento",
            "A part of the service did not answer in time, and nothing was changed. Try again in a few seconds."
                | "Una parte del servizio non ha risposto in tempo e nulla è stato modificato. Riprova tra qualche secondo."
        ),
        Rule::OutcomeUnknown => worded!(
            lang,
            "We could not confirm it" | "Non abbiamo potuto confermarlo",
            "The answer did not come back, so it may have been done or not. Try again; nothing happens twice."
                | "La risposta non è arrivata: l’operazione può essere riuscita oppure no. Riprova: nulla accade due volte."
        ),
        Rule::NotConfigured => worded!(
            lang,
            "Not configured" | "Non configurato",
            "This deployment lacks a required variable. Its operator finds the name in the log."
                | "A questa installazione manca una variabile obbligatoria. Chi la gestisce trova il nome nel log."
        ),
    }
}

/// What is wrong with a field.
#[must_use]
pub fn wrong(code: Wrong, lang: Lang) -> String {
    let (en, it) = match code {
        Wrong::Required => ("Please fill this in.".to_owned(), "Compila questo campo.".to_owned()),
        Wrong::TooLong(most) => (format!("At most {most} characters."), format!("Al massimo {most} caratteri.")),
        Wrong::TooShort(least) => (
            format!("At least {least} characters; a few words are easy to remember."),
            format!("Almeno {least} caratteri; alcune parole si ricordano facilmente."),
        ),
        Wrong::Email => {
            ("This is no e-mail address; it looks like name@example.com.".to_owned(), "Non è un indirizzo e-mail; un esempio è nome@example.com.".to_owned())
        }
        Wrong::Phone => (
            "A telephone number in digits, for example +39 06 555 1234. Spaces, dots, dashes and parentheses are fine.".to_owned(),
            "Un numero di telefono in cifre, per esempio +39 06 555 1234. Spazi, punti, trattini e parentesi vanno bene.".to_owned(),
        ),
        Wrong::Country => ("The two letters of a country, for example IT.".to_owned(), "Le due lettere di un Paese, per esempio IT.".to_owned()),
        Wrong::Postcode => ("In Italy a postcode (CAP) has five digits.".to_owned(), "In Italia il CAP ha cinque cifre.".to_owned()),
        Wrong::Province => (
            "In Italy a province is its two letters, for example RM.".to_owned(),
            "In Italia la provincia è la sua sigla di due lettere, per esempio RM.".to_owned(),
        ),
        Wrong::Characters => ("One line without control characters, please.".to_owned(), "Una sola riga, senza caratteri di controllo.".to_owned()),
        Wrong::Guessable => (
            "Too easy to guess: it repeats itself, or is made of your own name or address.".to_owned(),
            "Troppo facile da indovinare: si ripete, o è fatta con il tuo nome o il tuo indirizzo.".to_owned(),
        ),
        Wrong::Common => (
            "Too easy to guess: it is one of the passwords that people use most. Choose a few words that nobody else would put together.".to_owned(),
            "Troppo facile da indovinare: è tra le password più usate. Scegli alcune parole che nessun altro metterebbe insieme.".to_owned(),
        ),
        Wrong::Differs => ("The two passwords differ.".to_owned(), "Le due password sono diverse.".to_owned()),
        Wrong::Unknown => ("Not one of the possible values.".to_owned(), "Non è uno dei valori possibili.".to_owned()),
        Wrong::UnknownField => ("There is no such field here.".to_owned(), "Qui non esiste un campo con questo nome.".to_owned()),
        Wrong::Type => ("Of another type than expected.".to_owned(), "Di un tipo diverso da quello atteso.".to_owned()),
        Wrong::Object => (
            "This is no JSON object; an example is {\"currency\": \"EUR\"}.".to_owned(),
            "Non è un oggetto JSON; un esempio è {\"currency\": \"EUR\"}.".to_owned(),
        ),
        Wrong::TooMany(most) => (format!("At most {most} at once."), format!("Al massimo {most} alla volta.")),
        Wrong::TooManyValues(most) => import_note::too_many_values(most),
        Wrong::OutOfRange(least, most) => (format!("Between {least} and {most}."), format!("Tra {least} e {most}.")),
        Wrong::Quotes(line) => (
            format!("Line {line} cannot be read: a quotation mark is missing or out of place."),
            format!("La riga {line} non si può leggere: una virgoletta manca o è fuori posto."),
        ),
        Wrong::Encoding(line) => import_note::encoding(line),
        Wrong::NotJson(line) => import_note::not_json(line),
        Wrong::TooManyCells(cells, columns) => import_note::too_many_cells(cells, columns),
        Wrong::Repeated => ("Another line of this file is the same person.".to_owned(), "Un’altra riga del file è la stessa persona.".to_owned()),
        Wrong::Uri(place) => (
            format!("Number {place} is not an absolute URI of at most 200 characters, such as urn:example:shop or https://shop.example."),
            format!("Il numero {place} non è un URI assoluto di al massimo 200 caratteri, come urn:example:shop o https://shop.example."),
        ),
        Wrong::OwnAddress => (
            "This is the address of this service. A token for it is asked for by name and needs no entry here. Remove it.".to_owned(),
            "È l’indirizzo di questo servizio. Un token destinato a esso si chiede per nome e non va elencato qui. Toglilo.".to_owned(),
        ),
        Wrong::Link(fault) => {
            let (title, sentence) = pasted_link::words(fault, lang);
            return format!("{title}. {sentence}");
        }
        Wrong::Past => ("This must be in the future.".to_owned(), "Deve essere nel futuro.".to_owned()),
        Wrong::Date => ("A day like 2026-11-22, or 2026-11-22T18:00:00Z.".to_owned(), "Un giorno come 2026-11-22, o 2026-11-22T18:00:00Z.".to_owned()),
        Wrong::OtherName => (
            "This is not the name of the account. Type it exactly as it is shown.".to_owned(),
            "Non è il nome dell’account. Scrivilo esattamente come è mostrato.".to_owned(),
        ),
    };
    if lang == Lang::It { it } else { en }
}

/// The words of every rule exist; that none is empty is a test.
#[cfg(test)]
mod tests {
    use super::{Lang, Rule, words};

    #[test]
    fn every_rule_says_what_to_do_in_both_languages() {
        for rule in Rule::ALL {
            let (en, it) = (words(*rule, Lang::En), words(*rule, Lang::It));
            assert!(en.detail.ends_with('.') && it.detail.ends_with('.'), "{rule:?}");
            assert!(en.detail != it.detail && en.title != it.title, "{rule:?}");
        }
    }
}
