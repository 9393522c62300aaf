//! One line of a file: what the import says of it, and the fields that its statements need.

use std::{collections::BTreeSet, rc::Rc};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    access::context::Cx,
    codes,
    core::field::Checks,
    core::id::MemberId,
    core::lang::Lang,
    core::letters,
    core::refusal::{FieldError, Result, Rule, Wrong},
    core::vocabulary::Category,
    people::import_cells::{Cells, Fields},
    people::import_columns::Column,
    people::member::NewMember,
    people::member_words,
    text::import_note::Note,
    text::refusals,
};

/// What the import does with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// Adds a new person.
    Created,
    /// Changes a known person.
    Updated,
    /// Invites a known person without changing them.
    Invited,
    /// Leaves a known person as they are.
    Unchanged,
    /// Does nothing; `errors` says why.
    Refused,
}
codes!(Outcome);

/// What is wrong with a line.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// The field; empty for the whole line.
    pub pointer: String,
    /// The stable code.
    pub code: &'static str,
    /// The reason in words.
    pub detail: String,
}

/// What is not taken of a line, or is taken otherwise than it is written.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Warning {
    /// The column, as the file names it (`#5` for the fifth without a name); empty for the whole line.
    pub column: String,
    /// The stable code: `not_taken` (no such field), `second_value` (the field is taken from elsewhere), `read_as` (a number that a spreadsheet changed),
    /// `one_line` (line breaks become spaces), `shared_address` (one more person with this address), `was_contact` (the invitation is for this contact),
    /// `role_not_given` (invite to give a role), `more` (warnings that are left out).
    pub code: &'static str,
    /// The same in words.
    pub detail: String,
}

/// A line of the file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Line {
    /// Its line number in the text; in JSON, the number of the person.
    pub line: i64,
    /// The address, as written in the file.
    pub email: String,
    /// The name.
    pub name: String,
    /// What the import does with it.
    pub outcome: Outcome,
    /// The member it means or makes.
    pub member_id: Option<String>,
    /// Why it is refused.
    pub errors: Vec<Problem>,
    /// What is not taken of it, or is taken otherwise than it is written. At most 20, and how many more.
    pub warnings: Vec<Warning>,
    /// The link of the invitation: only in this answer.
    pub link: Option<String>,
}

impl Line {
    /// Adds a warning.
    pub fn warn(&mut self, lang: Lang, column: &str, note: &Note) {
        self.warnings.push(Warning { column: column.to_owned(), code: note.code(), detail: note.words(lang) });
    }
}

/// A line that was read and checked.
pub struct Checked {
    /// What is said of it.
    pub line: Line,
    /// The fields that the statements need; `None` when the line has errors.
    pub good: Option<Map<String, Json>>,
    /// Its columns that no import takes.
    pub unknown: Vec<Rc<Column>>,
    /// The column with a role that the person has elsewhere.
    pub access: Option<String>,
}

fn problem(lang: Lang, error: &FieldError) -> Problem {
    Problem { pointer: error.pointer.clone(), code: error.code.code(), detail: refusals::wrong(error.code, lang) }
}

/// The reason for which the plan refuses a line.
#[must_use]
pub fn refused(lang: Lang, code: &str) -> Problem {
    let pointer = if code == "italian_address" { "/postcode" } else { "/email" }.to_owned();
    match Rule::from_code(code) {
        Some(rule @ Rule::SeveralContacts) => Problem { pointer, code: rule.code(), detail: lang.text().transfer.several_contacts.to_owned() },
        Some(rule) => Problem { pointer, code: rule.code(), detail: refusals::words(rule, lang).detail.to_owned() },
        None => problem(lang, &FieldError { pointer, code: Wrong::Repeated }),
    }
}

/// The categories that a line names and switches on, each once.
fn categories(fields: &Fields, checks: &mut Checks) -> BTreeSet<&'static str> {
    let preferences = fields.text("email_preferences");
    let codes = || preferences.split([' ', ',', ';']).filter(|code| !code.is_empty());
    if codes().any(|code| Category::from_code(code).is_none()) {
        checks.wrong("/email_preferences", Wrong::Unknown);
    }
    codes().filter_map(Category::from_code).chain(fields.flags.iter().copied()).map(Category::code).collect()
}

/// Reads and checks a line.
///
/// # Errors
/// A fault where no id can be made.
pub fn checked(cx: &Cx, cells: &Cells) -> Result<Checked> {
    let mut checks = Checks::default();
    let fields = cells.fields();
    let text = |field: &str| fields.text(field);
    if let Some((cells, columns)) = cells.too_many {
        checks.wrong("", Wrong::TooManyCells(cells, columns));
    }
    let email = checks.email("/email", &text("email"));
    let mut given = NewMember::of(&text).given(&mut checks);
    given.retain(|_, value| !value.is_null());
    let words = member_words::of_contact(&given, Some(&email.typed));
    for field in ["first_name", "last_name"] {
        if let Some(key) = given.get(field).and_then(Json::as_str).map(letters::folded) {
            given.insert(format!("{field}_key"), key.into());
        }
    }
    let categories = categories(&fields, &mut checks);
    // Of a line whose cells are shifted, nothing else can be said.
    let is_shifted = |error: &&FieldError| cells.too_many.is_none() || error.pointer.is_empty();
    let errors = checks.done().err().map(|refusal| refusal.errors).unwrap_or_default();
    let name = [text("first_name"), text("last_name")].join(" ");
    let mut line = Line {
        line: cells.number,
        email: text("email"),
        name: name.trim().to_owned(),
        outcome: Outcome::Refused,
        member_id: None,
        errors: errors.iter().filter(is_shifted).map(|error| problem(cx.lang, error)).collect(),
        warnings: Vec::new(),
        link: None,
    };
    fields.notes.iter().filter(|_| cells.too_many.is_none()).for_each(|(column, note)| line.warn(cx.lang, column, note));
    given.extend(MemberId::parse(text("id").trim()).map(|id| ("id".to_owned(), id.as_str().into())));
    given.insert("new_id".to_owned(), cx.new_id()?.into());
    given.insert("email".to_owned(), email.typed.into());
    given.insert("email_key".to_owned(), email.key.into());
    given.insert("words".to_owned(), words);
    given.insert("categories".to_owned(), json!(categories));
    Ok(Checked { line, good: errors.is_empty().then_some(given), unknown: fields.unknown, access: fields.access })
}
