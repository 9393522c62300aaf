//! `/accounts` and `/accounts/new`.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Control, FieldMessage, Frame, Link, LinkPage, Paging, Remake,
    answer::{again, html, refusal_of, see},
    shown::{account_badges, address, role_and_via},
};
use crate::{
    access::context::Cx,
    accounts::account::{self, Account},
    accounts::account_list::{self, Filter, Gone},
    accounts::creation::NewAccount,
    accounts::creation::create,
    core::decode,
    core::id::AccountId,
    core::lang::Lang,
    core::permission::{Permission, Via},
    core::refusal::{Refusal, Result, Wrong},
    core::vocabulary::{AccountStatus, HOST},
    http::extract::{Form, Params, Path},
    http::response::Response,
    people::seat,
    text::refusals,
};

/// The selector: where the reader may go in.
#[derive(Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether the reader sees customer accounts as a host user.
    pub is_host_user: bool,
    /// The search as typed.
    pub search: String,
    /// All, managed, unmanaged; empty for those who are no host users.
    pub kinds: Vec<Choice>,
    /// In use, or deleted; empty for those who are no host users.
    pub states: Vec<Choice>,
    /// Whether the deleted ones are shown.
    pub gone: bool,
    /// What a host user lacks: an account that delegates, or any at all.
    pub lack: Option<&'static str>,
    /// Whether a search or a filter is on.
    pub filtered: bool,
    /// The accounts of this page.
    pub rows: Vec<AccountRow>,
    /// Where the list goes on.
    pub paging: Paging,
    /// Creating an account.
    pub create: Control,
}

/// One account in the selector.
pub struct AccountRow {
    /// Its name.
    pub name: String,
    /// Where it opens; `None` when the reader may only know that it exists.
    pub href: Option<String>,
    /// Host, managed, unmanaged, pending and the like.
    pub badges: Vec<Badge>,
    /// The reader's role and where it comes from ("Admin, by delegation"); empty when they have none there.
    pub role: String,
    /// For a deleted one: until when it can be restored.
    pub until: Option<String>,
    /// Where its restoration is posted, for who may restore it.
    pub restore: Option<String>,
}

/// The form for a new account.
#[derive(Template)]
#[template(path = "account_new.html")]
pub struct NewAccountPage {
    /// What stands around it.
    pub frame: Frame,
    /// The name as typed.
    pub name: String,
    /// Whether the host manages its users.
    pub managed: bool,
    /// The first admin's address as typed.
    pub admin_email: String,
    /// Whether the reader can be the first admin of a managed account, for the host.
    pub takes_seat: bool,
}

impl AccountRow {
    fn of(lang: Lang, account: Account) -> Self {
        let text = lang.text();
        let may = |what: &str| account.capabilities.get(what).is_some_and(|capability| capability.allowed);
        // Who stands in a deactivated account opens the page that says so.
        let is_stopped = account.status == AccountStatus::Deactivated && account.via == Some(Via::Member);
        let href = if may("view_members") {
            Some(format!("/accounts/{}/users", account.id))
        } else {
            (["renew_first_admin_link", "restore", "delete"].into_iter().any(may) || is_stopped).then(|| format!("/accounts/{}/settings", account.id))
        };
        Self {
            badges: account_badges(text, account.kind == "host", account.status, account.delegated),
            role: role_and_via(text, &account),
            until: account.purge_at.map(|at| lang.restorable_until(&lang.when(at.0).shown)),
            restore: may("restore").then(|| format!("/accounts/{}/settings/restoration", account.id)),
            href,
            name: account.name,
        }
    }
}

/// What the list is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    search: String,
    managed: String,
    status: String,
    cursor: String,
}

const MANAGED: &str = "managed";
const UNMANAGED: &str = "unmanaged";

/// `GET /accounts`
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Params(wanted): Params<Wanted>) -> Result<Response> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let managed = match wanted.managed.as_str() {
        MANAGED => Some(true),
        UNMANAGED => Some(false),
        _ => None,
    };
    let status = Gone::from_code(&wanted.status);
    let filter = Filter { search: some(&wanted.search), managed, status, limit: None, cursor: some(&wanted.cursor) };
    let (done, listed) = account_list::list(&cx, &filter).await?;
    let (text, creates) = (cx.lang.text(), account_list::creates_accounts(&done)?);
    let kinds = [("", text.common.any, None), (MANAGED, text.accounts.kind_managed, Some(true)), (UNMANAGED, text.accounts.kind_unmanaged, Some(false))];
    let parameters = [("search", wanted.search.as_str()), ("managed", wanted.managed.as_str()), ("status", wanted.status.as_str())];
    let filtered = filter.search.is_some() || managed.is_some() || status.is_some();
    let next = listed.next_cursor.as_deref().map(|cursor| address("/accounts", &[parameters.as_slice(), &[("cursor", cursor)]].concat()));
    html(&AccountsPage {
        frame: Frame::signed_in(&cx, &done, text.accounts.title, "/accounts")?.at(&uri),
        is_host_user: creates.is_some(),
        kinds: if creates.is_some() {
            kinds.into_iter().map(|(value, label, kind)| Choice { value, label, selected: kind == managed }).collect()
        } else {
            Vec::new()
        },
        states: if creates.is_some() {
            let shown = [("", text.accounts.in_use, None), (Gone::Deleted.code(), text.accounts.gone, Some(Gone::Deleted))];
            shown.into_iter().map(|(value, label, state)| Choice { value, label, selected: state == status }).collect()
        } else {
            Vec::new()
        },
        gone: status.is_some(),
        lack: match listed.data.as_slice() {
            [] if managed == Some(true) && filter.search.is_none() => Some(text.accounts.none_delegated),
            [only] if only.kind == "host" && !filtered && filter.cursor.is_none() => Some(text.accounts.none_yet_title),
            _ => None,
        },
        filtered,
        rows: listed.data.into_iter().map(|account| AccountRow::of(cx.lang, account)).collect(),
        paging: Paging { next, first: filter.cursor.map(|_| address("/accounts", &parameters)) },
        create: if creates == Some(true) { Control::Enabled } else { Control::Hidden },
        search: wanted.search,
    })
}

/// `GET /accounts/{account}`
///
/// # Errors
/// `not_found` for what is no id.
pub async fn get_one(_: Cx, Path(id): Path<AccountId>) -> Result<Response> {
    Ok(see(&format!("/accounts/{id}/users")))
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    name: String,
    managed: String,
    admin_email: String,
}

/// `GET /accounts/new`
///
/// # Errors
/// The gate's.
pub async fn get_new(cx: Cx, uri: Uri) -> Result<Response> {
    let mut page = new_page(&cx, Sent::default()).await?;
    page.frame = page.frame.at(&uri);
    page.managed = true;
    html(&page)
}

/// The form with what was typed.
async fn new_page(cx: &Cx, sent: Sent) -> Result<NewAccountPage> {
    #[derive(Deserialize)]
    struct Holder {
        #[serde(deserialize_with = "decode::flag")]
        holds: bool,
    }
    let done = cx.view(Permission::AccountsCreate, &AccountId::known(HOST)).read(seat::can_hold(cx)?).run().await.map_err(account::lacks_creation)?;
    let takes_seat = done.one::<Holder>(0)?.holds;
    let text = cx.lang.text();
    let mut frame = Frame::signed_in(cx, &done, text.accounts.new, "/accounts/new")?;
    frame.crumbs = vec![Link::new(text.common.accounts, "/accounts")];
    Ok(NewAccountPage { frame, name: sent.name, managed: sent.managed == "true", admin_email: sent.admin_email, takes_seat })
}

/// `POST /accounts`: into the account, or to the link of its first admin.
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, Form(sent): Form<Sent>) -> Result<Response> {
    let managed = match sent.managed.as_str() {
        "true" => true,
        "false" => false,
        _ => return post_again(&cx, sent, Refusal::field("/managed", Wrong::Required)).await,
    };
    let admin_email = Some(sent.admin_email.clone()).filter(|email| !managed || !email.trim().is_empty());
    let new = NewAccount { name: sent.name.clone(), managed, admin_email };
    let (done, created) = match create(&cx, &new).await {
        Ok(made) => made,
        Err(failure) => return post_again(&cx, sent, refusal_of(failure)?).await,
    };
    let Some(made) = created.invitation else { return Ok(see(&format!("/accounts/{}/users?done=account_created", created.account.id))) };
    let mut frame = Frame::signed_in(&cx, &done, "", "/accounts")?;
    frame.crumbs = vec![Link::new(frame.text.common.accounts, "/accounts")];
    let lead = cx.lang.first_admin_of(&made.email, &created.account.name);
    let remake = Remake::of_first_admin(&created.account.id, &made.email);
    html(&LinkPage::invitation(&cx, frame, lead, &made.email.clone(), made.into(), "/accounts?done=account_created", remake))
}

async fn post_again(cx: &Cx, sent: Sent, refusal: Refusal) -> Result<Response> {
    let has_kind = sent.managed == "true" || sent.managed == "false";
    let mut page = new_page(cx, sent).await?;
    page.frame = page.frame.refusing(&refusal);
    if !has_kind {
        page.frame.errors = vec![FieldMessage::on("managed", refusals::wrong(Wrong::Required, cx.lang))];
    }
    again(&refusal, &page)
}
