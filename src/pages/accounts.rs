//! `/accounts` and `/accounts/new`.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, FieldMessage, Frame, Link, LinkPage, Remake,
    answer::{again, html, refusal_of, see},
    list::{self, List, Paging, Search},
    shown::{account_badges, role_and_via},
};
use crate::{
    access::context::Cx,
    accounts::account::{self, Account},
    accounts::account_list::{self, Filter, Gone},
    accounts::creation::{NewAccount, create},
    core::capability::Allowed,
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

/// The list of the accounts that the reader may open.
#[derive(Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    /// The frame of the page.
    pub frame: Frame,
    /// What is around the rows. It leads to creating an account.
    pub list: List,
    /// The accounts on this page.
    pub rows: Vec<AccountRow>,
    /// Whether the reader belongs to no account.
    pub is_alone: bool,
    /// What to tell a host user whose list is empty: no account delegates, or there is no account.
    pub lack: Option<&'static str>,
}

/// One account in the list.
pub struct AccountRow {
    /// Its name.
    pub name: String,
    /// The path of its first page; `None` when the reader may only know that it exists.
    pub href: Option<String>,
    /// Host, managed, unmanaged, pending and the like.
    pub badges: Vec<Badge>,
    /// The reader's role and its source ("Admin, by delegation"); empty without a role.
    pub role: String,
    /// Until when a deleted account can be restored.
    pub until: Option<String>,
    /// The path to post its restoration to, for a reader who may restore it.
    pub restore: Option<String>,
}

/// The form for a new account.
#[derive(Template)]
#[template(path = "account_new.html")]
pub struct NewAccountPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The name as typed.
    pub name: String,
    /// Whether the host manages its users.
    pub managed: bool,
    /// The first admin's address as typed.
    pub admin_email: String,
    /// Whether the reader can become the first admin of a managed account on behalf of the host.
    pub takes_seat: bool,
}

impl AccountRow {
    fn of(lang: Lang, account: Account<Allowed>) -> Self {
        let text = lang.text();
        let may = |what: &str| account.capabilities.has(what);
        // A member of a deactivated account may open the page that says it is deactivated.
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

/// `GET /accounts`
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Params(filter): Params<Filter>) -> Result<Response> {
    let (done, listed) = account_list::list(&cx, &filter).await?;
    let (words, creates) = (&cx.lang.text().accounts, account_list::creates_accounts(&done)?);
    let is_start = filter.search.is_none() && filter.managed.is_none() && filter.status.is_none();
    let lack = match listed.data.as_slice() {
        [] if filter.managed == Some(true) && filter.search.is_none() && filter.status.is_none() => Some(words.none_delegated),
        [only] if only.kind == "host" && is_start && filter.cursor.is_none() => Some(words.none_yet_title),
        _ => None,
    };
    html(&AccountsPage {
        frame: Frame::signed_in(&cx, &done, words.title, "/accounts")?.at(&uri),
        is_alone: listed.data.is_empty() && is_start && creates.is_none(),
        lack,
        list: List {
            paging: Paging::of("/accounts", uri.query(), listed.next_cursor.as_deref()),
            path: "/accounts".to_owned(),
            title: words.title,
            lead: if creates.is_some() { words.lead_host } else { words.lead },
            add: (creates == Some(true)).then_some(words.new),
            caption: words.caption,
            none: ("", ""),
            nothing_found: if filter.status.is_some() && filter.search.is_none() { words.none_gone } else { words.nothing_found },
            search: Some(Search::of(words.search, filter.search, if creates.is_some() { filters(cx.lang, filter.managed, filter.status) } else { Vec::new() })),
        },
        rows: listed.data.into_iter().map(|account| AccountRow::of(cx.lang, account)).collect(),
    })
}

/// Returns the filters of a host user: managed or unmanaged, in use or deleted.
fn filters(lang: Lang, managed: Option<bool>, status: Option<Gone>) -> Vec<list::Filter> {
    let (words, any) = (&lang.text().accounts, lang.text().common.any);
    let kinds = [("true", words.kind_managed, true), ("false", words.kind_unmanaged, false)];
    let kinds = kinds.map(|(value, label, kind)| Choice { value, label, selected: managed == Some(kind) }).into();
    let gone = Choice { value: Gone::Deleted.code(), label: words.gone, selected: status == Some(Gone::Deleted) };
    vec![list::Filter::choice("managed", words.kind, any, kinds), list::Filter::choice("status", words.which, words.in_use, vec![gone])]
}

/// `GET /accounts/{account}`
///
/// # Errors
/// `not_found` when the path holds no id.
pub async fn get_one(_: Cx, Path(id): Path<AccountId>) -> Result<Response> {
    Ok(see(&format!("/accounts/{id}/users")))
}

/// The fields of the form.
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
/// The errors of the gate.
pub async fn get_new(cx: Cx, uri: Uri) -> Result<Response> {
    let mut page = new_page(&cx, Sent::default()).await?;
    page.frame = page.frame.at(&uri);
    page.managed = true;
    html(&page)
}

/// Returns the form with the typed values.
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

/// `POST /accounts`: redirects to the account, or shows the link of its first admin.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
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
