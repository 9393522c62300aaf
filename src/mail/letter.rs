//! The letters: one variant each, in the reader's language, as text and as HTML.

use askama::Template;

use crate::{access::Role, text::Lang, when::Instant};

/// A letter before it is worded.
#[derive(Debug, Clone)]
pub enum Letter {
    /// You are invited into an account.
    Invitation {
        /// The account's name.
        account: String,
        /// The role one will have.
        role: Role,
        /// Who invites.
        invited_by: String,
        /// The link, of this letter alone.
        link: String,
        /// Until when, ms UTC.
        expires_at: i64,
    },
    /// Here is the link that sets a new password.
    PasswordReset {
        /// The link, of this letter alone.
        link: String,
        /// Until when, ms UTC.
        expires_at: i64,
    },
    /// Your password was changed.
    PasswordChanged,
    /// An account you administer was deleted.
    AccountDeleted {
        /// The account's name.
        account: String,
        /// Who deleted it.
        by: String,
        /// Until when it can be restored, ms UTC.
        until: i64,
    },
    /// An account you administer is back.
    AccountRestored {
        /// The account's name.
        account: String,
        /// Who restored it.
        by: String,
    },
}

/// A letter in words.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = "<!doctype html><html lang=\"{{ lang }}\"><head><meta charset=\"utf-8\"><title>{{ subject }}</title></head><body>{% for line in lines %}<p>{{ line }}</p>{% endfor %}{% if let Some(link) = link %}<p><a href=\"{{ link }}\">{{ link }}</a></p>{% endif %}{% for line in after %}<p>{{ line }}</p>{% endfor %}</body></html>"
)]
pub struct Words {
    lang: &'static str,
    /// One line without control characters: a name cannot add a header.
    pub subject: String,
    lines: Vec<String>,
    link: Option<String>,
    after: Vec<String>,
}

impl Words {
    /// The plain text.
    #[must_use]
    pub fn as_text(&self) -> String {
        let paragraphs: Vec<&str> = self.lines.iter().chain(&self.link).chain(&self.after).map(String::as_str).collect();
        paragraphs.join("\n\n")
    }

    /// The HTML, escaped; the plain text where it cannot be rendered.
    #[must_use]
    pub fn as_html(&self) -> String {
        self.render().unwrap_or_else(|_| self.as_text())
    }
}

impl Letter {
    /// The letter in this language.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "the sentences of all letters")]
    pub fn words(&self, lang: Lang) -> Words {
        let italian = lang == Lang::It;
        let (subject, lines, link, after) = match self {
            Self::Invitation { account, role, invited_by, link, expires_at } => {
                let role = role_name(*role, italian);
                let until = Instant(*expires_at).to_string();
                if italian {
                    (
                        format!("Invito in {account}"),
                        vec![
                            format!("{invited_by} ti invita in \u{ab}{account}\u{bb} con il ruolo {role}."),
                            "Apri questo link per accettare o rifiutare l\u{2019}invito:".to_owned(),
                        ],
                        Some(link.clone()),
                        vec![
                            format!("Il link funziona una volta sola, fino al {until}."),
                            "Se non aspettavi questo invito, ignora questa lettera: senza di te non succede nulla.".to_owned(),
                        ],
                    )
                } else {
                    (
                        format!("Invitation to {account}"),
                        vec![format!("{invited_by} invites you to \u{201c}{account}\u{201d} as {role}."), "Open this link to accept or decline:".to_owned()],
                        Some(link.clone()),
                        vec![
                            format!("The link works once, until {until}."),
                            "If you did not expect this, ignore this letter: nothing happens without you.".to_owned(),
                        ],
                    )
                }
            }
            Self::PasswordReset { link, expires_at } => {
                let until = Instant(*expires_at).to_string();
                if italian {
                    (
                        "Reimposta la password".to_owned(),
                        vec!["Apri questo link per scegliere una nuova password:".to_owned()],
                        Some(link.clone()),
                        vec![
                            format!("Il link funziona una volta sola, fino al {until}."),
                            "Se non lo hai chiesto tu, ignora questa lettera: la password resta quella di prima.".to_owned(),
                        ],
                    )
                } else {
                    (
                        "Reset your password".to_owned(),
                        vec!["Open this link to choose a new password:".to_owned()],
                        Some(link.clone()),
                        vec![
                            format!("The link works once, until {until}."),
                            "If you did not ask for it, ignore this letter: your password stays as it is.".to_owned(),
                        ],
                    )
                }
            }
            Self::PasswordChanged if italian => (
                "La tua password \u{e8} stata cambiata".to_owned(),
                vec![
                    "La tua password \u{e8} stata cambiata e le altre sessioni sono state chiuse.".to_owned(),
                    "Se non sei stato tu, chiedi subito al tuo amministratore un link di reimpostazione.".to_owned(),
                ],
                None,
                Vec::new(),
            ),
            Self::PasswordChanged => (
                "Your password was changed".to_owned(),
                vec![
                    "Your password was changed and your other sessions were ended.".to_owned(),
                    "If it was not you, ask your administrator for a reset link at once.".to_owned(),
                ],
                None,
                Vec::new(),
            ),
            Self::AccountDeleted { account, by, until } => {
                let until = Instant(*until).to_string();
                let (subject, lines) = if italian {
                    (
                        format!("L\u{2019}account {account} \u{e8} stato eliminato"),
                        [
                            format!("{by} ha eliminato l\u{2019}account \u{ab}{account}\u{bb}. Da questo momento nessuno pu\u{f2} pi\u{f9} entrarvi."),
                            format!("Un amministratore dell\u{2019}host pu\u{f2} ripristinarlo fino al {until}; poi i suoi dati vengono rimossi."),
                        ],
                    )
                } else {
                    (
                        format!("The account {account} was deleted"),
                        [
                            format!("{by} deleted the account \u{201c}{account}\u{201d}. From this moment nobody can enter it."),
                            format!("A host administrator can restore it until {until}; after that its data are removed."),
                        ],
                    )
                };
                (subject, lines.to_vec(), None, Vec::new())
            }
            Self::AccountRestored { account, by } if italian => (
                format!("L\u{2019}account {account} \u{e8} stato ripristinato"),
                vec![
                    format!("{by} ha ripristinato l\u{2019}account \u{ab}{account}\u{bb}, com\u{2019}era prima."),
                    "Gli inviti ancora aperti quando \u{e8} stato eliminato non valgono pi\u{f9}: creane di nuovi.".to_owned(),
                ],
                None,
                Vec::new(),
            ),
            Self::AccountRestored { account, by } => (
                format!("The account {account} is back"),
                vec![
                    format!("{by} restored the account \u{201c}{account}\u{201d}, as it was."),
                    "Invitations that were open when it was deleted no longer work: make new links.".to_owned(),
                ],
                None,
                Vec::new(),
            ),
        };
        let subject = subject.chars().filter(|c| !c.is_control()).collect();
        Words { lang: lang.code(), subject, lines, link, after }
    }
}

fn role_name(role: Role, italian: bool) -> &'static str {
    match (role, italian) {
        (Role::Admin, true) => "Amministratore",
        (Role::Admin, false) => "administrator",
        (Role::Standard, _) => "Standard",
        (Role::ViewOnly, true) => "Solo visualizzazione",
        (Role::ViewOnly, false) => "view only",
    }
}

#[cfg(test)]
mod tests {
    use super::Letter;
    use crate::{access::Role, text::Lang};

    #[test]
    fn a_name_adds_neither_header_nor_markup() {
        let letter = Letter::Invitation {
            account: "Rossi\r\nBcc: all@x.it".into(),
            role: Role::Standard,
            invited_by: "<a href=x>Ada</a>".into(),
            link: "https://x/invitation#t".into(),
            expires_at: 0,
        };
        for lang in [Lang::It, Lang::En] {
            let words = letter.words(lang);
            assert!(!words.subject.contains(['\r', '\n']));
            assert!(!words.as_html().contains("<a href=x>"));
            assert!(words.as_text().contains("https://x/invitation#t"));
        }
    }
}
