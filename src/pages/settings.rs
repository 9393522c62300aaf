//! `/accounts/{a}/settings`.

use askama::Template;
use axum::response::Response;

use super::{
    Badge, Control, Frame, Here, LinkPage,
    answer::{again, html, refusal_of, see, seen_version},
    shown::{account_state, control, management},
};
use crate::{
    account::{self, Account, AccountPatch, Status},
    act::Done,
    ask::{Ask, sent},
    cx::Cx,
    id::AccountId,
    refusal::{Failure, Result, Rule},
    text::When,
};

/// The account's own page.
#[derive(Template)]
#[template(path = "settings.html")]
pub struct SettingsPage {
    /// What stands around it.
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
    /// Active, pending, deactivated and the like.
    pub state: Badge,
    /// Managed or unmanaged; `None` for the host.
    pub management: Option<Badge>,
    /// When it was created.
    pub created: When,
    /// The first-admin link, while the account is pending.
    pub first_admin: Option<FirstAdmin>,
}

/// The first-admin link of a pending account.
pub struct FirstAdmin {
    /// The address it was last made for, or the one typed.
    pub email: String,
    /// Making a new one.
    pub renew: Control,
}

impl SettingsPage {
    fn of(cx: &Cx, done: &Done, account: Account, invited: Option<String>) -> Result<Self> {
        let (text, path, is_host) = (cx.lang.text(), format!("/accounts/{}/settings", account.id), account.kind == "host");
        let renew = control(account.capabilities.get("renew_first_admin_link"), cx.lang);
        let title = if is_host { text.settings.title_host } else { text.settings.title };
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Settings, title, &path)?,
            path,
            is_host,
            version: account.version,
            rename: control(account.capabilities.get("rename"), cx.lang),
            state: account_state(text, account.status),
            management: (!is_host).then(|| management(text, account.delegated)),
            created: cx.lang.when(account.created_at.0),
            first_admin: (account.status == Status::Pending && renew.is_shown()).then(|| FirstAdmin { email: invited.unwrap_or_default(), renew }),
            name: account.name,
        })
    }
}

/// `GET /accounts/{account}/settings`
///
/// # Errors
/// The gate's.
pub async fn get(cx: Cx, ask: Ask) -> Result<Response> {
    let id = ask.account()?;
    let (done, account, invited) = account::settings(&cx, &id).await?;
    let mut page = SettingsPage::of(&cx, &done, account, invited)?;
    page.frame = page.frame.at(ask.uri());
    html(&page)
}

async fn refused(cx: &Cx, id: &AccountId, failure: Failure, typed: &mut (dyn FnMut(&mut SettingsPage) + Send)) -> Result<Response> {
    let refusal = refusal_of(failure)?;
    let (done, account, invited) = account::settings(cx, id).await?;
    let mut page = SettingsPage::of(cx, &done, account, invited)?;
    page.frame = page.frame.refusing(&refusal);
    if refusal.rule != Rule::StaleVersion {
        typed(&mut page);
    }
    again(&refusal, &page)
}

sent! {
    /// What the form of the name sends.
    pub struct NameSent {
        version: String,
        name: String,
    }
}

/// `POST /accounts/{account}/settings`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, ask: Ask) -> Result<Response> {
    let id = ask.account()?;
    let sent: NameSent = ask.form()?;
    match account::rename(&cx, &id, &AccountPatch { name: Some(sent.name.clone()) }, Some(seen_version(&sent.version))).await {
        Ok(_) => Ok(see(&format!("/accounts/{id}/settings?done=account_saved"))),
        Err(failure) => refused(&cx, &id, failure, &mut |page| page.name.clone_from(&sent.name)).await,
    }
}

sent! {
    /// What the form of the first admin sends.
    pub struct FirstAdminSent {
        admin_email: String,
    }
}

/// `POST /accounts/{account}/settings/first-admin`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_first_admin(cx: Cx, ask: Ask) -> Result<Response> {
    let id = ask.account()?;
    let sent: FirstAdminSent = ask.form()?;
    let (done, made) = match account::renew_first_admin(&cx, &id, &account::FirstAdmin { admin_email: Some(sent.admin_email.clone()) }).await {
        Ok(made) => made,
        Err(failure) => {
            let mut typed = |page: &mut SettingsPage| {
                if let Some(first_admin) = &mut page.first_admin {
                    first_admin.email.clone_from(&sent.admin_email);
                }
            };
            return refused(&cx, &id, failure, &mut typed).await;
        }
    };
    let path = format!("/accounts/{id}/settings");
    let frame = Frame::in_account(&cx, &done, Here::Settings, "", &path)?;
    let lead = cx.lang.first_admin_of(&made.email, &done.standing()?.account.name);
    html(&LinkPage::invitation(&cx, frame, lead, &made.email.clone(), made.into(), &path))
}
