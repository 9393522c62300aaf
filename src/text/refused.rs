//! What a refused request is told, with what only this request knows: the limit of its route, how long to wait, what was pasted, whom to ask.

use super::{pasted_link, permission, refusals};
use crate::core::lang::Lang;
use crate::core::pasted_link::{LinkFault, LinkPage};
use crate::core::refusal::{BodyFault, Refusal, Rule, Wrong};

/// The title of a refusal.
#[must_use]
pub fn title(refusal: &Refusal, lang: Lang) -> &'static str {
    link_fault(refusal).map_or_else(|| refusals::words(refusal.rule, lang).title, |fault| pasted_link::words(fault, lang).0)
}

/// The sentences of a refusal.
#[must_use]
pub fn detail(refusal: &Refusal, lang: Lang) -> String {
    let words = refusals::words(refusal.rule, lang).detail;
    match (&refusal.body, refusal.retry_after, link_fault(refusal)) {
        (Some(BodyFault::TakesBytes(most)), ..) => lang.at_most(&size(*most)),
        (Some(BodyFault::TakesTypes(types)), ..) => lang.only_types(&listed(types, lang.text().common.or)),
        (_, Some(seconds), _) if refusal.rule == Rule::TooManyAttempts => wait(seconds, lang),
        (.., Some(fault)) => pasted_link::words(fault, lang).1.to_owned(),
        _ => format!("{words}{}", missing(refusal, lang)),
    }
}

/// A number of bytes in the largest unit that divides it.
fn size(bytes: usize) -> String {
    let kibibytes = bytes / 1024;
    if kibibytes.is_multiple_of(1024) { format!("{} MB", kibibytes / 1024) } else { format!("{kibibytes} kB") }
}

/// The words of a list: `a, b or c`, where ` or ` stands before the last.
fn listed(words: &[&str], or: &str) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{}{or}{last}", before.join(", ")),
        _ => words.concat(),
    }
}

fn wait(seconds: u64, lang: Lang) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => lang.text().common.wait_a_minute.to_owned(),
        minutes => lang.wait_minutes(&minutes.to_string()),
    }
}

fn link_fault(refusal: &Refusal) -> Option<LinkFault> {
    refusal.errors.iter().find_map(|error| if let Wrong::Link(fault) = error.code { Some(fault) } else { None })
}

/// The page whose link was pasted on another.
#[must_use]
pub fn page_of(refusal: &Refusal) -> Option<LinkPage> {
    link_fault(refusal).and_then(|fault| if let LinkFault::OfAnotherPage(page) = fault { Some(page) } else { None })
}

/// What follows the words of a rule: what the caller lacks, which role they have instead and whom to ask; the columns of a file without addresses.
/// Empty for every other rule.
fn missing(refusal: &Refusal, lang: Lang) -> String {
    if let Some(BodyFault::HasColumns(columns)) = &refusal.body {
        return lang.columns_read(&columns.join(", "));
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
