//! What every page shows around its own matter, and the small things pages are made of.

use crate::core::lang::Lang;

use crate::core::permission::Role;
use crate::text::{Text, Words};
use std::fmt::Write as _;

/// What every page shows around its own matter.
pub struct Frame {
    /// The language of the page.
    pub lang: Lang,
    /// Its sentences.
    pub text: &'static Text,
    /// The page's name, without the product's.
    pub title: String,
    /// How the reader gets the same page in the other language.
    pub switch: LanguageSwitch,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// The account the page is about.
    pub account: Option<CurrentAccount>,
    /// The pages above this one; the page itself is not among them.
    pub crumbs: Vec<Link>,
    /// What is said once after a change (`?done=`).
    pub notice: Option<&'static str>,
    /// What was wrong with the form, in the order of its fields.
    pub errors: Vec<FieldMessage>,
    /// What each form of the page carries so that it is done once; empty where nobody is signed in.
    pub once: String,
    /// The token of the form that was sent, where this page answers one.
    pub sent_once: Option<String>,
}

impl Frame {
    /// A bare frame: nobody signed in, no account, nothing to say.
    #[must_use]
    pub fn new(lang: Lang, title: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            lang,
            text: lang.text(),
            title: title.into(),
            switch: LanguageSwitch::Path(path.into()),
            visitor: None,
            account: None,
            crumbs: Vec::new(),
            notice: None,
            errors: Vec::new(),
            once: String::new(),
            sent_once: None,
        }
    }

    /// The same frame with what was wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldMessage>) -> Self {
        self.errors = errors;
        self
    }

    /// What was wrong with this field, if anything.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == Some(field)).map(|error| error.message.as_str())
    }

    /// Who is asked to confirm their address; nobody on a page that shows a link once, which one must not leave by chance.
    #[must_use]
    pub fn unconfirmed(&self) -> Option<&Visitor> {
        self.visitor.as_ref().filter(|visitor| visitor.is_unconfirmed && !matches!(self.switch, LanguageSwitch::Absent))
    }

    /// Whether this is one's own page: there a letter to confirm the address is asked for. Everywhere else a link leads to it, for the answer to
    /// that press would take the place of what somebody types.
    #[must_use]
    pub fn is_own_page(&self) -> bool {
        matches!(&self.switch, LanguageSwitch::Path(path) if path.split('?').next() == Some("/me"))
    }

    /// Whether anything was wrong with one of these fields; opens the part of the page they stand in.
    #[must_use]
    pub fn is_wrong(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.error(field).is_some())
    }

    /// The address that sets the language and comes back to this page.
    #[must_use]
    pub fn language_href(&self, code: &str) -> String {
        let next = match &self.switch {
            LanguageSwitch::Path(path) => encode(path),
            LanguageSwitch::Repost { .. } | LanguageSwitch::Absent => encode("/"),
        };
        format!("/language?lang={code}&next={next}")
    }
}

/// How the reader gets the same page in the other language.
pub enum LanguageSwitch {
    /// By its path and query: `/language?lang=…&next=…`.
    Path(String),
    /// By posting the token again, with `lang` beside it: a preview page has no address of its own.
    Repost {
        /// Where the token is posted.
        action: &'static str,
        /// The token of the link.
        token: String,
    },
    /// Not at all: the page shows a link once, and a switch would throw it away.
    Absent,
}

/// Who is signed in.
pub struct Visitor {
    /// First and last name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Whether they are asked to confirm it: they have not, and letters leave.
    pub is_unconfirmed: bool,
}

/// The account a page is about, with the parts of it the reader may open.
pub struct CurrentAccount {
    /// Its id, as in addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the reader is here by delegation only.
    pub via_delegation: bool,
    /// Host, managed, pending and the like.
    pub badges: Vec<Badge>,
    /// The parts the reader may open.
    pub open: Vec<Here>,
    /// The part this page belongs to.
    pub here: Here,
    /// Other accounts to go to, as many as fit; the whole list is one click away.
    pub others: Vec<Link>,
}

impl CurrentAccount {
    /// Whether the reader may open this part.
    #[must_use]
    pub fn shows(&self, part: Here) -> bool {
        self.open.contains(&part)
    }
}

/// The part of an account a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Here {
    /// Users.
    Users,
    /// Pixels and apps.
    Resources,
    /// «Storico comunicazioni».
    Communications,
    /// Profile and settings.
    Settings,
    /// The activity log.
    Audit,
    /// The host's settings.
    Host,
}

/// A place to go to.
pub struct Link {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub href: String,
}

impl Link {
    /// A place to go to.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// What was wrong with a form.
pub struct FieldMessage {
    /// The field's name (also its id on the page); `None` for the form as a whole.
    pub field: Option<&'static str>,
    /// The sentence, with what to do.
    pub message: String,
    /// Where to do it.
    pub link: Option<Link>,
}

impl FieldMessage {
    /// What was wrong with the form as a whole.
    #[must_use]
    pub fn form(message: impl Into<String>) -> Self {
        Self { field: None, message: message.into(), link: None }
    }

    /// What was wrong with one field.
    #[must_use]
    pub fn on(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::form(message) }
    }

    /// The same, with the place to go to.
    #[must_use]
    pub fn leading_to(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}

/// A short word on a coloured ground.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Badge {
    /// The word.
    pub label: &'static str,
    /// Its colour; never the only carrier of the meaning.
    pub tone: Tone,
}

impl Badge {
    /// A badge.
    #[must_use]
    pub fn new(label: &'static str, tone: Tone) -> Self {
        Self { label, tone }
    }
}

/// The colour of a badge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// All is well.
    Good,
    /// Something is awaited.
    Wait,
    /// Something is closed or broken.
    Bad,
    /// Only a fact.
    Calm,
    /// The host.
    Brass,
}

impl Tone {
    /// Its class in the sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Calm => "calm",
            Self::Brass => "brass",
        }
    }
}

/// What the reader may do with one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Control {
    /// Not shown: it makes no sense here, or is not theirs to know.
    Hidden,
    /// Shown, switched off, with the reason.
    Disabled(String),
    /// Theirs to use.
    Enabled,
}

impl Control {
    /// Whether it can be used.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        matches!(self, Self::Enabled)
    }

    /// Whether it is shown at all.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        !matches!(self, Self::Hidden)
    }

    /// Why it is switched off.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Disabled(reason) => Some(reason),
            Self::Hidden | Self::Enabled => None,
        }
    }
}

/// One value of a choice.
pub struct Choice {
    /// What is sent.
    pub value: &'static str,
    /// What is read.
    pub label: &'static str,
    /// Whether it is the one chosen.
    pub selected: bool,
}

/// Where the list goes on.
#[derive(Default)]
pub struct Paging {
    /// The next page, when there is one.
    pub next: Option<String>,
    /// The first page, when this is a later one.
    pub first: Option<String>,
}

/// One of the three roles, with what it means.
pub struct RoleChoice {
    /// The code that is sent.
    pub code: &'static str,
    /// Its name.
    pub label: &'static str,
    /// The document's explanation.
    pub may: &'static str,
    /// Whether it is the one chosen.
    pub selected: bool,
}

/// The three roles, strongest first as in the document.
#[must_use]
pub fn role_choices(words: &Words, chosen: Option<Role>) -> Vec<RoleChoice> {
    [Role::Admin, Role::Standard, Role::ViewOnly]
        .into_iter()
        .map(|role| RoleChoice { code: role.code(), label: words.role(role), may: words.role_may(role), selected: chosen == Some(role) })
        .collect()
}

/// A text as one value inside an address (RFC 3986: all but unreserved characters as `%XX`).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Frame, LanguageSwitch, encode};
    use crate::core::lang::Lang;

    #[test]
    fn the_language_link_comes_back_to_the_same_page_and_query() {
        let frame = Frame::new(Lang::It, "Utenti", "/accounts/7/users?search=a&b=ü");
        assert_eq!(frame.language_href("en"), "/language?lang=en&next=/accounts/7/users%3Fsearch%3Da%26b%3D%C3%BC");
    }

    #[test]
    fn a_page_without_an_address_sends_nobody_to_its_token() {
        let mut frame = Frame::new(Lang::En, "Invitation", "/invitation");
        frame.switch = LanguageSwitch::Repost { action: "/invitation", token: "secret".to_owned() };
        assert!(!frame.language_href("it").contains("secret"));
        assert_eq!(encode("a b+c"), "a%20b%2Bc");
    }
}
