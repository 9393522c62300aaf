//! *Anagrafica*: the address data of one person, shown and changed.

use super::{
    answer::seen_version,
    user::{done_at, refused},
};
use crate::{
    ask::{Ask, sent},
    cx::Cx,
    field::Patch,
    member::{self, Member, MemberPatch},
    refusal::Result,
    reply::Response,
    text::Contact,
};

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

impl ContactData {
    /// As it is stored.
    #[must_use]
    pub fn of(member: &Member) -> Self {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let contact = &member.contact;
        Self {
            first_name: text(&contact.first_name),
            last_name: text(&contact.last_name),
            company: text(&contact.company),
            email: member.email.clone(),
            phone: text(&contact.phone),
            address_1: text(&contact.address_1),
            address_2: text(&contact.address_2),
            city: text(&contact.city),
            province: text(&contact.province),
            postcode: text(&contact.postcode),
            country: text(&contact.country),
        }
    }
}

sent! {
    /// *Anagrafica*, as its form sends it. The address is absent where it is fixed.
    pub struct ContactSent {
        version: String,
        email: Option<String>,
        first_name: String,
        last_name: String,
        company: String,
        phone: String,
        address_1: String,
        address_2: String,
        city: String,
        province: String,
        postcode: String,
        country: String,
    }
}

impl ContactSent {
    fn patch(&self) -> MemberPatch {
        let given = |text: &String| Patch(Some(Some(text.clone()).filter(|text| !text.trim().is_empty())));
        MemberPatch {
            email: self.email.clone(),
            first_name: given(&self.first_name),
            last_name: given(&self.last_name),
            company: given(&self.company),
            phone: given(&self.phone),
            address_1: given(&self.address_1),
            address_2: given(&self.address_2),
            city: given(&self.city),
            province: given(&self.province),
            postcode: given(&self.postcode),
            country: given(&self.country),
        }
    }

    fn typed(&self, shown: &ContactData) -> ContactData {
        ContactData {
            email: self.email.clone().unwrap_or_else(|| shown.email.clone()),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            company: self.company.clone(),
            phone: self.phone.clone(),
            address_1: self.address_1.clone(),
            address_2: self.address_2.clone(),
            city: self.city.clone(),
            province: self.province.clone(),
            postcode: self.postcode.clone(),
            country: self.country.clone(),
        }
    }
}

/// `POST …/contact`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let sent: ContactSent = ask.form()?;
    match member::edit(&cx, &account, &id, &sent.patch(), Some(seen_version(&sent.version))).await {
        Ok(_) => Ok(done_at(&account, &id, "contact_saved")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |page| page.contact = sent.typed(&page.contact)).await,
    }
}
