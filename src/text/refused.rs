//! What a refused request is told, with what only this request knows: the limit of its route, how long to wait, whom to ask.

use super::{permission, refusals};
use crate::core::lang::Lang;
use crate::core::refusal::{Refusal, Rule, Takes};

/// The sentences of a refusal.
#[must_use]
pub fn detail(refusal: &Refusal, lang: Lang) -> String {
    let words = refusals::words(refusal.rule, lang).detail;
    match (refusal.takes, refusal.retry_after) {
        (Some(Takes::Bytes(most)), _) => lang.at_most(&size(most)),
        (Some(Takes::Types(types)), _) => lang.only_types(&types.join(lang.text().common.or)),
        (_, Some(seconds)) if refusal.rule == Rule::TooManyAttempts => wait(seconds, lang),
        _ => format!("{words}{}", missing(refusal, lang)),
    }
}

/// A number of bytes in the largest unit that divides it.
fn size(bytes: usize) -> String {
    let kibibytes = bytes / 1024;
    if kibibytes.is_multiple_of(1024) { format!("{} MB", kibibytes / 1024) } else { format!("{kibibytes} kB") }
}

fn wait(seconds: u64, lang: Lang) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => lang.text().common.wait_a_minute.to_owned(),
        minutes => lang.wait_minutes(&minutes.to_string()),
    }
}

/// What the caller lacks, which role they have instead and whom to ask: the words after those of `not_allowed`. Empty for every other rule.
fn missing(refusal: &Refusal, lang: Lang) -> String {
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
