//! The frame around the content of every page, and small parts that pages are made of.

use crate::core::lang::Lang;

use crate::core::permission::Role;
use crate::text::{Text, Words};
use std::fmt::Write as _;

/// The frame around the content of every page.
pub struct Frame {
    /// The language of the page.
    pub lang: Lang,
    /// Its sentences.
    pub text: &'static Text,
    /// The title of the page, without the product's name.
    pub title: String,
    /// How the page can be opened in the other language.
    pub switch: LanguageSwitch,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// The account the page is about.
    pub account: Option<CurrentAccount>,
    /// The pages above this one, without the page itself.
    pub crumbs: Vec<Link>,
    /// The sentence that is shown once after a change (`?done=`).
    pub notice: Option<&'static str>,
    /// The errors of the form, in the order of its fields.
    pub errors: Vec<FieldMessage>,
    /// The token of each form on the page, so that a change is made once; empty when nobody is signed in.
    pub once: String,
    /// The token of the form that this page answers.
    pub sent_once: Option<String>,
}

impl Frame {
    /// Returns a frame without a user, an account or messages.
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

    /// Returns the frame with these errors.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldMessage>) -> Self {
        self.errors = errors;
        self
    }

    /// Returns the error of this field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == Some(field)).map(|error| error.message.as_str())
    }

    /// Returns the user who is asked to confirm their address. `None` on a page that shows a link once, so that the reader does not leave it by chance.
    #[must_use]
    pub fn unconfirmed(&self) -> Option<&Visitor> {
        self.visitor.as_ref().filter(|visitor| visitor.is_unconfirmed && !matches!(self.switch, LanguageSwitch::Absent))
    }

    /// Returns whether this is `/me`, where the reader can ask for the confirmation e-mail. Other pages only link to it, because the response to
    /// that button would discard what the reader has typed.
    #[must_use]
    pub fn is_own_page(&self) -> bool {
        matches!(&self.switch, LanguageSwitch::Path(path) if path.split('?').next() == Some("/me"))
    }

    /// Returns whether one of these fields has an error. The page then opens the section with the fields.
    #[must_use]
    pub fn is_wrong(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.error(field).is_some())
    }

    /// Returns the path that sets the language and returns to this page.
    #[must_use]
    pub fn language_href(&self, code: &str) -> String {
        let next = match &self.switch {
            LanguageSwitch::Path(path) => encode(path),
            LanguageSwitch::Repost { .. } | LanguageSwitch::Absent => encode("/"),
        };
        format!("/language?lang={code}&next={next}")
    }
}

/// How the page can be opened in the other language.
pub enum LanguageSwitch {
    /// By a link with the path and query of the page: `/language?lang=…&next=…`.
    Path(String),
    /// By posting the token again, with `lang`: a preview page has no path of its own.
    Repost {
        /// The path the token is posted to.
        action: &'static str,
        /// The token of the link.
        token: String,
    },
    /// There is no switch: the page shows a link once, and a switch would lose it.
    Absent,
}

/// Who is signed in.
pub struct Visitor {
    /// First and last name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Whether they are asked to confirm it: it is not confirmed, and a mail provider is configured.
    pub is_unconfirmed: bool,
}

/// The account a page is about, with the parts of it the reader may open.
pub struct CurrentAccount {
    /// Its id, as in paths.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the reader has access by delegation only.
    pub via_delegation: bool,
    /// Host, managed, pending and the like.
    pub badges: Vec<Badge>,
    /// The parts the reader may open.
    pub open: Vec<Here>,
    /// The part this page belongs to.
    pub here: Here,
    /// Other accounts of the reader, as many as fit in the menu.
    pub others: Vec<Link>,
}

impl CurrentAccount {
    /// Returns whether the reader may open this part.
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

/// A link with its text.
pub struct Link {
    /// Its text.
    pub label: String,
    /// Its path.
    pub href: String,
}

impl Link {
    /// Returns a link.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// An error of a form.
pub struct FieldMessage {
    /// The field's name (also its id on the page); `None` for the form as a whole.
    pub field: Option<&'static str>,
    /// The sentence, which says what to do.
    pub message: String,
    /// A link to the page where the reader can do it.
    pub link: Option<Link>,
}

impl FieldMessage {
    /// Returns an error of the form as a whole.
    #[must_use]
    pub fn form(message: impl Into<String>) -> Self {
        Self { field: None, message: message.into(), link: None }
    }

    /// Returns an error of one field.
    #[must_use]
    pub fn on(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::form(message) }
    }

    /// Returns the error with this link.
    #[must_use]
    pub fn leading_to(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}

/// A short word on a coloured background.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Badge {
    /// The word.
    pub label: &'static str,
    /// Its colour. The word alone has the same meaning.
    pub tone: Tone,
}

impl Badge {
    /// Returns a badge.
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
    /// Returns its CSS class.
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

/// How the control of an action is shown to the reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Control {
    /// Not shown: the action makes no sense here, or the reader may not know of it.
    Hidden,
    /// Shown and disabled, with the reason.
    Disabled(String),
    /// Shown and enabled.
    Enabled,
}

impl Control {
    /// Returns whether it is enabled.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        matches!(self, Self::Enabled)
    }

    /// Returns whether it is shown.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        !matches!(self, Self::Hidden)
    }

    /// Returns why it is disabled.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Disabled(reason) => Some(reason),
            Self::Hidden | Self::Enabled => None,
        }
    }
}

/// One option of a select.
pub struct Choice {
    /// The value that is sent.
    pub value: &'static str,
    /// The label.
    pub label: &'static str,
    /// Whether it is chosen.
    pub selected: bool,
}

/// One of the three roles, with its explanation.
pub struct RoleChoice {
    /// The code that is sent.
    pub code: &'static str,
    /// Its name.
    pub label: &'static str,
    /// The document's explanation.
    pub may: &'static str,
    /// Whether it is chosen.
    pub selected: bool,
}

/// Returns the three roles, the strongest first as in the document.
#[must_use]
pub fn role_choices(words: &Words, chosen: Option<Role>) -> Vec<RoleChoice> {
    [Role::Admin, Role::Standard, Role::ViewOnly]
        .into_iter()
        .map(|role| RoleChoice { code: role.code(), label: words.role(role), may: words.role_may(role), selected: chosen == Some(role) })
        .collect()
}

/// Returns the text percent-encoded for a URL (RFC 3986: every character that is not unreserved becomes `%XX`).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
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
