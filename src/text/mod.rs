//! Every sentence the pages say, in English and in Italian.
//!
//! A sentence is written once, with both languages on one line (`name: "English" | "Italiano";`), so a file with one missing does not compile.
//! The Italian follows the words of the two specification documents (`sources/`) wherever they have a word for it.
//! Sentences that carry a value are functions of [`Lang`] (`text/phrase.rs`). Instants are shown by `text/when.rs`.
//!
//! Out of scope: the texts of e-mails (`messages/mail/`).

use crate::core::lang::Lang;

#[macro_use]
mod sentences;

mod account;
mod audit;
mod common;
mod communication;
mod explanation;
mod host;
pub mod import_note;
mod invitation;
mod me;
mod member;
mod pasted_link;
pub mod permission;
mod phrase;
pub mod preference;
pub mod refusals;
pub mod refused;
mod resource;
mod signed_out;
mod transfer;
mod when;
mod words;

pub use account::{Accounts, Settings};
pub use audit::{Actions, Audit};
pub use common::{Common, Notices};
pub use communication::{Communications, EmailChange};
pub use explanation::{Explanation, Permissions};
pub use host::HostSettings;
pub use invitation::{Invitation, Link};
pub use me::Me;
pub use member::{Contact, Demotion, Invite, User, Users};
pub use preference::Preferences;
pub use resource::Resources;
pub use signed_out::{Forgot, Reset, Setup, SignIn};
pub use transfer::Transfer;
pub use when::When;
pub use words::Words;

impl Lang {
    /// Its sentences.
    #[must_use]
    pub fn text(self) -> &'static Text {
        match self {
            Self::It => &IT,
            Self::En => &EN,
        }
    }
}

/// All fixed sentences of one language, by noun.
macro_rules! text {
    ($($noun:ident: $kind:ident,)+) => {
        /// All fixed sentences of one language, by noun.
        #[derive(Debug)]
        pub struct Text { $(#[doc = concat!("Sentences: ", stringify!($noun), ".")] pub $noun: $kind,)+ }
        /// In English.
        pub static EN: Text = Text { $($noun: $kind::EN,)+ };
        /// In Italian.
        pub static IT: Text = Text { $($noun: $kind::IT,)+ };
    };
}

text! {
    common: Common,
    notices: Notices,
    words: Words,
    sign_in: SignIn,
    forgot: Forgot,
    reset: Reset,
    setup: Setup,
    invitation: Invitation,
    link: Link,
    accounts: Accounts,
    settings: Settings,
    users: Users,
    invite: Invite,
    user: User,
    contact: Contact,
    preferences: Preferences,
    demotion: Demotion,
    transfer: Transfer,
    resources: Resources,
    communications: Communications,
    email_change: EmailChange,
    audit: Audit,
    explanation: Explanation,
    permissions: Permissions,
    host: HostSettings,
    actions: Actions,
    me: Me,
}

#[cfg(test)]
mod tests {
    use super::{EN, IT, Lang};

    #[test]
    fn a_browser_is_answered_in_the_language_it_prefers() {
        assert_eq!(Lang::from_accept_language(None), Lang::En);
        assert_eq!(Lang::from_accept_language(Some("it-IT,it;q=0.9,en;q=0.8")), Lang::It);
        assert_eq!(Lang::from_accept_language(Some("de, en;q=0.5, it;q=0.75")), Lang::It);
        assert_eq!(Lang::from_accept_language(Some("it;q=0, en;q=0.1")), Lang::En);
        assert_eq!(Lang::from_accept_language(Some("fr-FR, *;q=0.1")), Lang::En);
        assert_eq!(Lang::from_accept_language(Some("it;q=banana;;,,")), Lang::En);
        assert_eq!(Lang::from_accept_language(Some(&"it;q=nan,en;q=0.1,it;q=0.2,".repeat(99))), Lang::It);
    }

    #[test]
    fn a_language_is_read_by_its_code_with_or_without_a_region() {
        assert_eq!(Lang::parse("it"), Some(Lang::It));
        assert_eq!(Lang::parse(" EN-gb "), Some(Lang::En));
        assert_eq!(Lang::parse("item"), None);
        assert_eq!(Lang::parse(""), None);
    }

    #[test]
    fn the_italian_words_are_those_of_the_documents() {
        assert_eq!(IT.invite.title, "Invita un nuovo utente");
        assert_eq!([IT.common.proceed, IT.link.copy, IT.link.done], ["Continua", "Copia link", "Fine"]);
        assert_eq!([IT.common.edit, IT.user.access, IT.user.save_change], ["Modifica", "Accesso", "Salva modifica"]);
        assert_eq!([IT.user.password, IT.user.reset], ["Password", "Reimposta"]);
        assert_eq!([IT.user.new_link, IT.user.revoke], ["Genera link di invito", "Revoca"]);
        assert_eq!([IT.words.admin, IT.words.standard, IT.words.view_only], ["Amministratore", "Standard", "Solo visualizzazione"]);
        assert_eq!(EN.invite.title, "Invite a new user");
    }
}
