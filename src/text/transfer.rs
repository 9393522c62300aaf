//! Export and import of the people of an account.

sentences! {
    /// `/accounts/{a}/users/export` and `/accounts/{a}/users/import`.
    Transfer {
        export: "Export" | "Esporta";
        export_lead: "Name, address, preferences and access of the people of this account, for a spreadsheet or another account."
            | "Nome, recapiti, preferenze e accesso delle persone di questo account, per un foglio di calcolo o un altro account.";
        csv: "Download CSV (spreadsheet)" | "Scarica CSV (foglio di calcolo)";
        json: "Download JSON" | "Scarica JSON";
        more: "A file holds 1,000 people. There are more:" | "Un file contiene 1.000 persone. Ce ne sono altre:";
        next: "Next 1,000 people" | "Le prossime 1.000 persone";
        import: "Import" | "Importa";
        import_lead: "Paste a table with the names of its columns in the first line, for example from a spreadsheet, Google Contacts, Outlook or WHMCS, or our own export. Nothing changes before you have seen what would happen."
            | "Incolla una tabella con i nomi delle colonne nella prima riga, per esempio da un foglio di calcolo, Google Contatti, Outlook o WHMCS, oppure una nostra esportazione. Nulla cambia prima che tu abbia visto che cosa accadrebbe.";
        people: "People" | "Persone";
        people_hint: "Up to 1,000 lines; cut a longer file in parts. Columns: email, first_name, last_name, company, phone, address_1, address_2, city, province, postcode, country, email_preferences."
            | "Fino a 1.000 righe; dividi un file più lungo. Colonne: email, nome, cognome, azienda, telefono, indirizzo_1, indirizzo_2, città, provincia, cap, paese, email_preferences.";
        invite: "Invite those without access as" | "Invita chi non ha accesso come";
        nobody: "Invite nobody" | "Non invitare nessuno";
        preview: "Show what would happen" | "Mostra che cosa accadrebbe";
        preview_lead: "This is what would happen. Nothing has changed yet." | "Ecco che cosa accadrebbe. Nulla è ancora cambiato.";
        done_lead: "This is what happened. Lines that were refused can be mended and sent again with all others: nobody is made twice."
            | "Ecco che cosa è accaduto. Le righe rifiutate si possono correggere e inviare di nuovo con tutte le altre: nessuno viene creato due volte.";
        links_lead: "Copy the links now: they are shown this once." | "Copia ora i link: vengono mostrati una sola volta.";
        ignored: "Columns not used:" | "Colonne non usate:";
        several_contacts: "Several contacts have this address: add the name of the one you mean, or invite them from their page."
            | "Più contatti hanno questo indirizzo: aggiungi il nome di chi vuoi invitare, oppure invita la persona dalla sua pagina.";
        not_taken: "Not taken:" | "Non importato:";
        caption: "Lines of the file" | "Righe del file";
        line: "Line" | "Riga";
        outcome: "Outcome" | "Esito";
        proceed: "Import the next lines" | "Importa le prossime righe";
        again: "Another file" | "Un altro file";
        created: "New" | "Nuovo";
        updated: "Changed" | "Modificato";
        invited: "Invited" | "Invitato";
        unchanged: "Known already" | "Già presente";
        refused: "Refused" | "Rifiutato";
    }
}
