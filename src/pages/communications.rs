//! `/accounts/{a}/communications`, `/me/communications` and below: the history, one communication, and the form for a new one.

use askama::Template;
use http::{Uri, header};
use serde::Deserialize;

use super::{
    Badge, Choice, Control, Frame, Here, Tone,
    answer::{HTML, again, html, refusal_of, see},
    list::{self, List, Paging, Search},
    shown::{control, failure},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::id::{AccountId, CommunicationId, MemberId},
    core::lang::Lang,
    core::list::Paging as Part,
    core::permission::Permission,
    core::refusal::{Result, Rule},
    core::vocabulary::Category,
    http::extract::{Form, Params, Path},
    http::headers::POLICY,
    http::request::LARGEST_MESSAGE,
    http::response::{self, Response},
    messages::communication::{self, Communication, NewCommunication},
    messages::history::{self, Filter, HistoryOf},
    text::When,
};

/// «Storico comunicazioni» of an account, of a person, or of the reader.
#[derive(Template)]
#[template(path = "communications.html")]
pub struct CommunicationsPage {
    /// The frame of the page.
    pub frame: Frame,
    /// What is around the rows. It leads to writing one.
    pub list: List,
    /// The communications on this page.
    pub rows: Vec<Line>,
}

/// One communication in the list.
pub struct Line {
    /// Its subject.
    pub subject: String,
    /// Its page.
    pub href: String,
    /// The name of its category, or of its kind when it has no category.
    pub category: &'static str,
    /// When it was sent.
    pub at: When,
    /// The states of its e-mails.
    pub states: Vec<Badge>,
}

/// One communication.
#[derive(Template)]
#[template(path = "communication.html")]
pub struct CommunicationPage {
    /// The frame of the page.
    pub frame: Frame,
    /// Its own path.
    pub path: String,
    /// The facts below the title.
    pub line: Line,
    /// Who sent it.
    pub author: String,
    /// The text.
    pub text: String,
    /// Whether it has an HTML part.
    pub has_html: bool,
    /// Its e-mails.
    pub emails: Vec<EmailRow>,
    /// Sending the failed e-mails again.
    pub resend: Control,
    /// Links to the other pages of the e-mails.
    pub paging: Paging,
}

/// One e-mail.
pub struct EmailRow {
    /// The recipient.
    pub to: String,
    /// Its state.
    pub state: Badge,
    /// When it was sent.
    pub sent_at: Option<When>,
    /// Why it was not sent.
    pub failure: String,
}

/// The form *New communication*.
#[derive(Template)]
#[template(path = "communication_new.html")]
pub struct NewCommunicationPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The list's path, to which the form is posted too.
    pub path: String,
    /// The categories.
    pub categories: Vec<Choice>,
    /// The subject as typed.
    pub subject: String,
    /// The text as typed.
    pub text: String,
}

fn state(lang: Lang, status: &str) -> Badge {
    let words = &lang.text().communications;
    match status {
        "sent" => Badge::new(words.sent, Tone::Good),
        "queued" => Badge::new(words.queued, Tone::Wait),
        "failed" => Badge::new(words.failed, Tone::Bad),
        _ => Badge::new(words.not_sent, Tone::Calm),
    }
}

fn categories(lang: Lang, chosen: Option<Category>) -> Vec<Choice> {
    let words = &lang.text().communications;
    Category::ALL.iter().map(|one| Choice { value: one.code(), label: words.of_category(Some(*one)), selected: chosen == Some(*one) }).collect()
}

impl Line {
    fn of<C>(lang: Lang, path: &str, one: &Communication<C>) -> Self {
        Self {
            href: format!("{path}/{}", one.id),
            category: lang.text().communications.of_category(one.category),
            at: lang.when(one.created_at.0),
            states: one.delivery_statuses.iter().map(|status| state(lang, status)).collect(),
            subject: one.subject.clone(),
        }
    }
}

impl super::UserPage {
    /// The history of one person.
    #[must_use]
    pub fn history(&self) -> Option<String> {
        let is_open = self.frame.account.as_ref().is_some_and(|account| account.shows(Here::Communications));
        is_open.then(|| self.path.replacen("/users/", "/communications?member=", 1))
    }
}

impl CommunicationPage {
    fn of(cx: &Cx, frame: Frame, list: &str, one: Communication, query: Option<&str>) -> Self {
        let (lang, line) = (cx.lang, Line::of(cx.lang, list, &one));
        let email = |delivery: communication::Delivery| EmailRow {
            state: state(lang, &delivery.status),
            sent_at: delivery.sent_at.map(|at| lang.when(at.0)),
            to: delivery.to,
            failure: failure(lang, delivery.failure.as_deref()).to_owned(),
        };
        let path = line.href.clone();
        Self {
            frame,
            author: one.author.unwrap_or_default(),
            text: one.text.unwrap_or_default(),
            has_html: one.html.is_some(),
            resend: control(one.capabilities.get("resend"), lang),
            emails: one.deliveries.into_iter().map(email).collect(),
            paging: Paging::of(&path, query, one.next_cursor.as_deref()),
            path,
            line,
        }
    }

    /// Returns the path of an action on it.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }

    /// Returns the page with a policy that allows one frame of this site. The frame itself may load and run nothing.
    fn answer(&self) -> Result<Response> {
        Ok(response::with(html(self)?, header::CONTENT_SECURITY_POLICY, &format!("{POLICY}; frame-src 'self'")))
    }
}

/// Returns the HTML of a communication for the frame: without scripts, forms, links or anything from another site.
fn framed(one: Communication) -> Result<Response> {
    const NOTHING: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    let html = one.html.ok_or(Rule::NotFound)?;
    let shown = response::with(response::of(http::StatusCode::OK, HTML, html.into_bytes()), header::CONTENT_SECURITY_POLICY, NOTHING);
    Ok(response::with(shown, header::X_FRAME_OPTIONS, "SAMEORIGIN"))
}

/// Whose history the page shows.
#[derive(Deserialize)]
pub struct Whose {
    /// A person of the account; absent: the account itself.
    member: Option<MemberId>,
}

async fn list(cx: &Cx, uri: &Uri, account: Option<&AccountId>, filter: Filter, member: Option<MemberId>) -> Result<Response> {
    let words = &cx.lang.text().communications;
    let (whose, lead) = match (account, &member) {
        (None, _) => (HistoryOf::Own, words.lead_own),
        (Some(account), None) => (HistoryOf::Account(account), words.lead),
        (Some(account), Some(member)) => (HistoryOf::Member(account, member), words.lead_member),
    };
    let (done, listed) = history::list(cx, whose, &filter).await?;
    let path = path_of(account);
    let sends = done.authority().is_ok_and(|authority| authority.may(Permission::EmailsSend));
    let filters = vec![
        list::Filter::choice("category", words.category, words.all, categories(cx.lang, filter.category)),
        list::Filter::Day("from", words.from, filter.from.unwrap_or_default()),
        list::Filter::Day("to", words.to, filter.to.unwrap_or_default()),
    ];
    let kept = ("member", member.map(|member| member.to_string()).unwrap_or_default());
    html(&CommunicationsPage {
        frame: frame(cx, &done, account, words.title, &path)?.at(uri),
        rows: listed.data.iter().map(|one| Line::of(cx.lang, &path, one)).collect(),
        list: List {
            paging: Paging::of(&path, uri.query(), listed.next_cursor.as_deref()),
            path,
            title: words.title,
            lead,
            add: sends.then_some(words.new),
            search: Some(Search { kept, ..Search::of(words.words, filter.search, filters) }),
            caption: words.caption,
            none: (words.empty_title, if sends { words.empty } else { words.empty_for_readers }),
            nothing_found: words.nothing_found,
        },
    })
}

fn path_of(account: Option<&AccountId>) -> String {
    account.map_or_else(|| "/me/communications".to_owned(), |account| format!("/accounts/{account}/communications"))
}

fn frame(cx: &Cx, done: &BatchResult, account: Option<&AccountId>, title: &str, path: &str) -> Result<Frame> {
    if account.is_some() { Frame::in_account(cx, done, Here::Communications, title, path) } else { Frame::signed_in(cx, done, title, path) }
}

/// Returns the frame of a page below the list.
fn below(cx: &Cx, done: &BatchResult, account: Option<&AccountId>, title: &str) -> Result<Frame> {
    let list = path_of(account);
    let mut frame = frame(cx, done, account, title, &list)?;
    frame.crumbs.push(super::Link::new(frame.text.communications.title, list));
    Ok(frame)
}

/// `GET /accounts/{account}/communications`, of one person with `?member=`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`, `validation`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params((filter, Whose { member })): Params<(Filter, Whose)>) -> Result<Response> {
    list(&cx, &uri, Some(&account), filter, member).await
}

/// `GET /me/communications`
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`, `validation`.
pub async fn get_own(cx: Cx, uri: Uri, Params(filter): Params<Filter>) -> Result<Response> {
    list(&cx, &uri, None, filter, None).await
}

/// `GET /accounts/{account}/communications/{communication}`
///
/// # Errors
/// The errors of the gate, `not_found`.
pub async fn get_one(cx: Cx, uri: Uri, Path((account, id)): Path<(AccountId, CommunicationId)>, Params(part): Params<Part>) -> Result<Response> {
    let (done, one) = communication::show(&cx, &account, &id, &part).await?;
    let frame = below(&cx, &done, Some(&account), &one.subject)?.at(&uri);
    CommunicationPage::of(&cx, frame, &path_of(Some(&account)), one, uri.query()).answer()
}

/// `GET /me/communications/{communication}`
///
/// # Errors
/// `not_signed_in`, `not_found`.
pub async fn get_own_one(cx: Cx, uri: Uri, Path(id): Path<String>) -> Result<Response> {
    let (done, one) = history::own(&cx, &id).await?;
    let frame = below(&cx, &done, None, &one.subject)?.at(&uri);
    CommunicationPage::of(&cx, frame, &path_of(None), one, uri.query()).answer()
}

/// `GET /accounts/{account}/communications/{communication}/html`
///
/// # Errors
/// The errors of the gate, `not_found`, also when there is no HTML.
pub async fn get_html(cx: Cx, Path((account, id)): Path<(AccountId, CommunicationId)>) -> Result<Response> {
    framed(communication::show(&cx, &account, &id, &Part::default()).await?.1)
}

/// `GET /me/communications/{communication}/html`
///
/// # Errors
/// `not_signed_in`, `not_found`, also when there is no HTML.
pub async fn get_own_html(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    framed(history::own(&cx, &id).await?.1)
}

async fn new_page(cx: &Cx, account: &AccountId) -> Result<NewCommunicationPage> {
    let done = cx.view(Permission::EmailsSend, account).run().await?;
    Ok(NewCommunicationPage {
        frame: below(cx, &done, Some(account), cx.lang.text().communications.new)?,
        path: path_of(Some(account)),
        categories: categories(cx.lang, Some(Category::General)),
        subject: String::new(),
        text: String::new(),
    })
}

/// `GET /accounts/{account}/communications/new`
///
/// # Errors
/// The errors of the gate.
pub async fn get_new(cx: Cx, uri: Uri, Path(account): Path<AccountId>) -> Result<Response> {
    let mut page = new_page(&cx, &account).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// `POST /accounts/{account}/communications`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Form(new): Form<NewCommunication, LARGEST_MESSAGE>) -> Result<Response> {
    match communication::send(&cx, &account, &new).await {
        Ok(one) => Ok(see(&format!("{}/{}?done=communication_sent", path_of(Some(&account)), one.id))),
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let mut page = new_page(&cx, &account).await?;
            page.frame = page.frame.refusing(&refusal);
            page.categories = categories(cx.lang, Some(new.category));
            (page.subject, page.text) = (new.subject, new.text);
            again(&refusal, &page)
        }
    }
}

/// `POST /accounts/{account}/communications/{communication}/resend`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_resend(cx: Cx, Path((account, id)): Path<(AccountId, CommunicationId)>) -> Result<Response> {
    let Err(failure) = communication::resend(&cx, &account, &id).await else {
        return Ok(see(&format!("{}/{id}?done=communication_resent", path_of(Some(&account)))));
    };
    let refusal = refusal_of(failure)?;
    let (done, one) = communication::show(&cx, &account, &id, &Part::default()).await?;
    let frame = below(&cx, &done, Some(&account), &one.subject)?.refusing(&refusal);
    let page = CommunicationPage::of(&cx, frame, &path_of(Some(&account)), one, None);
    Ok(response::refusing(page.answer()?, &refusal))
}
