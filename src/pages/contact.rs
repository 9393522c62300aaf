//! *Anagrafica*: the address data of document 000, of a person or of the account itself, shown and changed.

use super::{
    answer::seen_version,
    audit::field_in_words,
    parts::Kind,
    user::{done_at, refused},
};
use crate::{
    access::context::Cx,
    core::id::{AccountId, MemberId},
    core::lang::Lang,
    core::refusal::Result,
    core::vocabulary::AccessStatus,
    http::extract::{Form, Path},
    http::request::Named,
    http::response::Response,
    people::contact::edit,
    people::member::{Member, MemberPatch},
};

/// The fields of a person: who they are, then where.
pub const PERSON: &[&str] = &["first_name", "last_name", "company", "email", "phone", "address_1", "address_2", "city", "province", "postcode", "country"];
/// The same without the address letters go to, where a page asks for it by itself.
pub const BESIDES_EMAIL: &[&str] = &["first_name", "last_name", "company", "phone", "address_1", "address_2", "city", "province", "postcode", "country"];
/// The fields of an account's profile.
pub const ACCOUNT: &[&str] = &["company", "email", "phone", "tax_id", "address_1", "address_2", "city", "province", "postcode", "country"];

/// One field with its value.
pub struct ContactField {
    /// As it is sent.
    pub key: &'static str,
    /// As it is called.
    pub label: &'static str,
    /// As it is stored, or was typed.
    pub value: String,
    /// What is typed into it.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What helps with it.
    pub hint: &'static str,
    /// Why it cannot be changed; `None` when it can.
    pub fixed: Option<&'static str>,
}

/// The document's two columns: who, then where.
pub type Halves = Vec<Vec<ContactField>>;

/// The fields of these keys with their values.
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

/// The data of a member, as stored.
#[must_use]
pub fn of_member(lang: Lang, member: &Member) -> Halves {
    let fixed = (member.access.status != AccessStatus::None).then_some(lang.text().contact.email_fixed);
    let stored = |key: &str| if key == "email" { member.email.clone() } else { member.contact.get(key).to_owned() };
    let mut halves = halves(lang, PERSON, &stored);
    for field in halves.iter_mut().flatten().filter(|field| field.key == "email") {
        (field.required, field.fixed) = (true, fixed);
    }
    halves
}

/// What was typed, in place of what is stored.
pub fn typed(halves: &mut Halves, sent: &Named) {
    for field in halves.iter_mut().flatten() {
        if let Some(text) = sent.get(field.key) {
            text.clone_into(&mut field.value);
        }
    }
}

/// `POST …/contact`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form(sent): Form<Named>) -> Result<Response> {
    let patch = MemberPatch { email: sent.get("email").map(str::to_owned), ..MemberPatch::of(&|key| sent.text(key)) };
    match edit(&cx, &account, &id, &patch, Some(seen_version(&sent.text("version")))).await {
        Ok(_) => Ok(done_at(&account, &id, "contact_saved")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |page| typed(&mut page.contact, &sent)).await,
    }
}
