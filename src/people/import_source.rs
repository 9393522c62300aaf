//! Reads people from a file as names and texts, before their meaning is checked: from a table, our own export, or what WHMCS answers.
//!
//! WHMCS: `GetContacts` (`contacts.contact`) and `GetClientsDetails` (`client`), with its field names, its flags for e-mails, and its texts with
//! HTML entities. Its `tax_id` is not taken and is reported in `ignored`: here it belongs to the account, not to a person, and it needs another
//! permission (`profile.manage`). A table may name its columns as WHMCS does, as we do, or as the Italian pages do.

use serde_json::Value as Json;

use crate::{
    core::decode,
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::table,
    core::vocabulary::Category,
};

/// Our field names, each with the names that others use for it.
const NAMES: [(&str, &[&str]); 13] = [
    ("id", &["id"]),
    ("email", &["email", "indirizzo_email", "e_mail"]),
    ("first_name", &["first_name", "firstname", "nome"]),
    ("last_name", &["last_name", "lastname", "cognome"]),
    ("company", &["company", "companyname", "azienda"]),
    ("phone", &["phone", "phonenumber", "numero_di_telefono", "telefono"]),
    ("address_1", &["address_1", "address1", "indirizzo_1"]),
    ("address_2", &["address_2", "address2", "indirizzo_2"]),
    ("city", &["city", "città"]),
    ("province", &["province", "state", "provincia"]),
    ("postcode", &["postcode", "cap"]),
    ("country", &["country", "countrycode", "paese"]),
    ("email_preferences", &["email_preferences", "preferenze_email"]),
];
/// The flags of WHMCS, and the keys of its `email_preferences`.
const FLAGS: [(&str, &str, Category); 5] = [
    ("generalemails", "general", Category::General),
    ("productemails", "product", Category::Product),
    ("domainemails", "domain", Category::Domain),
    ("invoiceemails", "invoice", Category::Administration),
    ("supportemails", "support", Category::Support),
];
/// Columns of our own files that no import takes.
const SILENT: [&str; 9] = ["access", "role", "account_id", "invitation", "created_at", "updated_at", "version", "capabilities", "result"];

/// A line as it was read: the names and texts of its cells.
pub struct Cells {
    /// The number of the line.
    pub number: i64,
    cells: Vec<(String, String)>,
}

impl Cells {
    /// The text for one of our fields; empty when the line has none.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        let names = NAMES.iter().find(|(ours, _)| *ours == field).map_or(&[][..], |(_, names)| names);
        let found = names.iter().find_map(|name| self.cells.iter().find(|(other, text)| other == name && !text.trim().is_empty()));
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// The categories whose flags are on.
    pub fn flags(&self) -> impl Iterator<Item = Category> {
        FLAGS.iter().filter(|(flag, ..)| self.cells.iter().any(|(name, text)| name == flag && is_on(text))).map(|(_, _, category)| *category)
    }

    /// The names of the columns that no import takes and that are not ours.
    pub fn unknown(&self) -> impl Iterator<Item = &String> {
        self.cells.iter().filter(|(name, text)| !text.is_empty() && !is_known(name)).map(|(name, _)| name)
    }
}

fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn is_known(name: &str) -> bool {
    NAMES.iter().any(|(_, names)| names.contains(&name)) || FLAGS.iter().any(|(flag, ..)| *flag == name) || SILENT.contains(&name)
}

/// Replaces HTML entities: WHMCS writes texts with them.
fn without_entities(text: &str) -> String {
    [("&#039;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

/// A JSON value as a cell; `None` for a value that is no text.
fn cell(value: &Json, is_foreign: bool) -> Option<String> {
    Some(match value {
        Json::String(text) if is_foreign => without_entities(text),
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Bool(flag) => i64::from(*flag).to_string(),
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" "),
        Json::Object(flags) => FLAGS
            .iter()
            .filter(|(_, key, _)| flags.get(*key).and_then(|flag| cell(flag, true)).is_some_and(|flag| is_on(&flag)))
            .map(|(_, _, category)| category.code())
            .collect::<Vec<_>>()
            .join(" "),
        Json::Null => return None,
    })
}

fn is_on(text: &str) -> bool {
    matches!(text.trim(), "1" | "true" | "on" | "yes" | "sì" | "si")
}

/// The people in a JSON text: ours (`members`, `data`) or WHMCS's.
fn from_json(text: &str) -> Result<Vec<Cells>> {
    let json = decode::free(text.as_bytes()).ok_or(Rule::Malformed)?;
    let people = [("/members", false), ("/data", false), ("/contacts/contact", true), ("/clients/client", true), ("/client", true), ("", false)]
        .into_iter()
        .find_map(|(place, is_foreign)| Some((json.pointer(place)?, is_foreign)));
    let (people, is_foreign) = people.unwrap_or((&json, false));
    let of = |(place, person): (usize, &Json)| {
        let fields = person.as_object().ok_or_else(|| Refusal::field(&format!("/members/{place}"), Wrong::Type))?;
        let is_foreign = is_foreign || fields.contains_key("firstname");
        let cells = fields.iter().filter_map(|(name, value)| Some((plain_name(name), cell(value, is_foreign)?))).collect();
        Ok(Cells { number: i64::try_from(place).unwrap_or_default() + 1, cells })
    };
    match people {
        Json::Array(people) => people.iter().enumerate().map(of).collect(),
        person => Ok(vec![of((0, person))?]),
    }
}

fn from_table(text: &str) -> Result<Vec<Cells>> {
    let rows = table::read(text).map_err(|line| Refusal::field("/members", Wrong::Quotes(line)))?;
    let mut rows = rows.into_iter();
    let names: Vec<String> = rows.next().map(|(_, names)| names.iter().map(|name| plain_name(name)).collect()).unwrap_or_default();
    Ok(rows.map(|(number, cells)| Cells { number, cells: names.iter().cloned().zip(cells).collect() }).collect())
}

/// The people in a file of any of the forms.
///
/// # Errors
/// `malformed`, or `validation` where a table cannot be read.
pub fn read(text: &str) -> Result<Vec<Cells>> {
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    if is_json { from_json(text) } else { from_table(text) }
}
