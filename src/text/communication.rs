//! The history of communications, a new one, and the change of one's own address.

use crate::core::vocabulary::Category;

sentences! {
    /// `/accounts/{a}/communications`, `/me/communications` and below.
    Communications {
        title: "Communications" | "Storico comunicazioni";
        lead: "What was sent to this account and to its people, the newest first." | "Ciò che è stato inviato a questo account e alle sue persone, dal più recente.";
        lead_member: "What this person received of the account, the newest first." | "Ciò che questa persona ha ricevuto dall’account, dal più recente.";
        lead_own: "What was sent to you, the newest first. Links of security letters are left out."
            | "Ciò che ti è stato inviato, dal più recente. I link delle lettere di sicurezza non compaiono.";
        caption: "Communications" | "Comunicazioni";
        words: "Words" | "Parole";
        from: "From" | "Dal";
        to: "Until" | "Al";
        subject: "Subject" | "Oggetto";
        category: "Category" | "Categoria";
        all: "All" | "Tutte";
        at: "Sent on" | "Data";
        by: "Sent by" | "Inviata da";
        state: "State" | "Stato";
        empty_title: "Nothing was sent yet" | "Non è ancora stato inviato nulla";
        empty: "Write the first communication: it goes to those who chose its category in their e-mail preferences."
            | "Scrivi la prima comunicazione: arriva a chi ne ha scelto la categoria nelle preferenze email.";
        empty_for_readers: "Messages will stand here once they are sent." | "Qui compariranno i messaggi, quando verranno inviati.";
        nothing_found: "Nothing matches here. Try fewer words, or clear the filters." | "Qui nessun risultato. Prova con meno parole o azzera i filtri.";

        new: "New communication" | "Nuova comunicazione";
        new_lead: "It goes to the account’s own address and to the people who chose the category, one letter per address."
            | "Arriva all’indirizzo dell’account e alle persone che hanno scelto la categoria, una lettera per indirizzo.";
        text: "Text" | "Testo";
        send: "Send" | "Invia";
        html: "As HTML" | "In HTML";
        html_hint: "Without scripts, links and anything from elsewhere." | "Senza script, link né contenuti esterni.";
        emails: "Letters" | "Lettere";
        recipient: "Recipient" | "Destinatario";
        sent_at: "Sent" | "Inviata";
        resend: "Send again what did not leave" | "Invia di nuovo ciò che non è partito";

        queued: "On its way" | "In invio";
        sent: "Sent" | "Inviata";
        failed: "Failed" | "Non riuscita";
        not_sent: "Not sent" | "Non inviata";
        no_recipient: "no longer a recipient" | "non è più un destinatario";

        general: "General" | "Generali";
        product: "Products" | "Prodotti";
        domain: "Domains" | "Dominio";
        administration: "Administration" | "Amministrazione";
        support: "Support" | "Supporto";
        security: "Security" | "Sicurezza";
        link_removed: "(the link is left out here)" | "(il link qui non compare)";
    }
}

sentences! {
    /// `/email-change`.
    EmailChange {
        title: "Confirm your new address" | "Conferma il nuovo indirizzo";
        lead: "From then on you sign in with the address this link was sent to." | "Da quel momento accedi con l’indirizzo a cui è arrivato questo link.";
        token: "Link, or its code" | "Link, o il suo codice";
        confirm: "Use this address" | "Usa questo indirizzo";
        after: "Your other sessions end; your password stays." | "Le altre sessioni terminano; la password resta.";
    }
}

impl Communications {
    /// The name of a category. Without one it is that of security e-mails.
    #[must_use]
    pub fn of_category(&self, category: Option<Category>) -> &'static str {
        match category {
            Some(Category::General) => self.general,
            Some(Category::Product) => self.product,
            Some(Category::Domain) => self.domain,
            Some(Category::Administration) => self.administration,
            Some(Category::Support) => self.support,
            None => self.security,
        }
    }
}
