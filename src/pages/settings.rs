//! `/accounts/{a}/settings`.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Control, FieldMessage, Frame, Here, LinkPage, Remake,
    answer::{again, html, refusal_of, see},
    forms::{self, Halves, Tick, Version},
    shown::{account_state, control, management, rule_words},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    accounts::account_preference::put_of_account,
    accounts::creation::{self, renew_first_admin},
    accounts::delegation::{self, Delegation, RemainingUser, Settings},
    accounts::lifecycle::{self, Deletion, Use},
    accounts::profile::{self, AccountPatch, ProfilePatch},
    core::id::AccountId,
    core::refusal::{Failure, Refusal, Result, Rule, Wrong},
    core::vocabulary::AccountStatus,
    http::extract::{Form, Path},
    http::response::Response,
    people::preference::Preferences,
    text::{Text, When, refusals},
};

/// The settings page of an account.
#[derive(Template)]
#[template(path = "settings.html")]
pub struct SettingsPage {
    /// The frame of the page.
    pub frame: Frame,
    /// Its path: `/accounts/{a}/settings`.
    pub path: String,
    /// Whether it is the host.
    pub is_host: bool,
    /// The name, or the one typed.
    pub name: String,
    /// The version the reader saw.
    pub version: i64,
    /// Renaming it.
    pub rename: Control,
    /// Its address data.
    pub profile: Halves,
    /// The languages to write to it in.
    pub languages: Vec<Choice>,
    /// Editing the profile and the e-mail preferences.
    pub edit_profile: Control,
    /// Whether the reader may open the account.
    pub opens: bool,
    /// *Preferenze email* of its own address.
    pub preferences: Vec<Tick>,
    /// The sentence above the preferences.
    pub preferences_lead: &'static str,
    /// Active, pending, deactivated and the like.
    pub state: Badge,
    /// Managed or unmanaged; `None` for the host.
    pub management: Option<Badge>,
    /// When it was created.
    pub created: When,
    /// The first-admin link, while the account is pending.
    pub first_admin: Option<FirstAdmin>,
    /// Whether its users are delegated to the host.
    pub delegated: bool,
    /// Turning the delegation off or on.
    pub delegate: Control,
    /// The host users who keep access of their own.
    pub keepers: Vec<String>,
    /// A sentence that the host's seat ends, with its holder; `None` without one.
    pub holder: Option<String>,
    /// Its status.
    pub status: AccountStatus,
    /// Deactivating it.
    pub deactivate: Control,
    /// Reactivating it.
    pub reactivate: Control,
    /// Deleting it.
    pub delete: Control,
    /// The name typed to delete it.
    pub typed_name: String,
    /// Until when it can be restored.
    pub gone_until: Option<When>,
    /// Restoring it.
    pub restore: Control,
}

/// The first-admin link of a pending account.
pub struct FirstAdmin {
    /// The address it was last made for, or the one typed.
    pub email: String,
    /// Making a new link.
    pub renew: Control,
}

impl SettingsPage {
    /// Returns the path of an action on the account.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }

    fn of(cx: &Cx, done: &BatchResult, settings: Settings) -> Result<Self> {
        let Settings { account, invited, remaining_users: keepers, holder, has_own_admin } = settings;
        let (text, path, is_host) = (cx.lang.text(), format!("/accounts/{}/settings", account.id), account.kind == "host");
        let may = |what: &str| control(account.capabilities.get(what), cx.lang);
        let renew = may("renew_first_admin_link");
        let title = if is_host { text.settings.title_host } else { text.settings.title };
        let mut delegate = may("delegate");
        if account.delegated && delegate.is_enabled() && !has_own_admin {
            delegate = Control::Disabled(refusals::words(Rule::DelegationNeedsOwnAdmin, cx.lang).detail.to_owned());
        }
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Settings, title, &path)?,
            path,
            is_host,
            version: account.version,
            rename: may("rename"),
            profile: forms::halves(cx.lang, forms::ACCOUNT, &|key| account.profile.get(key).to_owned()),
            languages: languages(text, account.profile.get("language")),
            edit_profile: may("edit_profile"),
            opens: account.capabilities.get("open").is_some_and(|capability| capability.allowed),
            preferences: forms::category_ticks(cx.lang, &|category| account.email_preferences.contains(&category)),
            preferences_lead: if account.profile.email.is_some() { text.preferences.lead_account } else { text.preferences.no_address },
            state: account_state(text, account.status),
            management: (!is_host).then(|| management(text, account.delegated)),
            created: cx.lang.when(account.created_at.0),
            first_admin: (account.status == AccountStatus::Pending && renew.is_shown()).then(|| FirstAdmin { email: invited.unwrap_or_default(), renew }),
            delegated: account.delegated,
            delegate,
            holder: holder.map(|holder| cx.lang.seat_ends(if holder.name.is_empty() { &holder.email } else { &holder.name })),
            keepers: keepers.into_iter().map(|keeper| keeper_in_words(text, &keeper)).collect(),
            status: account.status,
            deactivate: may("deactivate"),
            reactivate: may("reactivate"),
            delete: may("delete"),
            typed_name: String::new(),
            gone_until: account.purge_at.map(|at| cx.lang.when(at.0)),
            restore: may("restore"),
            name: account.name,
        })
    }
}

fn languages(text: &Text, chosen: &str) -> Vec<Choice> {
    let of = |value: &'static str, label: &'static str| Choice { value, label, selected: value == chosen };
    vec![of("", text.common.not_given), of("it", "Italiano"), of("en", "English")]
}

fn keeper_in_words(text: &Text, keeper: &RemainingUser) -> String {
    let who = if keeper.name.is_empty() { keeper.email.clone() } else { format!("{} ({})", keeper.name, keeper.email) };
    format!("{who}, {}", text.words.role(keeper.role))
}

/// `GET /accounts/{account}/settings`
///
/// # Errors
/// The errors of the gate.
pub async fn get(cx: Cx, uri: Uri, Path(id): Path<AccountId>) -> Result<Response> {
    let (done, settings) = delegation::settings(&cx, &id).await?;
    let mut page = SettingsPage::of(&cx, &done, settings)?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// Shows the page again with the refusal; `typed` puts back the typed values.
pub(super) async fn refused(cx: &Cx, id: &AccountId, failure: Failure, typed: &mut (dyn FnMut(&mut SettingsPage) + Send)) -> Result<Response> {
    let refusal = refusal_of(failure)?;
    let (done, settings) = delegation::settings(cx, id).await?;
    let mut page = SettingsPage::of(cx, &done, settings)?;
    page.frame = page.frame.refusing(&refusal);
    if refusal.rule != Rule::StaleVersion {
        typed(&mut page);
    }
    again(&refusal, &page)
}

/// `POST /accounts/{account}/settings`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Path(id): Path<AccountId>, Form((version, patch)): Form<(Version, AccountPatch)>) -> Result<Response> {
    match profile::edit(&cx, &id, &patch, version.seen()).await {
        Ok(_) => Ok(see(&format!("/accounts/{id}/settings?done=account_saved"))),
        Err(failure) => refused(&cx, &id, failure, &mut |page| page.name = patch.name.clone().unwrap_or_default()).await,
    }
}

/// `POST /accounts/{account}/settings/profile`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_profile(cx: Cx, Path(id): Path<AccountId>, Form((version, sent)): Form<(Version, ProfilePatch)>) -> Result<Response> {
    match profile::edit(&cx, &id, &AccountPatch { name: None, profile: Some(sent.clone()) }, version.seen()).await {
        Ok(_) => Ok(see(&format!("/accounts/{id}/settings?done=account_saved"))),
        Err(failure) => {
            refused(&cx, &id, failure, &mut |page| {
                forms::typed(&mut page.profile, &|key| sent.get(key));
                page.languages = languages(page.frame.text, sent.get("language").unwrap_or_default());
                // This rule is about the address field: it is the last address that receives the category `domain`.
                page.frame.errors.iter_mut().for_each(|error| error.field = error.field.or(Some("email")));
            })
            .await
        }
    }
}

/// `POST /accounts/{account}/settings/first-admin`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_first_admin(cx: Cx, Path(id): Path<AccountId>, Form(sent): Form<creation::FirstAdmin>) -> Result<Response> {
    let (done, made) = match renew_first_admin(&cx, &id, &sent).await {
        Ok(made) => made,
        Err(failure) => {
            let mut typed = |page: &mut SettingsPage| {
                if let Some(first_admin) = &mut page.first_admin {
                    first_admin.email = sent.admin_email.clone().unwrap_or_default();
                }
            };
            return refused(&cx, &id, failure, &mut typed).await;
        }
    };
    let path = format!("/accounts/{id}/settings");
    let frame = Frame::in_account(&cx, &done, Here::Settings, "", &path)?;
    let lead = cx.lang.first_admin_of(&made.email, &done.authority()?.account.name);
    let remake = Remake::of_first_admin(id.as_str(), &made.email);
    html(&LinkPage::invitation(&cx, frame, lead, &made.email.clone(), made.into(), &path, remake))
}

/// `POST /accounts/{account}/settings/delegation`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_delegation(cx: Cx, Path(id): Path<AccountId>, Form((version, Delegation { delegated })): Form<(Version, Delegation)>) -> Result<Response> {
    match delegation::put(&cx, &id, delegated, version.seen()).await {
        Ok(_) => Ok(see(&format!("/accounts/{id}/settings?done={}", if delegated { "delegation_on" } else { "delegation_off" }))),
        Err(failure) => refused(&cx, &id, failure, &mut |_| {}).await,
    }
}

/// The fields of the form that deactivates or reactivates the account.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StatusSent {
    status: String,
}

/// `POST /accounts/{account}/settings/status`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_status(cx: Cx, Path(id): Path<AccountId>, Form((version, sent)): Form<(Version, StatusSent)>) -> Result<Response> {
    let put = match Use::from_code(&sent.status) {
        Some(status) => lifecycle::put_status(&cx, &id, status, version.seen()).await,
        None => Err(Refusal::field("/status", Wrong::Unknown).into()),
    };
    match put {
        Ok(account) if account.status == AccountStatus::Active => Ok(see(&format!("/accounts/{id}/settings?done=account_reactivated"))),
        Ok(_) => Ok(see(&format!("/accounts/{id}/settings?done=account_deactivated"))),
        Err(failure) => refused(&cx, &id, failure, &mut |_| {}).await,
    }
}

/// The fields of the form that deletes the account. Another form of the page has a field `name`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DeletionSent {
    account_name: String,
    current_password: String,
}

/// `POST /accounts/{account}/settings/deletion`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_deletion(cx: Cx, Path(id): Path<AccountId>, Form((version, sent)): Form<(Version, DeletionSent)>) -> Result<Response> {
    let given = Deletion { name: sent.account_name, current_password: sent.current_password };
    let failure = match lifecycle::delete(&cx, &id, &given, version.seen()).await {
        Ok(()) => return Ok(see("/accounts?done=account_deleted")),
        Err(failure) => failure,
    };
    let refusal = refusal_of(failure)?;
    let mut typed = |page: &mut SettingsPage| {
        page.typed_name.clone_from(&given.name);
        page.frame.errors = match (refusal.rule, refusal.errors.first()) {
            (Rule::WrongPassword, _) => vec![FieldMessage::on("current_password", rule_words(refusal.rule, page.frame.lang))],
            (_, Some(error)) => vec![FieldMessage::on("account_name", refusals::wrong(error.code, page.frame.lang))],
            _ => std::mem::take(&mut page.frame.errors),
        };
    };
    refused(&cx, &id, refusal.clone().into(), &mut typed).await
}

/// `POST /accounts/{account}/settings/restoration`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_restoration(cx: Cx, Path(id): Path<AccountId>) -> Result<Response> {
    match lifecycle::restore(&cx, &id).await {
        Ok(_) => Ok(see(&format!("/accounts/{id}/settings?done=account_restored"))),
        Err(failure) => refused(&cx, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/settings/email-preferences`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_email_preferences(cx: Cx, Path(account): Path<AccountId>, Form((version, sent)): Form<(Version, Preferences)>) -> Result<Response> {
    let sent = forms::ticked(sent);
    match put_of_account(&cx, &account, &sent, version.seen()).await {
        Ok(_) => Ok(see(&format!("/accounts/{account}/settings?done=preferences_saved"))),
        Err(failure) => refused(&cx, &account, failure, &mut |page| page.preferences = forms::preference_ticks(page.frame.lang, &sent)).await,
    }
}
