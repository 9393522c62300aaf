//! `/accounts/{a}/audit`.

use askama::Template;
use http::Uri;
use serde_json::Value as Json;

use super::{
    Frame, Here,
    answer::html,
    list::{List, Paging},
};
use crate::{
    access::audit_list::{self, Event},
    access::context::Cx,
    core::id::AccountId,
    core::lang::Lang,
    core::list,
    core::permission::Role,
    core::refusal::Result,
    http::extract::{Params, Path},
    http::response::Response,
    text::When,
};

/// The most characters of a value that the page shows.
const LONGEST_VALUE: usize = 200;

/// The activity log of an account.
#[derive(Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// The frame of the page.
    pub frame: Frame,
    /// What is around the rows.
    pub list: List,
    /// The lines of this page, newest first.
    pub rows: Vec<AuditRow>,
}

/// One line of the log.
pub struct AuditRow {
    /// The time of the change.
    pub at: When,
    /// The person who made it.
    pub who: String,
    /// By which authority ("by delegation").
    pub via: &'static str,
    /// What was done.
    pub what: String,
    /// The person or thing it was done to.
    pub target: String,
    /// The changed fields.
    pub changes: Vec<Change>,
}

/// One field of a change; an absent value is empty.
pub struct Change {
    /// The field's name.
    pub field: String,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
}

impl AuditRow {
    fn of(lang: Lang, event: &Event) -> Self {
        let text = lang.text();
        let via = event.actor.via.filter(|_| event.actor.user_id.is_some()).map(|via| text.words.via(via)).unwrap_or_default();
        Self {
            at: lang.when(event.at.0),
            who: event.actor.name.clone().unwrap_or_else(|| if event.actor.is_withheld { text.words.somebody } else { text.words.nobody }.to_owned()),
            via,
            // An action without a name here is shown by its code.
            what: text.actions.by_key(&event.action.replace('.', "_")).map_or_else(|| event.action.clone(), str::to_owned),
            target: event.target.name.clone().unwrap_or_else(|| event.target.id.clone()),
            changes: changes(lang, &event.before, &event.after),
        }
    }
}

/// Returns the changed fields: those that differ, or for a deleted thing all its values.
fn changes(lang: Lang, before: &Json, after: &Json) -> Vec<Change> {
    let Some(spoken_of) = after.as_object().or(before.as_object()) else { return Vec::new() };
    let shown = |side: &Json, field: &str| side.get(field).map(|value| value_in_words(lang, field, value)).unwrap_or_default();
    spoken_of
        .keys()
        .filter(|field| before.get(field).unwrap_or(&Json::Null) != after.get(field).unwrap_or(&Json::Null))
        .filter_map(|field| Some(Change { field: field_in_words(lang, field)?.to_owned(), before: shown(before, field), after: shown(after, field) }))
        .collect()
}

/// Returns the name of a field; `None` for fields that mean nothing to a reader.
pub(super) fn field_in_words(lang: Lang, field: &str) -> Option<&'static str> {
    let text = lang.text();
    let contact = &text.contact;
    Some(match field {
        "role" => text.users.role,
        "access" | "state" | "status" => text.users.state,
        "permissions" => text.audit.permissions,
        "takes_over" => text.audit.takes_over,
        "expires_at" => text.invitation.valid_until,
        "language" => text.me.language,
        "name" => text.users.name,
        "kind" => text.resources.kind,
        "external_id" => text.resources.external_id,
        "settings" => text.resources.settings,
        "resource_ids" => text.resources.choose_things,
        "member_ids" => text.resources.people,
        "managed" | "delegated" => text.settings.delegation,
        "invitation_hours" => text.host.invitation_hours,
        "reset_minutes" => text.host.reset_minutes,
        "standard_may_delete" => text.host.standard_may_delete,
        "seat_of_host" => text.settings.seat_of_host,
        "title_en" => text.host.title_en,
        "title_it" => text.host.title_it,
        "enabled" => text.host.switch_on,
        "provider" => text.host.mail,
        "visibility" => text.resources.visibility,
        "email" => contact.email,
        "first_name" => contact.first_name,
        "last_name" => contact.last_name,
        "company" => contact.company,
        "phone" => contact.phone,
        "address_1" => contact.address_1,
        "address_2" => contact.address_2,
        "city" => contact.city,
        "province" => contact.province,
        "postcode" => contact.postcode,
        "country" => contact.country,
        "tax_id" => contact.tax_id,
        "email_preferences" => text.preferences.title,
        _ => return None,
    })
}

fn value_in_words(lang: Lang, field: &str, value: &Json) -> String {
    let text = lang.text();
    match value {
        Json::Null => String::new(),
        Json::Bool(yes) => if *yes { text.permissions.yes } else { text.permissions.no }.to_owned(),
        Json::Number(number) if field == "expires_at" => number.as_i64().map(|at| lang.when(at).shown).unwrap_or_default(),
        Json::Array(items) if field.ends_with("_ids") => items.len().to_string(),
        Json::String(code) => {
            Role::from_code(code).map(|role| text.words.role(role)).or_else(|| state_in_words(lang, code)).map_or_else(|| code.clone(), str::to_owned)
        }
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "),
        Json::Number(_) | Json::Object(_) => value.to_string().chars().take(LONGEST_VALUE).collect(),
    }
}

fn state_in_words(lang: Lang, code: &str) -> Option<&'static str> {
    let words = &lang.text().words;
    Some(match code {
        "none" => words.contact,
        "invited" => words.invited,
        "active" => words.active,
        "suspended" => words.suspended,
        "deactivated" => words.deactivated,
        "deleted" => words.deleted,
        "pending" => lang.text().audit.pending,
        "revoked" => lang.text().audit.revoked,
        "paused" => lang.text().resources.paused,
        "pixel" => lang.text().resources.pixel,
        "app" => lang.text().resources.app,
        "everyone" => lang.text().resources.everyone,
        "assigned" => lang.text().resources.assigned,
        "admins" => lang.text().resources.admins,
        _ => return None,
    })
}

/// `GET /accounts/{account}/audit`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(paging): Params<list::Paging>) -> Result<Response> {
    let (done, listed) = audit_list::list(&cx, &account, &paging).await?;
    let (words, path) = (&cx.lang.text().audit, format!("/accounts/{account}/audit"));
    html(&AuditPage {
        frame: Frame::in_account(&cx, &done, Here::Audit, words.title, &path)?.at(&uri),
        list: List {
            paging: Paging::of(&path, uri.query(), listed.next_cursor.as_deref()),
            path,
            title: words.title,
            lead: words.lead,
            add: None,
            search: None,
            caption: words.caption,
            none: ("", words.empty),
            nothing_found: words.empty,
        },
        rows: listed.data.iter().map(|event| AuditRow::of(cx.lang, event)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::changes;
    use crate::core::lang::Lang;
    use serde_json::json;

    #[test]
    fn a_line_says_what_differs_in_the_words_of_its_reader() {
        let shown = changes(
            Lang::It,
            &json!({ "role": "view_only", "access": "active", "permissions": [] }),
            &json!({ "role": "standard", "access": "active", "user_id": "7" }),
        );
        let lines: Vec<_> = shown.iter().map(|change| (change.field.as_str(), change.before.as_str(), change.after.as_str())).collect();
        assert_eq!(lines, [("Ruolo", "Solo visualizzazione", "Standard")]);
    }

    #[test]
    fn what_went_away_is_shown_as_it_was() {
        let shown = changes(Lang::En, &json!({ "role": "admin" }), &json!(null));
        assert_eq!(shown.first().map(|change| (change.before.as_str(), change.after.as_str())), Some(("Admin", "")));
        assert!(changes(Lang::En, &json!(null), &json!(null)).is_empty());
    }

    #[test]
    fn numbers_are_instants_only_where_access_ends() {
        let shown = |field: &str, before, after| {
            let shown = changes(Lang::It, &json!({ field: before }), &json!({ field: after }));
            shown.first().map(|change| (change.before.clone(), change.after.clone())).unwrap_or_default()
        };
        let pair = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        assert_eq!(shown("invitation_hours", json!(24), json!(48)), pair("24", "48"));
        assert_eq!(shown("enabled", json!(true), json!(false)), pair("Sì", "No"));
        assert_eq!(shown("member_ids", json!([]), json!(["a", "b"])), pair("0", "2"));
        assert!(shown("expires_at", json!(null), json!(1_795_338_000_000_i64)).1.contains("2026"));
    }
}
