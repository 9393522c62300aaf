//! The words for a text that was pasted where a link of ours is asked for, and has none.

use crate::core::lang::Lang;
use crate::core::pasted_link::{LinkFault, LinkPage};

/// The title and the sentence for a text that was pasted where a link is asked for.
#[must_use]
pub fn words(fault: LinkFault, lang: Lang) -> (&'static str, &'static str) {
    let (en, it) = match fault {
        LinkFault::Incomplete => (
            ("The link is not complete", "Paste the whole link, up to its last character, or open it with a click in the message you received."),
            ("Il link non è completo", "Incolla il link intero, fino all’ultimo carattere, oppure aprilo con un clic dal messaggio che hai ricevuto."),
        ),
        LinkFault::NotOurs => (
            (
                "This is not one of our links",
                "Paste the link you were given. If your mail program has replaced it with one of its own, open it with a click in the message you received.",
            ),
            (
                "Non è un nostro link",
                "Incolla il link che hai ricevuto. Se il programma di posta lo ha sostituito con uno suo, aprilo con un clic dal messaggio che hai ricevuto.",
            ),
        ),
        LinkFault::OfAnotherPage(page) => (of_another_page(page, Lang::En), of_another_page(page, Lang::It)),
    };
    if lang == Lang::It { it } else { en }
}

fn of_another_page(page: LinkPage, lang: Lang) -> (&'static str, &'static str) {
    let (en, it) = match page {
        LinkPage::Invitation => (
            ("This link is an invitation", "Open it with a click, or paste it on the page of invitations."),
            ("Questo link è un invito", "Aprilo con un clic, oppure incollalo nella pagina degli inviti."),
        ),
        LinkPage::Reset => (
            ("This link resets a password", "Open it with a click, or paste it on the page for a new password."),
            ("Questo link reimposta una password", "Aprilo con un clic, oppure incollalo nella pagina della nuova password."),
        ),
        LinkPage::EmailChange => (
            ("This link confirms a new address", "Open it with a click, or paste it on the page that changes the address."),
            ("Questo link conferma un nuovo indirizzo", "Aprilo con un clic, oppure incollalo nella pagina del cambio di indirizzo."),
        ),
        LinkPage::Verification => (
            ("This link confirms your address", "Open it with a click, or paste it on the page that confirms the address."),
            ("Questo link conferma il tuo indirizzo", "Aprilo con un clic, oppure incollalo nella pagina di conferma dell’indirizzo."),
        ),
        LinkPage::Setup => (
            ("This link sets the service up", "Open it with a click, or paste it on the setup page."),
            ("Questo link configura il servizio", "Aprilo con un clic, oppure incollalo nella pagina di configurazione."),
        ),
    };
    if lang == Lang::It { it } else { en }
}
