//! What is said after the words of a rule: what this reader lacks and whom to ask, or what was read.

use super::permission;
use crate::core::{lang::Lang, refusal::Refusal};

/// What the caller lacks, which role they have instead and whom to ask; the columns of a file without addresses. Empty for every other rule.
#[must_use]
pub fn of(refusal: &Refusal, lang: Lang) -> String {
    if !refusal.columns.is_empty() {
        return lang.columns_read(&refusal.columns.join(", "));
    }
    let Some(permission) = refusal.permission else { return String::new() };
    let (key, title) = (permission.key(), permission::words(permission, lang).0);
    let role = refusal.role.map(|role| lang.text().words.role(role));
    let names = refusal.ask.join(", ");
    let mut said = lang.missing_permission(title, key);
    said.extend(role.map(|role| lang.your_role_is(role)));
    if !names.is_empty() {
        said.push_str(&lang.you_can_ask(&names));
    } else if permission.is_of_host() {
        said.push_str(&lang.host_has(title));
    }
    said
}
