//! `/accounts/{a}/users/{m}`: one person of an account, in sections.

use super::{Badge, Control, Frame, RoleChoice};
use crate::text::{Contact, When};
use askama::Template;

/// One person of an account.
#[derive(Template)]
#[template(path = "user.html")]
pub struct UserPage {
    /// What stands around it.
    pub frame: Frame,
    /// The person's own path: `/accounts/{a}/users/{m}`.
    pub path: String,
    /// First and last name, or the address when there is none.
    pub name: String,
    /// The address.
    pub email: String,
    /// The version the reader saw; sent with every change.
    pub version: i64,
    /// Contact, invited, expired, active, suspended.
    pub state: Badge,
    /// Whether it is the reader.
    pub is_you: bool,
    /// When the account came to know this person.
    pub since: When,
    /// When they were last here.
    pub last_seen: Option<When>,
    /// *Anagrafica*.
    pub contact: ContactData,
    /// Editing it.
    pub edit_contact: Control,
    /// Why the address cannot be edited; `None` when it can.
    pub email_fixed: Option<&'static str>,
    /// *Accesso*.
    pub access: AccessSection,
    /// *Invito*, while one is open or has expired.
    pub invitation: Option<InvitationSection>,
    /// *Password*.
    pub password: PasswordSection,
    /// *Revoca*.
    pub revoke: Control,
}

impl UserPage {
    /// The address of one thing that can be done with this person.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }
}

/// *Anagrafica*: the address data of document 000.
#[derive(Default, Clone)]
pub struct ContactData {
    /// Nome.
    pub first_name: String,
    /// Cognome.
    pub last_name: String,
    /// Azienda.
    pub company: String,
    /// Indirizzo Email.
    pub email: String,
    /// Numero di telefono.
    pub phone: String,
    /// Indirizzo 1.
    pub address_1: String,
    /// Indirizzo 2.
    pub address_2: String,
    /// Città.
    pub city: String,
    /// Provincia.
    pub province: String,
    /// CAP.
    pub postcode: String,
    /// Paese.
    pub country: String,
}

impl ContactData {
    /// Label and value of each field, in the document's two columns: the person, then where they are.
    #[must_use]
    pub fn halves<'a>(&'a self, words: &Contact) -> [Vec<(&'static str, &'a str)>; 2] {
        let person = vec![
            (words.first_name, self.first_name.as_str()),
            (words.last_name, &self.last_name),
            (words.company, &self.company),
            (words.email, &self.email),
            (words.phone, &self.phone),
        ];
        let place = vec![
            (words.address_1, self.address_1.as_str()),
            (words.address_2, &self.address_2),
            (words.city, &self.city),
            (words.province, &self.province),
            (words.postcode, &self.postcode),
            (words.country, &self.country),
        ];
        [person, place]
    }
}

/// *Accesso*: role, state, and what may be done with them.
pub struct AccessSection {
    /// The role's name; `None` for a plain contact.
    pub role: Option<&'static str>,
    /// What the role may do; empty without one.
    pub role_may: &'static str,
    /// The three roles, for the form.
    pub roles: Vec<RoleChoice>,
    /// Until when, when it is limited.
    pub until: Option<When>,
    /// Changing the role, or giving access to a plain contact.
    pub edit: Control,
    /// Whether the person is suspended now.
    pub suspended: bool,
    /// Suspending, or letting in again.
    pub suspend: Control,
    /// Taking access away and keeping the contact.
    pub remove: Control,
}

/// *Invito*: the state of the link.
pub struct InvitationSection {
    /// Pending or expired.
    pub state: Badge,
    /// Whether it has expired.
    pub expired: bool,
    /// How long the link works, or worked.
    pub valid_until: When,
    /// What became of the letter, in words; empty when none was sent.
    pub letter: String,
    /// *Genera link di invito*.
    pub renew: Control,
    /// Cancelling it.
    pub cancel: Control,
}

/// *Password*: who can change it.
pub enum PasswordSection {
    /// Nobody yet: there is no user.
    None,
    /// The reader, on their own page.
    Own,
    /// *Reimposta*; disabled with the sentence that only the person can do it.
    Reset(Control),
}
