//! The host's settings: what people can change without a deployment (design §7).
//!
//! The name and language are stored in the host's account, the rest in `host_setting`. Together they have one version, the sum of both, so that a
//! change of either is noticed.

use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::{
    access::act::BatchResult,
    access::audit::Audit,
    access::authority::lacks_the_host,
    access::context::Cx,
    access::permission_set,
    accounts::account::NAME_CHARACTERS,
    audited,
    core::config::Mailing,
    core::db::Stmt,
    core::decode,
    core::field::Checks,
    core::id::AccountId,
    core::lang::Lang,
    core::letters,
    core::permission::Permission,
    core::refusal::{Result, Wrong},
    core::version::Versions,
    core::vocabulary::HOST,
    identity::access_token::{audiences, is_own_audience},
    sql,
};

/// How long an invitation may live: an hour to a week.
pub const INVITATION_HOURS: (i64, i64) = (1, 7 * 24);
/// How long a reset link may live: ten minutes to a day.
pub const RESET_MINUTES: (i64, i64) = (10, 24 * 60);
/// Audiences of tokens for other services, at most.
pub const MOST_AUDIENCES: usize = 20;
/// The longest audience, in characters.
const AUDIENCE_CHARACTERS: usize = 200;
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// The host's settings.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Host {
    /// What the host is called.
    pub name: String,
    /// Its language: `it` or `en`.
    pub language: String,
    /// How long an invitation can be accepted, in hours: 1 to 168.
    pub invitation_hours: i64,
    /// How long a reset link works, in minutes: 10 to 1440.
    pub reset_minutes: i64,
    /// Whether standard users may delete their account, as document 002 says.
    pub standard_may_delete: bool,
    /// The audiences that tokens for other services may have: 1 to 20 absolute URIs. The first is used when a request names none.
    pub audiences: Vec<String>,
    /// Counts edits; also the `ETag`.
    pub version: i64,
    /// How e-mails leave. The deployment sets it by variables (`MAIL_PROVIDER` and others); it cannot be edited here.
    pub mail: Mailing,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    language: Option<String>,
    invitation_ms: i64,
    reset_ms: i64,
    #[serde(deserialize_with = "decode::flag")]
    standard_may_delete: bool,
    #[serde(default, deserialize_with = "decode::nested")]
    audiences: Vec<String>,
    version: i64,
}

impl Host {
    fn of(cx: &Cx, row: Row) -> Self {
        Self {
            name: row.name,
            language: row.language.unwrap_or_else(|| Lang::En.code().to_owned()),
            invitation_hours: row.invitation_ms / HOUR_MS,
            reset_minutes: row.reset_ms / MINUTE_MS,
            standard_may_delete: row.standard_may_delete,
            audiences: row.audiences,
            version: row.version,
            mail: cx.env.config.mailing.clone(),
        }
    }
}

fn read() -> Stmt {
    sql!(
        concat!(
            "SELECT a.name, a.language, h.invitation_ms, h.reset_ms, h.standard_may_delete, ",
            audiences!(),
            " AS audiences, a.version + h.version - 1 AS version FROM account a JOIN host_setting h ON h.account_id = a.id WHERE a.id = ?1"
        ),
        HOST
    )
}

/// The settings, and the batch that read them. The statements `more` are read in it too, numbered from 1.
///
/// # Errors
/// `not_signed_in`, `not_allowed`.
pub async fn show(cx: &Cx, more: Vec<Stmt>) -> Result<(BatchResult, Host)> {
    let view = cx.view(Permission::HostManage, &AccountId::known(HOST)).read(read());
    let result = more.into_iter().fold(view, crate::access::act::View::read).run().await.map_err(lacks_the_host)?;
    let host = Host::of(cx, result.one::<Row>(0)?);
    Ok((result, host))
}

/// The host's settings to change; absent fields stay as they are.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HostPatch {
    /// What the host is called.
    pub name: Option<String>,
    /// `it` or `en`.
    pub language: Option<String>,
    /// 1 to 168.
    pub invitation_hours: Option<i64>,
    /// 10 to 1440.
    pub reset_minutes: Option<i64>,
    /// Whether standard users may delete their account.
    pub standard_may_delete: Option<bool>,
    /// 1 to 20 absolute URIs of at most 200 characters, in place of those before. The service's own address is not one of them: a token for it is
    /// asked for by name.
    pub audiences: Option<Vec<String>>,
}

/// Whether the text is an absolute URI (RFC 3986: a scheme and a part after it, no fragment).
fn is_absolute_uri(text: &str) -> bool {
    // `Url` repairs characters that a URI may not have, and accepts a scheme alone.
    let is_written = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte));
    let says_something = |url: Url| url.has_host() || !url.path().trim_start_matches('/').is_empty();
    text.len() <= AUDIENCE_CHARACTERS && is_written && Url::parse(text).is_ok_and(says_something)
}

/// The checked audiences, without repeats, in the order given.
fn checked_audiences(cx: &Cx, checks: &mut Checks, given: &[String]) -> Vec<String> {
    let mut audiences: Vec<String> = Vec::new();
    for (place, audience) in given.iter().map(|text| text.trim()).enumerate().take(MOST_AUDIENCES + 1) {
        let pointer = format!("/audiences/{place}");
        if !is_absolute_uri(audience) {
            checks.wrong(&pointer, Wrong::Uri(place + 1));
        } else if is_own_audience(cx, audience) {
            checks.wrong(&pointer, Wrong::OwnAddress);
        } else if !audiences.iter().any(|known| known == audience) {
            audiences.push(audience.to_owned());
        }
    }
    if given.len() > MOST_AUDIENCES {
        checks.wrong("/audiences", Wrong::TooMany(MOST_AUDIENCES));
    } else if given.is_empty() {
        checks.wrong("/audiences", Wrong::Required);
    }
    audiences
}

fn within(checks: &mut Checks, pointer: &str, value: Option<i64>, (least, most): (i64, i64)) {
    if value.is_some_and(|value| !(least..=most).contains(&value)) {
        checks.wrong(pointer, Wrong::OutOfRange(least, most));
    }
}

/// Changes the settings.
///
/// # Errors
/// `validation`, `stale_version`, `not_signed_in`, `not_allowed`.
pub async fn edit(cx: &Cx, patch: &HostPatch, version: Option<Versions>) -> Result<Host> {
    let mut checks = Checks::default();
    let name = patch.name.as_deref().map(|name| checks.line("/name", name, NAME_CHARACTERS));
    let language = patch.language.as_deref().and_then(Lang::parse);
    if patch.language.is_some() && language.is_none() {
        checks.wrong("/language", Wrong::Unknown);
    }
    within(&mut checks, "/invitation_hours", patch.invitation_hours, INVITATION_HOURS);
    within(&mut checks, "/reset_minutes", patch.reset_minutes, RESET_MINUTES);
    let audiences = patch.audiences.as_deref().map(|given| json!(checked_audiences(cx, &mut checks, given)));
    checks.done()?;
    let host = AccountId::known(HOST);
    let given = [
        ("name", name.as_deref().map(|name| json!(name))),
        ("language", language.map(|language| json!(language.code()))),
        ("invitation_hours", patch.invitation_hours.map(|hours| json!(hours))),
        ("reset_minutes", patch.reset_minutes.map(|minutes| json!(minutes))),
        ("standard_may_delete", patch.standard_may_delete.map(|may| json!(may))),
        ("audiences", audiences.clone()),
    ];
    let after: serde_json::Map<_, _> = given.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))).collect();
    // The name and the language are a change of the account, which others may be editing at its own address.
    let is_of_the_account = name.is_some() || language.is_some();
    let result = cx
        .act(Permission::HostManage, &host)
        .changes(!after.is_empty())
        .expect(sql!(
            "INSERT INTO refusal (stale_version) SELECT 1 FROM account a JOIN host_setting h ON h.account_id = a.id
              WHERE a.id = ?1 AND ?2 IS NOT NULL AND a.version + h.version - 1 NOT IN (SELECT value FROM json_each(?2))",
            &host,
            version.map(Versions::bound)
        ))
        .audit(Audit {
            sql: audited!(concat!(
                "SELECT a.name, json_object('name', a.name, 'language', a.language, 'invitation_hours', h.invitation_ms / 3600000, 'reset_minutes', h.reset_ms / 60000,
                        'standard_may_delete', json(CASE h.standard_may_delete WHEN 1 THEN 'true' ELSE 'false' END), 'audiences', json(",
                audiences!(),
                ")) AS before FROM account a JOIN host_setting h ON h.account_id = a.id WHERE a.id = ?8"
            )),
            action: "host.changed",
            target_type: "account",
            target_id: host.to_string(),
            account: Some(host.clone()),
            after: after.into(),
        })
        .write(sql!(
            "UPDATE account SET name = coalesce(?2, name), name_key = coalesce(?3, name_key), language = coalesce(?4, language), version = version + ?5 WHERE id = ?1",
            &host,
            name.as_deref(),
            name.as_deref().map(letters::folded),
            language.map(Lang::code),
            is_of_the_account
        ))
        .write(sql!(
            "UPDATE host_setting SET invitation_ms = coalesce(?2, invitation_ms), reset_ms = coalesce(?3, reset_ms),
                    standard_may_delete = coalesce(?4, standard_may_delete), audiences = coalesce(?5, audiences), version = version + NOT ?6 WHERE account_id = ?1",
            &host,
            patch.invitation_hours.map(|hours| hours * HOUR_MS),
            patch.reset_minutes.map(|minutes| minutes * MINUTE_MS),
            patch.standard_may_delete,
            audiences,
            is_of_the_account
        ))
        .writes(patch.standard_may_delete.into_iter().flat_map(|_| permission_set::rebuilt()))
        .read(read())
        .run()
        .await
        .map_err(lacks_the_host)?;
    Ok(Host::of(cx, result.one::<Row>(0)?))
}
