//! `/accounts/{a}/users/new`: «Scegli contatto», or a new person.
//!
//! The search finds people whom the account knows; the reader goes on with their own page. The form below adds everybody else: as a contact, or
//! with the tick of «Attiva Sub-account» as a user («Invita un nuovo utente … Continua»).

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Frame, Here, Link, LinkPage, Paging, Remake,
    answer::{again, html, refusal_of, see},
    assigned::{not_among, tick},
    forms::{self, AccessForm, AccessSent, Halves, Tick},
    shown::{address, full_name, member_state, name_or_email},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::capability::Allowed,
    core::id::AccountId,
    core::permission::{Permission, Role},
    core::refusal::{Fault, Refusal, Result},
    http::extract::{Form, Params, Path},
    http::request::Named,
    http::response::Response,
    people::assignment::{NewMemberPage, new_member_page},
    people::contact::create,
    people::member::{Member, NewMember},
    people::member_list::Filter,
    resources::assignment::AssignableResource,
};

/// The most people that one page of the search shows.
const FOUND: i64 = 20;

/// The page «Scegli contatto» with the form for a new person.
#[derive(Template)]
#[template(path = "user_new.html")]
pub struct NewUserPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The list's path, to which the form is posted too.
    pub path: String,
    /// The search as typed.
    pub search: String,
    /// The people found; `None` without a search.
    pub found: Option<Vec<FoundRow>>,
    /// Links to the other pages of the search.
    pub paging: Paging,
    /// The address as typed.
    pub email: String,
    /// Whether «Attiva Sub-account» is ticked; `None` for readers who add contacts only.
    pub sub_account: Option<bool>,
    /// Role, permissions and end of the access.
    pub form: AccessForm,
    /// *Anagrafica*.
    pub contact: Halves,
    /// *Preferenze email*.
    pub preferences: Vec<Tick>,
    /// Pixels and apps to assign at once.
    pub things: Vec<Tick>,
    /// The ids of ticked pixels and apps that are not shown.
    pub kept: Vec<String>,
    /// Whether there are more than are shown.
    pub has_more: bool,
    /// The search for pixels and apps as typed.
    pub wanted: String,
    /// Whether a mail provider is configured.
    pub mails: bool,
}

impl NewUserPage {
    /// Returns the page's own path.
    #[must_use]
    pub fn own(&self) -> String {
        format!("{}/new", self.path)
    }
}

/// A person whom the account knows.
pub struct FoundRow {
    /// First and last name; may be empty.
    pub name: String,
    /// The address.
    pub email: String,
    /// Their page.
    pub href: String,
    /// Contact, invited, active and the like.
    pub state: Badge,
}

/// The parameters of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    search: String,
    things: String,
    cursor: String,
}

/// Returns the page with the typed values.
async fn page(cx: &Cx, account: &AccountId, query: Parameters, sent: Option<&Named>) -> Result<NewUserPage> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let filter = Filter { search: some(&query.search), limit: Some(FOUND), cursor: some(&query.cursor), ..Filter::default() };
    let (done, newcomer) = new_member_page(cx, account, &filter, &query.things).await?;
    filled(cx, &done, account, newcomer, query, sent)
}

fn filled(cx: &Cx, done: &BatchResult, account: &AccountId, newcomer: NewMemberPage, query: Parameters, sent: Option<&Named>) -> Result<NewUserPage> {
    let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users"));
    let own = format!("{path}/new");
    let invites = done.authority()?.may(Permission::MembersManage);
    let typed = |key: &str| sent.map(|sent| sent.text(key)).unwrap_or_default();
    let all = |key: &str| sent.map(|sent| sent.all(key)).unwrap_or_default();
    let (chosen, categories) = (all("chosen"), forms::categories(&all("categories")));
    let mut form = AccessForm::of(cx.lang, Some(Role::Standard), &[], None, &newcomer.catalogue);
    form.was = "";
    if let Some(sent) = sent {
        form.typed(cx.lang, &access_sent(sent));
    }
    let parameters = [("search", query.search.as_str())];
    let next = newcomer.found.as_ref().and_then(|found| found.next_cursor.as_deref());
    let row = |member: &Member<Allowed>| FoundRow {
        name: full_name(member),
        email: member.email.clone(),
        href: format!("{path}/{}", member.id),
        state: member_state(text, member, cx.now),
    };
    let title = if invites { text.invite.title } else { text.invite.title_contact };
    let ticked = |thing: AssignableResource| {
        let checked = chosen.contains(&thing.id);
        tick(cx.lang, thing, checked)
    };
    let things: Vec<Tick> = newcomer.resources.offered.into_iter().map(ticked).collect();
    Ok(NewUserPage {
        frame: Frame::in_account(cx, done, Here::Users, title, &own)?.below_users(),
        paging: Paging {
            next: next.map(|cursor| address(&own, &[parameters.as_slice(), &[("cursor", cursor)]].concat())),
            first: (!query.cursor.is_empty()).then(|| address(&own, &parameters)),
        },
        found: newcomer.found.as_ref().map(|found| found.data.iter().map(row).collect()),
        email: typed("email"),
        sub_account: invites.then(|| sent.is_none() || !typed("sub_account").is_empty()),
        form,
        contact: forms::halves(cx.lang, forms::BESIDES_EMAIL, &typed),
        preferences: forms::category_ticks(cx.lang, &|category| categories.contains(&category)),
        has_more: newcomer.resources.has_more,
        kept: not_among(&things, &chosen),
        things,
        wanted: query.things,
        mails: cx.env.mailer.is_some(),
        search: query.search,
        path,
    })
}

/// Returns the fields of the access among those sent.
fn access_sent(sent: &Named) -> AccessSent {
    let text = |name| sent.text(name);
    AccessSent {
        version: text("version"),
        role: text("role"),
        permissions: sent.all("permissions"),
        chosen: sent.all("chosen"),
        expires_at: text("expires_at"),
        exact: text("exact"),
        was: text("was"),
        confirmed: text("confirmed"),
    }
}

/// `GET /accounts/{account}/users/new`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(query): Params<Parameters>) -> Result<Response> {
    let mut page = page(&cx, &account, query, None).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

fn new_member(sent: &Named) -> NewMember {
    let access = (!sent.text("sub_account").is_empty()).then(|| access_sent(sent).access());
    NewMember { email: sent.text("email"), email_preferences: forms::categories(&sent.all("categories")), access, ..NewMember::of(&|key| sent.text(key)) }
}

/// `POST /accounts/{account}/users`: «Continua». Shows the link of the invitation, or redirects to the page of a new contact.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Form(sent): Form<Named>) -> Result<Response> {
    match create(&cx, &account, &new_member(&sent)).await {
        Ok((done, member)) if member.invitation.is_some() => invited(&cx, &account, &done, &member),
        Ok((_, member)) => Ok(see(&format!("/accounts/{account}/users/{}?done=contact_added", member.id))),
        Err(failure) => post_again(&cx, &account, &sent, refusal_of(failure)?).await,
    }
}

/// Returns the page with the link of a new invitation.
///
/// # Errors
/// A fault when the member was not invited.
pub fn invited(cx: &Cx, account: &AccountId, done: &BatchResult, member: &Member) -> Result<Response> {
    let made = member.invitation.clone().ok_or_else(|| Fault::new("an invitation without its link", ""))?;
    let frame = Frame::in_account(cx, done, Here::Users, "", &format!("/accounts/{account}/users"))?.below_users();
    let role = member.access.role.map(|role| cx.lang.text().words.role(role)).unwrap_or_default();
    let lead = cx.lang.invitation_for_role(&name_or_email(member), role);
    let remake = Remake::of_member(account, member.id.as_str(), "invitation");
    html(&LinkPage::invitation(cx, frame, lead, &member.email, made, &format!("/accounts/{account}/users"), remake))
}

async fn post_again(cx: &Cx, account: &AccountId, sent: &Named, refusal: Refusal) -> Result<Response> {
    let mut page = page(cx, account, Parameters::default(), Some(sent)).await?;
    page.frame = page.frame.refusing(&refusal);
    if let Some(member) = &refusal.target_id {
        let label = cx.lang.details_of(&page.email);
        let errors = std::mem::take(&mut page.frame.errors);
        page.frame.errors = errors.into_iter().map(|error| error.leading_to(Link::new(label.clone(), format!("/accounts/{account}/users/{member}")))).collect();
    }
    again(&refusal, &page)
}
