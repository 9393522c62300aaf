//! Parts that several forms share: checkboxes, the contact data of document 000, *Preferenze email*, *Accesso*.

use serde::Deserialize;

use super::{RoleChoice, answer::version_sent, audit::field_in_words, role_choices};
use crate::{
    access::catalogue::Entry,
    core::lang::Lang,
    core::letters::bare,
    core::permission::{Level, Permission, Role},
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::timestamp::{DAY, Instant},
    core::version::Versions,
    core::vocabulary::{AccessStatus, Category},
    people::member::Member,
    people::new_access::NewAccess,
    people::preference::Preferences,
    text::preference::words,
    text::refusals,
};

/// A checkbox.
pub struct Tick {
    /// The value that is sent.
    pub id: String,
    /// The label.
    pub label: String,
    /// A note that tells it from others with the same label.
    pub note: String,
    /// Whether it is ticked.
    pub checked: bool,
}

/// Returns whether any box is ticked.
#[must_use]
pub fn any(ticks: &[Tick]) -> bool {
    ticks.iter().any(|tick| tick.checked)
}

/// The kind of value an input takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A line of text.
    Text,
    /// An e-mail address.
    Email,
    /// A password.
    Secret,
    /// A link or its code.
    Code,
    /// A telephone number.
    Phone,
    /// A country, by its code.
    Country,
    /// A day.
    Date,
}

/// The fields of a person: who they are, then where.
pub const PERSON: &[&str] = &["first_name", "last_name", "company", "email", "phone", "address_1", "address_2", "city", "province", "postcode", "country"];
/// The fields of a person without the e-mail address, for a page that asks for the address separately.
pub const BESIDES_EMAIL: &[&str] = &["first_name", "last_name", "company", "phone", "address_1", "address_2", "city", "province", "postcode", "country"];
/// The fields of an account's profile.
pub const ACCOUNT: &[&str] = &["company", "email", "phone", "tax_id", "address_1", "address_2", "city", "province", "postcode", "country"];

/// One field of a form with its value.
pub struct ContactField {
    /// The name that is sent.
    pub key: &'static str,
    /// The label.
    pub label: &'static str,
    /// The value as stored, or as typed.
    pub value: String,
    /// The kind of value it takes.
    pub kind: Kind,
    /// Whether a value is required.
    pub required: bool,
    /// The hint below it.
    pub hint: &'static str,
    /// Why it cannot be changed; `None` when it can.
    pub fixed: Option<&'static str>,
}

/// The two columns of the document: who, then where.
pub type Halves = Vec<Vec<ContactField>>;

/// Returns the fields of these keys with their values.
#[must_use]
pub fn halves(lang: Lang, keys: &[&'static str], value: &dyn Fn(&str) -> String) -> Halves {
    let text = &lang.text().contact;
    let (mut who, mut place) = (Vec::new(), Vec::new());
    for key in keys {
        let (kind, hint) = match *key {
            "email" => (Kind::Email, ""),
            "phone" => (Kind::Phone, ""),
            "country" => (Kind::Country, text.country_hint),
            _ => (Kind::Text, ""),
        };
        let label = field_in_words(lang, key).unwrap_or_default();
        let field = ContactField { key, label, value: value(key), kind, required: false, hint, fixed: None };
        let half = if matches!(*key, "first_name" | "last_name" | "company" | "email" | "phone" | "tax_id") { &mut who } else { &mut place };
        half.push(field);
    }
    vec![who, place]
}

/// Returns the contact data of a member, as stored.
#[must_use]
pub fn of_member(lang: Lang, member: &Member) -> Halves {
    let text = &lang.text().contact;
    let fixed = match member.access.status {
        AccessStatus::None => None,
        AccessStatus::Invited => match member.capabilities.get("move_invitation").and_then(|capability| capability.reason).and_then(Rule::from_code) {
            None => None,
            Some(rule @ Rule::OutlastsOwnAccess) => Some(refusals::words(rule, lang).detail),
            Some(_) => Some(text.email_of_invitation),
        },
        AccessStatus::Active | AccessStatus::Suspended => Some(text.email_fixed),
    };
    let stored = |key: &str| if key == "email" { member.email.clone() } else { member.contact.get(key).to_owned() };
    let mut halves = halves(lang, PERSON, &stored);
    for field in halves.iter_mut().flatten().filter(|field| field.key == "email") {
        (field.required, field.fixed) = (true, fixed);
        if member.access.status == AccessStatus::Invited {
            field.hint = text.email_moves_invitation;
        }
    }
    halves
}

/// Replaces the stored values with the typed ones.
pub fn typed<'a>(halves: &mut Halves, sent: &dyn Fn(&str) -> Option<&'a str>) {
    for field in halves.iter_mut().flatten() {
        if let Some(text) = sent(field.key) {
            text.clone_into(&mut field.value);
        }
    }
}

/// Returns the checkboxes of the five categories.
#[must_use]
pub fn category_ticks(lang: Lang, chosen: &dyn Fn(Category) -> bool) -> Vec<Tick> {
    let tick = |category: &Category| {
        let (label, note) = words(*category, lang);
        Tick { id: category.code().to_owned(), label: label.to_owned(), note: note.to_owned(), checked: chosen(*category) }
    };
    Category::ALL.iter().map(tick).collect()
}

/// Returns the preferences that the form *Preferenze email* asks for: it sends the ticked categories alone.
#[must_use]
pub fn ticked(sent: Preferences) -> Preferences {
    Preferences { categories: Some(sent.categories.unwrap_or_default()) }
}

/// Returns the checkboxes as they were sent.
#[must_use]
pub fn preference_ticks(lang: Lang, sent: &Preferences) -> Vec<Tick> {
    category_ticks(lang, &|category| sent.categories.iter().flatten().any(|chosen| *chosen == category))
}

/// The version that a form was filled in from.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Version {
    version: String,
}

impl Version {
    /// Returns the version the reader saw, as [`version_sent`] reads it.
    #[must_use]
    pub fn seen(&self) -> Option<Versions> {
        Some(version_sent(&self.version))
    }
}

/// The tick of «Attiva Sub-account».
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SubAccount {
    /// Empty when it is off.
    pub sub_account: String,
}

/// The ids ticked in a list of people, or of pixels and apps.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The complete list.
    pub chosen: Vec<String>,
}

/// The new password, typed again.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Again {
    new_password_again: String,
}

impl Again {
    /// Checks that both are equal.
    ///
    /// # Errors
    /// `validation`.
    pub fn check(&self, new_password: &str) -> Result<()> {
        if self.new_password_again == new_password { Ok(()) } else { Err(Refusal::field("/new_password_again", Wrong::Differs).into()) }
    }
}

/// The language to show a page in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Language {
    /// Its code.
    pub lang: String,
}

/// Where to go afterwards.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Next {
    /// A path, as sent.
    pub next: String,
}

/// The form for role, further permissions and end of an access.
pub struct AccessForm {
    /// The three roles.
    pub roles: Vec<RoleChoice>,
    /// The permissions that can be granted beyond the role.
    pub grants: Vec<Tick>,
    /// The last day; empty without an end.
    pub until: String,
    /// The exact end as stored (RFC 3339). It is kept while the day stays the same.
    pub exact: String,
    /// The code of the current role.
    pub was: &'static str,
}

impl AccessForm {
    /// Returns the form for this access.
    #[must_use]
    pub fn of(lang: Lang, role: Option<Role>, permissions: &[String], expires_at: Option<Instant>, catalogue: &[Entry]) -> Self {
        let exact = expires_at.map(|at| at.to_string()).unwrap_or_default();
        Self {
            roles: role_choices(&lang.text().words, role),
            grants: grants(lang, catalogue, permissions),
            until: exact.get(..DAY).unwrap_or_default().to_owned(),
            exact,
            was: role.map(Role::code).unwrap_or_default(),
        }
    }

    /// Replaces the stored values with the typed ones.
    pub fn typed(&mut self, lang: Lang, sent: &AccessSent) {
        self.roles = role_choices(&lang.text().words, Role::from_code(&sent.role));
        self.grants.iter_mut().for_each(|tick| tick.checked = sent.permissions.contains(&tick.id));
        self.until.clone_from(&sent.expires_at);
    }
}

/// Returns the permissions that can be granted beyond a role. One that is switched off is offered only when the person has it, so that the form sends it back.
fn grants(lang: Lang, catalogue: &[Entry], held: &[String]) -> Vec<Tick> {
    let text = &lang.text().user;
    let tick = |entry: &Entry| {
        let aside = match (entry.enabled, entry.level) {
            (false, _) => text.grant_off,
            (true, "view") => text.grant_views,
            _ => "",
        };
        Tick {
            id: entry.key.to_owned(),
            label: entry.title.clone(),
            note: format!("{} {aside}", entry.explanation).trim_end().to_owned(),
            checked: held.iter().any(|key| key == entry.key),
        }
    };
    let offered = |entry: &&Entry| entry.grantable && (entry.enabled || held.iter().any(|key| key == entry.key));
    catalogue.iter().filter(offered).map(tick).collect()
}

/// The fields of the form *Accesso*. The form always sends all of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AccessSent {
    /// The version the reader saw.
    pub version: String,
    /// The role chosen.
    pub role: String,
    /// The permissions ticked.
    pub permissions: Vec<String>,
    /// The pixels and apps ticked, when access is given.
    pub chosen: Vec<String>,
    /// The last day.
    pub expires_at: String,
    /// The exact end as stored (RFC 3339).
    pub exact: String,
    /// The code of the current role.
    pub was: String,
    /// Not empty after the reader confirmed what the person loses.
    pub confirmed: String,
}

impl AccessSent {
    /// Returns whether the new role is less than the current one.
    pub(super) fn demotes(&self) -> bool {
        Role::from_code(&self.role).zip(Role::from_code(&self.was)).is_some_and(|(role, was)| role < was)
    }

    /// Returns the access that the form asks for.
    #[must_use]
    pub fn access(&self) -> NewAccess {
        let role = Role::from_code(&self.role);
        // A view-only user keeps only permissions of level view; the page before listed the others. A newly ticked permission is checked like any other.
        let fits =
            |key: &&String| !(self.demotes() && role == Some(Role::ViewOnly)) || Permission::from_key(key).is_none_or(|known| known.level() == Level::View);
        let resource_ids = Some(self.chosen.clone()).filter(|chosen| !chosen.is_empty());
        NewAccess { role, permissions: self.permissions.iter().filter(fits).cloned().collect(), resource_ids, expires_at: self.end() }
    }

    /// Returns the end of the chosen day, or the stored instant when the day stays the same.
    fn end(&self) -> Option<String> {
        let day = bare(&self.expires_at);
        if day.is_empty() {
            return None;
        }
        let stays = self.exact.get(..DAY) == Some(day);
        Some(if stays { self.exact.clone() } else { format!("{day}T23:59:59Z") })
    }
}
