//! The words a member is found by: those of the name, the company and the e-mail address.

use serde_json::{Map, Value as Json};

use crate::{core::db::Stmt, core::field, core::id::AccountId, sql};

/// The statements that replace the words of the given fields.
pub(crate) fn words(account: &AccountId, id: &str, given: &Map<String, Json>, email: Option<&str>) -> Vec<Stmt> {
    let mut words = Vec::new();
    for (field, text) in ["first_name", "last_name", "company"]
        .into_iter()
        .filter_map(|field| Some((field, given.get(field)?.as_str())))
        .chain(email.map(|text| ("email", Some(text))))
    {
        words.push(sql!("DELETE FROM member_word WHERE member_id = ?1 AND field = ?2", id, field));
        words.extend(text.map(|text| index_words(account, id, field, text)).unwrap_or_default());
    }
    words
}

/// The words of one field, for the search.
#[must_use]
pub fn index_words(account: &AccountId, member: &str, field: &str, text: &str) -> Vec<Stmt> {
    field::search_words(&[text])
        .into_iter()
        .map(|word| sql!("INSERT OR IGNORE INTO member_word (account_id, word, member_id, field, access, role) SELECT account_id, ?2, id, ?4, access, role FROM member WHERE id = ?3 AND account_id = ?1", account, word, member, field))
        .collect()
}
