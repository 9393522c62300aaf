//! The texts of the e-mails: a table of sentences in both languages (a missing one does not compile). A new e-mail is a new entry.
//!
//! The first line is the subject. `{name}` is replaced by a value of the row's details: a number is an instant, `{role}` the code of a role,
//! `{link}` the e-mail's own link, `{service}` our address. Inserted values are not parsed again, so a name cannot add a header, a line or markup.

use crate::core::lang::Lang;

use askama::filters::{Escaper, Html};
use serde_json::Value as Json;

use crate::core::permission::Role;

/// The text of an e-mail, before its values are filled in.
#[derive(Debug)]
pub struct EmailTemplate {
    /// The code in its row (`delivery.letter`).
    pub code: &'static str,
    /// The page its link opens; empty where it has none.
    pub page: &'static str,
    /// Each line in English and in Italian.
    lines: &'static [(&'static str, &'static str)],
}

macro_rules! email_templates {
    ($($code:literal to $page:literal { $($en:literal | $it:literal;)+ })+) => {
        /// The texts of all e-mails.
        pub const EMAIL_TEMPLATES: &[EmailTemplate] = &[$(EmailTemplate { code: $code, page: $page, lines: &[$(($en, $it)),+] }),+];
    };
}

email_templates! {
    "invitation" to "invitation" {
        "Invitation to {account}" | "Invito in {account}";
        "{by} invites you to “{account}” with the role {role}." | "{by} ti invita in «{account}» con il ruolo {role}.";
        "Open this link to accept or decline:" | "Apri questo link per accettare o rifiutare l’invito:";
        "{link}" | "{link}";
        "The link works once, until {until}." | "Il link funziona una volta sola, fino al {until}.";
        "If you did not expect this, ignore this letter: nothing happens without you."
            | "Se non aspettavi questo invito, ignora questa lettera: senza di te non succede nulla.";
    }
    "first_admin_invitation" to "invitation" {
        "{account} is ready for you" | "{account} è pronto per te";
        "{by} has prepared the account “{account}”: you are its first administrator." | "{by} ha preparato l’account «{account}»: ne sei il primo amministratore.";
        "Open this link to take it over. From then on you manage its users, and you decide whether the host may manage them too:"
            | "Apri questo link per prenderne possesso. Da quel momento ne gestisci gli utenti, e decidi tu se può gestirli anche l’host:";
        "{link}" | "{link}";
        "The link works once, until {until}." | "Il link funziona una volta sola, fino al {until}.";
        "If you did not expect this, ignore this letter: nothing happens without you."
            | "Se non aspettavi questo invito, ignora questa lettera: senza di te non succede nulla.";
    }
    "password_reset" to "reset" {
        "Reset your password" | "Reimposta la password";
        "Open this link to choose a new password:" | "Apri questo link per scegliere una nuova password:";
        "{link}" | "{link}";
        "The link works once, until {until}." | "Il link funziona una volta sola, fino al {until}.";
        "If you did not ask for it, ignore this letter: your password stays as it is."
            | "Se non lo hai chiesto tu, ignora questa lettera: la password resta quella di prima.";
    }
    "password_changed" to "" {
        "Your password was changed" | "La tua password è stata cambiata";
        "Your password was changed and your other sessions were ended." | "La tua password è stata cambiata e le altre sessioni sono state chiuse.";
        "If it was not you, use “Forgot password” at once, or ask your administrator for a reset link."
            | "Se non sei stato tu, usa subito «Password dimenticata», oppure chiedi al tuo amministratore un link di reimpostazione.";
    }
    "email_verification" to "verification" {
        "Confirm your email address" | "Conferma il tuo indirizzo email";
        "Open this link to confirm that this mailbox is yours:" | "Apri questo link per confermare che questa casella è tua:";
        "{link}" | "{link}";
        "The link works once, for one day. Once it is confirmed, you can be sure that a link will reach you if you forget your password."
            | "Il link funziona una volta sola, per un giorno. Dopo la conferma puoi essere certo che, se dimentichi la password, un link ti raggiunge.";
        "If you did not ask for it, do not open the link: somebody has given your address as theirs. With “Forgot password” you can take that user over."
            | "Se non lo hai chiesto tu, non aprire il link: qualcuno ha indicato il tuo indirizzo come suo. Con «Password dimenticata» puoi prendere possesso di quell’utente.";
    }
    "email_change" to "email-change" {
        "Confirm your new email address" | "Conferma il tuo nuovo indirizzo email";
        "{by} wants to sign in with {email} from now on. Open this link to confirm that this mailbox is yours:"
            | "{by} vuole accedere con {email} d’ora in poi. Apri questo link per confermare che questa casella è tua:";
        "{link}" | "{link}";
        "The link works once, until {until}." | "Il link funziona una volta sola, fino al {until}.";
        "If it was not you, ignore this letter: nothing changes." | "Se non sei stato tu, ignora questa lettera: non cambia nulla.";
    }
    "email_change_asked" to "" {
        "Your email address is about to change" | "Il tuo indirizzo email sta per cambiare";
        "Somebody signed in as you asked to change your address to {email}. It changes once that mailbox has confirmed."
            | "Qualcuno, dopo aver effettuato l’accesso come te, ha chiesto di cambiare il tuo indirizzo in {email}. Cambierà quando quella casella avrà confermato.";
        "If it was not you, change your password at once: that ends the change too."
            | "Se non sei stato tu, modifica subito la password: anche il cambio di indirizzo viene annullato.";
    }
    "email_changed" to "" {
        "Your email address was changed" | "Il tuo indirizzo email è stato cambiato";
        "You now sign in with {email}. This address no longer opens anything." | "Ora accedi con {email}. Questo indirizzo non apre più nulla.";
        "If it was not you, tell your administrator at once." | "Se non sei stato tu, avvisa subito il tuo amministratore.";
    }
    "role_changed" to "" {
        "Your role in {account} has changed" | "Il tuo ruolo in {account} è cambiato";
        "{by} has changed your access to “{account}”. Your role is now {role}." | "{by} ha modificato il tuo accesso a «{account}». Ora il tuo ruolo è {role}.";
    }
    "access_suspended" to "" {
        "Your access to {account} is suspended" | "Il tuo accesso a {account} è sospeso";
        "{by} has suspended your access to “{account}”. What you have there is kept; ask an administrator of the account to let you in again."
            | "{by} ha sospeso il tuo accesso a «{account}». Ciò che vi hai resta; chiedi a un amministratore dell’account di riattivarlo.";
    }
    "access_reactivated" to "" {
        "You can enter {account} again" | "Puoi entrare di nuovo in {account}";
        "{by} has reactivated your access to “{account}”, with the role {role}." | "{by} ha riattivato il tuo accesso a «{account}», con il ruolo {role}.";
    }
    "access_removed" to "" {
        "Your access to {account} has ended" | "Il tuo accesso a {account} è terminato";
        "{by} has removed your access to “{account}”. Your user and your other accounts stay as they are."
            | "{by} ha revocato il tuo accesso a «{account}». Il tuo utente e gli altri tuoi account restano come sono.";
    }
    "account_deleted" to "" {
        "The account {account} was deleted" | "L’account {account} è stato eliminato";
        "{by} deleted the account “{account}”. From this moment nobody can enter it." | "{by} ha eliminato l’account «{account}». Da questo momento nessuno può più entrarvi.";
        "A host administrator can restore it until {until}; after that its data are removed."
            | "Un amministratore dell’host può ripristinarlo fino al {until}; poi i suoi dati vengono rimossi.";
    }
    "account_restored" to "" {
        "The account {account} is back" | "L’account {account} è stato ripristinato";
        "{by} restored the account “{account}”, as it was." | "{by} ha ripristinato l’account «{account}», com’era prima.";
        "Invitations that were open when it was deleted no longer work: make new links."
            | "Gli inviti ancora aperti quando è stato eliminato non valgono più: creane di nuovi.";
    }
    "communication" to "" {
        "{subject}" | "{subject}";
        "{text}" | "{text}";
        "You receive this from {account}, by the email preferences it keeps for you." | "Ricevi questo messaggio da {account}, secondo le preferenze email che conserva per te.";
    }
    "test" to "" {
        "A letter to try things out" | "Una lettera di prova";
        "{by} asked for this letter, and here it is: letters leave this host." | "{by} ha chiesto questa lettera, ed eccola: le lettere partono da questo host.";
    }
}

/// The last line of every e-mail except those that an account writes.
const FOOT: (&str, &str) = ("This letter was sent by {service}", "Questa lettera è stata inviata da {service}");

/// An e-mail with its values filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// One line without control characters.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same, as HTML.
    pub html: String,
}

impl EmailTemplate {
    /// The template with this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        EMAIL_TEMPLATES.iter().find(|template| template.code == code)
    }

    /// The e-mail in this language, with the values of its row's details. HTML that an account writes is the whole HTML of its e-mail: we do not
    /// parse it, so a frame of ours around it could not be relied on. Mail programs trust no HTML, and no page of ours shows this one.
    #[must_use]
    pub fn words(&self, lang: Lang, details: &Json, link: &str, service: &str) -> Words {
        let value = |name: &str| match (name, details.get(name)) {
            ("link", _) => link.to_owned(),
            ("service", _) => service.to_owned(),
            ("role", Some(Json::String(code))) => Role::from_code(code).map_or("", |role| lang.text().words.role(role)).to_owned(),
            (_, Some(Json::String(text))) => text.chars().map(|sign| if sign.is_control() && (sign != '\n' || name != "text") { ' ' } else { sign }).collect(),
            (_, Some(Json::Number(at))) => lang.when(whole(at)).shown,
            _ => String::new(),
        };
        let foot = if self.code == "communication" { &[][..] } else { &[FOOT] };
        let mut lines = self.lines.iter().chain(foot).map(|(en, it)| filled(if lang == Lang::It { it } else { en }, &value));
        let subject = lines.next().unwrap_or_default();
        let paragraphs: Vec<String> = lines.collect();
        let html = match details.get("html").and_then(Json::as_str) {
            Some(html) => html.to_owned(),
            None => html(lang, &subject, &paragraphs, link),
        };
        Words { subject, text: paragraphs.join("\n\n"), html }
    }
}

/// D1 stores a bound number as a float, so an instant can come back with a decimal point.
#[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
fn whole(at: &serde_json::Number) -> i64 {
    at.as_i64().or_else(|| at.as_f64().map(|at| at as i64)).unwrap_or_default()
}

fn filled(line: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut parts = line.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        filled.push_str(&value(name));
        filled.push_str(rest);
    }
    filled
}

fn html(lang: Lang, subject: &str, paragraphs: &[String], link: &str) -> String {
    let escaped = |text: &str| {
        let mut safe = String::with_capacity(text.len());
        // Writing to a `String` does not fail.
        let _ = Html.write_escaped_str(&mut safe, text);
        safe
    };
    let mut html =
        ["<!doctype html>\n<html lang=\"", lang.code(), "\">\n<head><meta charset=\"utf-8\"><title>", &escaped(subject), "</title></head>\n<body>\n"].concat();
    for paragraph in paragraphs {
        let safe = escaped(paragraph).replace('\n', "<br>\n");
        let parts: &[&str] = if paragraph == link { &["<p><a href=\"", &safe, "\">", &safe, "</a></p>\n"] } else { &["<p>", &safe, "</p>\n"] };
        html.extend(parts.iter().copied());
    }
    html.push_str("</body>\n</html>\n");
    html
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{EMAIL_TEMPLATES, EmailTemplate};
    use crate::core::lang::Lang;

    #[test]
    fn a_name_adds_neither_header_nor_line_nor_markup_nor_another_value() {
        let evil = "Rossi\r\nBcc: all@x.it\n\n<a href=\"http://evil\">{link}</a>\u{0}\u{85}";
        let details = json!({ "account": evil, "by": evil, "email": evil, "role": evil, "subject": evil, "text": "one\n\ntwo", "until": 0 });
        for template in EMAIL_TEMPLATES {
            for lang in [Lang::It, Lang::En] {
                let words = template.words(lang, &details, "https://x/invitation#token", "https://x");
                assert!(!words.subject.contains(char::is_control), "{words:?}");
                assert!(!words.subject.is_empty() && !words.html.contains("<a href=\"http://evil") && !words.text.contains("\nBcc"), "{words:?}");
                let links = usize::from(!template.page.is_empty());
                assert_eq!((words.text.matches("#token").count(), words.html.matches("#token").count()), (links, 2 * links), "{}", template.code);
            }
        }
    }

    #[test]
    fn what_an_account_writes_as_html_is_its_own_email() {
        let words =
            EmailTemplate::of("communication").unwrap().words(Lang::En, &json!({ "subject": "News", "text": "a\nb", "html": "<b>a</b>" }), "", "https://x");
        assert_eq!((words.subject.as_str(), words.html.as_str()), ("News", "<b>a</b>"));
        assert!(words.text.starts_with("a\nb\n\n"));
    }
}
