//! The five categories of document 000's «Preferenze Email», in its words.

use super::permission::TitleAndExplanation;
use crate::core::lang::Lang;
use crate::core::vocabulary::Category;

sentences! {
    /// *Preferenze email*, of a person or of the account's own address.
    Preferences {
        title: "Email preferences" | "Preferenze email";
        lead: "Which letters this person receives, with access or without." | "Quali email riceve questa persona, con o senza accesso.";
        lead_account: "Which letters the account’s own address receives." | "Quali email riceve l’indirizzo dell’account.";
        no_address: "The account has no email address yet: give one in its profile." | "L’account non ha ancora un indirizzo email: indicalo nel profilo.";
        choose: "Receives" | "Riceve";
        none: "No letters." | "Nessuna email.";
    }
}

/// Name and explanation of a category.
#[must_use]
pub fn words(category: Category, lang: Lang) -> TitleAndExplanation {
    match (category, lang) {
        (Category::General, Lang::En) => ("General emails - General announcements and password reminders", "When ticked, general communications are received."),
        (Category::General, Lang::It) => {
            ("Email Generali - Annunci Generali e Reinvio Password", "Se selezionata, l’opzione abilita alla ricezione delle comunicazioni generali.")
        }
        (Category::Product, Lang::En) => {
            ("Product emails - Order details, welcome emails, etc.", "When ticked, letters about orders and activations are received.")
        }
        (Category::Product, Lang::It) => (
            "Email Prodotti - Dettaglio Ordini, Email di Benvenuto, etc...",
            "Se selezionata, l’opzione abilita alla ricezione delle email relative ad ordini ed attivazioni.",
        ),
        (Category::Domain, Lang::En) => {
            ("Domain emails - Renewal notices, registration confirmations, etc.", "When ticked, renewal notices are received. Somebody must receive them.")
        }
        (Category::Domain, Lang::It) => (
            "Email Dominio - Notifiche di Rinnovo, Conferma Registrazione, etc...",
            "Se selezionata, l’opzione abilita alla ricezione delle notifiche di rinnovo. Qualcuno deve riceverle.",
        ),
        (Category::Administration, Lang::En) => ("Invoice emails - Invoices and invoice reminders", "When ticked, invoices and orders are received."),
        (Category::Administration, Lang::It) => {
            ("Email Amministrazione - Fatture e Reinvio Fatturazioni", "Se selezionata, l’opzione abilita alla ricezione delle fatture e degli ordini.")
        }
        (Category::Support, Lang::En) => ("Support emails - Support ticket notices", "When ticked, requests for technical support are received."),
        (Category::Support, Lang::It) => {
            ("Email Supporto - Notifiche di Ticket di Supporto", "Se selezionata, l’opzione abilita alla ricezione delle richieste di assistenza tecnica.")
        }
    }
}
