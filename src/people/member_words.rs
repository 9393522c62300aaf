//! The words a member is found by: those of the name, the company and the e-mail address.
//!
//! The member's row holds them by field (`words`, a JSON object of lists). The search finds the member by `member_word`, which has one row for each
//! of them. A batch removes words from there before it changes or deletes a member's row, and adds words after it.

use serde_json::{Map, Value as Json, json};

use crate::{add_words, core::db::Stmt, core::field, sql};

/// The fields that have words.
const FIELDS: [&str; 3] = ["first_name", "last_name", "company"];

/// The words of these fields, as the column `words` holds them: the name of each field begins with `_`, and no word does. A field without text takes
/// the words away that it had.
#[must_use]
pub fn words(fields: &[(&str, Option<&str>)]) -> Json {
    fields.iter().map(|(field, text)| (format!("_{field}"), text.map_or(Json::Null, |text| json!(field::search_words(&[text]))))).collect::<Map<_, _>>().into()
}

/// The words of the given contact data and of the address.
#[must_use]
pub fn of_contact(given: &Map<String, Json>, email: Option<&str>) -> Json {
    let given = FIELDS.into_iter().filter_map(|field| Some((field, given.get(field)?.as_str())));
    words(&given.chain(email.map(|text| ("email", Some(text)))).collect::<Vec<_>>())
}

/// Removes the words that a change of the member's `words` takes away. It goes before the change.
#[must_use]
pub fn removed(member: &str, change: &Json) -> Stmt {
    sql!(
        "DELETE FROM member_word WHERE (account_id, word, member_id) IN (SELECT w.account_id, w.word, w.member_id FROM searchable_word w WHERE w.member_id = ?1)
            AND word NOT IN (SELECT t.value FROM member m, json_each(json_patch(m.words, ?2)) f, json_each(f.value) t WHERE m.id = ?1)",
        member,
        change
    )
}

/// Adds the words of a member whose row was written.
#[must_use]
pub fn added(member: &str) -> Stmt {
    sql!(add_words!("?1"), member)
}
