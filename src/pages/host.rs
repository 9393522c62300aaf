//! `/host/settings`: the host's settings and its catalogue of permissions.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Choice, Frame, Here,
    answer::{again, html, refusal_of, see},
    forms::Version,
};
use crate::{
    access::catalogue::{self, Entry, PermissionPatch},
    access::context::Cx,
    accounts::host::{self, HostPatch},
    core::config::Mailing,
    core::decode,
    core::field::Patch,
    core::lang::Lang,
    core::permission::Permission,
    core::refusal::{Failure, Refusal, Result, Rule},
    http::extract::{Form, Params, Path},
    http::response::Response,
    messages::mail::test_email::{self, TestOutcome},
};

const PATH: &str = "/host/settings";

/// The page of the host's settings.
#[derive(Template)]
#[template(path = "host.html")]
pub struct HostPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The host's name, or as typed.
    pub name: String,
    /// English, Italian.
    pub languages: Vec<Choice>,
    /// Hours, or as typed.
    pub invitation_hours: String,
    /// Minutes, or as typed.
    pub reset_minutes: String,
    /// Whether standard users may delete their account.
    pub standard_may_delete: bool,
    /// The audiences that access tokens may name, one a line, or as typed.
    pub audiences: String,
    /// The version the reader saw.
    pub version: i64,
    /// A sentence with the mail provider, or with what is missing.
    pub mail: String,
    /// Whether a test e-mail can be sent.
    pub may_test: bool,
    /// The result of the test e-mail that was just sent.
    pub fate: Option<String>,
    /// The catalogue.
    pub permissions: Vec<PermissionRow>,
}

/// A permission with its form.
pub struct PermissionRow {
    /// `noun.verb`
    pub key: &'static str,
    /// Its title.
    pub title: String,
    /// What it allows.
    pub explanation: &'static str,
    /// Whether it can be switched off.
    pub grantable: bool,
    /// Whether it is in use.
    pub enabled: bool,
    /// The host's own English title; empty without one.
    pub title_en: String,
    /// The host's own Italian title; empty without one.
    pub title_it: String,
    /// The version the reader saw.
    pub version: i64,
}

impl From<Entry> for PermissionRow {
    fn from(entry: Entry) -> Self {
        Self {
            key: entry.key,
            title: entry.title,
            explanation: entry.explanation,
            grantable: entry.grantable,
            enabled: entry.enabled,
            title_en: entry.title_en.unwrap_or_default(),
            title_it: entry.title_it.unwrap_or_default(),
            version: entry.version,
        }
    }
}

fn languages(chosen: &str) -> Vec<Choice> {
    [(Lang::En, "English"), (Lang::It, "Italiano")].map(|(lang, label)| Choice { value: lang.code(), label, selected: lang.code() == chosen }).into()
}

/// The parameters of the page after a test e-mail.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    letter: String,
}

/// Returns a sentence about the mail configuration.
fn mail(lang: Lang, mailing: &Mailing) -> String {
    match &mailing.provider {
        None => lang.text().host.mail_none.to_owned(),
        Some(provider) if mailing.missing.is_empty() => lang.mail_by(provider),
        Some(provider) => lang.mail_lacks(provider, &mailing.missing.join(", ")),
    }
}

/// Returns a sentence about the result of a test e-mail.
fn test_sentence(lang: Lang, outcome: &TestOutcome) -> String {
    let failure = outcome.failure.as_deref().unwrap_or_default();
    match outcome.status.as_str() {
        "sent" => lang.test_sent(outcome.provider_id.as_deref().unwrap_or(lang.text().host.test_no_id)),
        "failed" => lang.test_failed(failure),
        _ => lang.test_waits(failure),
    }
}

async fn page(cx: &Cx, email_id: &str) -> Result<HostPage> {
    let (done, host) = host::show(cx, vec![catalogue::read_all(), test_email::read(email_id)]).await?;
    Ok(HostPage {
        frame: Frame::in_account(cx, &done, Here::Host, cx.lang.text().host.title, PATH)?,
        name: host.name,
        languages: languages(&host.language),
        invitation_hours: host.invitation_hours.to_string(),
        reset_minutes: host.reset_minutes.to_string(),
        standard_may_delete: host.standard_may_delete,
        audiences: host.audiences.join("\n"),
        version: host.version,
        mail: mail(cx.lang, &host.mail),
        may_test: cx.env.mailer.is_some(),
        fate: done.first(2)?.map(|row| test_sentence(cx.lang, &row)),
        permissions: catalogue::entries(&done, 1, cx.lang)?.into_iter().map(PermissionRow::from).collect(),
    })
}

/// `GET /host/settings`
///
/// # Errors
/// The errors of the gate.
pub async fn get(cx: Cx, uri: Uri, Params(query): Params<Parameters>) -> Result<Response> {
    let mut page = page(&cx, &query.letter).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// Returns the refusal and the page that shows it.
async fn refused(cx: &Cx, failure: Failure) -> Result<(Refusal, HostPage)> {
    let refusal = refusal_of(failure)?;
    let mut page = page(cx, "").await?;
    page.frame = page.frame.refusing(&refusal);
    Ok((refusal, page))
}

/// The fields of the form of the settings.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SettingsSent {
    name: String,
    language: String,
    invitation_hours: String,
    reset_minutes: String,
    standard_may_delete: Option<String>,
    #[serde(deserialize_with = "decode::given")]
    audiences: Option<String>,
}

/// `POST /host/settings`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Form((version, sent)): Form<(Version, SettingsSent)>) -> Result<Response> {
    // A text that is not a number becomes -1, which the rules refuse.
    let number = |text: &str| Some(text.trim().parse().unwrap_or(-1));
    let patch = HostPatch {
        name: Some(sent.name.clone()),
        language: Some(sent.language.clone()),
        invitation_hours: number(&sent.invitation_hours),
        reset_minutes: number(&sent.reset_minutes),
        standard_may_delete: Some(sent.standard_may_delete.is_some()),
        audiences: sent.audiences.as_deref().map(|lines| lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()),
    };
    let Err(failure) = host::edit(&cx, &patch, version.seen()).await else { return Ok(see("/host/settings?done=host_saved")) };
    let (refusal, mut page) = refused(&cx, failure).await?;
    if refusal.rule != Rule::StaleVersion {
        page.languages = languages(&sent.language);
        page.standard_may_delete = sent.standard_may_delete.is_some();
        page.audiences = sent.audiences.unwrap_or(page.audiences);
        (page.name, page.invitation_hours, page.reset_minutes) = (sent.name, sent.invitation_hours, sent.reset_minutes);
    }
    again(&refusal, &page)
}

/// `POST /host/test-mail`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_test_mail(cx: Cx) -> Result<Response> {
    let failure = match test_email::send(&cx).await {
        Ok(email) => return Ok(see(&format!("/host/settings?letter={}#mail", email.id))),
        Err(failure) => failure,
    };
    let (refusal, page) = refused(&cx, failure).await?;
    again(&refusal, &page)
}

/// `POST /host/permissions/{permission}`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_permission(cx: Cx, Path(permission): Path<Permission>, Form((version, sent)): Form<(Version, PermissionPatch)>) -> Result<Response> {
    let patch = PermissionPatch { enabled: permission.is_grantable().then_some(sent.enabled == Some(true)), ..sent };
    let Err(failure) = catalogue::edit(&cx, permission, &patch, version.seen()).await else {
        return Ok(see("/host/settings?done=permission_saved#permissions"));
    };
    let (refusal, mut page) = refused(&cx, failure).await?;
    if refusal.rule != Rule::StaleVersion
        && let Some(row) = page.permissions.iter_mut().find(|row| row.key == permission.key())
    {
        row.enabled = patch.enabled.unwrap_or(true);
        let typed = |title: &Patch<String>| title.text().unwrap_or_default().to_owned();
        (row.title_en, row.title_it) = (typed(&patch.title_en), typed(&patch.title_it));
    }
    // Every permission has a field with this name, so the message stands above the page and not at a field.
    page.frame.errors.iter_mut().for_each(|error| error.field = None);
    again(&refusal, &page)
}

#[cfg(test)]
mod tests {
    use super::{mail, test_sentence};
    use crate::{core::config::Mailing, core::lang::Lang, messages::mail::test_email::TestOutcome};

    #[test]
    fn the_page_says_what_is_missing_and_what_the_provider_said() {
        let lacks = Mailing { provider: Some("resend".to_owned()), missing: vec!["MAIL_FROM", "MAIL_TOKEN"] };
        assert!(mail(Lang::En, &lacks).ends_with("missing or wrong: MAIL_FROM, MAIL_TOKEN."));
        assert!(mail(Lang::It, &lacks).ends_with("MAIL_FROM, MAIL_TOKEN."));
        let refused = TestOutcome { status: "failed".to_owned(), failure: Some("403 no such domain".to_owned()), provider_id: None };
        assert_eq!(test_sentence(Lang::En, &refused), "The provider refused the letter: 403 no such domain");
    }
}
