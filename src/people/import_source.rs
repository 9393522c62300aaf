//! Reads people from a file as columns and texts, before their meaning is checked: from a table, our own export, what WHMCS answers, or the JSON in
//! which other products list their users, whole or one person a line.
//!
//! WHMCS: `GetContacts` (`contacts.contact`) and `GetClientsDetails` (`client`), with its field names, its flags for e-mails, and its texts with
//! HTML entities. Its `tax_id` is not taken and is reported in `ignored`: here it belongs to the account, not to a person, and it needs another
//! permission (`profile.manage`).

use serde_json::{Map, Value as Json};

use crate::{
    core::decode,
    core::refusal::{BodyFault, Refusal, Result, Rule, Wrong},
    core::table,
    people::import_cells::{Cell, Cells, FLAGS, is_on},
    people::import_columns::{OF_WHMCS, is_email, plain_name},
};

/// Where the people stand in a JSON text. Those of WHMCS are marked.
const PLACES: [(&str, bool); 13] = [
    ("/members", false),
    ("/data", false),
    ("/contacts/contact", true),
    ("/clients/client", true),
    ("/client", true),
    ("/users", false),
    ("/Resources", false),
    ("/value", false),
    ("/people", false),
    ("/contacts", false),
    ("/results", false),
    ("/items", false),
    ("/records", false),
];
/// Columns that a refusal names, at most, and how much of each name.
const NAMED: (usize, usize) = (20, 40);

/// The character of an HTML entity, without `&` and `;`: a number, or a name among those that PHP writes for Italian texts. (Not a crate: the 2,231
/// names of HTML would be larger than this whole feature.)
fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        return code.and_then(char::from_u32).filter(|c| !c.is_control());
    }
    let (letter, accent) = name.split_at_checked(1)?;
    let mark = match accent {
        "grave" => '\u{300}',
        "acute" => '\u{301}',
        "circ" => '\u{302}',
        "tilde" => '\u{303}',
        "uml" => '\u{308}',
        "cedil" => '\u{327}',
        _ => {
            return Some(match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => ' ',
                "euro" => '€',
                "deg" => '°',
                "rsquo" => '’',
                "lsquo" => '‘',
                "szlig" => 'ß',
                _ => return None,
            });
        }
    };
    unicode_normalization::char::compose(letter.chars().next()?, mark)
}

/// Replaces HTML entities once, so that the text `&amp;lt;` is `&lt;`.
fn without_entities(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let found = after.split_once(';').filter(|(name, _)| name.len() <= 8).and_then(|(name, after)| Some((entity(name)?, after)));
        plain.push(found.map_or('&', |(c, _)| c));
        rest = found.map_or(after, |(_, after)| after);
    }
    plain + rest
}

/// The cells of a person in JSON. A field within a field is the column `name.givenName`; of several values the primary one comes first.
struct Flat {
    cells: Vec<Cell>,
    is_foreign: bool,
}

impl Flat {
    fn push(&mut self, column: &str, text: String) {
        let text = if self.is_foreign { without_entities(&text) } else { text };
        self.cells.push(Cell::new(column, text));
    }

    fn object(&mut self, within: &str, fields: &Map<String, Json>) {
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("invitation" | "capabilities", Json::Object(_)) => {}
                ("access", Json::Object(access)) => ["status", "role"]
                    .into_iter()
                    .zip(["access", "role"])
                    .for_each(|(field, column)| access.get(field).into_iter().for_each(|value| self.value(column, value))),
                ("email_preferences", Json::Object(flags)) => self.push(name, categories(flags)),
                ("email_preferences", Json::Array(codes)) => self.push(name, codes.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" ")),
                _ => self.value(&if within.is_empty() { name.clone() } else { [within, name].join(".") }, value),
            }
        }
    }

    fn value(&mut self, column: &str, value: &Json) {
        match value {
            Json::Null => {}
            Json::String(text) => self.push(column, text.clone()),
            Json::Bool(flag) => self.push(column, i64::from(*flag).to_string()),
            Json::Number(number) => {
                // Programs that know only floating-point numbers write a telephone number as `393331234567.0`.
                let text = number.to_string();
                self.push(column, text.strip_suffix(".0").unwrap_or(&text).to_owned());
            }
            Json::Object(fields) => self.object(column, fields),
            Json::Array(items) => {
                let is_primary = |item: &&Json| item.get("primary").and_then(Json::as_bool) == Some(true);
                let (first, rest): (Vec<&Json>, Vec<&Json>) = items.iter().partition(is_primary);
                first.into_iter().chain(rest).for_each(|item| self.value(column, item));
            }
        }
    }
}

/// The categories that an object of flags, as WHMCS has it, switches on.
fn categories(flags: &Map<String, Json>) -> String {
    let is_chosen = |key: &str| match flags.get(key) {
        Some(Json::Bool(flag)) => *flag,
        Some(Json::Number(number)) => is_on(&number.to_string()),
        Some(Json::String(text)) => is_on(text),
        _ => false,
    };
    FLAGS.iter().filter(|(_, key, _)| is_chosen(key)).map(|(_, _, category)| category.code()).collect::<Vec<_>>().join(" ")
}

fn person(number: i64, json: &Json, is_foreign: bool) -> Result<Cells> {
    let fields = json.as_object().ok_or_else(|| Refusal::field(&format!("/members/{}", number - 1), Wrong::Type))?;
    let mut flat = Flat { cells: Vec::new(), is_foreign: is_foreign || fields.contains_key("firstname") };
    flat.object("", fields);
    Ok(Cells { number, cells: flat.cells, too_many: None })
}

fn numbered<'a>(people: impl IntoIterator<Item = &'a Json>, is_foreign: bool) -> Result<Vec<Cells>> {
    (1..).zip(people).map(|(number, json)| person(number, json, is_foreign)).collect()
}

/// The people in a JSON text.
fn from_json(text: &str) -> Result<Vec<Cells>> {
    let Some(json) = decode::free(text.as_bytes()) else { return from_lines(text) };
    let found =
        PLACES.into_iter().find_map(|(place, is_foreign)| Some((json.pointer(place).filter(|value| value.is_array() || value.is_object())?, is_foreign)));
    match found.unwrap_or((&json, false)) {
        (Json::Array(people), is_foreign) => numbered(people, is_foreign),
        (one, is_foreign) => numbered([one], is_foreign),
    }
}

/// The people of a text with one JSON object a line (NDJSON).
fn from_lines(text: &str) -> Result<Vec<Cells>> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).peekable();
    if lines.peek().is_none_or(|(_, line)| decode::free(line.as_bytes()).is_none_or(|json| !json.is_object())) {
        return Err(Rule::Malformed.into());
    }
    lines
        .map(|(number, line)| {
            let json = decode::free(line.as_bytes()).filter(Json::is_object);
            person(number, &json.ok_or_else(|| Refusal::field("/members", Wrong::NotJson(number)))?, false)
        })
        .collect()
}

/// The people in a table, and the names of its columns.
fn from_table(text: &str) -> Result<(Vec<Cells>, Vec<String>)> {
    let mut rows = table::read(text).map_err(|line| Refusal::field("/members", Wrong::Quotes(line)))?.into_iter();
    let names: Vec<String> = rows.next().map(|(_, names)| names).unwrap_or_default();
    let is_foreign = names.iter().any(|name| OF_WHMCS.contains(&plain_name(name).as_str()));
    let cells = |(number, row): (i64, Vec<String>)| {
        let width = row.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1);
        let cell = |(place, text): (usize, String)| {
            let text = if is_foreign { without_entities(&text) } else { text };
            match names.get(place).filter(|name| !name.trim().is_empty()) {
                Some(name) => Cell::new(name, text),
                None => Cell::new(&format!("#{}", place + 1), text),
            }
        };
        Cells { number, cells: row.into_iter().enumerate().map(cell).collect(), too_many: (width > names.len()).then_some((width, names.len())) }
    };
    Ok((rows.map(cells).collect(), names))
}

/// The people in a file of any of the forms.
///
/// # Errors
/// `malformed`; `validation` where a table or a line cannot be read; `email_column_missing` where nobody can have an address, with the columns that
/// were read.
pub fn read(text: &str) -> Result<Vec<Cells>> {
    let text = text.trim_start_matches('\u{feff}');
    let is_json = text.trim_start().starts_with(['{', '[']);
    let (people, names) = if is_json { (from_json(text)?, Vec::new()) } else { from_table(text)? };
    let mut columns: Vec<String> = Vec::new();
    for name in names.iter().map(String::as_str).chain(people.iter().flat_map(|person| person.cells.iter().map(|cell| cell.column.as_str()))) {
        if is_email(&plain_name(name)) {
            return Ok(people);
        }
        let name: String = name.trim().chars().take(NAMED.1).collect();
        if columns.len() < NAMED.0 && !name.is_empty() && !columns.contains(&name) {
            columns.push(name);
        }
    }
    if columns.is_empty() { Ok(people) } else { Err(Refusal { body: Some(BodyFault::HasColumns(columns)), ..Rule::EmailColumnMissing.into() }.into()) }
}

#[cfg(test)]
mod tests {
    use super::without_entities;

    #[test]
    fn entities_are_read_once() {
        for (text, plain) in [
            ("D&#039;Angelo", "D'Angelo"),
            ("D&#x27;Angelo &quot;Srl&quot;", "D'Angelo \"Srl\""),
            ("Rossi &amp; Figli", "Rossi & Figli"),
            ("Rossi & Figli; &c", "Rossi & Figli; &c"),
            ("&amp;lt;&amp;#39;", "&lt;&#39;"),
            ("Niccol&ograve; Citt&agrave; &Egrave;", "Niccol\u{f2} Citt\u{e0} \u{c8}"),
            ("&unknown;&#0;&#xd800;&;&", "&unknown;&#0;&#xd800;&;&"),
        ] {
            assert_eq!(without_entities(text), plain);
        }
    }
}
