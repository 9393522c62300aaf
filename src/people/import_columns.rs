//! The names that spreadsheets and other programs give to our fields, as data: our own labels in both languages, WHMCS, Google Contacts (old and new),
//! Outlook (English and Italian), and the JSON of SCIM, Keycloak, Auth0, Okta, Firebase and Microsoft Graph.

use crate::core::letters::folded;

/// A field, and the names of columns it is read from, those first that are preferred.
pub type Names = (&'static str, &'static [&'static str]);

/// The fields besides the postal address.
pub const NAMES: [Names; 8] = [
    ("id", &["id"]),
    (
        "email",
        &[
            "email",
            "e_mail",
            "mail",
            "email_address",
            "e_mail_address",
            "indirizzo_email",
            "indirizzo_e_mail",
            "indirizzo_posta_elettronica",
            "indirizzo_di_posta_elettronica",
            "posta_elettronica",
            "e_mail_1_value",
            "email_1_value",
            "emails_value",
            "emails",
            "primaryemail",
            "profile_email",
            "userprincipalname",
            "username",
            "e_mail_2_address",
            "indirizzo_posta_elettronica_2",
            "e_mail_2_value",
            "e_mail_3_address",
            "indirizzo_posta_elettronica_3",
            "e_mail_3_value",
        ],
    ),
    ("first_name", &["first_name", "firstname", "nome", "given_name", "givenname", "name_givenname", "profile_firstname", "user_metadata_given_name"]),
    (
        "last_name",
        &["last_name", "lastname", "cognome", "family_name", "familyname", "surname", "name_familyname", "profile_lastname", "user_metadata_family_name"],
    ),
    (
        "company",
        &[
            "company",
            "companyname",
            "company_name",
            "azienda",
            "societa",
            "ragione_sociale",
            "ditta",
            "organization",
            "organisation",
            "organizzazione",
            "organization_name",
            "organization_1_name",
            "profile_organization",
        ],
    ),
    (
        "phone",
        &[
            "phone",
            "phonenumber",
            "phone_number",
            "numero_di_telefono",
            "telefono",
            "tel",
            "telephone",
            "phone_1_value",
            "phonenumbers_value",
            "primary_phone",
            "business_phone",
            "ufficio",
            "telefono_ufficio",
            "tel_uff",
            "businessphones",
            "profile_primaryphone",
            "mobile_phone",
            "mobilephone",
            "mobile",
            "cellulare",
            "telefono_cellulare",
            "profile_mobilephone",
            "home_phone",
            "abitazione",
            "telefono_abitazione",
            "tel_ab",
            "business_phone_2",
            "ufficio_2",
            "phone_2_value",
        ],
    ),
    ("email_preferences", &["email_preferences", "preferenze_email"]),
    (FULL_NAME, &["name", "full_name", "fullname", "display_name", "displayname", "nome_completo", "nome_e_cognome", "nominativo", "name_formatted"]),
];

/// A name that is not divided in two. It is taken where neither part is given.
pub const FULL_NAME: &str = "name";

/// The postal addresses that a person may have, those first that are preferred. Of several, one is taken as a whole.
pub const ADDRESSES: [&[Names]; 6] = [
    &[
        ("address_1", &["address_1", "address1", "indirizzo_1", "indirizzo", "address", "street", "street_address", "via", "address_line_1", "streetaddress"]),
        ("address_2", &["address_2", "address2", "indirizzo_2", "address_line_2"]),
        ("city", &["city", "citta", "comune", "localita", "town"]),
        ("province", &["province", "state", "provincia", "prov", "region", "state_province", "county"]),
        ("postcode", &["postcode", "cap", "zip", "zip_code", "postal_code", "postalcode", "codice_postale"]),
        ("country", &["country", "countrycode", "country_code", "paese", "nazione", "country_region"]),
    ],
    &[
        ("address_1", &["address_1_street"]),
        ("address_2", &["address_1_extended_address"]),
        ("city", &["address_1_city"]),
        ("province", &["address_1_region"]),
        ("postcode", &["address_1_postal_code"]),
        ("country", &["address_1_country"]),
    ],
    &[
        ("address_1", &["business_street", "via_uff", "via_ufficio", "indirizzo_ufficio"]),
        ("address_2", &["business_street_2", "via_uff_2", "via_ufficio_2"]),
        ("city", &["business_city", "citta_uff", "citta_ufficio"]),
        ("province", &["business_state", "provincia_uff", "provincia_ufficio"]),
        ("postcode", &["business_postal_code", "cap_uff", "cap_ufficio"]),
        ("country", &["business_country_region", "business_country", "paese_uff", "paese_ufficio", "paese_area_geografica_uff"]),
    ],
    &[
        ("address_1", &["home_street", "via_ab", "via_abitazione", "indirizzo_abitazione"]),
        ("address_2", &["home_street_2", "via_ab_2", "via_abitazione_2"]),
        ("city", &["home_city", "citta_ab", "citta_abitazione"]),
        ("province", &["home_state", "provincia_ab", "provincia_abitazione"]),
        ("postcode", &["home_postal_code", "cap_ab", "cap_abitazione"]),
        ("country", &["home_country_region", "home_country", "paese_ab", "paese_abitazione", "paese_area_geografica_ab"]),
    ],
    &[
        ("address_1", &["addresses_streetaddress"]),
        ("city", &["addresses_locality"]),
        ("province", &["addresses_region"]),
        ("postcode", &["addresses_postalcode"]),
        ("country", &["addresses_country"]),
    ],
    &[
        ("address_1", &["profile_streetaddress"]),
        ("city", &["profile_city"]),
        ("province", &["profile_state"]),
        ("postcode", &["profile_zipcode"]),
        ("country", &["profile_countrycode"]),
    ],
];

/// Columns that say nothing about a person that this service keeps: what our own files add, and names that repeat another column.
pub const SILENT: [&str; 7] = ["account_id", "invitation", "created_at", "updated_at", "version", "capabilities", "result"];

/// Bytes of the name of a column that is read.
pub const LONGEST_NAME: usize = 200;
/// Characters of the name of a column that are repeated.
const NAME_CHARACTERS: usize = 60;

/// Columns that only WHMCS writes: its texts have HTML entities.
pub const OF_WHMCS: [&str; 4] = ["client_group_id", "currency_id", "companyname", "phonenumber"];

/// The name of a column without case, accents (composed or not) and marks: `E-mail 1 - Value` is `e_mail_1_value`.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let name: String = folded(name).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

/// A column of a file. It is read once, and its cells share it.
#[derive(Debug)]
pub struct Column {
    /// Its name as the file has it, as far as it is repeated.
    pub shown: String,
    /// The same as [`plain_name`]; empty for a name that is too long for any field.
    pub name: String,
    /// The field that has this name.
    pub field: Option<&'static str>,
}

impl Column {
    /// A column of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let shown = name.trim().chars().take(NAME_CHARACTERS).collect();
        let name = if name.len() > LONGEST_NAME { String::new() } else { plain_name(name) };
        let all = || NAMES.iter().chain(ADDRESSES.into_iter().flatten());
        let field = all().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field);
        Self { shown, name, field }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ADDRESSES, NAMES, plain_name};

    #[test]
    fn a_column_has_one_meaning() {
        let all: Vec<&str> = NAMES.iter().chain(ADDRESSES.iter().copied().flatten()).flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().all(|name| plain_name(name) == *name));
    }

    #[test]
    fn names_of_columns_are_compared_without_case_accents_and_marks() {
        for (name, plain) in [
            ("E-mail 1 - Value", "e_mail_1_value"),
            ("Citta\u{300} (uff.)", "citta_uff"),
            (" CITT\u{c0} ", "citta"),
            ("name.givenName", "name_givenname"),
            ("Business Country/Region", "business_country_region"),
            ("first_name", "first_name"),
            ("\u{feff}email", "email"),
        ] {
            assert_eq!(plain_name(name), plain, "{name}");
        }
    }
}
