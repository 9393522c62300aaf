//! `/accounts/{a}/communications`, `/me/communications` and below: the history, one of it, a new one.

use askama::Template;
use http::{Uri, header};
use serde::Deserialize;

use super::{
    Badge, Choice, Control, Frame, Here, Paging, Tone,
    answer::{HTML, again, html, refusal_of, see},
    shown::{address, control, failure},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::id::{AccountId, CommunicationId, MemberId},
    core::lang::Lang,
    core::list,
    core::permission::Permission,
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::vocabulary::Category,
    http::extract::{Form, Params, Path},
    http::headers::POLICY,
    http::request::LARGEST_MESSAGE,
    http::response::{self, Response},
    messages::communication::{self, Communication, NewCommunication},
    messages::history::{self, Filter, HistoryOf},
    text::When,
};

/// «Storico comunicazioni»: an account's, a person's, or one's own.
#[derive(Template)]
#[template(path = "communications.html")]
pub struct CommunicationsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The list's own path.
    pub path: String,
    /// What stands below the title.
    pub lead: &'static str,
    /// Writing one.
    pub write: Control,
    /// The words as typed.
    pub q: String,
    /// The first day and the last, each with its label.
    pub days: [(&'static str, &'static str, String); 2],
    /// Whose it is, where it is one person's.
    pub member: String,
    /// The categories to choose from, "all" first.
    pub categories: Vec<Choice>,
    /// Whether a filter is on.
    pub filtered: bool,
    /// Those of this page.
    pub rows: Vec<Line>,
    /// Where the list goes on.
    pub paging: Paging,
}

/// One of them in the list.
pub struct Line {
    /// Its subject.
    pub subject: String,
    /// Its page.
    pub href: String,
    /// Its category's name, or what it is instead.
    pub category: &'static str,
    /// When it was sent.
    pub at: When,
    /// What became of its letters.
    pub states: Vec<Badge>,
}

/// One communication.
#[derive(Template)]
#[template(path = "communication.html")]
pub struct CommunicationPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its own path.
    pub path: String,
    /// Its heading facts.
    pub line: Line,
    /// Who sent it.
    pub author: String,
    /// The text.
    pub text: String,
    /// Whether it has HTML.
    pub has_html: bool,
    /// Its letters.
    pub emails: Vec<EmailLine>,
    /// Sending again what did not leave.
    pub resend: Control,
    /// Where the letters go on.
    pub paging: Paging,
}

/// One letter.
pub struct EmailLine {
    /// To whom.
    pub to: String,
    /// What became of it.
    pub state: Badge,
    /// When it left.
    pub sent_at: Option<When>,
    /// Why it did not.
    pub failure: String,
}

/// *New communication*.
#[derive(Template)]
#[template(path = "communication_new.html")]
pub struct NewCommunicationPage {
    /// What stands around it.
    pub frame: Frame,
    /// The list's path, which is also where the form goes.
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
    fn of(lang: Lang, path: &str, one: &Communication) -> Self {
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
    /// The person's history, for who may read it.
    #[must_use]
    pub fn history(&self) -> Option<String> {
        let is_open = self.frame.account.as_ref().is_some_and(|account| account.shows(Here::Communications));
        is_open.then(|| self.path.replacen("/users/", "/communications?member=", 1))
    }
}

impl CommunicationPage {
    fn of(cx: &Cx, frame: Frame, list: &str, one: Communication, cursor: bool) -> Self {
        let (lang, line) = (cx.lang, Line::of(cx.lang, list, &one));
        let email = |email: communication::Delivery| EmailLine {
            state: state(lang, &email.status),
            sent_at: email.sent_at.map(|at| lang.when(at.0)),
            to: email.to,
            failure: failure(lang, email.failure.as_deref()).to_owned(),
        };
        let path = line.href.clone();
        Self {
            frame,
            author: one.author.unwrap_or_default(),
            text: one.text.unwrap_or_default(),
            has_html: one.html.is_some(),
            resend: control(one.capabilities.get("resend"), lang),
            emails: one.deliveries.into_iter().map(email).collect(),
            paging: Paging { next: one.next_cursor.map(|cursor| address(&path, &[("cursor", &cursor)])), first: cursor.then(|| path.clone()) },
            path,
            line,
        }
    }

    /// The address of one thing that can be done with it.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }

    /// The page may show one frame, which comes from here and may nothing.
    fn answer(&self) -> Result<Response> {
        Ok(response::with(html(self)?, header::CONTENT_SECURITY_POLICY, &format!("{POLICY}; frame-src 'self'")))
    }
}

/// What an account wrote as HTML: shown in a frame, without scripts, forms, links or anything from elsewhere.
fn framed(one: Communication) -> Result<Response> {
    const NOTHING: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    let html = one.html.ok_or(Rule::NotFound)?;
    let shown = response::with(response::of(http::StatusCode::OK, HTML, html.into_bytes()), header::CONTENT_SECURITY_POLICY, NOTHING);
    Ok(response::with(shown, header::X_FRAME_OPTIONS, "SAMEORIGIN"))
}

/// What the list is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
    category: String,
    from: String,
    to: String,
    member: String,
    cursor: String,
}

async fn list(cx: &Cx, uri: &Uri, account: Option<&AccountId>, wanted: Wanted) -> Result<Response> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let category = Category::from_code(&wanted.category);
    let filter = Filter { q: some(&wanted.q), category, from: some(&wanted.from), to: some(&wanted.to), limit: None, cursor: some(&wanted.cursor) };
    let member = MemberId::parse(&wanted.member);
    let whose = match (account, &member) {
        (None, _) => HistoryOf::Own,
        (Some(account), None) => HistoryOf::Account(account),
        (Some(account), Some(member)) => HistoryOf::Member(account, member),
    };
    let (done, listed) = history::list(cx, whose, &filter).await?;
    let (words, path) = (&cx.lang.text().communications, path_of(account));
    let parameters = [("q", wanted.q.as_str()), ("category", &wanted.category), ("from", &wanted.from), ("to", &wanted.to), ("member", &wanted.member)];
    let next = listed.next_cursor.as_deref().map(|cursor| address(&path, &[parameters.as_slice(), &[("cursor", cursor)]].concat()));
    let all = Choice { value: "", label: words.all, selected: category.is_none() };
    let sends = done.authority().is_ok_and(|authority| authority.may(Permission::EmailsSend));
    html(&CommunicationsPage {
        frame: frame(cx, &done, account, words.title, &path)?.at(uri),
        lead: match whose {
            HistoryOf::Own => words.lead_own,
            HistoryOf::Account(_) => words.lead,
            HistoryOf::Member(..) => words.lead_member,
        },
        write: if sends { Control::Enabled } else { Control::Hidden },
        categories: std::iter::once(all).chain(categories(cx.lang, category)).collect(),
        filtered: filter.q.is_some() || category.is_some() || filter.from.is_some() || filter.to.is_some(),
        rows: listed.data.iter().map(|one| Line::of(cx.lang, &path, one)).collect(),
        paging: Paging { next, first: filter.cursor.map(|_| address(&path, &parameters)) },
        q: wanted.q,
        days: [("from", words.from, wanted.from), ("to", words.to, wanted.to)],
        member: member.map(|member| member.to_string()).unwrap_or_default(),
        path,
    })
}

fn path_of(account: Option<&AccountId>) -> String {
    account.map_or_else(|| "/me/communications".to_owned(), |account| format!("/accounts/{account}/communications"))
}

fn frame(cx: &Cx, done: &BatchResult, account: Option<&AccountId>, title: &str, path: &str) -> Result<Frame> {
    if account.is_some() { Frame::in_account(cx, done, Here::Communications, title, path) } else { Frame::signed_in(cx, done, title, path) }
}

/// A frame below the list.
fn below(cx: &Cx, done: &BatchResult, account: Option<&AccountId>, title: &str) -> Result<Frame> {
    let list = path_of(account);
    let mut frame = frame(cx, done, account, title, &list)?;
    frame.crumbs.push(super::Link::new(frame.text.communications.title, list));
    Ok(frame)
}

/// `GET /accounts/{account}/communications`, of one person with `?member=`
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(wanted): Params<Wanted>) -> Result<Response> {
    list(&cx, &uri, Some(&account), wanted).await
}

/// `GET /me/communications`
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`, `validation`.
pub async fn get_own(cx: Cx, uri: Uri, Params(wanted): Params<Wanted>) -> Result<Response> {
    list(&cx, &uri, None, wanted).await
}

/// What the page of one is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EmailParameters {
    cursor: String,
}

impl EmailParameters {
    fn paging(&self) -> list::Paging {
        list::Paging { limit: None, cursor: Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty()) }
    }
}

/// `GET /accounts/{account}/communications/{communication}`
///
/// # Errors
/// The gate's, `not_found`.
pub async fn get_one(cx: Cx, uri: Uri, Path((account, id)): Path<(AccountId, CommunicationId)>, Params(wanted): Params<EmailParameters>) -> Result<Response> {
    let (done, one) = communication::show(&cx, &account, &id, &wanted.paging()).await?;
    let frame = below(&cx, &done, Some(&account), &one.subject)?.at(&uri);
    CommunicationPage::of(&cx, frame, &path_of(Some(&account)), one, !wanted.cursor.is_empty()).answer()
}

/// `GET /me/communications/{communication}`
///
/// # Errors
/// `not_signed_in`, `not_found`.
pub async fn get_own_one(cx: Cx, uri: Uri, Path(id): Path<String>) -> Result<Response> {
    let (done, one) = history::own(&cx, &id).await?;
    let frame = below(&cx, &done, None, &one.subject)?.at(&uri);
    CommunicationPage::of(&cx, frame, &path_of(None), one, false).answer()
}

/// `GET /accounts/{account}/communications/{communication}/html`
///
/// # Errors
/// The gate's, `not_found` also where there is no HTML.
pub async fn get_html(cx: Cx, Path((account, id)): Path<(AccountId, CommunicationId)>) -> Result<Response> {
    framed(communication::show(&cx, &account, &id, &list::Paging::default()).await?.1)
}

/// `GET /me/communications/{communication}/html`
///
/// # Errors
/// `not_signed_in`, `not_found` also where there is no HTML.
pub async fn get_own_html(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    framed(history::own(&cx, &id).await?.1)
}

/// What the form of a new one sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    category: String,
    subject: String,
    text: String,
}

async fn new_page(cx: &Cx, account: &AccountId, sent: Sent) -> Result<NewCommunicationPage> {
    let done = cx.view(Permission::EmailsSend, account).run().await?;
    Ok(NewCommunicationPage {
        frame: below(cx, &done, Some(account), cx.lang.text().communications.new)?,
        path: path_of(Some(account)),
        categories: categories(cx.lang, Category::from_code(&sent.category).or(Some(Category::General))),
        subject: sent.subject,
        text: sent.text,
    })
}

/// `GET /accounts/{account}/communications/new`
///
/// # Errors
/// The gate's.
pub async fn get_new(cx: Cx, uri: Uri, Path(account): Path<AccountId>) -> Result<Response> {
    let mut page = new_page(&cx, &account, Sent::default()).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// `POST /accounts/{account}/communications`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Form(sent): Form<Sent, LARGEST_MESSAGE>) -> Result<Response> {
    let made = match Category::from_code(&sent.category) {
        None => Err(Refusal::field("/category", Wrong::Required).into()),
        Some(category) => {
            let new = NewCommunication { category, subject: sent.subject.clone(), text: sent.text.clone(), html: None };
            communication::send(&cx, &account, &new).await
        }
    };
    match made {
        Ok(one) => Ok(see(&format!("{}/{}?done=communication_sent", path_of(Some(&account)), one.id))),
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let mut page = new_page(&cx, &account, sent).await?;
            page.frame = page.frame.refusing(&refusal);
            again(&refusal, &page)
        }
    }
}

/// `POST /accounts/{account}/communications/{communication}/resend`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_resend(cx: Cx, Path((account, id)): Path<(AccountId, CommunicationId)>) -> Result<Response> {
    let Err(failure) = communication::resend(&cx, &account, &id).await else {
        return Ok(see(&format!("{}/{id}?done=communication_resent", path_of(Some(&account)))));
    };
    let refusal = refusal_of(failure)?;
    let (done, one) = communication::show(&cx, &account, &id, &list::Paging::default()).await?;
    let frame = below(&cx, &done, Some(&account), &one.subject)?.refusing(&refusal);
    let page = CommunicationPage::of(&cx, frame, &path_of(Some(&account)), one, false);
    Ok(response::refusing(page.answer()?, &refusal))
}
