//! Checks of postal addresses and telephone numbers. A value is refused only where its country has a rule for it.
//!
//! A telephone number is kept as it was typed: people read it grouped the way they write it, and nothing here dials it. A country is stored
//! as its ISO 3166-1 code, so that two spellings are one country. The browser shows its name (`Intl.DisplayNames` in assets/app.js), because
//! the names of 249 countries in two languages would be larger than all pages. In Italy a postcode (CAP) has five digits and a province is
//! its two letters (sigla). Elsewhere both are free text.

use crate::core::lang::Lang;

use serde_json::{Map, Value as Json};

use crate::{core::field::Checks, core::refusal::Wrong};

/// Every country there is, two letters each.
pub const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// The sigle of the Italian provinces, each between spaces. Those that Sardinia had for some years are still on people's papers.
pub const PROVINCES: &str = " AG AL AN AO AP AQ AR AT AV BA BG BI BL BN BO BR BS BT BZ CA CB CE CH CI CL CN CO CR CS CT CZ EN FC FE FG FI FM FR GE GO GR IM IS KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NO NU OG OR OT PA PC PD PE PG PI PN PO PR PT PU PV PZ RA RC RE RG RI RM RN RO SA SI SO SP SR SS SU SV TA TE TN TO TP TR TS TV UD VA VB VC VE VI VR VS VT VV ";

/// The most digits of a telephone number: 15 by E.164, with `00` before them.
const PHONE_DIGITS: usize = 17;
/// The fewest digits: a short number of a switchboard.
const SHORTEST_PHONE: usize = 3;

/// Whether the text is a telephone number: digits in any grouping, with an optional `+` before the first and an optional extension at the end.
fn is_phone(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let (number, extension) = text.split_once("ext").or_else(|| text.split_once("int")).unwrap_or((&text, "0"));
    let extension = extension.trim_start_matches("ension").trim_start_matches("erno").trim_start_matches(['.', ' ']);
    if !(1..=6).contains(&extension.len()) || !extension.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let rest = &number.replacen('+', "", usize::from(number.find('+') < number.find(|c: char| c.is_ascii_digit())));
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let groups = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')' | '/' | '\u{2010}'..='\u{2013}');
    (SHORTEST_PHONE..=PHONE_DIGITS).contains(&digits) && rest.chars().all(groups)
}

/// The code of a country, typed in any case. Italy may also be typed by its name.
fn country(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    if code == "ITALIA" || code == "ITALY" {
        return Some("IT".to_owned());
    }
    let is_known = code.len() == 2 && COUNTRIES.as_bytes().chunks(2).any(|known| known == code.as_bytes());
    is_known.then_some(code)
}

/// Checks one field of a form and puts it into `given` as it is stored. The last part of the pointer is the name of the field.
pub fn take(given: &mut Map<String, Json>, checks: &mut Checks, pointer: &str, text: Option<&str>, longest: usize) {
    let field = pointer.rsplit('/').next().unwrap_or_default();
    let mut taken = checks.optional(pointer, text, longest);
    if let Some(text) = &mut taken {
        match field {
            "phone" if !is_phone(text) => checks.wrong(pointer, Wrong::Phone),
            "email" => *text = checks.email(pointer, text).typed,
            "language" if Lang::it_or_en(text).is_none() => checks.wrong(pointer, Wrong::Unknown),
            "country" => match country(text) {
                Some(code) => *text = code,
                None => checks.wrong(pointer, Wrong::Country),
            },
            "province" if text.len() == 2 => text.make_ascii_uppercase(),
            _ => {}
        }
    }
    given.insert(field.to_owned(), taken.into());
}

/// Checks postcode and province where the same form says that the country is Italy. The rule `italian_address` checks the stored rows.
pub fn italian(given: &Map<String, Json>, checks: &mut Checks, pointer: &str) {
    let text = |field: &str| given.get(field).and_then(Json::as_str);
    if text("country") != Some("IT") {
        return;
    }
    if text("postcode").is_some_and(|cap| cap.len() != 5 || !cap.bytes().all(|byte| byte.is_ascii_digit())) {
        checks.wrong(&format!("{pointer}/postcode"), Wrong::Postcode);
    }
    if text("province").is_some_and(|sigla| sigla.len() != 2 || !PROVINCES.contains(&format!(" {sigla} "))) {
        checks.wrong(&format!("{pointer}/province"), Wrong::Province);
    }
}

/// Whether a field was given that the rule `italian_address` is about.
#[must_use]
pub fn moves(given: &Map<String, Json>) -> bool {
    ["country", "province", "postcode"].into_iter().any(|field| given.contains_key(field))
}

/// Refuses rows whose country is Italy and whose postcode or province is not Italian. The second literal binds [`PROVINCES`].
#[macro_export]
macro_rules! wrong_in_italy {
    ($rows:literal, $provinces:literal) => {
        concat!(
            "INSERT INTO refusal (italian_address) SELECT 1 FROM ",
            $rows,
            " AND country = 'IT' AND (length(postcode) <> 5 OR postcode GLOB '*[^0-9]*' OR instr(",
            $provinces,
            ", ' ' || province || ' ') = 0)"
        )
    };
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, PROVINCES, country, is_phone};

    #[test]
    fn a_telephone_number_is_written_as_people_write_it() {
        for text in [
            "+39 06 1",
            "011",
            "0039 333 123.45-67",
            "(06) 555 1234",
            "+1 (555) 010-0199",
            "+39.3331234567",
            "06/5551234",
            "+39\u{a0}06 1234",
            "(+39) 06 1234567",
            "+39 06 12345 ext. 3",
            "06 123 int. 4",
            "06 1234 interno 12",
        ] {
            assert!(is_phone(text), "{text}");
        }
        for text in [
            "",
            "+",
            "12",
            "call me",
            "+39 06 x",
            "++39 06 123",
            "39+06123",
            "123456789012345678",
            "06 123 int. x",
            "ext. 3",
            "39+ 06 123",
            "06 12 ext. 1234567",
        ] {
            assert!(!is_phone(text), "{text}");
        }
    }

    #[test]
    fn a_country_is_its_code_in_any_case() {
        assert_eq!(country("it").as_deref(), Some("IT"));
        assert_eq!(country("Italia").as_deref(), Some("IT"));
        assert_eq!(country("Sm").as_deref(), Some("SM"));
        for text in ["XX", "EU", "ITA", "I", "DA", "\u{e9}"] {
            assert_eq!(country(text), None, "{text}");
        }
        assert_eq!((COUNTRIES.len() / 2, PROVINCES.split_whitespace().count()), (249, 111));
    }
}
