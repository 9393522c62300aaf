//! The cells of one line of a file, and the fields they are read into. What is not taken, or taken in another form, is noted: a file loses nothing in
//! silence.

use std::{collections::BTreeMap, rc::Rc};

use crate::{
    core::address,
    core::id::MemberId,
    core::letters::folded,
    core::permission::Role,
    core::vocabulary::{AccessStatus, Category},
    people::import_columns::{ADDRESSES, Column, FULL_NAME, NAMES, Names, SILENT},
    text::import_note::Note,
};

/// The flags of WHMCS, and the keys of its `email_preferences`.
pub const FLAGS: [(&str, &str, Category); 5] = [
    ("generalemails", "general", Category::General),
    ("productemails", "product", Category::Product),
    ("domainemails", "domain", Category::Domain),
    ("invoiceemails", "invoice", Category::Administration),
    ("supportemails", "support", Category::Support),
];
/// Columns with the name that somebody signs in with: an address, or not.
const LOGINS: [&str; 2] = ["username", "userprincipalname"];
/// Google Contacts writes several values into one cell with this between.
const BETWEEN_VALUES: &str = " ::: ";
/// Fields that people write on several lines, as on an envelope.
const ON_PAPER: [&str; 5] = ["company", "address_1", "address_2", "city", "country"];
/// The notes of a line, at most: a file may have very many columns.
const MOST_NOTES: usize = 20;
/// The cells of a line that are read, at most.
pub const MOST_CELLS: usize = 500;

/// A cell: its column and its text.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The column.
    pub column: Rc<Column>,
    /// The text.
    pub text: String,
}

impl Cell {
    /// Whether there is text in it.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// A line as it was read.
#[derive(Debug, Clone)]
pub struct Cells {
    /// The number of the line.
    pub number: i64,
    /// Its cells, at most [`MOST_CELLS`].
    pub cells: Vec<Cell>,
    /// How many more filled cells it has.
    pub more: usize,
    /// How many cells it has, and how many columns there are, where it has more: a separator within a value has shifted the cells after it.
    pub too_many: Option<(usize, usize)>,
}

/// The fields of a line.
#[derive(Debug, Default)]
pub struct Fields {
    texts: BTreeMap<&'static str, String>,
    columns: BTreeMap<&'static str, Rc<Column>>,
    /// The categories whose flags are on.
    pub flags: Vec<Category>,
    /// What was not taken, or taken in another form, with its column.
    pub notes: Vec<(String, Note)>,
    /// Columns that no import takes.
    pub unknown: Vec<Rc<Column>>,
    /// The column that gives the person access elsewhere, if one does.
    pub access: Option<String>,
    more: usize,
    /// The texts as they are compared with those of other columns.
    keys: BTreeMap<&'static str, String>,
}

/// Whether a flag is on.
#[must_use]
pub fn is_on(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "1" | "true" | "on" | "yes" | "s\u{ec}" | "si" | "vero")
}

impl Fields {
    /// The text of one of our fields; empty when the line has none.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        self.texts.get(field).cloned().unwrap_or_default()
    }

    /// Adds a note, as far as there is room.
    fn note(&mut self, column: &str, note: Note) {
        if self.notes.len() < MOST_NOTES { self.notes.push((column.to_owned(), note)) } else { self.more += 1 }
    }

    /// Takes the text of a cell for a field, in the form in which it is kept.
    fn take(&mut self, field: &'static str, cell: &Cell) {
        let (text, rest) = cell.text.split_once(BETWEEN_VALUES).map_or((cell.text.as_str(), None), |(first, rest)| (first, Some(rest)));
        if rest.is_some() {
            self.note(&cell.column.shown, Note::SecondValue);
        }
        let mut text = text.trim().to_owned();
        if ON_PAPER.contains(&field) && text.contains(is_break) {
            text = text.split(is_break).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            self.note(&cell.column.shown, Note::OneLine);
        }
        if let Some(whole) = text.strip_suffix(".0").filter(|whole| ["phone", "postcode"].contains(&field) && whole.bytes().all(|byte| byte.is_ascii_digit())) {
            let whole = whole.to_owned();
            self.note(&cell.column.shown, Note::ReadAs(text, whole.clone()));
            text = whole;
        }
        self.texts.insert(field, text);
        self.columns.insert(field, Rc::clone(&cell.column));
    }

    /// Whether a field has this text, without regard to case, accents and marks.
    fn is_same(&mut self, field: &'static str, text: &str) -> bool {
        let taken = self.texts.get(field).map(String::as_str).unwrap_or_default();
        *self.keys.entry(field).or_insert_with(|| folded(taken)) == folded(text)
    }

    /// Adds a note on the column that a field was taken from.
    fn note_on(&mut self, field: &str, note: Note) {
        let column = self.columns.get(field).map(|column| column.shown.clone()).unwrap_or_default();
        self.note(&column, note);
    }

    /// A name that is not divided is the first name of somebody who has neither.
    fn take_whole_name(&mut self) {
        let Some(whole) = self.texts.remove(FULL_NAME) else { return };
        let (first, last) = (self.text("first_name"), self.text("last_name"));
        let is_same = [[first.as_str(), &last].join(" "), [last.as_str(), &first].join(" ")].iter().any(|name| folded(name.trim()) == folded(&whole));
        if first.is_empty() && last.is_empty() {
            self.texts.insert("first_name", whole);
        } else if !is_same {
            self.note_on(FULL_NAME, Note::SecondValue);
        }
    }

    /// In Italy a province is kept as its sigla, and files have its name. A spreadsheet takes a CAP for a number and drops its zeros: they come back
    /// where the province says which.
    fn mend_address(&mut self) {
        let (cap, country) = (self.text("postcode"), self.text("country"));
        if !country.is_empty() && address::country(&country).as_deref() != Some("IT") {
            return;
        }
        if let Some(sigla) = address::sigla(&self.text("province")) {
            self.texts.insert("province", sigla.to_owned());
        }
        if let Some(whole) = address::cap_with_zeros(&cap, &self.text("province").to_ascii_uppercase()) {
            self.note_on("postcode", Note::ReadAs(cap, whole.clone()));
            self.texts.insert("postcode", whole);
        }
    }
}

/// Whether a character ends a line, or a cell of a table: fields have one line.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Each name of the filled cells, and the first of them.
type Places<'a> = BTreeMap<&'a str, usize>;

/// The filled cell that a field is read from.
fn first_of(places: &Places<'_>, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| places.get(name).copied())
}

impl Cells {
    fn places(&self) -> Places<'_> {
        let mut places = Places::new();
        for (place, cell) in self.cells.iter().enumerate() {
            let name = cell.column.name.as_str();
            if cell.is_filled() && (!LOGINS.contains(&name) || cell.text.contains('@')) {
                places.entry(name).or_insert(place);
            }
        }
        places
    }

    /// The fields of the line.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let (mut fields, mut taken) = (Fields { more: self.more, ..Fields::default() }, Vec::new());
        let places = self.places();
        let address = ADDRESSES.into_iter().find(|names| names.iter().any(|(_, names)| first_of(&places, names).is_some())).unwrap_or_default();
        let names: Vec<&Names> = NAMES.iter().chain(address).collect();
        for (field, names) in names {
            if let Some((place, cell)) = first_of(&places, names).and_then(|place| Some((place, self.cells.get(place)?))) {
                fields.take(field, cell);
                taken.push(place);
            }
        }
        fields.take_whole_name();
        fields.mend_address();
        for (place, cell) in self.cells.iter().enumerate() {
            if cell.is_filled() && !taken.contains(&place) {
                not_taken(&mut fields, cell);
            }
        }
        if MemberId::parse(&fields.text("id")).is_none() && fields.texts.contains_key("id") {
            fields.note_on("id", Note::NotTaken);
        }
        fields.notes.extend((fields.more > 0).then_some((String::new(), Note::More(fields.more))));
        fields
    }
}

/// Notes a cell that no field was read from.
fn not_taken(fields: &mut Fields, cell: &Cell) {
    let name = cell.column.name.as_str();
    if let Some((_, _, category)) = FLAGS.iter().find(|(flag, ..)| *flag == name) {
        if is_on(&cell.text) {
            fields.flags.push(*category);
        }
        return;
    }
    let text = cell.text.trim();
    let is_access = name == "access" && AccessStatus::from_code(text).is_some() || name == "role" && Role::from_code(text).is_some();
    if is_access {
        if name == "role" {
            fields.access = Some(cell.column.shown.clone());
        }
        return;
    }
    match cell.column.field {
        _ if SILENT.contains(&name) => {}
        Some(field) if !LOGINS.contains(&name) || text.contains('@') => {
            if field != FULL_NAME && !fields.is_same(field, text) {
                fields.note(&cell.column.shown, Note::SecondValue);
            }
        }
        _ => {
            fields.note(&cell.column.shown, Note::NotTaken);
            fields.unknown.push(Rc::clone(&cell.column));
        }
    }
}
