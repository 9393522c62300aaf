//! *Preferenze email*, of a person and of the account's own address.

use serde::Deserialize;

use super::{
    answer::{see, seen_version},
    parts::Tick,
    settings,
    user::{done_at, refused},
};
use crate::{
    access::context::Cx,
    accounts::account_preference::put_of_account,
    core::id::{AccountId, MemberId},
    core::lang::Lang,
    core::refusal::Result,
    core::vocabulary::Category,
    http::extract::{Form, Path},
    http::response::Response,
    people::preference::{self, Preferences},
    text::preference::words,
};

/// The five categories to tick.
#[must_use]
pub fn ticks(lang: Lang, chosen: &dyn Fn(Category) -> bool) -> Vec<Tick> {
    let tick = |category: &Category| {
        let (label, note) = words(*category, lang);
        Tick { id: category.code().to_owned(), label: label.to_owned(), note: note.to_owned(), checked: chosen(*category) }
    };
    Category::ALL.iter().map(tick).collect()
}

/// The categories among these codes.
#[must_use]
pub fn categories(codes: &[String]) -> Vec<Category> {
    codes.iter().filter_map(|code| Category::from_code(code)).collect()
}

/// What is ticked.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    version: String,
    categories: Vec<String>,
}

impl Chosen {
    fn preferences(&self) -> Preferences {
        Preferences { categories: Some(categories(&self.categories)) }
    }

    fn ticks(&self, lang: Lang) -> Vec<Tick> {
        ticks(lang, &|category| self.categories.iter().any(|code| code == category.code()))
    }
}

/// `POST …/users/{member}/email-preferences`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form(sent): Form<Chosen>) -> Result<Response> {
    match preference::put_of_member(&cx, &account, &id, &sent.preferences(), Some(seen_version(&sent.version))).await {
        Ok(_) => Ok(done_at(&account, &id, "preferences_saved")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |page| page.preferences = sent.ticks(page.frame.lang)).await,
    }
}

/// `POST …/settings/email-preferences`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_account(cx: Cx, Path(account): Path<AccountId>, Form(sent): Form<Chosen>) -> Result<Response> {
    match put_of_account(&cx, &account, &sent.preferences(), Some(seen_version(&sent.version))).await {
        Ok(_) => Ok(see(&format!("/accounts/{account}/settings?done=preferences_saved"))),
        Err(failure) => settings::refused(&cx, &account, failure, &mut |page| page.preferences = sent.ticks(page.frame.lang)).await,
    }
}
