//! `/accounts/{a}/users/new`: «Scegli contatto», or a new person.
//!
//! The search finds people whom the account knows; the reader goes on with their own page. The form below adds everybody else: as a contact, or
//! with the tick of «Attiva Sub-account» as a user («Invita un nuovo utente … Continua»).

use askama::Template;
use http::Uri;

use super::{
    Badge, Frame, Here, Link, LinkPage, Remake,
    answer::{again, html, refusal_of, see},
    assigned::{Wanted, not_among, tick},
    forms::{self, AccessForm, AccessSent, Halves, SubAccount, Tick},
    list::Paging,
    shown::{full_name, member_state, name_or_email},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::capability::Allowed,
    core::id::AccountId,
    core::permission::{Permission, Role},
    core::refusal::{Fault, Refusal, Result, Rule},
    http::extract::{Form, Params, Path},
    http::response::Response,
    people::assignment::{NewMemberPage, new_member_page},
    people::creation::{Choice, create},
    people::member::{Member, NewMember},
    people::member_list::Filter,
    people::preference::Preferences,
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
    /// The contacts of the address to choose from, and somebody new; empty where there is nothing to choose.
    pub contacts: Vec<ContactChoice>,
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

/// Somebody whom the invitation may be for.
pub struct ContactChoice {
    /// The id of the contact, or `new`.
    pub value: String,
    /// Name and company.
    pub label: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
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

/// The form: the person, the access, the categories, the tick of «Attiva Sub-account».
type Sent = (NewMember, AccessSent, Preferences, SubAccount);

/// Returns the page with the typed values.
async fn page(
    cx: &Cx,
    account: &AccountId,
    query: Option<&str>,
    (filter, wanted): (Filter, Wanted),
    sent: Option<&Sent>,
    chooses: bool,
) -> Result<NewUserPage> {
    let filter = Filter { limit: filter.limit.or(Some(FOUND)), ..filter };
    let address = sent.filter(|_| chooses).map(|(member, ..)| member.email.as_str());
    let (done, newcomer) = new_member_page(cx, account, &filter, &wanted.things, address).await?;
    filled(cx, &done, account, newcomer, (query, filter, wanted), sent)
}

fn filled(
    cx: &Cx,
    done: &BatchResult,
    account: &AccountId,
    newcomer: NewMemberPage,
    (query, filter, wanted): (Option<&str>, Filter, Wanted),
    sent: Option<&Sent>,
) -> Result<NewUserPage> {
    let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users"));
    let own = format!("{path}/new");
    let invites = done.authority()?.may(Permission::MembersManage);
    let typed = |key: &str| sent.map(|(member, ..)| member.get(key).to_owned()).unwrap_or_default();
    let chosen = sent.map(|(_, access, ..)| access.chosen.as_slice()).unwrap_or_default();
    let mut form = AccessForm::of(cx.lang, Some(Role::Standard), &[], None, &newcomer.catalogue);
    form.was = "";
    if let Some((_, access, ..)) = sent {
        form.typed(cx.lang, access);
    }
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
        paging: Paging::of(&own, query, newcomer.found.as_ref().and_then(|found| found.next_cursor.as_deref())),
        found: newcomer.found.as_ref().map(|found| found.data.iter().map(row).collect()),
        email: sent.map(|(member, ..)| member.email.clone()).unwrap_or_default(),
        contacts: contact_choices(cx, newcomer.contacts, sent.and_then(|(member, ..)| member.contact.as_deref()).unwrap_or_default()),
        sub_account: invites.then(|| sent.is_none_or(|(.., tick)| !tick.sub_account.is_empty())),
        form,
        contact: forms::halves(cx.lang, forms::BESIDES_EMAIL, &typed),
        preferences: sent.map_or_else(|| forms::category_ticks(cx.lang, &|_| false), |(_, _, chosen, _)| forms::preference_ticks(cx.lang, chosen)),
        has_more: newcomer.resources.has_more,
        kept: not_among(&things, chosen),
        things,
        wanted: wanted.things,
        mails: cx.env.mailer.is_some(),
        search: filter.search.unwrap_or_default(),
        path,
    })
}

/// Returns the contacts to choose from, and somebody new. Nothing where there is no contact.
fn contact_choices(cx: &Cx, contacts: Vec<Choice>, chosen: &str) -> Vec<ContactChoice> {
    let text = cx.lang.text();
    let somebody_new = (!contacts.is_empty()).then(|| ("new".to_owned(), text.invite.somebody_new.to_owned()));
    let known = contacts.into_iter().map(|contact| {
        let name = if contact.name.is_empty() { text.users.no_name.to_owned() } else { contact.name };
        (contact.id, if contact.company.is_empty() { name } else { [name, contact.company].join(", ") })
    });
    known.chain(somebody_new).map(|(value, label)| ContactChoice { is_chosen: value == chosen, value, label }).collect()
}

/// `GET /accounts/{account}/users/new`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(asked): Params<(Filter, Wanted)>) -> Result<Response> {
    let mut page = page(&cx, &account, uri.query(), asked, None, false).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// `POST /accounts/{account}/users`: «Continua». Shows the link of the invitation, or redirects to the page of a new contact.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Form(sent): Form<Sent>) -> Result<Response> {
    let (member, access, preferences, tick) = &sent;
    let access = (!tick.sub_account.is_empty()).then(|| access.access());
    let contact = member.contact.clone().filter(|_| access.is_some());
    let member = NewMember { contact, email_preferences: preferences.categories.clone().unwrap_or_default(), access, ..member.clone() };
    match create(&cx, &account, &member).await {
        Ok((done, member)) if member.invitation.is_some() => {
            let was_contact = member.was_contact == Some(true);
            let more = was_contact.then(|| cx.lang.was_contact(&name_or_email(&member)));
            invited(&cx, &account, &done, &member, more, &format!("/accounts/{account}/users"))
        }
        Ok((_, member)) => Ok(see(&format!("/accounts/{account}/users/{}?done=contact_added", member.id))),
        Err(failure) => post_again(&cx, &account, &sent, refusal_of(failure)?).await,
    }
}

/// Returns the page with the link of a new invitation: for whom it is, what `more` there is to say, and where to go on.
///
/// # Errors
/// A fault when the member was not invited.
pub fn invited(cx: &Cx, account: &AccountId, done: &BatchResult, member: &Member, more: Option<String>, next: &str) -> Result<Response> {
    let made = member.invitation.clone().ok_or_else(|| Fault::new("an invitation without its link", ""))?;
    let frame = Frame::in_account(cx, done, Here::Users, "", &format!("/accounts/{account}/users"))?.below_users();
    let role = member.access.role.map(|role| cx.lang.text().words.role(role)).unwrap_or_default();
    let lead = [Some(cx.lang.invitation_for_role(&name_or_email(member), role)), more].into_iter().flatten().collect::<Vec<_>>().join(". ");
    let remake = Remake::of_member(account, member.id.as_str(), "invitation");
    html(&LinkPage::invitation(cx, frame, lead, &member.email, made, next, remake))
}

async fn post_again(cx: &Cx, account: &AccountId, sent: &Sent, refusal: Refusal) -> Result<Response> {
    let chooses = refusal.rule == Rule::SeveralContacts || sent.0.contact.is_some();
    let mut page = page(cx, account, None, Default::default(), Some(sent), chooses).await?;
    page.frame = page.frame.refusing(&refusal);
    if let Some(member) = &refusal.target_id {
        let label = cx.lang.details_of(&page.email);
        let errors = std::mem::take(&mut page.frame.errors);
        page.frame.errors = errors.into_iter().map(|error| error.leading_to(Link::new(label.clone(), format!("/accounts/{account}/users/{member}")))).collect();
    }
    again(&refusal, &page)
}
