//! Reads people from a file as columns and texts, before their meaning is checked: from a table, our own export, what WHMCS answers, or the JSON in
//! which other products list their users, whole or one person a line.
//!
//! WHMCS: `GetContacts` (`contacts.contact`) and `GetClientsDetails` (`client`), with its field names, its flags for e-mails, and its texts with
//! HTML entities. Its `tax_id` is not taken and is reported in `ignored`: here it belongs to the account, not to a person, and it needs another
//! permission (`profile.manage`).

use std::rc::Rc;

use serde_json::{Map, Value as Json};

use crate::{
    core::free_json,
    core::refusal::{BodyFault, Refusal, Result, Rule, Wrong},
    core::table,
    people::import_cells::{Cell, Cells, FLAGS, MOST_CELLS, is_on},
    people::import_columns::{Column, LONGEST_NAME, OF_WHMCS},
};

/// Lines of a file, at most.
pub const MOST_LINES: usize = 1_000;
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

/// How many values of JSON may still come.
type Left = std::cell::Cell<usize>;

/// Values in a JSON text, at most: a hundred for each person.
const MOST_VALUES: usize = 100 * MOST_LINES;
/// Bytes of the name of an HTML entity that is read.
const LONGEST_ENTITY: usize = 8;

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
        let end = after.bytes().take(LONGEST_ENTITY + 1).position(|byte| byte == b';');
        let found = end.and_then(|end| Some((entity(after.get(..end)?)?, after.get(end + 1..)?)));
        plain.push(found.map_or('&', |(c, _)| c));
        rest = found.map_or(after, |(_, after)| after);
    }
    plain + rest
}

/// The cells of a person in JSON. A field within a field is the column `name.givenName`; of several values the primary one comes first.
#[derive(Default)]
struct Flat {
    cells: Vec<Cell>,
    more: usize,
    is_foreign: bool,
}

impl Flat {
    fn push(&mut self, column: &Rc<Column>, text: &str) {
        if self.cells.len() < MOST_CELLS {
            let text = if self.is_foreign { without_entities(text) } else { text.to_owned() };
            self.cells.push(Cell { column: Rc::clone(column), text });
        } else {
            self.more += usize::from(!text.trim().is_empty());
        }
    }

    fn object(&mut self, within: &str, fields: &Map<String, Json>) {
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("invitation" | "capabilities", Json::Object(_)) => {}
                ("access", Json::Object(access)) => ["status", "role"]
                    .into_iter()
                    .zip(["access", "role"])
                    .for_each(|(field, column)| access.get(field).into_iter().for_each(|value| self.field(column, value))),
                ("email_preferences", Json::Object(flags)) => self.push(&Rc::new(Column::new(name)), &categories(flags)),
                ("email_preferences", Json::Array(codes)) => {
                    self.push(&Rc::new(Column::new(name)), &codes.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" "));
                }
                _ if within.is_empty() => self.field(name, value),
                _ => self.field(&[within, name].join("."), value),
            }
        }
    }

    fn field(&mut self, name: &str, value: &Json) {
        self.value(name, &Rc::new(Column::new(name)), value);
    }

    fn value(&mut self, name: &str, column: &Rc<Column>, value: &Json) {
        match value {
            Json::Null => {}
            Json::String(text) => self.push(column, text),
            Json::Bool(flag) => self.push(column, if *flag { "1" } else { "0" }),
            Json::Number(number) => {
                // Programs that know only floating-point numbers write a telephone number as `393331234567.0`.
                let text = number.to_string();
                self.push(column, text.strip_suffix(".0").unwrap_or(&text));
            }
            // Names within this one would be longer still.
            Json::Object(_) if name.len() > LONGEST_NAME => self.push(column, "{}"),
            Json::Object(fields) => self.object(name, fields),
            Json::Array(items) => {
                let is_primary = |item: &&Json| item.get("primary").and_then(Json::as_bool) == Some(true);
                let (first, rest): (Vec<&Json>, Vec<&Json>) = items.iter().partition(is_primary);
                first.into_iter().chain(rest).for_each(|item| self.value(name, column, item));
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
    let mut flat = Flat { is_foreign: is_foreign || fields.contains_key("firstname"), ..Flat::default() };
    flat.object("", fields);
    Ok(Cells { number, cells: flat.cells, more: flat.more, too_many: None })
}

fn numbered<'a>(people: impl IntoIterator<Item = &'a Json>, is_foreign: bool) -> Result<Vec<Cells>> {
    (1..).zip(people).take(MOST_LINES + 1).map(|(number, json)| person(number, json, is_foreign)).collect()
}

/// JSON of as many values as are left; `None` for other text.
fn counted(text: &str, left: &Left) -> Result<Option<Json>> {
    match free_json::counted(text.as_bytes(), left) {
        None if left.get() == 0 => Err(Refusal::field("/members", Wrong::TooManyValues(MOST_VALUES)).into()),
        json => Ok(json),
    }
}

/// The people in a JSON text.
fn from_json(text: &str) -> Result<Vec<Cells>> {
    let Some(json) = counted(text, &Left::new(MOST_VALUES))? else { return from_lines(text) };
    let found =
        PLACES.into_iter().find_map(|(place, is_foreign)| Some((json.pointer(place).filter(|value| value.is_array() || value.is_object())?, is_foreign)));
    match found.unwrap_or((&json, false)) {
        (Json::Array(people), is_foreign) => numbered(people, is_foreign),
        (one, is_foreign) => numbered([one], is_foreign),
    }
}

/// The people of a text with one JSON object a line (NDJSON).
fn from_lines(text: &str) -> Result<Vec<Cells>> {
    let left = Left::new(MOST_VALUES);
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).take(MOST_LINES + 1);
    let mut people = Vec::new();
    for (number, line) in lines {
        match counted(line, &left)?.filter(Json::is_object) {
            Some(json) => people.push(person(number, &json, false)?),
            None if people.is_empty() => return Err(Rule::Malformed.into()),
            None => return Err(Refusal::field("/members", Wrong::NotJson(number)).into()),
        }
    }
    if people.is_empty() { Err(Rule::Malformed.into()) } else { Ok(people) }
}

/// The people in a table, and its columns.
fn from_table(text: &str) -> Result<(Vec<Cells>, Vec<Rc<Column>>)> {
    let rows = table::read(text, MOST_LINES + 2, MOST_CELLS).map_err(|line| Refusal::field("/members", Wrong::Quotes(line)))?;
    let mut rows = rows.into_iter();
    let Some(head) = rows.next() else { return Ok((Vec::new(), Vec::new())) };
    let column = |(place, name): (usize, &String)| Rc::new(if name.trim().is_empty() { Column::new(&format!("#{}", place + 1)) } else { Column::new(name) });
    let mut columns: Vec<Rc<Column>> = head.cells.iter().enumerate().map(column).collect();
    let names = columns.iter().zip(&head.cells).filter(|(_, name)| !name.trim().is_empty()).map(|(column, _)| Rc::clone(column)).collect();
    let is_foreign = columns.iter().any(|column| OF_WHMCS.contains(&column.name.as_str()));
    let cells = |row: table::Row| {
        columns.extend((columns.len()..row.cells.len()).map(|place| Rc::new(Column::new(&format!("#{}", place + 1)))));
        let cell = |(column, text): (&Rc<Column>, String)| Cell { column: Rc::clone(column), text: if is_foreign { without_entities(&text) } else { text } };
        let cells = columns.iter().zip(row.cells).map(cell).filter(Cell::is_filled).collect();
        Cells { number: row.line, cells, more: row.more, too_many: (row.filled_width > head.width).then_some((row.filled_width, head.width)) }
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
    let (people, named) = if is_json { (from_json(text)?, Vec::new()) } else { from_table(text)? };
    let mut columns: Vec<String> = Vec::new();
    for column in named.iter().chain(people.iter().flat_map(|person| person.cells.iter().map(|cell| &cell.column))) {
        if column.field == Some("email") {
            return Ok(people);
        }
        if columns.len() < NAMED.0 {
            let name: String = column.shown.chars().take(NAMED.1).collect();
            if !name.is_empty() && !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    if columns.is_empty() { Ok(people) } else { Err(Refusal { body: Some(BodyFault::HasColumns(columns)), ..Rule::EmailColumnMissing.into() }.into()) }
}

#[cfg(test)]
mod tests {
    use super::{Cells, read, without_entities};
    use crate::core::refusal::{Failure, FieldError, Wrong};
    use crate::people::import_cells::Fields;
    use crate::text::import_note::Note;

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

    /// What becomes of a file: the people, or the refusal.
    fn read_fields(text: &str) -> Vec<Fields> {
        read(text).unwrap().iter().map(Cells::fields).collect()
    }

    #[test]
    fn a_megabyte_of_ampersands_stays_as_it_is() {
        let text = "&".repeat(1_000_000);
        assert!(without_entities(&text) == text);
    }

    #[test]
    fn a_long_name_of_a_column_is_read_once() {
        let table = format!("email,{}\n{}", "\u{e8}".repeat(5_000), "a@x.it,y\n".repeat(20_000));
        assert_eq!(read(&table).unwrap().len(), 1_001);
    }

    #[test]
    fn names_within_names_are_bounded() {
        let key = "k".repeat(2_000);
        let leaves: Vec<String> = (0..2_000).map(|number| format!("\"n{number}\":1")).collect();
        let nested = (0..100).fold(format!("{{{}}}", leaves.join(",")), |inner, _| format!("{{\"{key}\":{inner}}}"));
        let fields = read_fields(&format!("[{{\"email\":\"a@x.it\",\"deep\":{nested}}}]"));
        assert_eq!(fields[0].text("email"), "a@x.it");
        assert_eq!(fields[0].notes, [(format!("deep.{}", "k".repeat(55)), Note::NotTaken)]);
    }

    #[test]
    fn very_many_columns_are_counted() {
        let names: Vec<String> = (0..20_000).map(|number| format!("column{number}")).collect();
        let table = format!("email,{}\na@x.it{}\n", names.join(","), ",y".repeat(20_000));
        let fields = read_fields(&table);
        assert_eq!(fields[0].notes.len(), 21);
        assert_eq!(fields[0].notes[20].1, Note::More(19_980));
    }

    #[test]
    fn a_table_of_separators_alone_keeps_few_cells() {
        let rows = format!("email\n{}a@x.it\n", format!("{}\n", ",".repeat(3_000)).repeat(1_000));
        assert_eq!(read(&rows).unwrap().iter().map(|cells| cells.cells.len()).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn json_with_very_many_values_is_refused() {
        let small = "{\"a\":1},".repeat(390_000);
        let lines = format!("{{\"email\":\"a@x.it\",\"a\":[{}1]}}\n", "1,".repeat(1_000)).repeat(900);
        for text in [format!("[{small}1]"), format!("{{\"email\":\"a@x.it\",\"b\":[{small}1]}}"), lines] {
            let Err(Failure::Refused(refusal)) = read(&text) else { panic!("it is taken") };
            assert_eq!(refusal.errors, [FieldError { pointer: "/members".to_owned(), code: Wrong::TooManyValues(100_000) }]);
        }
        assert_eq!(read(&"{\"email\":\"a@x.it\"}\n".repeat(20_000)).unwrap().len(), 1_001);
    }

    #[test]
    fn very_many_values_of_one_field_are_compared_with_one_key() {
        let text = "\u{e8}".repeat(200_000);
        let fields = read_fields(&format!("[{{\"email\":\"{text}\",\"mail\":[{}\"x\"]}}]", "\"x\",".repeat(5_000)));
        assert_eq!(fields[0].notes.len(), 21);
    }
}
